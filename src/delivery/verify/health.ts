import type { Cluster } from '../../cluster/kube/index.ts'
import { compareWithCluster, type ReleaseRecord } from '../../cluster/release/index.ts'
import { readiness } from '../../cluster/readiness/index.ts'
import type { StepResult } from '../evidence/index.ts'

/** An object of a release that is not as it should be. */
export interface HealthFault {
  /** `Deployment/web` */
  readonly object: string
  /** `is missing`, or where it stands and why. */
  readonly detail: string
}

/** Every object of a release's manifest, live: does it exist, and is it ready. @returns those that are not, by name, and how many there are */
export async function healthFaults(cluster: Cluster, record: ReleaseRecord, options: { signal?: AbortSignal } = {}): Promise<{ readonly faults: readonly HealthFault[]; readonly objects: number }> {
  const states = await compareWithCluster(cluster, record, options)
  const faults: HealthFault[] = []
  await Promise.all(
    states.map(async ({ ref, state, message }) => {
      const object = `${ref.kind}/${ref.name}`
      if (state === 'missing') return void faults.push({ object, detail: 'is missing' })
      if (state === 'unknown') return void faults.push({ object, detail: `could not be read: ${message ?? ''}` })
      const live = await cluster.get(ref, options)
      const status = live === undefined ? undefined : readiness(live)
      if (status === undefined) faults.push({ object, detail: 'is missing' })
      else if (status.status !== 'current') faults.push({ object, detail: `is ${status.status}: ${status.message}` })
    }),
  )
  return { faults: faults.sort((a, b) => (a.object < b.object ? -1 : 1)), objects: states.length }
}

/** The same as one result for all, naming what is not well. */
export async function healthChecks(cluster: Cluster, record: ReleaseRecord, options: { signal?: AbortSignal } = {}): Promise<StepResult[]> {
  const started = Date.now()
  const { faults, objects } = await healthFaults(cluster, record, options)
  const detail = faults.length === 0 ? `${objects} objects are there and ready` : faults.map((f) => `${f.object} ${f.detail}`).join('; ')
  return [{ name: 'rollout', kind: 'health', passed: faults.length === 0, detail, duration: Date.now() - started }]
}
