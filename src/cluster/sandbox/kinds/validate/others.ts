import { equal } from '../../json.ts'
import type { JsonMap } from '../../json.ts'
import { invalidValue, notSupported, required } from '../../status.ts'
import { subdomainProblems } from '../../../kube/index.ts'
import { internal, intOrPercent, labelSelector, list } from './checks.ts'
import type { Check, Problems } from './checks.ts'

const unsorted = (field: string, value: unknown, supported: readonly string[]): Problems[number] =>
  ({ type: 'FieldValueNotSupported', field, value, detail: `supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}` })

/** pkg/apis/networking/validation ValidateIngress. */
export const ingress: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  if (list(s.rules).length === 0 && !s.defaultBackend) out.push(invalidValue('spec', s.rules ?? null, 'either `defaultBackend` or `rules` must be specified'))
  if (s.defaultBackend) backend(s.defaultBackend as JsonMap, 'spec.defaultBackend', out)
  list(s.rules).forEach((r, i) => {
    const at = `spec.rules[${i}]`
    if (r.host) for (const p of subdomainProblems(String(r.host).replace(/^\*\./, ''))) out.push(invalidValue(`${at}.host`, r.host, p))
    if (r.http && list(r.http.paths).length === 0) out.push(required(`${at}.http.paths`))
    list(r.http?.paths).forEach((p, j) => path(p, `${at}.http.paths[${j}]`, out))
  })
  return out
}

function path(p: JsonMap, at: string, out: Problems): void {
  if (p.pathType === undefined || p.pathType === null) {
    out.push(required(`${at}.pathType`, 'pathType must be specified'))
    return
  }
  if (p.pathType === 'Exact' || p.pathType === 'Prefix') {
    if (!String(p.path ?? '').startsWith('/')) out.push(invalidValue(`${at}.path`, p.path ?? '', 'must be an absolute path'))
  } else if (p.pathType === 'ImplementationSpecific') {
    if (p.path && !String(p.path).startsWith('/')) out.push(invalidValue(`${at}.path`, p.path, 'must be an absolute path'))
  } else out.push(notSupported(`${at}.pathType`, p.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']))
  backend((p.backend ?? {}) as JsonMap, `${at}.backend`, out)
}

function backend(b: JsonMap, at: string, out: Problems): void {
  if (b.service && b.resource) out.push(invalidValue(at, '', 'cannot set both resource and service backends'))
  else if (!b.service && !b.resource) out.push(invalidValue(at, '', 'resource or service backend is required'))
  if (b.service) {
    if (!b.service.name) out.push(required(`${at}.service.name`))
    const port = b.service.port as JsonMap | undefined
    if (port?.name && port.number) out.push(invalidValue(at, '', 'cannot set both port name & port number'))
    else if (!port?.name && !port?.number && b.service.port !== undefined) out.push(required(at, 'port name or number is required'))
  }
}

/** pkg/apis/policy/validation. */
export const disruptionBudget: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  if (s.minAvailable !== undefined && s.maxUnavailable !== undefined) out.push(invalidValue('spec', internal(s, ['MinAvailable', 'Selector', 'MaxUnavailable', 'UnhealthyPodEvictionPolicy']), 'minAvailable and maxUnavailable cannot be both set'))
  intOrPercent(s.minAvailable, 'spec.minAvailable', out, true)
  intOrPercent(s.maxUnavailable, 'spec.maxUnavailable', out, true)
  labelSelector(s.selector as JsonMap | undefined, 'spec.selector', out)
  return out
}

/** pkg/apis/autoscaling/validation. */
export const autoscaler: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const most = (s.maxReplicas as number | undefined) ?? 0
  if (typeof s.minReplicas === 'number' && s.minReplicas < 1) out.push(invalidValue('spec.minReplicas', s.minReplicas, 'must be greater than or equal to 1'))
  if (most < 1) out.push(most === 0 ? required('spec.maxReplicas', 'must be set and greater than 0') : invalidValue('spec.maxReplicas', most, 'must be greater than 0'))
  if (typeof s.minReplicas === 'number' && most < s.minReplicas) out.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'))
  const target = (s.scaleTargetRef ?? {}) as JsonMap
  if (!target.kind) out.push(required('spec.scaleTargetRef.kind'))
  if (!target.name) out.push(required('spec.scaleTargetRef.name'))
  if (!String(target.apiVersion ?? '').includes('/')) out.push(invalidValue('spec.scaleTargetRef.apiVersion', target.apiVersion ?? '', 'apiVersion must specify API group'))
  return out
}

/** pkg/apis/rbac/validation. */
export const roleBinding: Check = (o, old) => {
  const out: Problems = []
  const role = (o.roleRef ?? {}) as JsonMap
  const cluster = o.kind === 'ClusterRoleBinding'
  if (old !== undefined && !equal(role, old.roleRef)) {
    out.push(invalidValue('roleRef', { APIGroup: role.apiGroup, Kind: role.kind, Name: role.name }, 'cannot change roleRef'))
    return out
  }
  if (role.apiGroup !== 'rbac.authorization.k8s.io') out.push(notSupported('roleRef.apiGroup', role.apiGroup, ['rbac.authorization.k8s.io']))
  const kinds = cluster ? ['ClusterRole'] : ['Role', 'ClusterRole']
  if (!kinds.includes(role.kind as string)) out.push(unsorted('roleRef.kind', role.kind, kinds))
  if (!role.name) out.push(required('roleRef.name'))
  list(o.subjects).forEach((s, i) => {
    const at = `subjects[${i}]`
    if (!s.name) out.push(required(`${at}.name`))
    if (!['ServiceAccount', 'User', 'Group'].includes(s.kind as string)) out.push(unsorted(`${at}.kind`, s.kind, ['ServiceAccount', 'User', 'Group']))
    if (s.kind === 'ServiceAccount') {
      for (const p of s.name ? subdomainProblems(s.name as string) : []) out.push(invalidValue(`${at}.name`, s.name, p))
      if (s.apiGroup) out.push(notSupported(`${at}.apiGroup`, s.apiGroup, ['']))
      if (cluster && !s.namespace) out.push(required(`${at}.namespace`))
    }
  })
  return out
}

/** apiextensions-apiserver pkg/apis/apiextensions/validation, the rules charts run into. */
export const customResourceDefinition: Check = (o) => {
  const out: Problems = []
  const s = o.spec as JsonMap
  const names = (s.names ?? {}) as JsonMap
  if (o.metadata.name !== `${names.plural}.${s.group}`) out.push(invalidValue('metadata.name', o.metadata.name, 'must be spec.names.plural+"."+spec.group'))
  if (!s.group) out.push(required('spec.group'))
  if (!['Cluster', 'Namespaced'].includes(s.scope as string)) out.push(s.scope ? notSupported('spec.scope', s.scope, ['Cluster', 'Namespaced']) : required('spec.scope'))
  const versions = list(s.versions)
  const storage = versions.filter((v) => v.storage === true).length
  if (storage !== 1) out.push(invalidValue('spec.versions', versions.length ? versions : null, `must have exactly one version marked as storage version`))
  versions.forEach((v, i) => {
    if (!v.schema?.openAPIV3Schema && s.preserveUnknownFields !== true) out.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, ''))
  })
  if (!names.plural) out.push(required('spec.names.plural'))
  if (!names.kind) out.push(required('spec.names.kind'))
  return out
}

export const apiService: Check = (o) => {
  const { group, version } = o.spec as JsonMap
  const wanted = `${version}.${group ?? ''}`
  return o.metadata.name === wanted ? [] : [invalidValue('metadata.name', o.metadata.name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`)]
}

export const lease: Check = (o) => {
  const out: Problems = []
  const seconds = o.spec?.leaseDurationSeconds as number | undefined
  if (seconds !== undefined && seconds <= 0) out.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'))
  if (typeof o.spec?.leaseTransitions === 'number' && o.spec.leaseTransitions < 0) out.push(invalidValue('spec.leaseTransitions', o.spec.leaseTransitions, 'must be greater than or equal to 0'))
  return out
}

/** pkg/apis/storage/validation ValidateStorageClassUpdate. */
export const storageClass: Check = (o, old) =>
  (old === undefined ? [] : ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap((f) => (equal(o[f], old[f]) ? [] : [invalidValue(f, o[f] ?? null, 'field is immutable')])))
