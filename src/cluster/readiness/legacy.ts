import type { KubeObject } from '../kube/index.ts'
import { newReplicaSet } from './pods-of.ts'
import type { Readiness, Related } from './types.ts'
import { conditions, current, failed, field, inProgress, int, text } from './status-fields.ts'

/**
 * Helm 3's rules for `--wait` (pkg/kube/ready.go). A Deployment also needs its ReplicaSets, a ReplicaSet or ReplicationController its pods, in `related`.
 * Helm says nothing while it waits; the messages are its debug lines'.
 */
export function legacyStatus(object: KubeObject, jobs: boolean, related: Related): Readiness {
  const { apiVersion, kind } = object
  switch (`${apiVersion}/${kind}`) {
    case 'v1/Pod': return podReady(object) ? current('Pod is ready') : inProgress('PodNotReady', 'Pod is not ready')
    case 'batch/v1/Job': return jobs ? jobReady(object) : current('Resource is current')
    case 'apps/v1/Deployment': return deploymentReady(object, related)
    case 'v1/PersistentVolumeClaim':
      return text(object, 'status.phase', '') === 'Bound' ? current('PersistentVolumeClaim is bound') : inProgress('NotBound', 'PersistentVolumeClaim is not bound')
    case 'v1/Service': return serviceReady(object)
    case 'apps/v1/DaemonSet': return daemonSetReady(object)
    case 'apiextensions.k8s.io/v1/CustomResourceDefinition': case 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition': return definitionReady(object)
    case 'apps/v1/StatefulSet': return statefulSetReady(object)
    case 'v1/ReplicationController': return setReady(object, field(object, 'spec', 'selector'), related)
    case 'apps/v1/ReplicaSet': return setReady(object, field(object, 'spec', 'selector', 'matchLabels'), related)
    default: return current('Resource is current')
  }
}

/** Helm 3's waiting for a hook (pkg/kube/wait.go waitForJob, waitForPodSuccess). */
export function legacyHookStatus(object: KubeObject): Readiness {
  const name = object.metadata.name ?? ''
  if (object.kind === 'Job') {
    for (const c of conditions(object)) {
      if (c.status !== 'True') continue
      if (c.type === 'Complete') return current('Job completed')
      if (c.type === 'Failed') return failed('JobFailed', `job ${name} failed: ${c.reason ?? ''}`)
    }
    return inProgress('JobInProgress', `${name}: Jobs active: ${int(object, 'status.active', 0)}, jobs failed: ${int(object, 'status.failed', 0)}, jobs succeeded: ${int(object, 'status.succeeded', 0)}`)
  }
  if (object.kind !== 'Pod') return current('Resource is current')
  switch (text(object, 'status.phase', '')) {
    case 'Succeeded': return current(`Pod ${name} succeeded`)
    case 'Failed': return failed('PodFailed', `pod ${name} failed`)
    default: return inProgress('PodInProgress', `Pod ${name} ${text(object, 'status.phase', 'pending').toLowerCase()}`)
  }
}

const podReady = (pod: KubeObject): boolean => conditions(pod).some(c => c.type === 'Ready' && c.status === 'True')

const observed = (object: KubeObject): boolean => int(object, 'status.observedGeneration', 0) === int(object, 'metadata.generation', 0)

const notObserved = (object: KubeObject): Readiness => inProgress(
  'LatestGenerationNotObserved',
  `${object.kind} is not ready. observedGeneration (${int(object, 'status.observedGeneration', 0)}) does not match spec generation (${int(object, 'metadata.generation', 0)}).`,
)

function jobReady(job: KubeObject): Readiness {
  const { namespace, name } = job.metadata
  // The server always fills in backoffLimit; 6 is its default.
  if (int(job, 'status.failed', 0) > int(job, 'spec.backoffLimit', 6)) return failed('JobFailed', `job is failed: ${namespace}/${name}`)
  const completions = field(job, 'spec', 'completions')
  if (typeof completions === 'number' && int(job, 'status.succeeded', 0) < completions) return inProgress('JobInProgress', 'Job is not completed')
  return current('Job is completed')
}

function deploymentReady(deployment: KubeObject, related: Related): Readiness {
  // A paused Deployment never gets ready, and is not waited for.
  if (field(deployment, 'spec', 'paused') === true) return current('Deployment is paused')
  const set = newReplicaSet(deployment, related.replicaSets ?? [])
  if (set === undefined) return inProgress('NoReplicaSet', 'Deployment has no new ReplicaSet yet')
  if (!observed(set)) return notObserved(set)
  if (!observed(deployment)) return notObserved(deployment)
  const replicas = int(deployment, 'spec.replicas', 1)
  const expected = replicas - maxUnavailable(deployment, replicas)
  const ready = int(set, 'status.readyReplicas', 0)
  if (ready < expected) return inProgress('LessReady', `Deployment is not ready. ${ready} out of ${expected} expected pods are ready`)
  return current('Deployment is ready')
}

/** deploymentutil.MaxUnavailable: percentages of surge round up, of unavailable down, and both cannot be nothing. */
export function maxUnavailable(deployment: KubeObject, replicas: number): number {
  if (text(deployment, 'spec.strategy.type', '') !== 'RollingUpdate' || replicas === 0) return 0
  const surge = scaled(field(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxSurge'), replicas, Math.ceil)
  const unavailable = scaled(field(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable'), replicas, Math.floor)
  // An unreadable percentage makes upstream's fence posts (0, 0, err), and the error is dropped.
  if (surge === undefined || unavailable === undefined) return 0
  return Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas)
}

function scaled(value: unknown, total: number, round: (n: number) => number): number | undefined {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  const percent = typeof value === 'string' ? /^([+-]?\d+)%$/.exec(value) : null
  return percent === null ? undefined : round((Number(percent[1]) * total) / 100)
}

function serviceReady(service: KubeObject): Readiness {
  const type = text(service, 'spec.type', '')
  if (type === 'ExternalName') return current('Service is external')
  if (text(service, 'spec.clusterIP', '') === '') return inProgress('NoIPAssigned', 'Service does not have cluster IP address')
  if (type === 'LoadBalancer') {
    const external = field(service, 'spec', 'externalIPs')
    if (Array.isArray(external) && external.length > 0) return current('Service has external IP addresses')
    if (!Array.isArray(field(service, 'status', 'loadBalancer', 'ingress'))) return inProgress('NoIngress', 'Service does not have load balancer ingress IP address')
  }
  return current('Service is ready')
}

function daemonSetReady(set: KubeObject): Readiness {
  if (!observed(set)) return notObserved(set)
  if (text(set, 'spec.updateStrategy.type', '') !== 'RollingUpdate') return current('DaemonSet is not updated by rolling')
  const desired = int(set, 'status.desiredNumberScheduled', 0)
  const updated = int(set, 'status.updatedNumberScheduled', 0)
  if (updated !== desired) return inProgress('LessUpdated', `DaemonSet is not ready. ${updated} out of ${desired} expected pods have been scheduled`)
  // Rounds up, unlike a Deployment's; an unreadable value counts as all.
  const unavailable = scaled(field(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 'missing', desired, Math.ceil) ?? desired
  const ready = int(set, 'status.numberReady', 0)
  if (ready < desired - unavailable) return inProgress('LessReady', `DaemonSet is not ready. ${ready} out of ${desired - unavailable} expected pods are ready`)
  return current('DaemonSet is ready')
}

/** A name conflict counts as ready: the process "should be able to continue". */
function definitionReady(definition: KubeObject): Readiness {
  for (const c of conditions(definition)) {
    if (c.type === 'Established' && c.status === 'True') return current('CustomResourceDefinition is established')
    if (c.type === 'NamesAccepted' && c.status === 'False') return current('CustomResourceDefinition has a naming conflict')
  }
  return inProgress('NotEstablished', 'CustomResourceDefinition is not established')
}

function statefulSetReady(set: KubeObject): Readiness {
  if (!observed(set)) return notObserved(set)
  if (text(set, 'spec.updateStrategy.type', '') !== 'RollingUpdate') return current('StatefulSet is not updated by rolling')
  const partition = int(set, 'spec.updateStrategy.rollingUpdate.partition', 0)
  const replicas = int(set, 'spec.replicas', 1)
  const updated = int(set, 'status.updatedReplicas', 0)
  if (updated < replicas - partition) return inProgress('LessUpdated', `StatefulSet is not ready. ${updated} out of ${replicas - partition} expected pods have been scheduled`)
  const ready = int(set, 'status.readyReplicas', 0)
  if (ready !== replicas) return inProgress('LessReady', `StatefulSet is not ready. ${ready} out of ${replicas} expected pods are ready`)
  const before = text(set, 'status.currentRevision', '')
  const after = text(set, 'status.updateRevision', '')
  if (partition === 0 && before !== after) return inProgress('RevisionMismatch', `StatefulSet is not ready. currentRevision ${before} does not yet match updateRevision ${after}`)
  return current('StatefulSet is ready')
}

function setReady(set: KubeObject, selector: unknown, related: Related): Readiness {
  if (!observed(set)) return notObserved(set)
  const wanted = selector !== null && typeof selector === 'object' ? Object.entries(selector) : []
  const pods = (related.pods ?? []).filter(p => p.metadata.namespace === set.metadata.namespace && wanted.every(([key, value]) => p.metadata.labels?.[key] === value))
  const unready = pods.find(p => !podReady(p))
  return unready === undefined ? current(`${set.kind} is ready`) : inProgress('PodNotReady', `Pod is not ready: ${unready.metadata.namespace}/${unready.metadata.name}`)
}
