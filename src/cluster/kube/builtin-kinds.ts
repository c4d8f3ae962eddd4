import type { ResourceMapping } from './types.ts'

/**
 * Kinds every server since Kubernetes 1.25 serves at these versions, so that reading a release's Secret needs no discovery.
 * Kind=plural where the plural is not just an added "s"; a leading "*" marks cluster-scoped kinds.
 */
const table: Readonly<Record<string, string>> = {
  'v1': 'ConfigMap Endpoints=endpoints Event LimitRange *Namespace *Node *PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'batch/v1': 'CronJob Job',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'networking.k8s.io/v1': 'Ingress=ingresses *IngressClass=ingressclasses NetworkPolicy=networkpolicies',
  'rbac.authorization.k8s.io/v1': '*ClusterRole *ClusterRoleBinding Role RoleBinding',
  'storage.k8s.io/v1': '*StorageClass=storageclasses *CSIDriver *CSINode *VolumeAttachment',
  'apiextensions.k8s.io/v1': '*CustomResourceDefinition',
  'apiregistration.k8s.io/v1': '*APIService',
  'admissionregistration.k8s.io/v1': '*MutatingWebhookConfiguration *ValidatingWebhookConfiguration',
  'scheduling.k8s.io/v1': '*PriorityClass=priorityclasses',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'authorization.k8s.io/v1': '*SelfSubjectAccessReview *SelfSubjectRulesReview *SubjectAccessReview LocalSubjectAccessReview',
  'authentication.k8s.io/v1': '*TokenReview',
}

const objectVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const
const reviewVerbs = ['create'] as const

/** Where a built-in kind is served; undefined for all others. */
export function builtinMapping(apiVersion: string, kind: string): ResourceMapping | undefined {
  const row = Object.hasOwn(table, apiVersion) ? table[apiVersion]! : undefined
  if (row === undefined || kind === '') return undefined
  for (const word of row.split(' ')) {
    const namespaced = !word.startsWith('*')
    const [name, plural] = (namespaced ? word : word.slice(1)).split('=') as [string, string?]
    if (name !== kind) continue
    const slash = apiVersion.indexOf('/')
    return {
      group: slash < 0 ? '' : apiVersion.slice(0, slash),
      version: apiVersion.slice(slash + 1),
      kind,
      plural: plural ?? `${kind.toLowerCase()}s`,
      namespaced,
      verbs: kind.endsWith('Review') ? reviewVerbs : objectVerbs,
    }
  }
  return undefined
}
