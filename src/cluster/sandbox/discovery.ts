import { createHash } from 'node:crypto'
import type { JsonMap } from './json.ts'
import { apiVersionOf } from './resources.ts'
import type { ResourceType, Resources } from './resources.ts'

/** What a server says it serves: the old documents, group by group, and the aggregated ones. */
export class Discovery {
  readonly #resources: Resources
  constructor(resources: Resources) { this.#resources = resources }

  /** GET /api */
  versions(address: string): JsonMap {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }] }
  }

  /** GET /apis */
  groups(): JsonMap {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.#named().map((g) => groupOf(g)) }
  }

  /** GET /apis/GROUP */
  group(name: string): JsonMap | undefined {
    const found = this.#named().find((g) => g.group === name)
    return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(found) }
  }

  /** GET /api/v1 and /apis/GROUP/VERSION */
  resources(group: string, version: string): JsonMap | undefined {
    const types = this.#resources.groups().find((g) => g.group === group)?.versions.find((v) => v.version === version)?.types
    if (types === undefined) return undefined
    const rows: JsonMap[] = []
    for (const t of types) {
      rows.push({
        name: t.plural, singularName: t.singular, namespaced: t.namespaced, kind: t.kind, verbs: t.verbs,
        ...(t.shortNames.length ? { shortNames: t.shortNames } : {}), ...(t.categories.length ? { categories: t.categories } : {}),
        ...(t.verbs.includes('list') ? { storageVersionHash: createHash('sha256').update(`${t.table}${t.version}`).digest('base64').slice(0, 11) + '=' } : {}),
      })
      for (const s of t.subresources.values()) {
        const elsewhere = s.group !== group || s.version !== version
        rows.push({
          name: `${t.plural}/${s.name}`, singularName: '', namespaced: t.namespaced,
          ...(elsewhere ? { group: s.group, version: s.version } : {}), kind: s.kind, verbs: s.verbs,
        })
      }
    }
    if (types.every((t) => t.custom === undefined)) rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion: apiVersionOf({ group, version }), resources: rows }
  }

  /** GET /api or /apis with the media type of apidiscovery.k8s.io. */
  aggregated(core: boolean): JsonMap {
    const groups = this.#resources.groups().filter((g) => (g.group === '') === core)
    return {
      kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {},
      items: groups.map((g) => ({
        metadata: core ? {} : { name: g.group },
        versions: g.versions.map((v) => ({
          version: v.version,
          resources: [...v.types].sort((a, b) => (a.plural < b.plural ? -1 : 1)).map((t) => aggregatedRow(t)),
          freshness: 'Current',
        })),
      })),
    }
  }

  /** Helm's list of "group/version" and "group/version/Kind". */
  apiVersions(): string[] {
    const out: string[] = []
    for (const g of this.#resources.groups()) {
      for (const v of g.versions) {
        const apiVersion = apiVersionOf({ group: g.group, version: v.version })
        out.push(apiVersion)
        const kinds = new Set<string>()
        for (const t of v.types) {
          kinds.add(t.kind)
          for (const s of t.subresources.values()) kinds.add(s.kind)
        }
        for (const kind of kinds) out.push(`${apiVersion}/${kind}`)
      }
    }
    return out
  }

  #named(): ReturnType<Resources['groups']> { return this.#resources.groups().filter((g) => g.group !== '') }
}

function groupOf(g: { group: string; versions: { version: string }[] }): JsonMap {
  const versions = g.versions.map((v) => ({ groupVersion: `${g.group}/${v.version}`, version: v.version }))
  return { name: g.group, versions, preferredVersion: versions[0] }
}

function aggregatedRow(t: ResourceType): JsonMap {
  // Built-in kinds of the same group version come without group and version.
  const kindOf = (x: { group: string; version: string; kind: string }): JsonMap =>
    (t.custom === undefined && x.group === t.group && x.version === t.version ? { group: '', version: '', kind: x.kind } : { group: x.group, version: x.version, kind: x.kind })
  const subresources = [...t.subresources.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((s) => ({ subresource: s.name, responseKind: kindOf(s), verbs: s.verbs }))
  return {
    resource: t.plural, responseKind: kindOf(t), scope: t.namespaced ? 'Namespaced' : 'Cluster', singularResource: t.singular, verbs: t.verbs,
    ...(t.shortNames.length ? { shortNames: t.shortNames } : {}), ...(t.categories.length ? { categories: t.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  }
}
