import { originOf, type StoredRelease } from '../../cluster/release/index.ts'
import type { ReleaseRecord } from '../evidence/index.ts'
import type { ClearRelease } from './plan-file.ts'
import type { PlanKey } from './plan-key.ts'
import { originText } from './release-state.ts'

/**
 * Compares a record with the revisions a cluster keeps of the release: that the revision is there, that this plan made it, and, with the plan's key, that its manifest is the planned one.
 * @param revisions of the release, in that cluster and namespace
 * @param release of the plan, when it is known
 */
export function compareLive(record: ReleaseRecord, revisions: readonly StoredRelease[], release: ClearRelease | undefined, key: PlanKey | undefined): { problems: string[]; notes: string[] } {
  const { after } = record.revision
  const none = { problems: [], notes: [] }
  if (after === 0) return none
  const stored = revisions.find((r) => r.version === after)
  if (stored === undefined) {
    const pruned = revisions.some((r) => r.version > after)
    return pruned ? { ...none, notes: ['the revision is no longer kept in the cluster'] } : { ...none, problems: [`the cluster has no revision ${after}`] }
  }
  if (stored.readable === undefined) return { ...none, problems: [`revision ${after} in the cluster is not readable`] }
  const origin = originOf(stored.readable.info.description)
  // What a run went back by is an old manifest, by no plan.
  if (origin === undefined && record.outcome === 'rolled-back') return none
  if (origin === undefined) return { ...none, notes: ['the revision in the cluster does not say by which plan it was made'] }
  if (origin !== originText(record.plan.digest)) return { ...none, problems: [`revision ${after} in the cluster was made by ${origin}`] }
  if (release === undefined) return none
  if (key === undefined) return { ...none, notes: ["manifests in the cluster were not compared: the plan's key is not at hand"] }
  return key.digest(stored.readable.manifest) === release.manifestDigest ? none : { ...none, problems: [`the manifest of revision ${after} in the cluster is not the planned one`] }
}
