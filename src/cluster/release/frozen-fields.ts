import { equalJson } from '../kube/index.ts'
import type { JsonMap, KubeObject } from '../kube/index.ts'

/**
 * Which changes an API server may refuse because an object of the kind cannot change so. Only decides whom to ask: the server judges.
 * `but` names what may change, `only` what may not; both by the first steps of a field. Kinds that are not listed are asked about whenever
 * anything but their metadata changes.
 * Upstream: the Validate...Update functions of pkg/apis/<group>/validation in Kubernetes.
 */
type Rule = { but: readonly string[] } | { only: readonly string[] }

const nothing: Rule = { only: [] }
const rules: Readonly<Record<string, Rule>> = {
  '/ConfigMap': { only: ['immutable'] },
  '/Secret': { only: ['type', 'immutable'] },
  '/Service': { only: ['spec.clusterIP', 'spec.clusterIPs', 'spec.ipFamilies', 'spec.ipFamilyPolicy', 'spec.loadBalancerClass', 'spec.healthCheckNodePort', 'spec.type'] },
  '/ServiceAccount': nothing,
  '/Namespace': nothing,
  '/LimitRange': nothing,
  '/ResourceQuota': { only: ['spec.scopes', 'spec.scopeSelector'] },
  '/ReplicationController': nothing,
  'apps/Deployment': { only: ['spec.selector'] },
  'apps/DaemonSet': { only: ['spec.selector'] },
  'apps/ReplicaSet': { only: ['spec.selector'] },
  'apps/StatefulSet': { but: ['spec.replicas', 'spec.template', 'spec.updateStrategy', 'spec.revisionHistoryLimit', 'spec.minReadySeconds', 'spec.ordinals', 'spec.persistentVolumeClaimRetentionPolicy'] },
  'batch/Job': { but: ['spec.parallelism', 'spec.suspend', 'spec.activeDeadlineSeconds', 'spec.backoffLimit', 'spec.ttlSecondsAfterFinished'] },
  'batch/CronJob': nothing,
  'autoscaling/HorizontalPodAutoscaler': nothing,
  'policy/PodDisruptionBudget': nothing,
  'networking.k8s.io/Ingress': nothing,
  'networking.k8s.io/NetworkPolicy': nothing,
  'networking.k8s.io/IngressClass': { only: ['spec.controller'] },
  'rbac.authorization.k8s.io/Role': nothing,
  'rbac.authorization.k8s.io/ClusterRole': nothing,
  'rbac.authorization.k8s.io/RoleBinding': { only: ['roleRef'] },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { only: ['roleRef'] },
  'storage.k8s.io/StorageClass': { but: ['allowVolumeExpansion', 'allowedTopologies', 'mountOptions'] },
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': nothing,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': nothing,
}

/**
 * The fields, by their first two steps, that a change from one manifest to the next touches though they may not change. For kinds that are not
 * listed here (`known` is false) all that is no metadata.
 */
export function touchedFrozen(group: string, before: KubeObject, after: KubeObject): { fields: string[]; known: boolean } {
  const key = `${group}/${after.kind}`
  const changed = changedFields(before, after)
  // What such an object holds is frozen, and so is the mark.
  if ((key === '/ConfigMap' || key === '/Secret') && before.immutable === true) return { fields: changed.filter((f) => !f.startsWith('metadata')), known: true }
  const rule = Object.hasOwn(rules, key) ? rules[key]! : undefined
  const under = (field: string, prefix: string): boolean => field === prefix || field.startsWith(`${prefix}.`)
  const free = rule === undefined ? ['metadata'] : 'but' in rule ? ['metadata', ...rule.but] : []
  const fields = rule !== undefined && 'only' in rule
    ? changed.filter((field) => rule.only.some((prefix) => under(field, prefix) || under(prefix, field)))
    : changed.filter((field) => !free.some((prefix) => under(field, prefix)))
  return { fields, known: rule !== undefined }
}

/** What differs, by the first two steps of each field. */
function changedFields(before: KubeObject, after: KubeObject): string[] {
  const out: string[] = []
  for (const key of keysOf(before, after)) {
    if (key === 'status' || key === 'apiVersion' || equalJson(before[key], after[key])) continue
    const inner = isMap(before[key]) && isMap(after[key]) ? keysOf(before[key], after[key]).filter((k) => !equalJson(before[key][k], after[key][k])) : []
    out.push(...(inner.length > 0 ? inner.map((k) => `${key}.${k}`) : [key]))
  }
  return out
}

const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value)
const keysOf = (a: JsonMap, b: JsonMap): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])]
