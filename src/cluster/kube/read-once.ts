import type { CallOptions, Cluster, KubeObject, ListOptions, ObjectRef } from './types.ts'

/** From this many objects of one kind in one namespace on. */
const listFrom = 3

/**
 * A cluster of which each thing is asked once: for who looks at many releases at one moment. Answers are shared, so nobody may change them. Failures are
 * asked again. Writes and watches go through, and what they change is not seen.
 */
export function readOnce(cluster: Cluster): Cluster {
  const answers = new Map<string, Promise<unknown>>()
  const once = <T>(key: unknown, ask: () => Promise<T>): Promise<T> => {
    const text = JSON.stringify(key)
    const known = answers.get(text) as Promise<T> | undefined
    if (known !== undefined) return known
    const asked = ask()
    answers.set(text, asked)
    asked.catch(() => answers.delete(text))
    return asked
  }
  const asked = new Map<string, number>()
  /** Who asks for one object after the other is answered by a list: one request instead of many. Secrets are left out, for a namespace's release records are among them. */
  const get = async (ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject | undefined> => {
    const { apiVersion, kind, namespace, name } = ref
    const group = `${apiVersion} ${kind} ${namespace}`
    const count = (asked.get(group) ?? 0) + 1
    asked.set(group, count)
    if (count < listFrom || namespace === undefined || kind === 'Secret') return await cluster.get(ref, options)
    // The right to get does not imply the right to list.
    const items = await reads.list(apiVersion, kind, { ...options, namespace }).then((list) => list.items, () => undefined)
    if (items === undefined) {
      asked.set(group, -Infinity)
      return await cluster.get(ref, options)
    }
    const found = items.find((item) => item.metadata.name === name)
    return found && { ...found, apiVersion, kind }
  }
  const reads = {
    get: (ref: ObjectRef, options?: CallOptions): Promise<KubeObject | undefined> => once(['get', ref.apiVersion, ref.kind, ref.namespace ?? cluster.namespace, ref.name], () => get(ref, options)),
    list: (apiVersion: string, kind: string, options: ListOptions = {}): ReturnType<Cluster['list']> => {
      const { signal: _signal, pageSize: _size, ...what } = options
      return once(['list', apiVersion, kind, what.namespace ?? null, what.labelSelector ?? '', what.fieldSelector ?? '', what.metadataOnly ?? false], () => cluster.list(apiVersion, kind, options))
    },
    version: (options?: CallOptions) => once(['version'], () => cluster.version(options)),
    apiVersions: (options?: CallOptions) => once(['apiVersions'], () => cluster.apiVersions(options)),
  }
  return new Proxy(cluster, {
    get(target, name) {
      if (Object.hasOwn(reads, name)) return reads[name as keyof typeof reads]
      // Of the cluster itself: private fields are not reached through a proxy.
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
