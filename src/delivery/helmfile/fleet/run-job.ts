import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { lostReport, parseReport, type EnvironmentReport } from './environment-report.ts'
import { fleetObjects, jobName, resultName, type FleetJob } from './fleet-job.ts'

export interface RunJobOptions {
  readonly signal: AbortSignal
  /** Told of states of the Job. */
  readonly onState?: (text: string) => void
  /** Milliseconds between looks. Default 1000. */
  readonly every?: number
}

const manager = { fieldManager: 'pintle-fleet', force: true }

/**
 * Runs an environment as a Job and waits for its end. What an earlier run left of it is removed first; Job and result stay, to be looked at.
 * @returns what the Job reported; a report that says so when it left none, with the end of its log
 */
export async function runJob(cluster: Cluster, job: FleetJob, { signal, onState, every = 1000 }: RunJobOptions): Promise<EnvironmentReport> {
  const { environment, namespace } = job
  const objects = fleetObjects(job)
  const name = jobName(environment)
  const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace, name }
  const result = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: resultName(environment) }
  await cluster.delete(result, { signal }).catch(() => false)
  await cluster.delete(ref, { signal, propagationPolicy: 'Background' }).catch(() => false)
  while (await cluster.get(ref, { signal }).catch(() => undefined) !== undefined) await sleep(every, undefined, { signal })
  for (const object of objects.slice(0, -1)) await cluster.apply(object, { ...manager, signal })
  await cluster.create(objects.at(-1)!, { fieldManager: manager.fieldManager, signal })
  onState?.(`Job ${namespace}/${name} created`)

  let state = ''
  for (;;) {
    const live = await cluster.get(ref, { signal })
    const now = live === undefined ? 'gone' : stateOf(live)
    if (now !== state) onState?.(`Job ${namespace}/${name} ${now}`)
    state = now
    const stored = await cluster.get(result, { signal })
    const text = (stored?.data as Record<string, string> | undefined)?.report
    if (text !== undefined) return parseReport(text)
    if (state === 'complete' || state === 'failed' || state === 'gone') return lostReport(environment, 1, `Job ${namespace}/${name} is ${state} and left no report${await endOfLog(cluster, job, signal)}`)
    await sleep(every, undefined, { signal })
  }
}

function stateOf({ status }: KubeObject): string {
  const conditions = (status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? []
  const is = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True')
  return is('Complete') ? 'complete' : is('Failed') ? 'failed' : ((status as { active?: number } | undefined)?.active ?? 0) > 0 ? 'running' : 'waiting'
}

async function endOfLog(cluster: Cluster, { environment, namespace }: FleetJob, signal: AbortSignal): Promise<string> {
  try {
    const { items } = await cluster.list('v1', 'Pod', { namespace, labelSelector: `pintle.dev/environment=${jobName(environment)}`, signal })
    const pod = items.at(-1)?.metadata.name
    return pod === undefined ? '' : `:\n${(await cluster.logs(namespace, pod, { tailLines: 20, signal })).trimEnd()}`
  } catch {
    return ''
  }
}
