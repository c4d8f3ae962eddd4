import type { Value } from '../../../language/go/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { ValuesFile } from '../charts/release-values.ts'
import type { KustomizeValues } from './kustomizer.ts'

/**
 * What the values of a release say to a kustomization: of several files the last that names a field counts.
 * Source: KustomizeBuild in chartify's kustomize.go.
 */
export function kustomizeValues(files: readonly ValuesFile[], namespace: string): KustomizeValues {
  const found = new Map<string, Value>()
  for (const file of files) {
    const values = unmarshalV3(file.text)
    if (values instanceof Map) for (const [key, value] of values) found.set(key, value)
  }
  const text = (from: Map<string, Value>, key: string): string => (typeof from.get(key) === 'string' ? from.get(key) as string : '')
  const images = found.get('images')
  return {
    images: (Array.isArray(images) ? images : []).filter((one): one is Map<string, Value> => one instanceof Map)
      .map((one) => ({ name: text(one, 'name'), newName: text(one, 'newName'), newTag: text(one, 'newTag'), digest: text(one, 'digest') })),
    namePrefix: text(found, 'namePrefix'), nameSuffix: text(found, 'nameSuffix'), namespace: namespace || text(found, 'namespace'),
  }
}
