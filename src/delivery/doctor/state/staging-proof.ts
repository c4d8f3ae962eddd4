import { isAddendum, type EvidenceStore, type ReleaseRecord } from '../../evidence/index.ts'
import type { ProcessFacts } from '../../policy/index.ts'

/** What would be released, as far as another environment can have had the same. */
export interface StagedParts {
  /** Digest of the chart's content. */
  readonly chart: string
  readonly images: readonly string[]
  /** Digests by every means there is: records hold keyed ones where there was a key. */
  readonly values: readonly { readonly path: string; readonly digests: readonly string[] }[]
}

/** Records of the earlier environment that are looked at, newest first. */
const most = 50

/**
 * Whether the same chart, the same images and the values files that both environments share passed another environment, with tests or smoke checks. The last word counts: what passed once and failed
 * later did not pass.
 * @returns what the evidence says of it
 * @throws PintleError evidence.*
 */
export async function stagingProof(store: EvidenceStore, service: string, environment: string, parts: StagedParts): Promise<NonNullable<ProcessFacts['staging']>> {
  const ids: string[] = []
  for await (const { id } of store.list({ service, environment })) {
    ids.push(id)
    if (ids.length > most) ids.shift()
  }
  let nearest: string | undefined
  for (const id of ids.reverse()) {
    const entry = (await store.read(id))?.entry
    if (entry === undefined || isAddendum(entry) || entry.outcome === 'refused' || entry.operation === 'uninstall') continue
    const other = difference(entry, parts)
    if (other !== undefined) {
      nearest ??= other
      continue
    }
    const fault = faultOf(entry) ?? await watchFault(store, entry)
    return { environment, passed: fault === undefined, record: entry.id, ...(fault !== undefined && { reason: fault }) }
  }
  return { environment, passed: false, reason: nearest ?? 'no release there is on record' }
}

/** When this service was last rolled back in any environment; undefined when no record says so. */
export async function lastDrill(store: EvidenceStore, service: string): Promise<string | undefined> {
  let last: string | undefined
  for await (const { operation, outcome, started } of store.list({ service })) if ((operation === 'rollback' && outcome === 'succeeded') || outcome === 'rolled-back') last = started
  return last
}

function difference({ id, chart, images, values }: ReleaseRecord, parts: StagedParts): string | undefined {
  if (chart.digest !== parts.chart) return `the chart of the last release there (${id}) is ${short(chart.digest)}, here ${short(parts.chart)}`
  const there = new Set(images.after)
  const missing = parts.images.find((image) => !there.has(image))
  if (missing !== undefined) return `the last release there (${id}) did not run ${missing}`
  const shared = parts.values.flatMap((mine) => values.filter((v) => v.path === mine.path).map(({ digest }) => ({ path: mine.path, keyed: digest.startsWith('hmac-'), same: mine.digests.includes(digest) })))
  // Keyed digests that all differ may be of another key: they prove nothing.
  const sameKey = shared.some((v) => v.keyed && v.same)
  const changed = shared.find((v) => !v.same && (!v.keyed || sameKey))
  return changed === undefined ? undefined : `${changed.path} is not as in the last release there (${id})`
}

function faultOf({ id, outcome, steps, reason }: ReleaseRecord): string | undefined {
  if (outcome !== 'succeeded') return `the release of it there (${id}) ${outcome === 'unchanged' ? 'changed nothing' : outcome}${reason === undefined ? '' : `: ${reason.split('\n')[0]}`}`
  const checks = steps.filter((s) => s.kind === 'smoke' || s.kind === 'test')
  if (checks.length === 0) return `it was released there (${id}) without a test or smoke check`
  const failed = checks.find((s) => !s.passed)
  return failed === undefined ? undefined : `${failed.kind} ${failed.name} failed there (${id})`
}

/** What was seen of it later counts, too: the last word of whoever watched it. */
async function watchFault(store: EvidenceStore, { id, watch }: ReleaseRecord): Promise<string | undefined> {
  let last = watch
  for await (const { id: about } of store.list({ about: id })) {
    const later = (await store.read(about))?.entry
    if (later !== undefined && isAddendum(later)) last = later.watch ?? last
  }
  return last === undefined || last.green ? undefined : `it did not stay well there (${id})${last.detail === undefined ? '' : `: ${last.detail}`}`
}

const short = (digest: string): string => digest.slice(0, 19)
