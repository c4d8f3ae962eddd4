import { isEmptyValue, isMap, own, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { canonicalQuantity, formatQuantity, parseQuantity } from '../../kube/index.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * What a server fills in when a field is left out: pkg/apis/<group>/<version>/defaults.go by type, and the defaults that
 * the OpenAPI documents declare. Parents come before what they hold, as in Kubernetes' generated defaulters.
 */
export function applyDefaults(object: JsonMap, schema: Schema): void {
  walk(object, schema)
}

function walk(value: JsonMap, schema: Schema): void {
  if (schema.name !== undefined) {
    const set = own(byType, schema.name.replace(/^.*\.(\w+\.v\d+\.\w+)$/, '$1')) as ((v: JsonMap) => void) | undefined
    set?.(value)
  }
  for (const field of schema.fields!.values()) {
    let v = own(value, field.name)
    if (v === undefined || v === null || v === '') {
      if (isEmptyValue(field.default)) continue
      put(value, field.name, v = structuredClone(field.default))
    }
    const inner = field.schema
    if (inner.type === 'struct') {
      if (isMap(v)) walk(v, inner)
    } else if (inner.type === 'list') {
      if (inner.element!.type === 'struct' && Array.isArray(v)) for (const item of v) if (isMap(item)) walk(item, inner.element!)
    } else if (inner.type === 'map' && inner.element!.type === 'struct' && isMap(v)) {
      for (const key of Object.keys(v)) if (isMap(v[key])) walk(v[key] as JsonMap, inner.element!)
    }
  }
}

/** Sets a field that is absent, null or empty text. */
function lacking(o: JsonMap, key: string, value: unknown): void {
  const v = own(o, key)
  if (v === undefined || v === null || v === '') o[key] = value
}

/** The tag of an image as the defaulting of pull policies sees it. */
function pullPolicy(image: unknown): string {
  const text = typeof image === 'string' ? image : ''
  const [name = '', digest] = text.split('@')
  const tag = /:([\w][\w.-]*)$/.exec(name.slice(name.lastIndexOf('/') + 1))?.[1]
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent'
}

function container(c: JsonMap): void {
  lacking(c, 'terminationMessagePath', '/dev/termination-log')
  lacking(c, 'terminationMessagePolicy', 'File')
  lacking(c, 'imagePullPolicy', pullPolicy(c.image))
}

function webhook(w: JsonMap): void {
  lacking(w, 'failurePolicy', 'Fail')
  lacking(w, 'matchPolicy', 'Equivalent')
  lacking(w, 'namespaceSelector', {})
  lacking(w, 'objectSelector', {})
  lacking(w, 'timeoutSeconds', 10)
}

const defaultMode = (v: JsonMap): void => lacking(v, 'defaultMode', 420)

function requestsFromLimits(resources: JsonMap | undefined): void {
  if (!isMap(resources?.limits)) return
  const requests = (resources.requests ??= {}) as JsonMap
  for (const [key, limit] of Object.entries(resources.limits)) if (!Object.hasOwn(requests, key)) put(requests, key, limit)
}

function hostPorts(containers: unknown): void {
  for (const c of (containers ?? []) as JsonMap[]) for (const p of (c.ports ?? []) as JsonMap[]) if (!p.hostPort) p.hostPort = p.containerPort
}

const byType: Record<string, (v: any) => void> = {
  'core.v1.Pod': (o) => {
    for (const c of [...(o.spec.containers ?? []), ...(o.spec.initContainers ?? [])] as JsonMap[]) requestsFromLimits(c.resources as JsonMap)
    lacking(o.spec, 'enableServiceLinks', true)
    if (o.spec.hostNetwork) { hostPorts(o.spec.containers); hostPorts(o.spec.initContainers) }
  },
  'core.v1.PodSpec': (s) => {
    lacking(s, 'restartPolicy', 'Always')
    lacking(s, 'terminationGracePeriodSeconds', 30)
    lacking(s, 'dnsPolicy', 'ClusterFirst')
    lacking(s, 'securityContext', {})
    lacking(s, 'schedulerName', 'default-scheduler')
    if (s.serviceAccountName && !s.serviceAccount) s.serviceAccount = s.serviceAccountName
    else if (s.serviceAccount && !s.serviceAccountName) s.serviceAccountName = s.serviceAccount
  },
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.Volume': (v) => { if (Object.keys(v).length === 1 && 'name' in v) v.emptyDir = {} },
  'core.v1.ImageVolumeSource': (v) => lacking(v, 'pullPolicy', pullPolicy(v.reference)),
  'core.v1.Probe': (p) => {
    for (const [key, value] of [['timeoutSeconds', 1], ['periodSeconds', 10], ['successThreshold', 1], ['failureThreshold', 3]] as const) if (!p[key]) p[key] = value
  },
  'core.v1.HTTPGetAction': (a) => { lacking(a, 'path', '/'); lacking(a, 'scheme', 'HTTP') },
  'core.v1.SecretVolumeSource': defaultMode,
  'core.v1.ConfigMapVolumeSource': defaultMode,
  'core.v1.DownwardAPIVolumeSource': defaultMode,
  'core.v1.ProjectedVolumeSource': defaultMode,
  'core.v1.ServiceAccountTokenProjection': (v) => lacking(v, 'expirationSeconds', 3600),
  'core.v1.HostPathVolumeSource': (v) => { if (v.type === undefined || v.type === null) v.type = '' },
  'core.v1.ObjectFieldSelector': (v) => lacking(v, 'apiVersion', 'v1'),
  'core.v1.ResourceRequirements': (r) => { roundUp(r.limits); roundUp(r.requests) },
  'core.v1.Secret': (o) => lacking(o, 'type', 'Opaque'),
  'core.v1.Service': (o) => {
    const s = o.spec as JsonMap
    lacking(s, 'sessionAffinity', 'None')
    if (s.sessionAffinity === 'None') delete s.sessionAffinityConfig
    if (s.sessionAffinity === 'ClientIP' && !s.sessionAffinityConfig?.clientIP?.timeoutSeconds) s.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } }
    lacking(s, 'type', 'ClusterIP')
    for (const p of (s.ports ?? []) as JsonMap[]) {
      lacking(p, 'protocol', 'TCP')
      if (p.targetPort === undefined || p.targetPort === 0 || p.targetPort === '') p.targetPort = p.port
    }
    const external = s.type === 'NodePort' || s.type === 'LoadBalancer' || (s.type === 'ClusterIP' && (s.externalIPs?.length ?? 0) > 0)
    if (external) lacking(s, 'externalTrafficPolicy', 'Cluster')
    if (s.type !== 'ExternalName') lacking(s, 'internalTrafficPolicy', 'Cluster')
    if (s.type === 'LoadBalancer') {
      lacking(s, 'allocateLoadBalancerNodePorts', true)
      for (const ingress of (o.status?.loadBalancer?.ingress ?? []) as JsonMap[]) if (ingress.ip) lacking(ingress, 'ipMode', 'VIP')
    }
  },
  'core.v1.ReplicationController': (o) => {
    const labels = o.spec.template?.metadata?.labels as JsonMap | undefined
    if (!labels) return
    if (isEmptyValue(o.spec.selector)) o.spec.selector = { ...labels }
    if (isEmptyValue(o.metadata.labels)) o.metadata.labels = { ...labels }
  },
  'core.v1.PersistentVolume': (o) => {
    lacking(o.status, 'phase', 'Pending')
    lacking(o.spec, 'persistentVolumeReclaimPolicy', 'Retain')
    lacking(o.spec, 'volumeMode', 'Filesystem')
  },
  'core.v1.PersistentVolumeClaim': (o) => lacking(o.status, 'phase', 'Pending'),
  'core.v1.PersistentVolumeClaimSpec': (s) => lacking(s, 'volumeMode', 'Filesystem'),
  'core.v1.Namespace': (o) => { if (o.metadata.name) put((o.metadata.labels ??= {}) as JsonMap, 'kubernetes.io/metadata.name', o.metadata.name) },
  'core.v1.NamespaceStatus': (s) => lacking(s, 'phase', 'Active'),
  'core.v1.NodeStatus': (s) => { if (s.capacity && !s.allocatable) s.allocatable = { ...s.capacity } },
  'core.v1.LimitRangeItem': (i) => {
    if (i.type !== 'Container') return
    const fill = (to: 'default' | 'defaultRequest', from: JsonMap | undefined): void => {
      for (const [k, v] of Object.entries(from ?? {})) if (!Object.hasOwn((i[to] ??= {}) as JsonMap, k)) put(i[to] as JsonMap, k, v)
    }
    fill('default', i.max as JsonMap)
    fill('defaultRequest', i.default as JsonMap)
    fill('defaultRequest', i.min as JsonMap)
  },
  'apps.v1.Deployment': (o) => {
    lacking(o.spec, 'replicas', 1)
    const strategy = (o.spec.strategy ??= {}) as JsonMap
    lacking(strategy, 'type', 'RollingUpdate')
    if (strategy.type === 'RollingUpdate') {
      const rolling = (strategy.rollingUpdate ??= {}) as JsonMap
      lacking(rolling, 'maxUnavailable', '25%')
      lacking(rolling, 'maxSurge', '25%')
    }
    lacking(o.spec, 'revisionHistoryLimit', 10)
    lacking(o.spec, 'progressDeadlineSeconds', 600)
  },
  'apps.v1.DaemonSet': (o) => {
    const strategy = (o.spec.updateStrategy ??= {}) as JsonMap
    lacking(strategy, 'type', 'RollingUpdate')
    if (strategy.type === 'RollingUpdate') {
      const rolling = (strategy.rollingUpdate ??= {}) as JsonMap
      lacking(rolling, 'maxUnavailable', 1)
      lacking(rolling, 'maxSurge', 0)
    }
    lacking(o.spec, 'revisionHistoryLimit', 10)
  },
  'apps.v1.StatefulSet': (o) => {
    const s = o.spec as JsonMap
    lacking(s, 'podManagementPolicy', 'OrderedReady')
    for (const claim of (s.volumeClaimTemplates ?? []) as JsonMap[]) { claim.kind = 'PersistentVolumeClaim'; claim.apiVersion = 'v1' }
    const strategy = (s.updateStrategy ??= {}) as JsonMap
    if (!strategy.type) { strategy.type = 'RollingUpdate'; strategy.rollingUpdate ??= {} }
    if (strategy.type === 'RollingUpdate' && isMap(strategy.rollingUpdate)) lacking(strategy.rollingUpdate, 'partition', 0)
    const retention = (s.persistentVolumeClaimRetentionPolicy ??= {}) as JsonMap
    lacking(retention, 'whenDeleted', 'Retain')
    lacking(retention, 'whenScaled', 'Retain')
    lacking(s, 'replicas', 1)
    lacking(s, 'revisionHistoryLimit', 10)
  },
  'apps.v1.ReplicaSet': (o) => lacking(o.spec, 'replicas', 1),
  'batch.v1.Job': (o) => jobDefaults(o),
  'batch.v1.CronJob': (o) => {
    lacking(o.spec, 'concurrencyPolicy', 'Allow')
    lacking(o.spec, 'suspend', false)
    lacking(o.spec, 'successfulJobsHistoryLimit', 3)
    lacking(o.spec, 'failedJobsHistoryLimit', 1)
  },
  'autoscaling.v1.HorizontalPodAutoscaler': (o) => lacking(o.spec, 'minReplicas', 1),
  'autoscaling.v2.HorizontalPodAutoscaler': (o) => {
    lacking(o.spec, 'minReplicas', 1)
    if (isEmptyValue(o.spec.metrics)) o.spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }]
    if (isMap(o.spec.behavior)) {
      o.spec.behavior.scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }], ...present(o.spec.behavior.scaleUp) }
      o.spec.behavior.scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], ...present(o.spec.behavior.scaleDown) }
    }
  },
  'networking.v1.NetworkPolicy': (o) => {
    if (isEmptyValue(o.spec.policyTypes)) o.spec.policyTypes = isEmptyValue(o.spec.egress) ? ['Ingress'] : ['Ingress', 'Egress']
  },
  'networking.v1.NetworkPolicyPort': (p) => lacking(p, 'protocol', 'TCP'),
  'networking.v1.IngressClassParametersReference': (p) => lacking(p, 'scope', 'Cluster'),
  'rbac.v1.RoleRef': (r) => lacking(r, 'apiGroup', 'rbac.authorization.k8s.io'),
  'rbac.v1.Subject': (s) => { if (s.kind === 'User' || s.kind === 'Group') lacking(s, 'apiGroup', 'rbac.authorization.k8s.io') },
  'storage.v1.StorageClass': (o) => { lacking(o, 'reclaimPolicy', 'Delete'); lacking(o, 'volumeBindingMode', 'Immediate') },
  'storage.v1.CSIDriver': (o) => {
    lacking(o.spec, 'attachRequired', true)
    lacking(o.spec, 'podInfoOnMount', false)
    lacking(o.spec, 'storageCapacity', false)
    lacking(o.spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType')
    if (isEmptyValue(o.spec.volumeLifecycleModes)) o.spec.volumeLifecycleModes = ['Persistent']
    lacking(o.spec, 'requiresRepublish', false)
    lacking(o.spec, 'seLinuxMount', false)
  },
  'scheduling.v1.PriorityClass': (o) => lacking(o, 'preemptionPolicy', 'PreemptLowerPriority'),
  'admissionregistration.v1.ValidatingWebhook': webhook,
  'admissionregistration.v1.MutatingWebhook': (w) => { webhook(w as JsonMap); lacking(w, 'reinvocationPolicy', 'Never') },
  'admissionregistration.v1.RuleWithOperations': (r) => lacking(r, 'scope', '*'),
  'admissionregistration.v1.NamedRuleWithOperations': (r) => lacking(r, 'scope', '*'),
  'admissionregistration.v1.ServiceReference': (r) => lacking(r, 'port', 443),
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': (s) => lacking(s, 'failurePolicy', 'Fail'),
  'admissionregistration.v1.MutatingAdmissionPolicySpec': (s) => lacking(s, 'failurePolicy', 'Fail'),
  'admissionregistration.v1.MatchResources': (m) => { lacking(m, 'matchPolicy', 'Equivalent'); lacking(m, 'namespaceSelector', {}); lacking(m, 'objectSelector', {}) },
  'apiregistration.v1.ServiceReference': (r) => lacking(r, 'port', 443),
  'discovery.v1.EndpointPort': (p) => { if (p.name === undefined || p.name === null) p.name = ''; lacking(p, 'protocol', 'TCP') },
  'apiextensions.v1.CustomResourceDefinitionSpec': (s) => {
    const names = (s.names ??= {}) as JsonMap
    if (!names.singular && typeof names.kind === 'string') names.singular = names.kind.toLowerCase()
    if (!names.listKind && names.kind) names.listKind = `${names.kind}List`
    s.conversion ??= { strategy: 'None' }
    if (s.conversion.webhook?.clientConfig?.service) lacking(s.conversion.webhook.clientConfig.service as JsonMap, 'port', 443)
  },
}

function present(o: unknown): JsonMap {
  const out: JsonMap = {}
  if (isMap(o)) for (const [k, v] of Object.entries(o)) if (v !== undefined && v !== null) out[k] = v
  return out
}

/** Amounts below a thousandth are rounded up (SetDefaults_ResourceList). */
function roundUp(list: unknown): void {
  if (!isMap(list)) return
  for (const key of Object.keys(list)) {
    const q = parseQuantity(list[key] as string)
    if (q === undefined || q.nano % 1_000_000n === 0n) put(list, key, canonicalQuantity(list[key] as string))
    else put(list, key, formatQuantity({ ...q, nano: (q.nano / 1_000_000n + 1n) * 1_000_000n }))
  }
}

function jobDefaults(o: JsonMap): void {
  const s = o.spec as JsonMap
  if (s.completions === undefined && s.parallelism === undefined) { s.completions = 1; s.parallelism = 1 }
  lacking(s, 'parallelism', 1)
  lacking(s, 'backoffLimit', s.backoffLimitPerIndex === undefined ? 6 : 2147483647)
  const labels = s.template?.metadata?.labels as JsonMap | undefined
  if (!isEmptyValue(labels) && isEmptyValue(o.metadata.labels)) o.metadata.labels = { ...labels }
  lacking(s, 'completionMode', 'NonIndexed')
  lacking(s, 'suspend', false)
  lacking(s, 'podReplacementPolicy', s.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed')
  lacking(s, 'manualSelector', false)
}
