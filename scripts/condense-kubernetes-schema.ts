/**
 * Condenses Kubernetes' published OpenAPI and discovery documents, and how Go encodes the types, into the one data file
 * the sandbox reads: src/cluster/sandbox/schema/kubernetes.data.ts. Development only; needs Go and
 * `go mod download k8s.io/kubernetes@v1.36.3`.
 *
 *   node scripts/condense-kubernetes-schema.ts [folder of k8s.io/kubernetes]
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const version = '1.36.3'
const here = import.meta.dirname
const kubernetes = process.argv[2]
  ?? JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`], { encoding: 'utf8' })).Dir
const go = JSON.parse(execFileSync('go', ['run', '.'], { cwd: join(here, 'kubernetes-types'), encoding: 'utf8', maxBuffer: 1 << 26 }))

const openapi: Record<string, any> = {}
const v3 = join(kubernetes, 'api/openapi-spec/v3')
for (const file of readdirSync(v3)) {
  Object.assign(openapi, JSON.parse(readFileSync(join(v3, file), 'utf8')).components?.schemas)
}

const discovery = JSON.parse(readFileSync(join(kubernetes, 'api/discovery/aggregated_v2.json'), 'utf8')).items
const core = JSON.parse(readFileSync(join(kubernetes, 'api/discovery/api__v1.json'), 'utf8'))

const everyVerb = 'create delete deletecollection get list patch update watch'

/** Rows of discovery, in the server's order; only versions a server enables by default (no alpha, no beta). */
const groups: any[] = [{ group: '', versions: [{ version: 'v1', resources: coreResources() }] }]
for (const item of discovery) {
  const versions = item.versions.filter((v: any) => /^v\d+$/.test(v.version))
    .map((v: any) => ({ version: v.version, resources: v.resources.map(row) }))
  if (versions.length) groups.push({ group: item.metadata.name, versions })
}

function row(r: any): any {
  const kind = r.responseKind
  return prune({
    p: r.resource, k: kind.kind, n: r.scope === 'Namespaced' ? 1 : undefined, v: verbs(r.verbs), s: r.singularResource,
    a: r.shortNames?.join(','), c: r.categories?.join(','),
    r: r.subresources?.map((s: any) => prune({
      p: s.subresource, k: s.responseKind.kind, g: s.responseKind.group || undefined, w: s.responseKind.version || undefined, v: verbs(s.verbs),
    })),
  })
}

function coreResources(): any[] {
  const rows: any[] = []
  for (const r of core.resources) {
    const [name, sub] = r.name.split('/')
    if (sub === undefined) {
      rows.push({
        resource: name, responseKind: { kind: r.kind }, scope: r.namespaced ? 'Namespaced' : 'Cluster', verbs: r.verbs,
        singularResource: r.singularName, shortNames: r.shortNames, categories: r.categories, subresources: [],
      })
    } else {
      rows.find((x) => x.resource === name).subresources.push({
        subresource: sub, verbs: r.verbs, responseKind: { kind: r.kind, group: r.group, version: r.version },
      })
    }
  }
  return rows.map(row)
}


function verbs(list: string[]): string {
  const text = [...list].sort().join(' ')
  return text === everyVerb ? '*' : text
}

/** Definitions, numbered as they are reached from the kinds. */
const numbers = new Map<string, number>()
const definitions: any[] = []
const kinds: Record<string, number> = {}
const enabled = new Set(groups.flatMap((g) => g.versions.map((v: any) => `${g.group}/${v.version}`)))
for (const [gvk, name] of Object.entries<string>(go.kinds).sort()) {
  const slash = gvk.lastIndexOf('/')
  const kind = gvk.slice(slash + 1)
  if (!enabled.has(gvk.slice(0, slash))) continue
  if (/(Options|WatchEvent)$/.test(kind) && kind !== 'DeleteOptions') continue
  if (['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'List', 'RangeAllocation', 'SerializedReference', 'TypeMeta', 'PodStatusResult'].includes(kind)) continue
  kinds[gvk] = define(name)
}

function define(name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  const number = definitions.length
  numbers.set(name, number)
  const schema = openapi[name] ?? {}
  const entry: any[] = [name]
  definitions.push(entry)
  entry.push(go.types[name].map((f: any) => {
    const property = schema.properties?.[f.n] ?? {}
    const flags = (f.o ? 1 : 0) | (f.z ? 2 : 0) | (f.p ? 4 : 0) | ((f.b ?? 0) << 3)
    const attributes = prune({
      t: property['x-kubernetes-list-type'], k: property['x-kubernetes-list-map-keys'],
      a: property['x-kubernetes-map-type'] === 'atomic' ? 1 : undefined,
      p: property['x-kubernetes-patch-strategy'], m: property['x-kubernetes-patch-merge-key'],
      // Required fields have their zero as a default anyway; an optional one that says so may be a list's key.
      d: property.default === undefined || (property.default === '' && !f.o) || isEmpty(property.default) ? undefined : property.default,
    })
    const out: any[] = [f.n, convert(f.t), flags]
    if (Object.keys(attributes).length) out.push(attributes)
    return out
  }))
  if (schema['x-kubernetes-map-type'] === 'atomic') entry[2] = { a: 1 }
  if (schema.required) entry[2] = { ...entry[2], r: schema.required }
  return number
}

function convert(t: any): any {
  if (Array.isArray(t)) return [t[0], convert(t[1])]
  return t.startsWith('#') ? define(t.slice(1)) : t
}
function isEmpty(x: unknown): boolean { return typeof x === 'object' && x !== null && Object.keys(x).length === 0 }
function prune(o: any): any {
  for (const k of Object.keys(o)) if (o[k] === undefined || (Array.isArray(o[k]) && !o[k].length)) delete o[k]
  return o
}

const text = JSON.stringify({ version: `v${version}`, groups, kinds, definitions })
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } })
writeFileSync(join(here, '../src/cluster/sandbox/schema/kubernetes.data.ts'), `/**
 * Generated by scripts/condense-kubernetes-schema.ts from Kubernetes v${version} (Apache-2.0): resources of discovery, types with
 * list keys, patch strategies and defaults. Brotli in base64; schema/tables.ts unpacks it.
 */
export const packed = '${packed.toString('base64')}'
`)
console.log(`${definitions.length} definitions, ${Object.keys(kinds).length} kinds, ${text.length} bytes of JSON, ${packed.length} packed`)
