import { differences } from './diff-releases.ts'
import { neededReleases, type NeedsOptions } from './needed-releases.ts'
import { nothingMatched, type StateOutcome, type StateRun } from './state-run.ts'
import type { DiffOptions } from './verb-options.ts'
import { setExtraArgs } from './extra-args.ts'

export interface DiffVerbOptions extends NeedsOptions {
  readonly args: string
  readonly diff: Omit<DiffOptions, 'detectedKubeVersion'>
}

/** `helmfile diff` of one state. Source: App.diff in pkg/app/app.go. @returns also what is to be said at the end */
export async function diffState(run: StateRun, options: DiffVerbOptions): Promise<StateOutcome & { message?: string }> {
  let releases
  try {
    releases = neededReleases(run, options, true)
  } catch (error) {
    return { matched: false, changed: false, errors: [error as Error] }
  }
  if (releases === undefined) return nothingMatched
  setExtraArgs(run, options.args)
  const diff = { ...options.diff, detectedKubeVersion: await detectedKubeVersion(run) }
  const { updated, deleted, message, errors } = await differences(run, releases, diff, { suppressDiff: false, cleanup: true, detailedExitCode: diff.detailedExitCode })
  return { matched: true, changed: updated.length + deleted.length > 0, errors, ...(message !== undefined && { message }) }
}

/** The server is asked for its version unless the file names one. Source: detectKubeVersion. */
export async function detectedKubeVersion(run: StateRun): Promise<string> {
  return run.state.spec.kubeVersion === '' ? await run.serverVersion() : ''
}
