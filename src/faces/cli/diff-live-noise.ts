import { isPintleError } from '../../errors/index.ts'
import { diffObjects, withoutChangesAt, withoutDefaulted, withoutNoise, type Noise } from '../../cluster/diff/index.ts'
import type { KubeObject } from '../../cluster/kube/index.ts'
import type { PreviewedObject } from '../../cluster/release/index.ts'
import { renderForCluster } from '../../delivery/plan/index.ts'
import type { Rendered } from '../../charts/render/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'

export type RenderArguments = Parameters<typeof renderForCluster>

/** What was left out of a diff, for it to be said: by kind of noise, `Secret/shop data.password`. */
export type LeftOut = Map<Noise, string[]>

/** More than a year on, at another time of day: no date or time is the same. */
const later = (): bigint => BigInt(Date.now() + 401 * 86_400_000 + 3_723_000) * 1_000_000n

/** Fields by object, `Kind/name`, that say another thing each time. */
export type Unsteady = ReadonlyMap<string, readonly string[]>

const keyOf = (object: KubeObject): string => `${object.kind}/${object.metadata?.name ?? ''}`

/**
 * The fields whose values come from the cluster, from chance or from the clock: those that differ when the chart is rendered once more, later, with lookups
 * and DNS that answer with nothing. A chart that cannot be rendered so is rendered with its lookups again, and `said` is told.
 */
export async function unsteadyFields(rendered: Rendered, [source, release]: RenderArguments, said: (text: string) => void): Promise<Unsteady> {
  let other: Rendered
  try {
    other = (await renderForCluster({ ...source, now: later, withoutAnswers: true }, release)).rendered
  } catch (error) {
    if (!isPintleError(error)) throw error
    said(`--ignore lookup: without lookups the chart does not render (${error.message.split('\n', 1)[0]}); only what chance and the clock write is left out`)
    other = (await renderForCluster({ ...source, now: later }, release)).rendered
  }
  const [one, two] = [objectsOf(rendered), objectsOf(other)]
  const out = new Map<string, readonly string[]>()
  for (const [key, before] of one) {
    const after = two.get(key)
    const fields = after === undefined ? [] : diffObjects([{ before, after }], (value) => value).objects.flatMap((o) => o.fields.map((f) => f.path))
    if (fields.length > 0) out.set(key, fields)
  }
  return out
}

function objectsOf({ manifests, hooks }: Rendered): Map<string, KubeObject> {
  return new Map([...manifests.map((m) => m.content), ...hooks.map((h) => h.manifest)].flatMap((text) => {
    const object = parseDocument(text) as KubeObject | null
    return typeof object !== 'object' || object === null ? [] : [[keyOf(object), object] as const]
  }))
}

/** Both sides of an object without the noise asked for. */
export function calm(p: PreviewedObject, ignored: readonly Noise[], unsteady: Unsteady, leftOut: LeftOut): { before?: KubeObject; after?: KubeObject } {
  const before = p.before && withoutNoise(p.before, ignored)
  let after = p.after && withoutNoise(p.after, ignored)
  const take = (noise: Noise, calmed: { after: KubeObject; left: readonly string[] }): void => {
    after = calmed.after
    if (calmed.left.length > 0) leftOut.set(noise, [...(leftOut.get(noise) ?? []), `${keyOf(calmed.after)} ${calmed.left.join(', ')}`])
  }
  if (before !== undefined && after !== undefined) {
    const paths = unsteady.get(keyOf(after))
    if (paths !== undefined) take('lookup', withoutChangesAt(before, after, paths))
    if (p.approximate === true && ignored.includes('defaulted')) take('defaulted', withoutDefaulted(before, after, p.surveyed.base, p.surveyed.resource.object))
  }
  return { ...(before && { before }), ...(after && { after }) }
}
