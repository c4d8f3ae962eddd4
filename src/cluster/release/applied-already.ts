import { equalJson } from '../kube/index.ts'
import type { JsonMap, KubeObject } from '../kube/index.ts'

/** Fields that are never owned (structured-merge-diff's strip list in apiserver's fieldmanager). */
const unowned = new Set(['apiVersion', 'kind'])
const unownedMetadata = new Set(['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'])

/**
 * Whether a server-side apply of `target` by `manager` would change nothing: the manager owns exactly the fields that the
 * target has, and the live object has exactly its values. Doubt (a quantity written otherwise, a defaulted key) answers no.
 */
export function isAppliedAlready(target: KubeObject, live: KubeObject, manager: string): boolean {
  const entries = (live.metadata.managedFields ?? []).filter((m) => m.manager === manager && (m.subresource ?? '') === '')
  const entry = entries[0]
  if (entries.length !== 1 || entry.operation !== 'Apply' || entry.apiVersion !== target.apiVersion || entry.fieldsV1 === undefined) return false
  if (target.stringData !== undefined) live = withStringData(live)
  const { metadata, ...rest } = target
  const owned: JsonMap = {}
  for (const key of Object.keys(rest)) if (!unowned.has(key)) owned[key] = rest[key]
  const ownedMetadata: JsonMap = {}
  for (const key of Object.keys(metadata)) if (!unownedMetadata.has(key)) ownedMetadata[key] = metadata[key]
  if (Object.keys(ownedMetadata).length > 0) owned.metadata = ownedMetadata
  return sameMap(owned, live, entry.fieldsV1)
}

/**
 * A live Secret with its data as `stringData` too. The server keeps no such field, only who owns it: it puts it into `data` in base64
 * (pkg/apis/core/v1/conversion.go, Convert_v1_Secret_To_core_Secret). What is no UTF-8 was not written as a string.
 */
function withStringData(live: KubeObject): KubeObject {
  const stringData: JsonMap = {}
  for (const [key, value] of Object.entries(live.data ?? {})) {
    const text = Buffer.from(String(value), 'base64').toString()
    if (Buffer.from(text).toString('base64') === value) stringData[key] = text
  }
  return { ...live, stringData }
}

const isMap = (v: unknown): v is JsonMap => typeof v === 'object' && v !== null && !Array.isArray(v)

function sameMap(target: JsonMap, live: unknown, fields: JsonMap): boolean {
  if (!isMap(live)) return false
  const keys = Object.keys(target)
  const ownedKeys = Object.keys(fields).filter((key) => key !== '.')
  if (ownedKeys.length !== keys.length) return false
  return keys.every((key) => Object.hasOwn(fields, `f:${key}`) && Object.hasOwn(live, key) && sameField(target[key], live[key], fields[`f:${key}`]))
}

function sameField(target: unknown, live: unknown, fields: JsonMap): boolean {
  if (Object.keys(fields).length === 0) return equalJson(target, live)
  if (isMap(target)) return sameMap(target, live, fields)
  return Array.isArray(target) && Array.isArray(live) && sameList(target, live, fields)
}

/** Lists whose items are owned one by one: by their keys, or as a set of values. */
function sameList(target: unknown[], live: unknown[], fields: JsonMap): boolean {
  const parts = Object.keys(fields).filter((key) => key !== '.')
  if (parts.length !== target.length) return false
  let from = 0
  for (const item of target) {
    const fitting = parts.filter((key) => names(key, item, true))
    if (fitting.length !== 1) return false
    const part = fitting[0]!
    // The order must be the target's too, or an apply would turn it.
    const at = live.findIndex((other, index) => index >= from && names(part, other))
    if (at < 0) return false
    from = at + 1
    if (part.startsWith('k:') && !(isMap(item) && sameMap(item, live[at], fields[part]))) return false
  }
  return true
}

/**
 * Whether a part of a list's field set (`k:{"name":"a"}` or `v:"a"`) means this item.
 * @param defaulted the item may lack keys that the server fills in (a port's protocol)
 */
function names(part: string, item: unknown, defaulted = false): boolean {
  const value: unknown = JSON.parse(part.slice(2))
  if (part.startsWith('v:')) return equalJson(value, item)
  return part.startsWith('k:') && isMap(item) && isMap(value) && Object.keys(value).every((key) => (defaulted && !Object.hasOwn(item, key)) || equalJson(value[key], item[key]))
}
