import { unmarshal } from '../../../language/yaml/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import { listArgv, statusArgv } from './release-argv.ts'
import type { StateRun } from './state-run.ts'

/** Whether a release is in the cluster, in whatever state. Source: isReleaseInstalled in pkg/state/state.go. @throws HelmExitError */
export async function isInstalled(run: StateRun, release: ReleaseSpec): Promise<boolean> {
  if (run.askStatus !== true) return (await listed(run, release)) !== ''
  run.log('debug', `Checking release existence using \`helm status\` for release ${release.name}`)
  try {
    await releaseStatus(run, release)
    return true
  } catch (error) {
    if ((error as Error).message.includes('Error: release: not found')) return false
    throw error
  }
}

/** Those that are to be removed and are there. Source: DetectReleasesToBeDeletedForSync. */
export async function toBeDeleted(run: StateRun, releases: readonly ReleaseSpec[]): Promise<ReleaseSpec[]> {
  return await installedOf(run, releases.filter((release) => !isWanted(release)))
}

/** One after another, as helmfile asks. Source: DetectReleasesToBeDeleted. */
export async function installedOf(run: StateRun, releases: readonly ReleaseSpec[]): Promise<ReleaseSpec[]> {
  const out: ReleaseSpec[] = []
  for (const release of releases) if (await isInstalled(run, release)) out.push(release)
  return out
}

/** Source: Desired. */
export const isWanted = ({ installed }: ReleaseSpec): boolean => installed ?? true

export async function releaseStatus({ helm, state, log }: StateRun, release: ReleaseSpec): Promise<void> {
  log('info', `Getting status ${release.name}`)
  await helm.told(statusArgv(state, release))
}

/**
 * The version of the chart that is installed, as `helm list` shows it; where the chart's name is not that of its folder, the folder's.
 * Source: getDeployedVersion.
 */
export async function deployedVersion(run: StateRun, release: ReleaseSpec): Promise<string> {
  const text = await listed(run, release)
  const name = release.chart.replace(/\/+$/, '').replace(/^.*\//, '').replaceAll(/[\\^$*+?()[\]{}|]/g, '\\$&')
  const found = new RegExp(`.*\\s.*\\s.*\\s.*\\s${name}-(.*?)\\s`).exec(text)?.[1]
  if (found !== undefined) return found
  const shown = unmarshal((await run.helm.exec(['show', 'chart', release.chart])).stdout)
  const version = shown instanceof Map ? shown.get('version') : ''
  return typeof version === 'string' ? version : ''
}

/** What `helm list` prints of a release, without its head. Source: listReleases; List in pkg/helmexec/exec.go. */
async function listed({ helm, state, log }: StateRun, release: ReleaseSpec): Promise<string> {
  log('info', `Listing releases matching ^${release.name}$`)
  const { stdout } = await helm.exec(listArgv(state, release), { live: false })
  const rows = stdout.split('\n').slice(1).join('\n')
  helm.info(rows)
  return rows
}
