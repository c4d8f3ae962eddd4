import { rollback, uninstall, type ChangeOptions, type OnEvent, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import type { PlannedRelease } from './plan-file.ts'

export interface GoBackOptions extends Pick<ChangeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  readonly driver: StorageDriver
  readonly release: Pick<PlannedRelease, 'name' | 'namespace' | 'rollback' | 'settings'>
  /** Stands in the history. */
  readonly reason: string
  readonly onEvent?: OnEvent
  readonly signal?: AbortSignal
}

/** What a description may hold at most, in characters. */
const longest = 256

/**
 * Takes a release that was deployed back to the revision before, or removes it where there was none: what a release that failed does by itself.
 * @returns the revision that was made; undefined: the release is gone
 * @throws PintleError of a rollback
 */
export async function goBack({ cluster, driver, release: { name, namespace, rollback: { target }, settings: { timeout, historyMax } }, reason, signal, ...rest }: GoBackOptions): Promise<ReleaseRecord | undefined> {
  const common = { cluster, driver, namespace, name, timeout, wait: 'watcher' as const, ...rest, ...(signal && { signal }) }
  if (target === 0) {
    await uninstall({ ...common, description: cut(reason) })
    return undefined
  }
  return (await rollback({ ...common, version: target, description: cut(`Rollback to ${target}: ${reason}`), maxHistory: historyMax, waitForJobs: true, cleanupOnFail: true })).record
}

const cut = (text: string): string => {
  const characters = [...text]
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`
}
