import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { deployment, job, pod } from './release-fixtures.ts'

/** A rollout that fails: a good release is upgraded to something that cannot become ready. */
export interface Rollout {
  readonly name: string
  /** The objects of the good release. */
  readonly before: readonly KubeObject[]
  readonly after: readonly KubeObject[]
  /** What stands in the namespace before the release does. */
  readonly around?: readonly KubeObject[]
  /** What happens to the cluster between the good release and the upgrade. */
  meanwhile?(cluster: Cluster, namespace: string): Promise<void>
  /** Thresholds made short, so that a test does not take minutes; the bench goes by the defaults. */
  readonly failAfter?: string
  /** It ends only at the timeout: nothing says that waiting is in vain. */
  readonly patient?: boolean
  readonly rollback?: boolean
  /** The rollback is held up too. */
  readonly stuck?: boolean
  /** Only watching it a while shows that it fails: it is ready for a moment, and Helm may take it for good. */
  readonly stableFor?: string
  /** Whether the cluster knows the reason, when an object looks like this. */
  known(object: KubeObject): boolean
  /** The reason on the screen. */
  readonly reason: RegExp
  /** What the error must say beside it. */
  readonly told?: readonly RegExp[]
}

type Spec = Record<string, any>

const rolled = (spec: Spec = {}, image = 'example.com/app:1', more: Spec = {}): KubeObject => {
  const object = deployment('app', image)
  object.spec = { ...object.spec, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, ...more }
  object.spec.template.spec = { ...object.spec.template.spec, ...spec }
  return object
}
const container = (image: string, more: Spec = {}): Spec => ({ containers: [{ name: 'main', image, ...more }] })
const annotated = (object: KubeObject, events: string): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/hook': events } } })

const set = (kind: 'StatefulSet' | 'DaemonSet', image: string, more: Spec = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind, metadata: { name: 'app' },
  spec: { ...(kind === 'StatefulSet' && { serviceName: 'app' }), selector: { matchLabels: { app: 'app' } }, template: { metadata: { labels: { app: 'app' } }, spec: container(image) }, ...more },
})

const claim = (storageClassName: string): KubeObject => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
})

const quota = (pods: string): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods } } })

const waits = (...reasons: string[]) => (o: KubeObject): boolean => o.kind === 'Pod' && [...(o.status?.initContainerStatuses ?? []), ...(o.status?.containerStatuses ?? [])].some((c: any) => reasons.includes(c.state?.waiting?.reason))
const unschedulable = (o: KubeObject): boolean => o.kind === 'Pod' && (o.status?.conditions ?? []).some((c: any) => c.type === 'PodScheduled' && c.reason === 'Unschedulable')
const event = (reason: string) => (o: KubeObject): boolean => o.kind === 'Event' && o.reason === reason
const ended = (o: KubeObject): boolean => o.kind === 'Pod' && o.status?.phase === 'Failed'

const lastWords = /last words of pod [\w-]+, container main(.|\n)*asked to fail by its image/

/** @param drained the node that one of them drains: nothing else can be scheduled there afterwards */
export const rolloutScenarios = (drained: string): readonly Rollout[] => [
  {
    name: 'image that cannot be pulled', before: [rolled()], after: [rolled({}, 'example.com/does-not-exist:2')], failAfter: 'image-pull=2s', rollback: true,
    known: waits('ErrImagePull', 'ImagePullBackOff'), reason: /pod app-[\w-]+ \(main\): (ErrImagePull|ImagePullBackOff): .*not found/, told: [/hint: Deployment app: pod .*ImagePull.*\nCheck the name and tag/, /warnings of the cluster:\n {2}Pod\/app-/],
  },
  { name: 'invalid image name', before: [rolled()], after: [rolled({}, 'Example.com/App:2')], known: waits('InvalidImageName'), reason: /InvalidImageName: .*invalid reference format/, told: [/hint: .*\nCorrect the image/] },
  { name: 'crash loop', before: [rolled()], after: [rolled({}, 'example.com/crash:2')], rollback: true, known: waits('CrashLoopBackOff'), reason: /CrashLoopBackOff: container main exited with 1/, told: [lastWords] },
  {
    name: 'killed for its memory', before: [rolled()], after: [rolled({}, 'example.com/oom:2')],
    known: (o) => o.kind === 'Pod' && (o.status?.containerStatuses ?? []).some((c: any) => c.lastState?.terminated?.reason === 'OOMKilled' || c.state?.terminated?.reason === 'OOMKilled'), reason: /OOMKilled: container main used more memory/, told: [/Raise the memory limit/],
  },
  {
    name: 'unschedulable: too much cpu', before: [rolled()], after: [rolled(container('example.com/app:2', { resources: { requests: { cpu: '1000' } } }))], failAfter: 'unschedulable=2s', rollback: true,
    known: unschedulable, reason: /Unschedulable: 0\/\d nodes are available: .*Insufficient cpu/, told: [/Lower what the pod requests/],
  },
  {
    name: 'unschedulable: no such node', before: [rolled()], after: [rolled({ nodeSelector: { disk: 'ssd' } })], failAfter: 'unschedulable=2s',
    known: unschedulable, reason: /Unschedulable: .*didn't match Pod's node affinity\/selector/, told: [/Compare nodeSelector/],
  },
  {
    name: 'quota', before: [rolled()], after: [rolled({}, 'example.com/app:2')], around: [quota('1')], rollback: true,
    known: (o) => o.kind === 'ReplicaSet' && (o.status?.conditions ?? []).some((c: any) => c.type === 'ReplicaFailure'), reason: /ReplicaSet\/app-\w+: FailedCreate: .*exceeded quota: few/, told: [/kubectl describe quota/],
  },
  {
    name: 'quota of a StatefulSet', before: [set('StatefulSet', 'example.com/app:1')], after: [set('StatefulSet', 'example.com/app:1', { replicas: 2 })], around: [quota('1')],
    known: event('FailedCreate'), reason: /StatefulSet\/app: FailedCreate: .*exceeded quota: few/,
  },
  { name: 'pre-upgrade Job fails', before: [rolled()], after: [rolled({}, 'example.com/app:2'), annotated(job('migrate', 'example.com/fail:1'), 'pre-upgrade')], rollback: true, known: ended, reason: /hook pre-upgrade Job\/migrate failed/, told: [/pre-upgrade hooks failed/, /last words of pod migrate-\w+, container main(.|\n)*asked to fail/] },
  {
    name: 'pre-upgrade Job cannot pull', before: [rolled()], after: [rolled({}, 'example.com/app:2'), annotated(job('migrate', 'example.com/does-not-exist:1'), 'pre-upgrade')], failAfter: 'image-pull=2s', rollback: true,
    known: waits('ErrImagePull', 'ImagePullBackOff'), reason: /pod migrate-\w+ \(main\): (ErrImagePull|ImagePullBackOff)/, told: [/pre-upgrade hooks failed/],
  },
  { name: 'post-upgrade Pod fails', before: [rolled()], after: [rolled({}, 'example.com/app:2'), annotated(pod('check', 'example.com/fail:1'), 'post-install,post-upgrade')], known: ended, reason: /hook post-upgrade Pod\/check failed/, told: [/post-upgrade hooks failed/, /last words of pod check, container main(.|\n)*asked to fail/] },
  {
    // A rollout asks no budget. Blocked it is where the nodes it needs are being drained, and the budget keeps the old pods on them.
    name: 'drain blocked by a PodDisruptionBudget', failAfter: 'unschedulable=2s',
    before: [rolled({ nodeSelector: { 'kubernetes.io/hostname': drained } }), { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'app' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'app' } } } }],
    after: [rolled({ nodeSelector: { 'kubernetes.io/hostname': drained } }, 'example.com/app:2'), { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'app' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'app' } } } }],
    meanwhile: (cluster, namespace) => drain(cluster, namespace, drained),
    known: unschedulable, reason: /Unschedulable: .*were unschedulable/, told: [/PodDisruptionBudget app lets no old pod be evicted \(1 healthy, 1 needed\)/, /Nodes are cordoned/],
  },
  {
    name: 'readiness never true', before: [rolled()], after: [rolled(container('example.com/slow:2', { readinessProbe: { httpGet: { path: '/', port: 80 } } }))], patient: true, rollback: true,
    known: event('Unhealthy'), reason: /container main runs and is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503/, told: [/context deadline exceeded/, /last words of pod app-[\w-]+, container main:\n(.|\n)*not ready yet/],
  },
  {
    name: 'config that is not there', before: [rolled()], after: [rolled(container('example.com/config-error:2', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'missing', key: 'a' } } }] }))], failAfter: 'config-error=2s',
    known: waits('CreateContainerConfigError'), reason: /CreateContainerConfigError: secret "missing" not found/, told: [/Create the Secret or ConfigMap/],
  },
  {
    // What the container writes is a value of the release's Secret.
    name: 'init container fails, and tells a secret', before: [rolled()],
    after: [rolled({ initContainers: [{ name: 'prepare', image: 'example.com/crash:1' }] }), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret' }, stringData: { a: 'asked to fail' } }],
    known: waits('CrashLoopBackOff'), reason: /\(prepare\): CrashLoopBackOff: container prepare exited with 1/, told: [/last words of pod app-[\w-]+, container prepare(.|\n)*prepare: fatal: REDACTED by its image/],
  },
  {
    name: 'sidecar crashes', stableFor: '5s', before: [rolled()], after: [rolled({ initContainers: [{ name: 'proxy', image: 'example.com/crash:1', restartPolicy: 'Always' }] })],
    known: waits('CrashLoopBackOff'), reason: /\(proxy\): CrashLoopBackOff/,
  },
  {
    name: 'second pod of a StatefulSet crashes', before: [set('StatefulSet', 'example.com/app:1', { replicas: 2 })], after: [set('StatefulSet', 'example.com/crash:2', { replicas: 2 })],
    known: waits('CrashLoopBackOff'), reason: /pod app-1 \(main\): CrashLoopBackOff/, told: [lastWords],
  },
  {
    // Kubernetes does not replace the broken pod of the failed revision by itself: Helm waits in vain, twice.
    name: 'StatefulSet that cannot go back by itself', before: [set('StatefulSet', 'example.com/app:1', { replicas: 2 })], after: [set('StatefulSet', 'example.com/crash:2', { replicas: 2 })], rollback: true, stuck: true,
    known: waits('CrashLoopBackOff'), reason: /pod app-1 \(main\): CrashLoopBackOff/, told: [/OldPodNotReady: it is of an older revision and not ready \(CrashLoopBackOff/, /The rollback: StatefulSet app: pod app-1(.|\n)*kubectl delete pod -n [\w-]+ app-1/],
  },
  {
    name: 'DaemonSet cannot pull', before: [set('DaemonSet', 'example.com/app:1')], after: [set('DaemonSet', 'example.com/does-not-exist:2')], failAfter: 'image-pull=2s', rollback: true,
    known: waits('ErrImagePull', 'ImagePullBackOff'), reason: /pod app-\w+ \(main\): (ErrImagePull|ImagePullBackOff)/,
  },
  {
    name: 'claim without a storage class', before: [rolled()], after: [rolled(), claim('nope')], patient: true,
    known: event('ProvisioningFailed'), reason: /PersistentVolumeClaim\/data: ProvisioningFailed: storageclass.storage.k8s.io "nope" not found/, told: [/kubectl get storageclass/],
  },
]

/** What `kubectl drain` does: cordon, then evict; the budget refuses. */
async function drain(cluster: Cluster, namespace: string, node: string): Promise<void> {
  await cluster.patch({ apiVersion: 'v1', kind: 'Node', name: node }, 'merge', { spec: { unschedulable: true } })
  const { items: [victim] } = await cluster.list('v1', 'Pod', { namespace })
  const name = victim!.metadata.name!
  for (let tries = 0; tries < 100; tries++) {
    const budget = await cluster.get({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: 'app' })
    if (budget?.status?.currentHealthy === 1) break
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  const refusal = await cluster.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } } }).then(() => 'evicted', String)
  if (!/disruption budget/.test(refusal)) throw new Error(`the budget did not refuse the eviction: ${refusal}`)
}
