import type { JsonMap } from '../json.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'

/** Gives a namespace its service account and CA, and empties one that is being deleted. */
export function namespaces(hands: Hands, engine: Engine): Controller {
  return {
    name: 'namespace-controller',
    keys: ({ table, object, type }) => {
      if (table === '/namespaces') return type === 'DELETED' ? [] : [object.metadata.name as string]
      if ((table === '/serviceaccounts' && object.metadata.name === 'default') || (table === '/configmaps' && object.metadata.name === 'kube-root-ca.crt')) {
        return type === 'DELETED' ? [object.metadata.namespace as string] : []
      }
      // The last object to leave lets its namespace go.
      return type === 'DELETED' && object.metadata.namespace !== undefined ? [object.metadata.namespace as string] : []
    },
    reconcile(name) {
      const space = hands.get('/namespaces', '', name)
      if (space === undefined) return
      if (space.metadata.deletionTimestamp === undefined) {
        if (hands.get('/configmaps', name, 'kube-root-ca.crt') === undefined) {
          hands.create('/configmaps', {
            apiVersion: 'v1', kind: 'ConfigMap',
            metadata: { name: 'kube-root-ca.crt', namespace: name, annotations: { 'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.' } },
            data: { 'ca.crt': '' },
          })
        }
        if (hands.get('/serviceaccounts', name, 'default') === undefined) hands.create('/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })
        return
      }
      let left = 0
      for (const table of hands.api.store.tables()) {
        if (table === '/namespaces') continue
        for (const object of [...hands.list(table, name)]) {
          left++
          if (object.metadata.deletionTimestamp === undefined) hands.delete(table, object, { propagationPolicy: 'Background' })
        }
      }
      if (left > 0 && hands.api.store.tables().some((t) => t !== '/namespaces' && hands.list(t, name).length > 0)) {
        const remaining = hands.api.store.tables().flatMap((t) => hands.list(t, name)).filter((o) => (o.metadata.finalizers?.length ?? 0) > 0)
        if (remaining.length > 0) report(hands, space, remaining)
        engine.later('namespace-controller', name, 500)
        return
      }
      hands.api.touch(hands.type('/namespaces'), '', name, (n) => ({ ...n, spec: { ...n.spec, finalizers: [] } }), 'kube-controller-manager', 'finalize')
    },
  }
}

function report(hands: Hands, space: JsonMap, remaining: readonly JsonMap[]): void {
  const counts = new Map<string, number>()
  for (const o of remaining) for (const f of o.metadata.finalizers as string[]) counts.set(f, (counts.get(f) ?? 0) + 1)
  const condition = (type: string, status: string, reason: string, message: string): JsonMap => ({ type, status, lastTransitionTime: space.metadata.deletionTimestamp, reason, message })
  hands.status('/namespaces', space, {
    ...space.status, phase: 'Terminating',
    conditions: [
      condition('NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'),
      condition('NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
      condition('NamespaceDeletionContentFailure', 'False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
      condition('NamespaceContentRemaining', 'True', 'SomeResourcesRemain', `Some resources are remaining: ${remaining.length} resource instances`),
      condition('NamespaceFinalizersRemaining', 'True', 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${[...counts].map(([f, n]) => `${f} in ${n} resource instances`).join(', ')}`),
    ],
  })
}
