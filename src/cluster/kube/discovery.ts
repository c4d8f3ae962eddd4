import { statusOf } from './api-error.ts'
import { DiscoveryCache } from './discovery-cache.ts'
import type { CachedDocuments, Document, ServerResources } from './discovery-types.ts'
import type { Transport } from './transport.ts'
import type { CallOptions } from './types.ts'

interface Known { documents: CachedDocuments; merged: ServerResources; asked: boolean }

const aggregated = ['v2', 'v2beta1'].map(v => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`).join(',') + ',application/json'

/** Learns what the server serves: two requests on servers since 1.27, one a group version on older ones. */
export class Discovery {
  readonly #transport: Transport
  readonly #disk: DiscoveryCache | undefined
  #cached: Promise<Known> | undefined
  #refetching = false

  constructor(transport: Transport, cacheDir: string | undefined) {
    this.#transport = transport
    this.#disk = cacheDir === undefined ? undefined : new DiscoveryCache(cacheDir, transport.server)
  }

  /**
   * @param fresh `'cached'`: what is known, however old within the cache's time · `'revalidated'`: known to be current when this client first asked
   *   · `'refetched'`: asks the server now
   */
  async resources(fresh: 'cached' | 'revalidated' | 'refetched', options: CallOptions = {}): Promise<ServerResources> {
    let known = await this.#cached
    if (known === undefined || fresh === 'refetched' || (fresh === 'revalidated' && !known.asked)) {
      if (!this.#refetching || this.#cached === undefined) this.#start(fresh, known, options)
      known = await this.#cached!
    }
    return known.merged
  }

  /** Those who ask while an answer is under way share it. */
  #start(fresh: 'cached' | 'revalidated' | 'refetched', known: Known | undefined, options: CallOptions): void {
    const start = this.#fetch(fresh, known?.documents, options)
    const before = this.#cached
    this.#cached = start
    this.#refetching = true
    const settled = (failed: boolean): void => {
      if (this.#cached !== start) return
      this.#refetching = false
      if (failed) this.#cached = before
    }
    start.then(() => settled(false), () => settled(true))
  }

  async #fetch(fresh: 'cached' | 'revalidated' | 'refetched', known: CachedDocuments | undefined, options: CallOptions): Promise<Known> {
    const before = known ?? this.#disk?.read()
    if (before !== undefined && fresh === 'cached') return { documents: before, merged: merge(before.core.resources, before.groups.resources), asked: false }
    const [core, groups] = await Promise.all([this.#document('/api', before?.core, options), this.#document('/apis', before?.groups, options)])
    const documents: CachedDocuments = { core, groups, at: Date.now() }
    this.#disk?.write(documents)
    return { documents, merged: merge(core.resources, groups.resources), asked: true }
  }

  async #document(path: '/api' | '/apis', before: Document | undefined, options: CallOptions): Promise<Document> {
    const response = await this.#transport.json({
      method: 'GET', path, accept: aggregated, generic: true, accepted: [304, 404, 406], signal: options.signal,
      ...(before?.etag === undefined ? {} : { headers: { 'if-none-match': before.etag } }),
    })
    if (response.status === 304 && before !== undefined) return before
    if (response.status !== 200) return { etag: undefined, resources: empty() }
    const body = response.value
    if (body.kind === 'APIGroupDiscoveryList') return { etag: response.headers.etag, resources: readAggregated(body) }
    const versions: string[] = path === '/api' ? body.versions ?? [] : (body.groups ?? []).flatMap((g: any) => (g.versions ?? []).map((v: any) => String(v.groupVersion)))
    return { etag: undefined, resources: await this.#legacy(path, versions, options) }
  }

  async #legacy(path: '/api' | '/apis', groupVersions: readonly string[], options: CallOptions): Promise<ServerResources> {
    const out = empty()
    const lists = await Promise.all(groupVersions.map(async groupVersion => {
      try {
        return (await this.#transport.json({ method: 'GET', path: `${path}/${groupVersion}`, signal: options.signal })).value
      } catch (error) {
        // One broken aggregated API must not hide all others (discovery IsGroupDiscoveryFailedError).
        if (statusOf(error) === undefined) throw error
        return undefined
      }
    }))
    groupVersions.forEach((groupVersion, i) => {
      out.groupVersions.push(groupVersion)
      if (lists[i] === undefined) out.stale.push(groupVersion)
      for (const r of lists[i]?.resources ?? []) {
        add(out, groupVersion, { kind: r.kind, plural: r.name, namespaced: r.namespaced === true, verbs: r.verbs ?? [] })
      }
    })
    return out
  }
}

function readAggregated(body: any): ServerResources {
  const out = empty()
  for (const group of body.items ?? []) {
    const name: string = group.metadata?.name ?? ''
    for (const v of group.versions ?? []) {
      const groupVersion = name === '' ? String(v.version) : `${name}/${v.version}`
      if (v.freshness === 'Stale') {
        out.stale.push(groupVersion)
        continue
      }
      out.groupVersions.push(groupVersion)
      for (const r of v.resources ?? []) {
        const kind: string = r.responseKind?.kind ?? ''
        if (kind !== '') add(out, groupVersion, { kind, plural: r.resource, namespaced: r.scope === 'Namespaced', verbs: r.verbs ?? [] })
        for (const s of r.subresources ?? []) if (s.responseKind?.kind) out.kinds.push(`${groupVersion}/${s.responseKind.kind}`)
      }
    }
  }
  return out
}

function add(out: ServerResources, groupVersion: string, resource: { kind: string; plural: string; namespaced: boolean; verbs: string[] }): void {
  const key = `${groupVersion}/${resource.kind}`
  out.kinds.push(key)
  // "deployments/scale" is a subresource; of two resources with one kind the first is meant.
  if (resource.plural.includes('/') || Object.hasOwn(out.mappings, key)) return
  const slash = groupVersion.indexOf('/')
  out.mappings[key] = { group: slash < 0 ? '' : groupVersion.slice(0, slash), version: groupVersion.slice(slash + 1), ...resource }
}

const empty = (): ServerResources => ({ groupVersions: [], kinds: [], mappings: {}, stale: [] })

function merge(a: ServerResources, b: ServerResources): ServerResources {
  return {
    groupVersions: [...a.groupVersions, ...b.groupVersions],
    kinds: [...a.kinds, ...b.kinds],
    mappings: { ...a.mappings, ...b.mappings },
    stale: [...a.stale, ...b.stale],
  }
}
