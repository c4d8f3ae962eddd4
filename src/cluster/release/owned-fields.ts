import type { JsonMap, KubeObject } from '../kube/index.ts'
import { fieldManager } from './apply.ts'

/** What a release owns of a live object, or would write to it: plain data to be compared. Holds secrets. */
export interface OwnedFields {
  /** By the server's books: what Helm and Pintle manage, path by path. */
  readonly managed: readonly unknown[]
  /** The live values of the fields that these manifests have. */
  readonly written: readonly unknown[]
}

/**
 * The part of a live object that is the release's: the fields its manager owns, and those that the manifests given would write. Everything else may change
 * without the release being concerned: status, and what other managers own.
 */
export function ownedFields(live: KubeObject, manifests: readonly KubeObject[]): OwnedFields {
  const entries = (live.metadata.managedFields ?? []).filter((m) => m.manager === fieldManager && (m.subresource ?? '') === '')
  const bare = withoutServer(live)
  return {
    managed: entries.map((entry) => [entry.operation, extract(bare, entry.fieldsV1 ?? {})]),
    written: manifests.map((manifest) => project(bare, withoutServer(asData(manifest)))),
  }
}

const serverMetadata = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'])

function withoutServer({ status: _status, metadata, ...rest }: KubeObject): JsonMap {
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !serverMetadata.has(key))) }
}

/** The server keeps no `stringData`: it goes into `data`. */
function asData(manifest: KubeObject): KubeObject {
  if (manifest.kind !== 'Secret' || manifest.stringData === undefined || manifest.stringData === null) return manifest
  const { stringData, ...rest } = manifest
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(Object.keys(stringData).map((key) => [key, ''])) } }
}

const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of the live object a set of fields (fieldsV1) means: a list of paths with their values. */
function extract(live: unknown, fields: JsonMap): unknown {
  const keys = Object.keys(fields)
  if (keys.length === 0) return live ?? null
  const out: unknown[] = []
  for (const key of keys.sort()) {
    const inner = isMap(fields[key]) ? fields[key] : {}
    if (key === '.') out.push(['.', live !== undefined])
    else if (key.startsWith('f:')) {
      const name = key.slice(2)
      if (name !== 'status') out.push([key, isMap(live) && Object.hasOwn(live, name) ? extract(live[name], inner) : null])
    } else if (Array.isArray(live)) {
      const named = part(key)
      const item = live.find((i) => means(named, i))
      out.push([key, item === undefined ? null : key.startsWith('v:') ? true : extract(item, inner)])
    }
  }
  return out
}

function part(key: string): unknown {
  try {
    return JSON.parse(key.slice(2))
  } catch {
    return undefined
  }
}

/** Whether `k:{"name":"a"}` or `v:"a"` means an item. */
function means(named: unknown, item: unknown): boolean {
  if (!isMap(named)) return named === item
  return isMap(item) && Object.keys(named).every((key) => Object.hasOwn(item, key) && item[key] === named[key])
}

/** Keys that name the items of Kubernetes' lists. */
const listKeys = ['name', 'containerPort', 'port', 'mountPath', 'devicePath', 'topologyKey', 'type', 'ip', 'key', 'host', 'path'] as const

/** The live values where a manifest has any: item by item in lists whose items have names, whole in others. */
function project(live: unknown, manifest: unknown): unknown {
  if (live === undefined) return null
  if (isMap(manifest) && isMap(live)) {
    return Object.fromEntries(Object.keys(manifest).sort().map((key) => [key, project(Object.hasOwn(live, key) ? live[key] : undefined, manifest[key])]))
  }
  if (Array.isArray(manifest) && Array.isArray(live)) {
    const key = listKeys.find((k) => [manifest, live].every((list) => list.length > 0 && list.every((i) => isMap(i) && Object.hasOwn(i, k)) && new Set(list.map((i) => i[k])).size === list.length))
    if (key !== undefined) return manifest.map((item) => [item[key], project(live.find((i) => i[key] === item[key]), item)])
  }
  return live
}
