import type { KubeObject } from '../kube/index.ts'
import type { Readiness } from './types.ts'
import { conditions, current, failed, field, inProgress, int, text } from './status-fields.ts'

type Rule = (object: KubeObject, now: number) => Readiness

/**
 * The rules of kstatus (cli-utils pkg/kstatus/status): what holds for every object first, then the kind's own, then a Ready condition; an object that
 * says nothing is taken for ready.
 * @param first asked after what holds for every object; undefined leaves it to the rules
 */
export function kstatus(object: KubeObject, now: number, first?: (object: KubeObject) => Readiness | undefined): Readiness {
  const known = anyObject(object) ?? first?.(object)
  if (known !== undefined) return known
  const slash = object.apiVersion.indexOf('/')
  const key = slash < 0 ? object.kind : `${object.apiVersion.slice(0, slash)}/${object.kind}`
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
  return rule?.(object, now) ?? readyCondition(object) ?? current('Resource is current')
}

/** generic.go: deletion, an old generation, and the two conditions made for this purpose decide for every kind. */
function anyObject(object: KubeObject): Readiness | undefined {
  if (object.metadata.deletionTimestamp) return { status: 'terminating', message: 'Resource scheduled for deletion', reason: 'Terminating' }
  const generation = field(object, 'metadata', 'generation')
  const observed = field(object, 'status', 'observedGeneration')
  if (typeof generation === 'number' && typeof observed === 'number' && observed !== generation) {
    return inProgress('LatestGenerationNotObserved', `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`)
  }
  for (const c of conditions(object)) {
    if (c.type === 'Reconciling' && c.status === 'True') return inProgress(c.reason ?? '', c.message ?? '')
    if (c.type === 'Stalled' && c.status === 'True') return failed(c.reason ?? '', c.message ?? '')
  }
  return undefined
}

/** Many custom resources have a Ready condition; whether a False one will ever mend cannot be known. */
function readyCondition(object: KubeObject): Readiness | undefined {
  for (const c of conditions(object)) {
    if (c.type !== 'Ready') continue
    if (c.status === 'True') return current('Resource is Ready')
    if (c.status === 'False' || c.status === 'Unknown') return inProgress(c.reason ?? '', c.message ?? '')
  }
  return undefined
}

const alwaysReady: Rule = () => current('Resource is always ready')

const statefulSet: Rule = o => {
  // Pods are replaced when somebody deletes them: there is nothing to wait for.
  if (text(o, 'spec.updateStrategy.type', '') === 'OnDelete') return current('StatefulSet is using the ondelete update strategy')
  const wanted = int(o, 'spec.replicas', 1)
  const ready = int(o, 'status.readyReplicas', 0)
  const updated = int(o, 'status.updatedReplicas', 0)
  const replicas = int(o, 'status.replicas', 0)
  const partition = int(o, 'spec.updateStrategy.rollingUpdate.partition', -1)
  if (wanted > replicas) return inProgress('LessReplicas', `Replicas: ${replicas}/${wanted}`)
  if (wanted > ready) return inProgress('LessReady', `Ready: ${ready}/${wanted}`)
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`)
  if (partition !== -1) {
    if (updated < wanted - partition) return inProgress('PartitionRollout', `updated: ${updated}/${wanted - partition}`)
    return current(`Partition rollout complete. updated: ${updated}`)
  }
  const currentReplicas = int(o, 'status.currentReplicas', 0)
  if (wanted > currentReplicas) return inProgress('LessCurrent', `current: ${currentReplicas}/${wanted}`)
  if (text(o, 'status.currentRevision', '') !== text(o, 'status.updateRevision', '')) return inProgress('RevisionMismatch', 'Waiting for updated revision to match current')
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`)
}

const noDeadline = 2 ** 31 - 1

const deployment: Rule = o => {
  // Without a deadline the controller sets no Progressing condition.
  let progressing = int(o, 'spec.progressDeadlineSeconds', noDeadline) === noDeadline
  let available = false
  for (const c of conditions(o)) {
    if (c.type === 'Progressing') {
      if (c.reason === 'ProgressDeadlineExceeded') return failed('ProgressDeadlineExceeded', 'Progress deadline exceeded')
      if (c.status === 'True' && c.reason === 'NewReplicaSetAvailable') progressing = true
    } else if (c.type === 'Available' && c.status === 'True') available = true
  }
  const wanted = int(o, 'spec.replicas', 1)
  const replicas = int(o, 'status.replicas', 0)
  const updated = int(o, 'status.updatedReplicas', 0)
  const ready = int(o, 'status.readyReplicas', 0)
  const availableReplicas = int(o, 'status.availableReplicas', 0)
  if (wanted > replicas) return inProgress('LessReplicas', `Replicas: ${replicas}/${wanted}`)
  if (wanted > updated) return inProgress('LessUpdated', `Updated: ${updated}/${wanted}`)
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`)
  if (updated > availableReplicas) return inProgress('LessAvailable', `Available: ${availableReplicas}/${updated}`)
  if (wanted > ready) return inProgress('LessReady', `Ready: ${ready}/${wanted}`)
  if (!progressing) return inProgress('ReplicaSetNotAvailable', 'ReplicaSet not Available')
  if (!available) return inProgress('DeploymentNotAvailable', 'Deployment not Available')
  return current(`Deployment is available. Replicas: ${replicas}`)
}

const replicaSet: Rule = o => {
  if (conditions(o).some(c => c.type === 'ReplicaFailure' && c.status === 'True')) return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods')
  const wanted = int(o, 'spec.replicas', 1)
  const replicas = int(o, 'status.replicas', 0)
  const ready = int(o, 'status.readyReplicas', 0)
  const available = int(o, 'status.availableReplicas', 0)
  const labelled = int(o, 'status.fullyLabeledReplicas', 0)
  if (wanted > labelled) return inProgress('LessLabelled', `Labelled: ${labelled}/${wanted}`)
  if (wanted > available) return inProgress('LessAvailable', `Available: ${available}/${wanted}`)
  if (wanted > ready) return inProgress('LessReady', `Ready: ${ready}/${wanted}`)
  if (replicas > wanted) return inProgress('ExtraPods', `Pending termination: ${replicas - wanted}`)
  return current(`ReplicaSet is available. Replicas: ${replicas}`)
}

const daemonSet: Rule = o => {
  if (field(o, 'metadata', 'generation') === undefined) return inProgress('NoGeneration', `${o.kind} metadata.generation not found`)
  if (field(o, 'status', 'observedGeneration') === undefined) return inProgress('NoObservedGeneration', `${o.kind} status.observedGeneration not found`)
  const wanted = int(o, 'status.desiredNumberScheduled', -1)
  if (wanted === -1) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled')
  for (const [name, reason, label] of daemonCounts) {
    const count = int(o, `status.${name}`, 0)
    if (wanted > count) return inProgress(reason, `${label}: ${count}/${wanted}`)
  }
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`)
}

const daemonCounts = [
  ['currentNumberScheduled', 'LessCurrent', 'Current'],
  ['updatedNumberScheduled', 'LessUpdated', 'Updated'],
  ['numberAvailable', 'LessAvailable', 'Available'],
  ['numberReady', 'LessReady', 'Ready'],
] as const

const claim: Rule = o => {
  const phase = text(o, 'status.phase', 'unknown')
  return phase === 'Bound' ? current('PVC is Bound') : inProgress('NotBound', `PVC is not Bound. phase: ${phase}`)
}

const scheduleWindow = 15_000

const pod: Rule = (o, now) => {
  const phase = text(o, 'status.phase', '')
  switch (phase) {
    // Whether a pod that has ended did so well is none of this rule's business.
    case 'Succeeded': return current('Pod has completed successfully')
    case 'Failed': return current('Pod has completed, but not successfully')
    case 'Running': {
      if (conditions(o).some(c => c.type === 'Ready' && c.status === 'True')) return current('Pod is Ready')
      const crashing = crashLoopingContainers(o)
      if (crashing.length > 0) return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${crashing.join(',')}`)
      return inProgress('PodRunningNotReady', 'Pod is running but is not Ready')
    }
    case 'Pending': {
      const scheduled = conditions(o).find(c => c.type === 'PodScheduled' && c.status === 'False')
      if (scheduled?.reason !== 'Unschedulable') return inProgress('PodPending', 'Pod is in the Pending phase')
      const created = Date.parse(o.metadata.creationTimestamp ?? '')
      if (now - scheduleWindow < created) return inProgress('PodNotScheduled', 'Pod has not been scheduled')
      return failed('PodUnschedulable', 'Pod could not be scheduled')
    }
    case '': return inProgress('PodNotObserved', 'Pod phase not available')
    default: return { status: 'unknown', message: `unknown phase ${phase}`, reason: 'UnknownPhase' }
  }
}

function crashLoopingContainers(o: KubeObject): string[] {
  const statuses = field(o, 'status', 'containerStatuses')
  if (!Array.isArray(statuses)) return []
  return statuses.filter(s => field(s, 'state', 'waiting', 'reason') === 'CrashLoopBackOff' && typeof s.name === 'string').map(s => s.name)
}

/** A running Job is ready: it has been started, which is all a release without --wait-for-jobs asks for. */
const job: Rule = o => {
  const completions = int(o, 'spec.completions', int(o, 'spec.parallelism', 1))
  const succeeded = int(o, 'status.succeeded', 0)
  const failures = int(o, 'status.failed', 0)
  for (const c of conditions(o)) {
    if (c.status !== 'True') continue
    if (c.type === 'Complete') return current(`Job Completed. succeeded: ${succeeded}/${completions}`)
    if (c.type === 'Failed') return failed('JobFailed', `Job Failed. failed: ${failures}/${completions}`)
  }
  if (text(o, 'status.startTime', '') === '') return inProgress('JobNotStarted', 'Job not started')
  return current(`Job in progress. success:${succeeded}, active: ${int(o, 'status.active', 0)}, failed: ${failures}`)
}

const service: Rule = o => {
  if (text(o, 'spec.type', 'ClusterIP') === 'LoadBalancer' && text(o, 'spec.clusterIP', '') === '') return inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer')
  return current('Service is ready')
}

const definition: Rule = o => {
  for (const c of conditions(o)) {
    if (c.type === 'NamesAccepted' && c.status === 'False') return failed(c.reason ?? '', c.message ?? '')
    if (c.type !== 'Established') continue
    if (c.status === 'False' && c.reason !== 'Installing') return failed(c.reason ?? '', c.message ?? '')
    if (c.status === 'True') return current('CRD is established')
  }
  return inProgress('Installing', 'Install in progress')
}

const rules: Readonly<Record<string, Rule>> = {
  Service: service,
  Pod: pod,
  Secret: alwaysReady,
  ConfigMap: alwaysReady,
  PersistentVolumeClaim: claim,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'extensions/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'extensions/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'extensions/ReplicaSet': replicaSet,
  'policy/PodDisruptionBudget': () => current('AllowedDisruptions has been computed.'),
  'batch/CronJob': alwaysReady,
  'batch/Job': job,
  'apiextensions.k8s.io/CustomResourceDefinition': definition,
}
