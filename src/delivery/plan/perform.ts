import type { Cluster } from '../../cluster/kube/index.ts'
import { releaseHistory, upgradeOrInstall, type ChangeOptions, type OnEvent, type ReleaseRecord, type StorageDriver } from '../../cluster/release/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { chartRecord, type Chart } from '../../charts/chart/index.ts'
import type { ReleasePlan } from './prepare.ts'
import { crdFiles } from './release-source.ts'

export interface PerformOptions extends Pick<ChangeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  /** Where release records are kept; default Secrets of the namespace. */
  readonly driver?: StorageDriver
  readonly name: string
  readonly namespace: string
  readonly chart: Chart
  readonly plan: ReleasePlan
  /** Milliseconds for any single wait. */
  readonly timeout: number
  readonly createNamespace?: boolean
  readonly maxHistory?: number
  readonly description?: string
  readonly onEvent?: OnEvent
  readonly signal?: AbortSignal
}

/** How applying ended. `record` is the revision that is current now, when there is one. */
export type Performed =
  | { readonly outcome: 'deployed'; readonly record: ReleaseRecord }
  | { readonly outcome: 'rolled-back' | 'failed'; readonly error: Error; readonly record?: ReleaseRecord }

/**
 * Applies exactly what the plan rendered: nothing is rendered again. Waits, and on failure goes back to the revision before (or removes a
 * first install). A failed release is a result, not an exception.
 * @throws PintleError of what is found before anything is written
 */
export async function perform(options: PerformOptions): Promise<Performed> {
  const { cluster, name, namespace, plan, chart, signal, failEarly, patience, stableFor } = options
  const records = options.driver ? { driver: options.driver } : {}
  try {
    const { record } = await upgradeOrInstall({
      cluster, namespace, name, ...records, ...(signal ? { signal } : {}),
      source: {
        crds: crdFiles(chart),
        chart: () => chartRecord(plan.rendered.chart),
        render: () => ({ chart: chartRecord(plan.rendered.chart), config: plan.config, manifest: plan.rendered.manifest, hooks: plan.rendered.hooks, notes: plan.rendered.notes }),
      },
      wait: 'watcher',
      waitForJobs: true,
      timeout: options.timeout,
      ...(failEarly !== undefined && { failEarly }),
      ...(patience && { patience }),
      ...(stableFor !== undefined && { stableFor }),
      rollbackOnFailure: true,
      cleanupOnFail: true,
      serverSide: 'auto',
      definesKinds: true,
      preflight: true,
      maxHistory: options.maxHistory ?? 10,
      ...(options.createNamespace ? { createNamespace: true } : {}),
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    })
    return { outcome: 'deployed', record }
  } catch (error) {
    // Refused before anything was written.
    if (isPintleError(error, 'rule.refused') || (isPintleError(error) && error.details?.unchanged === true)) throw error
    // What is true now is read from the cluster, not guessed from the error. The signal may have fired: read without it.
    const last = (await releaseHistory({ cluster, namespace, name, ...records }).catch((e) => (isPintleError(e, 'release.notFound') ? [] : Promise.reject(e)))).at(-1)?.record
    const back = last === undefined ? plan.revision.before === 0 : last.info.status === 'deployed'
    return { outcome: back ? 'rolled-back' : 'failed', error: error as Error, ...(last ? { record: last } : {}) }
  }
}
