import { warnOfNeeds } from '../charts/warn-of-needs.ts'
import { setExtraArgs } from './extra-args.ts'
import { plainlyFailed } from './delete-releases.ts'
import { forReleases, inGroups } from './for-releases.ts'
import { isWanted, releaseStatus } from './installed.ts'
import { selectedReleases } from './needed-releases.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'

/** `helmfile status` of one state. Source: App.status in pkg/app/app.go. */
export async function statusState(run: StateRun, args: string): Promise<StateOutcome> {
  try {
    const { selected } = selectedReleases(run)
    if (selected.length === 0) return nothingMatched
    setExtraArgs(run, args)
    const wanted = selected.filter(isWanted)
    const errors = wanted.length === 0 ? [] : await inGroups(run, run.state.releases, { selected: wanted, skipNeeds: true }, (group) =>
      forReleases(run, group.filter(isWanted), async (release) => {
        warnOfNeeds(run.state, release, run.log)
        await releaseStatus(run, release).catch((error: unknown) => { throw plainlyFailed(release, error) })
      }))
    return { matched: true, changed: false, errors }
  } catch (error) {
    return { matched: false, changed: false, errors: [error as Error] }
  }
}
