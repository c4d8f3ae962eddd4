import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'

/** A write that reached the API server's door, by the JSON that was sent. */
export interface Write { readonly verb: 'create' | 'replace' | 'patch' | 'apply' | 'delete' | 'request'; readonly what: string; readonly body: string }

/** A cluster whose writes are noted, dry runs apart. */
export function recordedWrites(cluster: Cluster): { cluster: Cluster; writes: Write[] } {
  const writes: Write[] = []
  const note = (verb: Write['verb'], what: string, body: unknown, options?: { dryRun?: boolean }): void => {
    if (options?.dryRun !== true) writes.push({ verb, what, body: JSON.stringify(body) ?? '' })
  }
  const name = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name ?? ''}`
  const noted: Partial<Cluster> = {
    create: (object, options) => (note('create', name(object), object, options), cluster.create(object, options)),
    replace: (object, options) => (note('replace', name(object), object, options), cluster.replace(object, options)),
    apply: (object, options) => (note('apply', name(object), object, options), cluster.apply(object, options)),
    patch: (ref, type, patch, options) => (note('patch', `${ref.kind}/${ref.name}`, patch, options), cluster.patch(ref, type, patch, options)),
    delete: (ref, options) => (note('delete', `${ref.kind}/${ref.name}`, undefined, options), cluster.delete(ref, options)),
    request: (method, path, options) => (method === 'GET' ? undefined : note('request', `${method} ${path}`, options?.body), cluster.request(method, path, options)),
  }
  const proxy = new Proxy(cluster, {
    get(target, key) {
      if (Object.hasOwn(noted, key)) return noted[key as keyof Cluster]
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { cluster: proxy, writes }
}
