import type { Cluster } from '../../cluster/kube/index.ts'
import { compareWithCluster, type ReleaseRecord } from '../../cluster/release/index.ts'
import { readiness } from '../../cluster/readiness/index.ts'
import type { StepResult } from '../evidence/index.ts'

/** Every object of a release's manifest, live: does it exist, and is it ready. One result for all, naming what is not. */
export async function healthChecks(cluster: Cluster, record: ReleaseRecord, options: { signal?: AbortSignal } = {}): Promise<StepResult[]> {
  const started = Date.now()
  const states = await compareWithCluster(cluster, record, options)
  const faults: string[] = []
  await Promise.all(
    states.map(async ({ ref, state, message }) => {
      if (state === 'missing') return void faults.push(`${ref.kind}/${ref.name} is missing`)
      if (state === 'unknown') return void faults.push(`${ref.kind}/${ref.name} could not be read: ${message ?? ''}`)
      const object = await cluster.get(ref, options)
      const status = object === undefined ? undefined : readiness(object)
      if (status === undefined) faults.push(`${ref.kind}/${ref.name} is missing`)
      else if (status.status !== 'current') faults.push(`${ref.kind}/${ref.name} is ${status.status}: ${status.message}`)
    }),
  )
  const detail = faults.length === 0 ? `${states.length} objects are there and ready` : faults.sort().join('; ')
  return [{ name: 'rollout', kind: 'health', passed: faults.length === 0, detail, duration: Date.now() - started }]
}
