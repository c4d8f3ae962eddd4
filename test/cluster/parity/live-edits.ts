import type { Cluster, ObjectRef } from '../../../src/cluster/kube/index.ts'

const groups: Record<string, string> = {
  Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', Job: 'batch/v1', CronJob: 'batch/v1', Ingress: 'networking.k8s.io/v1', ClusterRole: 'rbac.authorization.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1', RoleBinding: 'rbac.authorization.k8s.io/v1', HorizontalPodAutoscaler: 'autoscaling/v2', PodDisruptionBudget: 'policy/v1', NetworkPolicy: 'networking.k8s.io/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1', Lease: 'coordination.k8s.io/v1',
}

export const versionOf = (kind: string): string => groups[kind] ?? 'v1'

/**
 * Changes a live object as kubectl's commands do, under their managers:
 * `scale Kind/name 3` · `label Kind/name key=value` · `annotate Kind/name key=value` · `image Kind/name container=image` · `edit Kind/name {strategic patch}` ·
 * `merge Kind/name group/version {merge patch}` · `apply manager {object}` · `create {object}` · `delete Kind/name` ·
 * `pause`: until controllers have written what follows from the last change; Helm loses to them in a replacement
 */
export async function editLive(cluster: Cluster, namespace: string, line: string): Promise<void> {
  if (line === 'pause') return await new Promise((r) => { setTimeout(r, 2000) })
  const [verb, what, ...rest] = line.split(' ') as [string, string, ...string[]]
  const [kind, name] = what.split('/') as [string, string]
  const ref: ObjectRef = { apiVersion: versionOf(kind), kind, namespace, name }
  const text = rest.join(' ')
  const [key, value] = text.split(/=(.*)/s) as [string, string]
  switch (verb) {
    case 'scale': await cluster.patch(ref, 'merge', { spec: { replicas: Number(text) } }, { subresource: 'scale', fieldManager: 'kubectl' }); return
    case 'label': await cluster.patch(ref, 'merge', { metadata: { labels: { [key]: value } } }, { fieldManager: 'kubectl-label' }); return
    case 'annotate': await cluster.patch(ref, 'merge', { metadata: { annotations: { [key]: value } } }, { fieldManager: 'kubectl-annotate' }); return
    case 'image': await cluster.patch(ref, 'strategic', { spec: { template: { spec: { containers: [{ name: key, image: value }] } } } }, { fieldManager: 'kubectl-set' }); return
    case 'edit': await cluster.patch(ref, 'strategic', JSON.parse(text), { fieldManager: 'kubectl-edit' }); return
    case 'merge': await cluster.patch({ ...ref, apiVersion: rest[0]! }, 'merge', JSON.parse(rest.slice(1).join(' ')), { fieldManager: 'kubectl-edit' }); return
    case 'apply': {
      const object = JSON.parse(text)
      object.metadata.namespace ??= namespace
      await cluster.apply(object, { fieldManager: what, force: true })
      return
    }
    case 'create': {
      const object = JSON.parse([what, ...rest].join(' '))
      object.metadata.namespace ??= namespace
      await cluster.create(object, { fieldManager: 'kubectl-create' })
      return
    }
    case 'delete': await cluster.delete(ref, { propagationPolicy: 'Background' }); return
    default: throw new Error(`no edit ${verb}`)
  }
}
