import { warnOfNeeds } from '../charts/warn-of-needs.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { AffectedReleases } from './affected-releases.ts'
import { forReleases } from './for-releases.ts'
import { PintleError } from '../../../errors/index.ts'
import { deleteArgv, destroyArgv } from './release-argv.ts'
import { releaseFailed } from './release-error.ts'
import type { StateRun } from './state-run.ts'

/** `helm delete`, said as helmfile says it. */
export async function deleteRelease({ helm, log }: StateRun, release: ReleaseSpec, argv: readonly string[]): Promise<void> {
  log('info', `Deleting ${release.name}`)
  await helm.told(argv)
}

/** A release is uninstalled between its hooks. */
export async function uninstall(run: StateRun, release: ReleaseSpec, argv: readonly string[], command: string): Promise<void> {
  await run.hook('preuninstall', command, release)
  await deleteRelease(run, release, argv)
  await run.hook('postuninstall', command, release)
}

/**
 * Removes releases that apply and sync are not to install, one after another.
 * Source: DeleteReleasesForSync in pkg/state/state.go.
 */
export async function deleteForSync(run: StateRun, releases: readonly ReleaseSpec[], affected: AffectedReleases, cascade: string): Promise<Error[]> {
  const now = run.now ?? Date.now
  const inTurn = turns()
  return await forReleases(run, releases, async (release) => {
    let failed: Error | undefined
    try {
      await run.hook('presync', 'sync', release).catch((error: unknown) => { throw releaseFailed(release, error) })
      await inTurn(async () => {
        const start = now()
        try {
          await uninstall(run, release, deleteArgv(run.state, release, cascade), 'sync')
          affected.deleted.push({ release, duration: now() - start })
        } catch (error) {
          affected.failedToDelete({ release, duration: now() - start })
          throw releaseFailed(release, error)
        }
      })
    } catch (error) {
      failed = error as Error
    }
    await run.hook('postsync', 'sync', release, failed).catch(warning(run))
    await run.hook('cleanup', 'sync', release).catch(warning(run))
    if (failed !== undefined) throw failed
  })
}

export const warning = ({ log }: StateRun) => (error: unknown): void => log('warn', `warn: ${(error as Error).message}\n`)

/** Removes releases that are there. Source: DeleteReleases. */
export async function destroyReleases(run: StateRun, releases: readonly ReleaseSpec[], affected: AffectedReleases, cascade: string): Promise<Error[]> {
  const now = run.now ?? Date.now
  return await forReleases(run, releases, async (release) => {
    warnOfNeeds(run.state, release, run.log)
    const start = now()
    try {
      await uninstall(run, release, destroyArgv(run.state, release, cascade), 'delete')
      affected.deleted.push({ release, duration: now() - start })
      run.log('debug', `release ${JSON.stringify(release.name)} processed`)
    } catch (error) {
      affected.failedToDelete({ release, duration: now() - start })
      throw plainlyFailed(release, error)
    }
  })
}

/** Source: iterateOnReleases in pkg/state/state_run.go. */
export function plainlyFailed(release: ReleaseSpec, error: unknown): PintleError {
  return new PintleError('helmfile.helm', `release "${release.name}" failed: ${(error as Error).message}`, { cause: error })
}

/** Lets one at a time work, in the order in which they ask. */
export function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work, work)
    last = result.catch(() => {})
    return result
  }
}
