import { fieldPaths } from '../apply/field-set.ts'
import { timestamp } from '../clock.ts'
import { equal, isEmptyValue } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { parseQuantity } from '../../kube/index.ts'
import { forbidden } from '../status.ts'
import type { KindContext, Strategy } from './strategy.ts'
import { prepareService, updateService } from './service.ts'
import * as validate from './validate/index.ts'

const status = fieldPaths('status')

/** Objects with a desired and an observed half: the observed one belongs to the status subresource. */
const withStatus: Strategy = { generation: true, ownStatus: true, reset: status }

function workload(more: Strategy): Strategy {
  return { ...withStatus, ...more }
}

/** The PersistentVolumeClaimResize admission plugin (plugin/pkg/admission/storage/persistentvolume/resize). */
function requireExpandable(o: JsonMap, old: JsonMap, context: KindContext): void {
  const size = (claim: JsonMap): bigint => parseQuantity((claim.spec.resources?.requests?.storage as string | undefined) ?? '0')?.nano ?? 0n
  if (old.status?.phase !== 'Bound' || size(o) <= size(old)) return
  const name = o.spec.storageClassName as string | undefined
  const kind = name === undefined || name !== old.spec.storageClassName ? undefined : context.find('storage.k8s.io/storageclasses', '', name)
  if (kind?.allowVolumeExpansion === true) return
  throw forbidden('', 'persistentvolumeclaims', String(o.metadata.name), 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
}

const table: Record<string, Strategy> = {
  '/pods': {
    ownStatus: true, generation: true, reset: status, returnsDeleted: true,
    fieldLabels: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
    create(o) {
      o.status = { phase: 'Pending', qosClass: qosClass(o.spec as JsonMap) }
    },
    gracePeriod(o, asked) {
      if (!o.spec.nodeName || o.status?.phase === 'Succeeded' || o.status?.phase === 'Failed') return 0
      return asked ?? (o.spec.terminationGracePeriodSeconds as number | undefined) ?? 30
    },
    validate: validate.pod,
  },
  '/replicationcontrollers': workload({ fieldLabels: ['status.replicas'], defaultPropagation: 'Orphan', validate: validate.replicationController }),
  '/services': { ownStatus: true, reset: status, nameRule: 'label', returnsDeleted: true, fieldLabels: ['spec.clusterIP', 'spec.type'], create: prepareService, update: updateService, validate: validate.service },
  '/namespaces': {
    ownStatus: true, reset: status, nameRule: 'label', fieldLabels: ['status.phase'],
    create(o) { o.spec = { ...o.spec, finalizers: [...new Set([...((o.spec?.finalizers ?? []) as string[]), 'kubernetes'])] }; o.status = { phase: 'Active' } },
    update(o, old) { o.spec.finalizers = old.spec.finalizers },
  },
  '/nodes': { ownStatus: true, reset: status, fieldLabels: ['spec.unschedulable'] },
  '/persistentvolumes': { ownStatus: true, reset: status, create(o, context) { o.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(context.now) }; protect(o, 'kubernetes.io/pv-protection') }, validate: validate.persistentVolume },
  '/persistentvolumeclaims': { ownStatus: true, reset: status, returnsDeleted: true, create(o, context) {
      o.status = { phase: 'Pending' }
      protect(o, 'kubernetes.io/pvc-protection')
      // The DefaultStorageClass admission plugin.
      const standard = context.list('storage.k8s.io/storageclasses').find((c) => c.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
      if (o.spec.storageClassName === undefined && standard !== undefined) o.spec = { ...o.spec, storageClassName: standard.metadata.name }
    }, update: requireExpandable, validate: validate.persistentVolumeClaim },
  '/resourcequotas': { ownStatus: true, reset: status, returnsDeleted: true },
  '/secrets': { fieldLabels: ['type'], defaults: stringData, validate: validate.secret },
  '/configmaps': { validate: validate.configMap },
  '/serviceaccounts': { returnsDeleted: true },
  '/podtemplates': { generation: true, returnsDeleted: true, validate: validate.podTemplate },
  '/events': {
    fieldLabels: ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion',
      'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type'],
  },
  'events.k8s.io/events': {
    fieldLabels: ['regarding.kind', 'regarding.namespace', 'regarding.name', 'regarding.uid', 'reason', 'reportingController', 'type'],
  },
  // pkg/registry/apps/deployment/strategy.go, PrepareForUpdate.
  'apps/deployments': workload({ generation: 'annotated', validate: validate.deployment }),
  'apps/replicasets': workload({ fieldLabels: ['status.replicas'], validate: validate.replicaSet }),
  'apps/statefulsets': workload({ validate: validate.statefulSet }),
  'apps/daemonsets': workload({
    defaults(o) { templateGeneration(o, (o.metadata.annotations?.[templateKey] as string | undefined) ?? '0') },
    create(o) { templateGeneration(o, '1'); o.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 } },
    update(o, old) {
      const before = (old.metadata.annotations?.[templateKey] as string | undefined) ?? '1'
      templateGeneration(o, equal(o.spec.template, old.spec.template) ? before : String(Number(before) + 1))
    },
    validate: validate.daemonSet,
  }),
  'apps/controllerrevisions': { nameRule: 'subdomain' },
  'batch/jobs': workload({
    fieldLabels: ['status.successful'], defaultPropagation: 'Orphan',
    create(o, context) { prepareJob(o, context) },
    validate: validate.job,
  }),
  'batch/cronjobs': workload({ validate: validate.cronJob }),
  'autoscaling/horizontalpodautoscalers': { ownStatus: true, reset: status, nameRule: 'path', validate: validate.autoscaler },
  'networking.k8s.io/ingresses': workload({ validate: validate.ingress }),
  'networking.k8s.io/ingressclasses': { generation: true },
  'networking.k8s.io/networkpolicies': { generation: true },
  'policy/poddisruptionbudgets': workload({ validate: validate.disruptionBudget }),
  'apiextensions.k8s.io/customresourcedefinitions': workload({
    create(o) { o.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: [(o.spec.versions as JsonMap[] | undefined)?.find((v) => v.storage)?.name ?? ''] } },
    validate: validate.customResourceDefinition,
  }),
  'apiregistration.k8s.io/apiservices': { ownStatus: true, reset: status, validate: validate.apiService },
  'coordination.k8s.io/leases': { validate: validate.lease },
  'admissionregistration.k8s.io/validatingwebhookconfigurations': { generation: true },
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': { generation: true },
  'admissionregistration.k8s.io/validatingadmissionpolicies': { generation: true, ownStatus: true, reset: status },
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': { generation: true },
  'admissionregistration.k8s.io/mutatingadmissionpolicies': { generation: true },
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': { generation: true },
  'flowcontrol.apiserver.k8s.io/flowschemas': { generation: true, ownStatus: true, reset: status },
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': { generation: true, ownStatus: true, reset: status },
  'discovery.k8s.io/endpointslices': { generation: true },
  'scheduling.k8s.io/priorityclasses': { generation: true },
  'rbac.authorization.k8s.io/roles': { nameRule: 'path' },
  'storage.k8s.io/storageclasses': { validate: validate.storageClass },
  'rbac.authorization.k8s.io/rolebindings': { nameRule: 'path', validate: validate.roleBinding },
  'rbac.authorization.k8s.io/clusterroles': { nameRule: 'path' },
  'rbac.authorization.k8s.io/clusterrolebindings': { nameRule: 'path', validate: validate.roleBinding },
  'certificates.k8s.io/certificatesigningrequests': { ownStatus: true, reset: status, fieldLabels: ['spec.signerName'] },
  'storage.k8s.io/volumeattachments': { ownStatus: true, reset: status },
  'resource.k8s.io/resourceclaims': { ownStatus: true, reset: status },
}

const templateKey = 'deprecated.daemonset.template.generation'

/** Where v1 keeps the internal type's templateGeneration (pkg/apis/apps/v1/conversion.go). */
function templateGeneration(o: JsonMap, value: string): void {
  o.metadata = { ...o.metadata, annotations: { ...o.metadata.annotations, [templateKey]: value } }
}

/** The StorageObjectInUseProtection admission plugin. */
function protect(o: JsonMap, finalizer: string): void {
  const before = (o.metadata.finalizers ?? []) as string[]
  if (!before.includes(finalizer)) o.metadata = { ...o.metadata, finalizers: [...before, finalizer] }
}

/** The strategy of a kind; plain storage when nothing is known of it. */
export function strategyOf(group: string, plural: string): Strategy {
  return table[`${group}/${plural}`] ?? {}
}

/** stringData is written, never read back (the secret's conversion in pkg/apis/core/v1/conversion.go). */
function stringData(o: JsonMap): void {
  if (o.stringData === undefined) return
  const data = { ...(o.data as JsonMap | undefined) }
  for (const [k, v] of Object.entries(o.stringData as Record<string, string>)) Object.defineProperty(data, k, { value: Buffer.from(v, 'utf8').toString('base64'), enumerable: true, writable: true, configurable: true })
  delete o.stringData
  if (Object.keys(data).length > 0) o.data = data
}

/** pkg/apis/core/helper/qos: Guaranteed when every container limits cpu and memory to what it requests. */
export function qosClass(spec: JsonMap): string {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])] as JsonMap[]
  let any = false
  let guaranteed = true
  for (const c of containers) {
    const requests = (c.resources?.requests ?? {}) as JsonMap
    const limits = (c.resources?.limits ?? {}) as JsonMap
    for (const key of ['cpu', 'memory']) {
      const request = requests[key]
      const limit = limits[key]
      if ((request !== undefined && request !== '0') || (limit !== undefined && limit !== '0')) any = true
      if (limit === undefined || !equal(request, limit)) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}

/** A job selects its pods by its own uid (pkg/registry/batch/job/strategy.go). */
function prepareJob(o: JsonMap, _context: KindContext): void {
  o.status = {}
  if (o.spec.manualSelector === true) return
  const uid = o.metadata.uid as string
  const labels = ((o.spec.template.metadata ??= {}).labels ??= {}) as JsonMap
  labels['batch.kubernetes.io/job-name'] = o.metadata.name
  labels['job-name'] = o.metadata.name
  labels['batch.kubernetes.io/controller-uid'] = uid
  labels['controller-uid'] = uid
  if (isEmptyValue(o.spec.selector)) o.spec.selector = {}
  const match = (o.spec.selector.matchLabels ??= {}) as JsonMap
  match['batch.kubernetes.io/controller-uid'] = uid
  // A job without labels takes over its template's whenever it is read back.
  if (isEmptyValue(o.metadata.labels)) o.metadata.labels = { ...labels }
}
