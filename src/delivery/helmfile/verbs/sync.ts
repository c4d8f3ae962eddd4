import { releaseId } from '../order/release-id.ts'
import type { ReleaseSpec } from '../spec.ts'
import { AffectedReleases } from './affected-releases.ts'
import { cleanUp, deleteGroups } from './apply.ts'
import { detectedKubeVersion } from './diff.ts'
import { affectedText, differences } from './diff-releases.ts'
import { setExtraArgs } from './extra-args.ts'
import { inGroups } from './for-releases.ts'
import { isWanted, toBeDeleted } from './installed.ts'
import { plannedReleases, type NeedsOptions } from './needed-releases.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'
import { syncReleases } from './sync-releases.ts'
import type { DiffOptions, UpgradeOptions } from './verb-options.ts'

export interface SyncOptions extends NeedsOptions {
  readonly args: string
  readonly cascade: string
  readonly upgrade: UpgradeOptions
  /** With --interactive what differs is shown before the question. */
  readonly diff: Omit<DiffOptions, 'detectedKubeVersion'>
  readonly suppressDiff: boolean
}

/** `helmfile sync` of one state: every release is upgraded, changed or not. Source: App.SyncState in pkg/app/app.go. */
export async function syncState(run: StateRun, options: SyncOptions): Promise<StateOutcome> {
  const failed = (error: unknown): StateOutcome => ({ matched: false, changed: false, errors: [error as Error] })
  let found
  let deleted: ReleaseSpec[]
  try {
    found = plannedReleases(run, options)
    if (found === undefined) return nothingMatched
    deleted = await toBeDeleted(run, found.planned)
  } catch (error) {
    return failed(error)
  }
  const { planned, all } = found
  const gone = new Set(deleted.map(releaseId))
  const updated = planned.filter((release) => !gone.has(releaseId(release)) && isWanted(release))
  let message = affectedText(updated, deleted, false)
  setExtraArgs(run, options.args)
  if (run.interactive) {
    const { diff, suppressDiff } = options
    const found = await differences(run, planned, { ...diff, detectedKubeVersion: await detectedKubeVersion(run) }, { suppressDiff, cleanup: false, detailedExitCode: diff.detailedExitCode })
    if (found.errors.length > 0) return { matched: false, changed: false, errors: found.errors }
    message = found.message ?? message
  } else run.log('debug', message)

  const affected = new AffectedReleases()
  const errors: Error[] = []
  let attempted = false
  if (!run.interactive || await run.ask(`${message}\nDo you really want to sync?\n  Helmfile will sync all your releases, as shown above.\n\n`)) {
    attempted = deleted.length + updated.length > 0
    errors.push(...await deleteGroups(run, all, deleted, affected, options.cascade))
    if (updated.length > 0) {
      errors.push(...await inGroups(run, all, { selected: updated, skipNeeds: true }, (group) => syncReleases(run, group.filter((release) => !gone.has(releaseId(release))), affected, options.upgrade)))
    }
  }
  affected.show(run.log, run.colour.tables)
  await cleanUp(run, planned, [...updated, ...deleted], 'sync')
  return { matched: true, changed: attempted && errors.length === 0, errors }
}
