import { Int, type Value } from '../../language/go/index.ts'
import { AnyKeyMap } from '../../language/yaml/index.ts'
import type { ReleaseSpec } from './spec.ts'

/** A copy, through YAML in helmfile: floats that are whole numbers come back as integers. */
export function cloneRelease(release: ReleaseSpec): ReleaseSpec {
  return {
    ...release,
    labels: new Map(release.labels), needs: [...release.needs], hooks: release.hooks.map((hook) => ({ ...hook })), values: release.values.map(reread), secrets: release.secrets.map(reread),
    set: release.set.map((set) => ({ ...set, values: [...set.values] })), setString: release.setString.map((set) => ({ ...set, values: [...set.values] })),
    setTemplate: release.setTemplate.map((set) => ({ ...set, values: [...set.values] })), valuesTemplate: release.valuesTemplate.map(reread), postRendererArgs: [...release.postRendererArgs],
  }
}

function reread(value: Value): Value {
  if (Array.isArray(value)) return value.map(reread)
  if (value instanceof AnyKeyMap) return value.mapValues(reread)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, reread(item)]))
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e6 ? new Int(BigInt(value)) : value
}
