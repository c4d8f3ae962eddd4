import type { CallOptions, Cluster, ObjectRef } from '../../cluster/kube/index.ts'
import type { Head } from './store.ts'

/**
 * The head of the chain, kept beside the release it was written for: in a ConfigMap of its own, since Helm writes its storage objects anew and drops what others noted on
 * them. Whoever cuts off the end of a store would have to change the cluster, too.
 */
const refOf = (namespace: string, release: string): ObjectRef => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `pintle-evidence.${release}` })

/** Notes the head and the record it belongs to. @throws PintleError kube.* where that is not allowed */
export async function anchorHead(cluster: Cluster, { namespace, release }: { namespace: string; release: string }, { id, head }: { id: string; head: Head }, options: CallOptions = {}): Promise<void> {
  const { apiVersion, kind, name } = refOf(namespace, release)
  await cluster.apply({
    apiVersion, kind, metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'pintle', 'pintle.dev/evidence': 'head' } },
    data: { record: id, sequence: String(head.sequence), head: head.hash },
  }, { ...options, fieldManager: 'pintle-evidence', force: true })
}

/** The head that was noted for a release; undefined when none was, or what is there is none. */
export async function anchoredHead(cluster: Cluster, { namespace, release }: { namespace: string; release: string }, options: CallOptions = {}): Promise<string | undefined> {
  const found = await cluster.get(refOf(namespace, release), options)
  const head: unknown = found?.data?.head
  return typeof head === 'string' && /^sha256:[0-9a-f]{64}$/.test(head) ? head : undefined
}
