import { connectionFlags, downloadFlags, type ChartState } from '../charts/chart-flags.ts'
import type { ReleaseSpec } from '../spec.ts'
import { timeoutFlags } from './upgrade-argv.ts'

const namespaceFlags = ({ namespace }: ReleaseSpec): string[] => (namespace === '' ? [] : ['--namespace', namespace])

/** `helm list` for one release, in every state but superseded. Source: listReleases in pkg/state/state.go, List in pkg/helmexec/exec.go. */
export function listArgv(state: ChartState, release: ReleaseSpec): string[] {
  return ['list', '--filter', `^${release.name}$`, ...connectionFlags(state, release), ...namespaceFlags(release), '--uninstalling', '--deployed', '--failed', '--pending']
}

export const statusArgv = (state: ChartState, release: ReleaseSpec): string[] => ['status', release.name, ...namespaceFlags(release), ...connectionFlags(state, release)]

/** `helm delete` of destroy. Source: DeleteReleases. */
export function destroyArgv(state: ChartState, release: ReleaseSpec, cascade: string): string[] {
  return ['delete', release.name, ...connectionFlags(state, release), ...cascadeFlags(state, release, cascade), ...deleteWaitFlags(state, release), ...namespaceFlags(release)]
}

/** `helm delete` of apply and sync, for a release that is not to be installed. Source: DeleteReleasesForSync. */
export function deleteArgv(state: ChartState, release: ReleaseSpec, cascade: string): string[] {
  return ['delete', release.name, ...namespaceFlags(release), ...deleteWaitFlags(state, release), ...connectionFlags(state, release), ...cascadeFlags(state, release, cascade)]
}

/** `helm delete` before a release is installed anew: it always waits. Source: performSyncOrReinstallOfRelease. */
export function reinstallDeleteArgv(state: ChartState, release: ReleaseSpec): string[] {
  return ['delete', release.name, ...namespaceFlags(release), ...deleteWaitFlags(state, { ...release, deleteWait: true }), ...connectionFlags(state, release)]
}

/** @param timeout seconds, always given */
export function testArgv(state: ChartState, release: ReleaseSpec, { logs, timeout }: { readonly logs: boolean; readonly timeout: number | undefined }): string[] {
  return [
    'test', release.name, ...namespaceFlags(release), ...(logs ? ['--logs'] : []), ...(timeout === undefined ? timeoutFlags(state, release, 0) : ['--timeout', `${timeout}s`]),
    ...connectionFlags(state, release), ...downloadFlags(state, release),
  ]
}

function cascadeFlags({ spec }: ChartState, release: ReleaseSpec, given: string): string[] {
  const cascade = release.cascade || given || spec.helmDefaults.cascade || ''
  return cascade === '' ? [] : ['--cascade', cascade]
}

function deleteWaitFlags({ spec }: ChartState, release: ReleaseSpec): string[] {
  if (!(release.deleteWait ?? spec.helmDefaults.deleteWait)) return []
  const seconds = release.deleteTimeout ?? spec.helmDefaults.deleteTimeout
  return ['--wait', ...(seconds === 0 ? [] : ['--timeout', `${seconds}s`])]
}
