import { equal, isMap } from './json.ts'
import type { JsonMap } from './json.ts'
import type { ResourceType } from './resources.ts'
import { decode } from './schema/decode.ts'

/** The given keys, where they are set. */
export function pick(o: JsonMap, keys: readonly string[]): JsonMap {
  const out: JsonMap = {}
  for (const key of keys) if (o[key] !== undefined) out[key] = o[key]
  return out
}

/** Drops keys without a value, in place. */
export function clean(o: JsonMap): JsonMap {
  for (const key of Object.keys(o)) if (o[key] === undefined) delete o[key]
  return o
}

export const hasFinalizers = (o: JsonMap): boolean => ((o.metadata.finalizers as string[] | undefined)?.length ?? 0) > 0

/** Whether a change counts for metadata.generation. */
export function specDiffers(a: JsonMap, b: JsonMap, withStatus: boolean): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) if (key !== 'metadata' && (withStatus || key !== 'status') && key !== 'apiVersion' && key !== 'kind' && !equal(a[key], b[key])) return true
  return false
}

const metaOrder = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields']

/** kind, apiVersion, metadata first, and metadata in Go's order. */
export function ordered(o: JsonMap): JsonMap {
  const { kind, apiVersion, metadata, ...rest } = o
  const meta: JsonMap = {}
  for (const key of metaOrder) if (metadata[key] !== undefined && metadata[key] !== null) meta[key] = metadata[key]
  for (const key of Object.keys(metadata as JsonMap)) if (!(key in meta) && metadata[key] !== undefined && metadata[key] !== null) meta[key] = metadata[key]
  for (const key of ['labels', 'annotations']) if (isMap(meta[key]) && Object.keys(meta[key] as JsonMap).length === 0) delete meta[key]
  for (const key of ['ownerReferences', 'finalizers']) if (Array.isArray(meta[key]) && (meta[key] as unknown[]).length === 0) delete meta[key]
  return { kind, apiVersion, metadata: meta, ...rest }
}

/** The status of an object nobody has reported on. */
export function emptyStatus(type: ResourceType): JsonMap {
  const field = type.schema.fields?.get('status')
  return field === undefined ? {} : decode({}, field.schema)
}
