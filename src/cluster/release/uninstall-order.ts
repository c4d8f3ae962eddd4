/**
 * The order in which objects are deleted (UninstallOrder in pkg/release/v1/util/kind_sorter.go): the reverse of the order
 * of creation, save that Services go before workloads; kinds not named come last, by name.
 */
const order = new Map(
  `ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Ingress IngressClass Service CronJob Job StatefulSet
  HorizontalPodAutoscaler Deployment ReplicaSet ReplicationController Pod DaemonSet RoleBindingList RoleBinding RoleList Role
  ClusterRoleBindingList ClusterRoleBinding ClusterRoleList ClusterRole CustomResourceDefinition PersistentVolumeClaim
  PersistentVolume StorageClass ConfigMap SecretList Secret ServiceAccount PodDisruptionBudget PodSecurityPolicy LimitRange
  ResourceQuota NetworkPolicy Namespace PriorityClass`.split(/\s+/).map((kind, at) => [kind, at] as const),
)

/** Sorts for deletion; objects of one kind stay in their order. */
export function inUninstallOrder<T>(items: readonly T[], kindOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => {
    const [kindA, kindB] = [kindOf(a), kindOf(b)]
    const [x, y] = [order.get(kindA), order.get(kindB)]
    if (x !== undefined && y !== undefined) return x - y
    if (x !== undefined) return -1
    if (y !== undefined) return 1
    return kindA < kindB ? -1 : kindA > kindB ? 1 : 0
  })
}
