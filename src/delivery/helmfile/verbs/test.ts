import { setExtraArgs } from './extra-args.ts'
import { plainlyFailed } from './delete-releases.ts'
import { forReleases } from './for-releases.ts'
import { isWanted } from './installed.ts'
import { selectedReleases } from './needed-releases.ts'
import { testArgv } from './release-argv.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'

export interface TestOptions {
  readonly args: string
  readonly logs: boolean
  /** Seconds; undefined: as the release says. */
  readonly timeout: number | undefined
}

/** `helmfile test` of one state: the tests of all releases at once. Source: App.test in pkg/app/app.go. */
export async function testState(run: StateRun, options: TestOptions): Promise<StateOutcome> {
  const { helm, state, log } = run
  try {
    const { selected } = selectedReleases(run)
    if (selected.length === 0) return nothingMatched
    setExtraArgs(run, options.args)
    const errors = await forReleases(run, selected.filter(isWanted), async (release) => {
      log('info', `Testing ${release.name}`)
      await helm.told(testArgv(state, release, options)).catch((error: unknown) => { throw plainlyFailed(release, error) })
    })
    return { matched: true, changed: false, errors }
  } catch (error) {
    return { matched: false, changed: false, errors: [error as Error] }
  }
}
