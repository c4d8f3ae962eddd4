import type { KubeObject } from '../kube/index.ts'
import { eventTime } from './pod-trouble.ts'
import type { PodTroubleOptions } from './pod-trouble.ts'
import { defaultPatience } from './patience.ts'
import { maxUnavailable } from './legacy.ts'
import { newReplicaSet } from './pods-of.ts'
import { about, conditions, field, int, text } from './status-fields.ts'
import type { Related, Trouble } from './types.ts'

/** While the rollout itself gives room back, a quota may be short for a moment. */
const roomGrace = 10_000

/**
 * Why a controller cannot make the pods of the newest version. A quota does not grow by waiting, and a refusal by admission seldom ends by itself.
 * Deployments and ReplicaSets say so in a condition; StatefulSets, DaemonSets and Jobs only in events.
 */
export function creationTrouble(workload: KubeObject, related: Related, events: readonly KubeObject[], options: PodTroubleOptions): Trouble | undefined {
  switch (workload.kind) {
    case 'Deployment': {
      const sets = related.replicaSets ?? []
      if (sets.length === 0) return fromCondition(workload, true, options)
      // A Deployment repeats what its old ReplicaSets say (deployment_util.go getReplicaFailures); only the new one counts.
      const set = newReplicaSet(workload, sets)
      return set === undefined ? undefined : fromCondition(set, givesRoom(workload, set, related), options)
    }
    case 'ReplicaSet': case 'ReplicationController': return fromCondition(workload, false, options)
    case 'StatefulSet': case 'DaemonSet': case 'Job': return lacksPods(workload) ? fromEvents(workload, events, options) : undefined
    default: return undefined
  }
}

function fromCondition(object: KubeObject, room: boolean, options: PodTroubleOptions): Trouble | undefined {
  // What was said of an older generation may be what this one mends.
  if (int(object, 'status.observedGeneration', 0) < int(object, 'metadata.generation', 0)) return undefined
  const c = conditions(object).find(condition => condition.type === 'ReplicaFailure' && condition.status === 'True')
  return c === undefined ? undefined : refusal(object, c.reason ?? 'ReplicaFailure', c.message ?? '', room, options)
}

function fromEvents(workload: KubeObject, events: readonly KubeObject[], options: PodTroubleOptions): Trouble | undefined {
  let last: KubeObject | undefined
  for (const event of events) {
    if (event.reason !== 'FailedCreate' || event.involvedObject?.uid !== workload.metadata.uid) continue
    if (options.startedAt !== undefined && Date.parse(eventTime(event)) < options.startedAt) continue
    if (last === undefined || eventTime(event) >= eventTime(last)) last = event
  }
  return last === undefined ? undefined : refusal(workload, 'FailedCreate', String(last.message ?? ''), true, options)
}

function refusal(object: KubeObject, reason: string, message: string, room: boolean, options: PodTroubleOptions): Trouble {
  const { now, patience: { quota, configError } = defaultPatience } = options
  const trouble = { ...about(object), reason, message, fatal: false }
  // A chart may bring its own service account. `default` is made by a controller, which may be behind, and the Job controller tries again ever more seldom.
  const lasts = /serviceaccount "default" not found/.test(message) ? 4 * configError
    : /serviceaccount "[^"]*" not found/.test(message) ? configError
    : /exceeded quota|forbidden|denied|is invalid/.test(message) ? (room ? Math.max(quota, roomGrace) : quota) : Infinity
  const fatalAt = (options.seen?.first(`${object.metadata.uid}/create`, now) ?? now) + lasts
  return lasts === Infinity ? trouble : { ...trouble, fatal: now >= fatalAt, fatalAt }
}

/** Whether the rollout of a Deployment takes old pods away before the new ones are ready. */
function givesRoom(deployment: KubeObject, set: KubeObject, { pods = [] }: Related): boolean {
  const old = pods.filter(pod => !(pod.metadata.ownerReferences ?? []).some(r => r.uid === set.metadata.uid))
  if (old.length === 0) return false
  return text(deployment, 'spec.strategy.type', '') === 'Recreate' || old.some(pod => pod.metadata.deletionTimestamp !== undefined) || maxUnavailable(deployment, int(deployment, 'spec.replicas', 1)) > 0
}

function lacksPods(workload: KubeObject): boolean {
  switch (workload.kind) {
    case 'StatefulSet': return int(workload, 'status.replicas', 0) < int(workload, 'spec.replicas', 1)
    case 'DaemonSet': return int(workload, 'status.currentNumberScheduled', 0) < int(workload, 'status.desiredNumberScheduled', 1)
    default: return int(workload, 'status.active', 0) === 0 && field(workload, 'status', 'completionTime') === undefined
  }
}
