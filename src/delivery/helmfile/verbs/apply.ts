import { releaseId } from '../order/release-id.ts'
import type { ReleaseSpec } from '../spec.ts'
import { AffectedReleases } from './affected-releases.ts'
import { deleteForSync, warning } from './delete-releases.ts'
import { detectedKubeVersion } from './diff.ts'
import { differences } from './diff-releases.ts'
import { setExtraArgs } from './extra-args.ts'
import { inGroups } from './for-releases.ts'
import { plannedReleases, type NeedsOptions } from './needed-releases.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'
import { syncReleases } from './sync-releases.ts'
import type { DiffOptions, UpgradeOptions } from './verb-options.ts'

export interface ApplyOptions extends NeedsOptions {
  readonly args: string
  readonly detailedExitCode: boolean
  readonly suppressDiff: boolean
  readonly cascade: string
  readonly diff: Omit<DiffOptions, 'detectedKubeVersion' | 'detailedExitCode'>
  readonly upgrade: UpgradeOptions
}

/**
 * `helmfile apply` of one state: what differs is shown, then removed or upgraded, group by group; what failed keeps later groups from being begun.
 * Source: App.apply in pkg/app/app.go.
 */
export async function applyState(run: StateRun, options: ApplyOptions): Promise<StateOutcome> {
  setExtraArgs(run, options.args)
  const failed = (...errors: Error[]): StateOutcome => ({ matched: false, changed: false, errors })
  let found
  try {
    found = plannedReleases(run, options)
  } catch (error) {
    return failed(error as Error)
  }
  if (found === undefined) return nothingMatched
  const { planned, all } = found
  const diff = { ...options.diff, detailedExitCode: true, detectedKubeVersion: await detectedKubeVersion(run) }
  const { updated, deleted, message = '', errors: diffErrors } = await differences(run, planned, diff, { suppressDiff: options.suppressDiff, cleanup: false, detailedExitCode: options.detailedExitCode })
  if (diffErrors.length > 0) return failed(...diffErrors)
  if (!run.interactive && message !== '') run.log('debug', message)
  if (updated.length === 0 && deleted.length === 0) return { matched: true, changed: false, errors: [] }

  const affected = new AffectedReleases()
  const errors: Error[] = []
  if (!run.interactive || await run.ask(`${message}\nDo you really want to apply?\n  Helmfile will apply all your changes, as shown above.\n\n`)) {
    const preapply = await inGroups(run, all, { selected: planned, reverse: true, skipNeeds: true }, async (group) => {
      try {
        for (const release of group) await run.hook('preapply', 'apply', release)
        return []
      } catch (error) {
        return [error as Error]
      }
    }, 'invoking preapply hooks for')
    if (preapply.length > 0) return { matched: true, changed: false, errors: preapply }
    errors.push(...await deleteGroups(run, all, deleted, affected, options.cascade))
    if (updated.length > 0) errors.push(...await inGroups(run, all, { selected: updated, skipNeeds: true }, (group) => syncReleases(run, only(group, updated), affected, options.upgrade)))
  }
  affected.show(run.log, run.colour.tables)
  await cleanUp(run, planned, [...updated, ...deleted], 'apply')
  return { matched: true, changed: true, errors }
}

/** Releases that are not to be installed, those that need others first. */
export async function deleteGroups(run: StateRun, all: readonly ReleaseSpec[], deleted: readonly ReleaseSpec[], affected: AffectedReleases, cascade: string): Promise<readonly Error[]> {
  if (deleted.length === 0) return []
  return await inGroups(run, all, { selected: deleted, reverse: true, skipNeeds: true }, (group) => deleteForSync(run, only(group, deleted), affected, cascade))
}

function only(group: readonly ReleaseSpec[], wanted: readonly ReleaseSpec[]): ReleaseSpec[] {
  const byId = new Map(wanted.map((release) => [releaseId(release), release]))
  return group.flatMap((release) => byId.get(releaseId(release)) ?? [])
}

/** Hooks of releases that nothing was done to. */
export async function cleanUp(run: StateRun, all: readonly ReleaseSpec[], touched: readonly ReleaseSpec[], command: string): Promise<void> {
  const ids = new Set(touched.map(releaseId))
  for (const release of all) if (!ids.has(releaseId(release))) await run.hook('cleanup', command, release).catch(warning(run))
}
