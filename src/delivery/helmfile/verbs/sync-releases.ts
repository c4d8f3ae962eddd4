import { isPintleError } from '../../../errors/index.ts'
import { normalizeChart, shownChart } from '../charts/chart-reference.ts'
import { moreValues } from '../charts/more-values.ts'
import { warnOfNeeds } from '../charts/warn-of-needs.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { Affected, AffectedReleases } from './affected-releases.ts'
import { turns, uninstall, warning } from './delete-releases.ts'
import { forReleases } from './for-releases.ts'
import { deployedVersion, isInstalled, isWanted } from './installed.ts'
import { reinstallDeleteArgv } from './release-argv.ts'
import { releaseFailed } from './release-error.ts'
import type { ReleaseInput, StateRun } from './state-run.ts'
import { upgradeArgv } from './upgrade-argv.ts'
import type { UpgradeOptions } from './verb-options.ts'
import { connectionFlags } from '../charts/chart-flags.ts'

interface Prepared {
  readonly release: ReleaseSpec
  readonly argv: readonly string[]
  readonly input: ReleaseInput | undefined
}

/**
 * Installs or upgrades the releases of one group at once. Nothing is begun when the values of one cannot be made.
 * Source: SyncReleases in pkg/state/state.go.
 * @returns what failed; releases that were begun are brought to their end in any case
 */
export async function syncReleases(run: StateRun, releases: readonly ReleaseSpec[], affected: AffectedReleases, options: UpgradeOptions): Promise<Error[]> {
  const prepared = new Map<ReleaseSpec, Prepared>()
  const unprepared = await forReleases(run, releases, async (release) => {
    prepared.set(release, await prepare(run, release, options).catch((error: unknown) => { throw releaseFailed(release, error) }))
  })
  if (unprepared.length > 0) return unprepared
  const inTurn = turns()
  return await forReleases(run, releases, (release) => syncRelease(run, prepared.get(release)!, affected, inTurn))
}

/** The chart as Helm is given it. */
export const chartOf = ({ state }: StateRun, release: ReleaseSpec): string => release.chartPath || normalizeChart(state.basePath, release.chart)

/** Source: prepareSyncReleases. */
async function prepare(run: StateRun, release: ReleaseSpec, options: UpgradeOptions): Promise<Prepared> {
  warnOfNeeds(run.state, release, run.log)
  if (!isWanted(release)) return { release, argv: [], input: undefined }
  const input = await run.valuesOf(release)
  const argv = upgradeArgv(run.state, release, chartOf(run, release), options, { values: input.argv, moreValues: moreValues(run.state, run.valuesFiles, (path) => `file does not exist: ${path}`), render: input.render })
  return { release, argv, input }
}

async function syncRelease(run: StateRun, one: Prepared, affected: AffectedReleases, inTurn: ReturnType<typeof turns>): Promise<void> {
  const { release } = one
  const now = run.now ?? Date.now
  const start = now()
  let failed: Error | undefined
  const entry: Affected = { release }
  try {
    await run.hook('presync', 'sync', release).catch((error: unknown) => { throw releaseFailed(release, error) })
    if (!isWanted(release)) await removeUnwanted(run, entry, affected, inTurn)
    else if (release.updateStrategy === 'reinstallIfForbidden') await syncOrReinstall(run, one, entry, affected, inTurn)
    else await upgradeOne(run, one, entry, affected)
  } catch (error) {
    failed = error as Error
  }
  for (const event of ['postsync', 'cleanup']) {
    await run.hook(event, 'sync', release, event === 'postsync' ? failed : undefined).catch((error: unknown) => {
      if (failed === undefined) failed = releaseFailed(release, error)
      else warning(run)(error)
    })
  }
  entry.duration = now() - start
  if (failed !== undefined) throw failed
}

/** `helm upgrade --install`, said as helmfile says it. Source: SyncRelease in pkg/helmexec/exec.go. */
async function upgrade({ helm, log }: StateRun, { release, argv, input }: Prepared): Promise<void> {
  log('info', `Upgrading release=${release.name}, chart=${shownChart(argv[3]!)}, namespace=${release.namespace}`)
  await helm.told(argv, { files: input!.files })
}

async function upgradeOne(run: StateRun, one: Prepared, entry: Affected, affected: AffectedReleases): Promise<void> {
  try {
    await upgrade(run, one)
  } catch (error) {
    affected.failed.push(entry)
    throw releaseFailed(one.release, error)
  }
  affected.upgraded.push(entry)
  await noteVersion(run, entry, 'getting deployed release version failed')
}

/** That it cannot be found out is no failure. */
async function noteVersion(run: StateRun, entry: Affected, trouble: string): Promise<void> {
  try {
    entry.version = await deployedVersion(run, entry.release)
  } catch (error) {
    if (!isPintleError(error)) throw error
    run.log('debug', `${trouble}: ${error.message}`)
  }
}

/** Reached only where a release that is not wanted came into a group of those that are. */
async function removeUnwanted(run: StateRun, entry: Affected, affected: AffectedReleases, inTurn: ReturnType<typeof turns>): Promise<void> {
  const { release } = entry
  try {
    if (!(await isInstalled(run, release))) return
  } catch (error) {
    throw releaseFailed(release, error)
  }
  await inTurn(async () => {
    try {
      await uninstall(run, release, ['delete', release.name, ...connectionFlags(run.state, release)], 'sync')
      affected.deleted.push(entry)
    } catch (error) {
      affected.failed.push(entry)
      throw releaseFailed(release, error)
    }
  })
}

/** What may not be changed is removed and installed anew. Source: performSyncOrReinstallOfRelease. */
async function syncOrReinstall(run: StateRun, one: Prepared, entry: Affected, affected: AffectedReleases, inTurn: ReturnType<typeof turns>): Promise<void> {
  const { release } = one
  const fail = (error: unknown): never => {
    affected.failed.push(entry)
    throw releaseFailed(release, error)
  }
  const forbidden = await upgrade(run, one).then(() => false, (error: Error) => {
    run.log('debug', `update strategy - sync failed: ${error.message}`)
    return error.message.includes('Forbidden: updates') || fail(error)
  })
  if (!forbidden) {
    affected.upgraded.push(entry)
    return await noteVersion(run, entry, 'update strategy - getting deployed release version failed')
  }
  run.log('info', `Failed to sync due to forbidden updates, attempting to reinstall ${JSON.stringify(release.name)} allowed by update strategy`)
  let installed: boolean
  try {
    installed = await isInstalled(run, release)
  } catch (error) {
    throw releaseFailed(release, error)
  }
  if (installed) await inTurn(() => uninstall(run, release, reinstallDeleteArgv(run.state, release), 'sync')).catch(fail)
  await upgrade(run, one).catch(fail)
  affected.reinstalled.push(entry)
  await noteVersion(run, entry, 'update strategy - getting deployed release version failed')
}
