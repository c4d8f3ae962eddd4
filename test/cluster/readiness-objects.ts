import type { KubeObject } from '../../src/cluster/kube/index.ts'

export interface ReadinessCase { object: KubeObject; related: KubeObject[]; legacy: boolean }

type Fields = Record<string, any>

/** Objects in states at random, biased towards those that are nearly ready, where the rules differ. @param random 0 to 1 */
export function readinessCase(random: () => number): ReadinessCase {
  const below = (n: number): number => Math.floor(random() * n)
  const pick = <T,>(...of: T[]): T => of[below(of.length)]!
  const chance = (p: number): boolean => random() < p
  /** Leaves fields out, and sometimes empties them. */
  const some = (fields: Fields, keep = 0.8): Fields => Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined && chance(keep)))
  const count = (wanted: number): number => (chance(0.7) ? wanted : below(4))
  const state = (): string => pick('True', 'True', 'False', 'Unknown')
  const conditions = (...types: string[]): Fields[] => types.filter(() => chance(0.6)).map(type => some({ type, status: state(), reason: pick('R', 'ProgressDeadlineExceeded', 'NewReplicaSetAvailable', 'Unschedulable', 'Installing', 'BackoffLimitExceeded'), message: 'm' }, 0.95))
  const general = (): string[] => (chance(0.15) ? ['Reconciling', 'Stalled'] : [])
  const labels = { app: 'x' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'a' }] } }
  const generation = 1 + below(2)
  const metadata = (): Fields => ({
    name: 'x', namespace: 'ns', uid: 'u1', ...(chance(0.9) && { generation }), ...(chance(0.04) && { deletionTimestamp: '2026-01-01T00:00:00Z' }), creationTimestamp: '2026-01-01T00:00:00Z',
  })
  const observed = (): Fields => (chance(0.9) ? { observedGeneration: chance(0.85) ? generation : generation - 1 } : {})
  const wanted = below(3)
  const selector = { matchLabels: labels }
  // The server fills it in always, and Helm 3's rules rely on that.
  const replicas = { replicas: wanted }
  const pods = (owner: string): KubeObject[] => Array.from({ length: below(3) }, (_, i) => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${i}`, namespace: 'ns', labels, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] }, spec: { containers: [{ name: 'c', image: 'a' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: state() }] },
  }))
  const percent = (): unknown => pick<unknown>(0, 1, 2, '25%', '50%', '100%')
  const of = (apiVersion: string, kind: string, spec: Fields, status: Fields, more: { related?: KubeObject[]; legacy?: boolean } = {}): ReadinessCase =>
    ({ object: { apiVersion, kind, metadata: metadata(), spec, ...(chance(0.95) && { status }) } as KubeObject, related: more.related ?? [], legacy: more.legacy ?? true })

  switch (pick('Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod', 'Job', 'Claim', 'Service', 'Definition', 'Custom', 'Other')) {
    case 'Deployment': {
      const set: KubeObject = {
        apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'x-1', namespace: 'ns', uid: 'r1', generation: 1, labels: { ...labels, 'pod-template-hash': '1' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', uid: 'u1', controller: true }] },
        spec: { replicas: wanted, selector, template: { ...template, metadata: { labels: { ...labels, 'pod-template-hash': '1' } } } }, status: { replicas: count(wanted), readyReplicas: count(wanted), observedGeneration: Number(chance(0.9)) },
      }
      const type = pick('RollingUpdate', 'RollingUpdate', 'Recreate')
      return of('apps/v1', 'Deployment', { ...replicas, selector, template, strategy: { type, ...(type === 'RollingUpdate' && { rollingUpdate: { maxSurge: percent(), maxUnavailable: percent() } }) }, ...(chance(0.1) && { paused: true }), ...(chance(0.8) && { progressDeadlineSeconds: pick(600, 2 ** 31 - 1) }) },
        { ...observed(), ...some({ replicas: count(wanted), updatedReplicas: count(wanted), readyReplicas: count(wanted), availableReplicas: count(wanted) }, 0.95), conditions: conditions('Progressing', 'Available', 'ReplicaFailure', ...general()) }, { related: chance(0.85) ? [set] : [] })
    }
    case 'StatefulSet': {
      const type = pick('RollingUpdate', 'RollingUpdate', 'RollingUpdate', 'OnDelete')
      return of('apps/v1', 'StatefulSet', { ...replicas, selector, template, serviceName: 'x', updateStrategy: { type, ...(type === 'RollingUpdate' && chance(0.5) && { rollingUpdate: some({ partition: below(4) }) }) } },
        { ...observed(), ...some({ replicas: count(wanted), readyReplicas: count(wanted), currentReplicas: count(wanted), updatedReplicas: count(wanted) }, 0.95), currentRevision: pick('a', 'a', 'b'), updateRevision: 'a', conditions: conditions(...general()) })
    }
    case 'DaemonSet': return of('apps/v1', 'DaemonSet', { selector, template, updateStrategy: { type: pick('RollingUpdate', 'RollingUpdate', 'OnDelete'), rollingUpdate: some({ maxUnavailable: percent() }, 0.9) } },
      { ...observed(), ...some({ desiredNumberScheduled: wanted, currentNumberScheduled: count(wanted), updatedNumberScheduled: count(wanted), numberAvailable: count(wanted), numberReady: count(wanted) }, 0.95) })
    case 'ReplicaSet': return of('apps/v1', 'ReplicaSet', { ...replicas, selector, template }, { ...observed(), ...some({ replicas: count(wanted), fullyLabeledReplicas: count(wanted), readyReplicas: count(wanted), availableReplicas: count(wanted) }, 0.95), conditions: conditions('ReplicaFailure', ...general()) }, { related: pods('u1') })
    case 'ReplicationController': return of('v1', 'ReplicationController', { ...replicas, selector: labels, template }, { ...observed(), ...some({ replicas: count(wanted) }) }, { related: pods('u1') })
    case 'Pod': return of('v1', 'Pod', { containers: [{ name: 'c', image: 'a' }] }, {
      ...(chance(0.9) && { phase: pick('Pending', 'Running', 'Running', 'Succeeded', 'Failed', 'Unknown') }), conditions: conditions('Ready', 'PodScheduled', 'ContainersReady'),
      containerStatuses: [{ name: 'c', image: 'a', imageID: '', ready: false, restartCount: 0, state: pick({ running: {} }, { waiting: { reason: 'CrashLoopBackOff' } }, { waiting: { reason: 'ImagePullBackOff' } }) }],
    })
    case 'Job': return of('batch/v1', 'Job', { ...some({ completions: wanted, parallelism: 2 }), backoffLimit: below(4), template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }, { ...some({ startTime: '2026-01-01T00:00:00Z', succeeded: below(3), failed: below(4), active: below(3) }), conditions: conditions('Complete', 'Failed', 'Suspended') })
    case 'Claim': return of('v1', 'PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'] }, some({ phase: pick('Bound', 'Pending', 'Lost') }))
    case 'Service': return of('v1', 'Service', some({ type: pick('ClusterIP', 'LoadBalancer', 'ExternalName', 'NodePort'), clusterIP: pick('10.0.0.1', ''), externalIPs: pick([], ['192.0.2.1']) }), some({ loadBalancer: pick({}, { ingress: [{ ip: '192.0.2.1' }] }) }))
    case 'Definition': return of(pick('apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1'), 'CustomResourceDefinition', {}, { conditions: conditions('NamesAccepted', 'Established', ...general()) }, { legacy: false })
    case 'Custom': return of('example.com/v1', pick('Thing', 'Job', 'Pod', 'Deployment'), {}, { ...observed(), conditions: conditions('Ready', 'Available', 'Reconciling', 'Stalled') }, { legacy: false })
    default: {
      const [apiVersion, kind] = pick(['v1', 'ConfigMap'], ['policy/v1', 'PodDisruptionBudget'], ['batch/v1', 'CronJob'], ['networking.k8s.io/v1', 'Ingress']) as [string, string]
      return of(apiVersion, kind, {}, { ...observed(), conditions: conditions('Ready', ...general()) })
    }
  }
}
