import { isPintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { callOf } from './options.ts'
import { mapParallel } from './parallel.ts'
import { getRelease, podSelector } from './read.ts'
import type { ReadOptions, ReadRelease } from './read.ts'
import { buildResources } from './resources.ts'

/** Objects as the server's printers show them, or as they are where it has no printers. */
export type Printed = { kind: 'Table'; columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[]; rows?: { cells: unknown[] }[] } | KubeObject

/** Like kubectl: the server's columns, else the object. Upstream: transformRequests in pkg/kube/client.go. */
const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

/**
 * A revision with its live objects as tables by `version/Kind`, for `status`; the pods behind its workloads are one table under
 * `v1/Pod(related)`. What does not exist is left out. Upstream: pkg/action/status.go, Client.Get in pkg/kube/client.go.
 */
export async function releaseTables(options: ReadOptions): Promise<ReadRelease & { tables: Map<string, Printed[]> }> {
  const release = await getRelease(options)
  const { manifest, namespace: releaseNamespace } = release.record
  const call = callOf(options)
  const resources = await buildResources(options.cluster, manifest, releaseNamespace, { ...call, unserved: () => {}, anyVersion: true })
  const read = async (path: string, query: Record<string, string> = {}): Promise<Printed | undefined> => {
    try {
      return await options.cluster.request('GET', path, { ...call, query, accept: asTable }) as Printed
    } catch (error) {
      if (isPintleError(error) && error.code.startsWith('kube.') && options.signal?.aborted !== true) return undefined
      throw error
    }
  }
  const selectors = new Set<string>()
  const found = await mapParallel(resources, async ({ mapping: m, ref, object }) => {
    const scope = m.namespaced ? `/namespaces/${encodeURIComponent(ref.namespace ?? options.namespace)}` : ''
    const base = m.group === '' ? '/api' : `/apis/${m.group}`
    const selector = podSelector(object)
    const first = selector !== undefined && !selectors.has(selector)
    if (first) selectors.add(selector)
    const [own, pods] = await Promise.all([
      read(`${base}/${m.version}${scope}/${m.plural}/${encodeURIComponent(ref.name)}`),
      first ? read(`/api/v1${scope}/pods`, { labelSelector: selector }) : undefined,
    ])
    return { key: `${m.version}/${m.kind}`, own, pods }
  })
  const tables = new Map<string, Printed[]>()
  const add = (key: string, printed: Printed): void => { tables.set(key, [...(tables.get(key) ?? []), printed]) }
  for (const { key, own, pods } of found) {
    if (own === undefined) continue
    add(key, own)
    if (pods !== undefined) add('v1/Pod(related)', pods)
  }
  return { ...release, tables }
}
