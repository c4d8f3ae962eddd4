import { equalJson } from './strategic-merge.ts'
import type { JsonMap } from './strategic-merge.ts'

/** JSON merge patches (RFC 7386), as github.com/evanphx/json-patch makes them and apimachinery's jsonmergepatch combines them. */

const isMap = (v: unknown): v is JsonMap => typeof v === 'object' && v !== null && !Array.isArray(v)
const emptyMap = (): JsonMap => Object.create(null) as JsonMap

/** The merge patch that brings `original` to `modified`. */
export function mergePatch(original: JsonMap, modified: JsonMap): JsonMap {
  const patch = emptyMap()
  for (const key of Object.keys(modified)) {
    const from = Object.hasOwn(original, key) ? original[key] : undefined
    const to = modified[key]
    if (isMap(from) && isMap(to)) {
      const inner = mergePatch(from, to)
      if (Object.keys(inner).length > 0) patch[key] = inner
    } else if (!equalJson(from, to)) patch[key] = to
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null
  return patch
}

/** Additions and changes against `current`, deletions against `original`. As CreateThreeWayJSONMergePatch. */
export function threeWayMergePatch(original: JsonMap, modified: JsonMap, current: JsonMap): JsonMap {
  return overlay(onlyNulls(mergePatch(original, modified)), withoutNulls(mergePatch(current, modified)))
}

/** What a server makes of `original` when it receives a merge patch. */
export function applyMergePatch(original: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const out = Object.assign(emptyMap(), isMap(original) ? original : {})
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete out[key]
    else out[key] = applyMergePatch(out[key], patch[key])
  }
  return out
}

function onlyNulls(patch: JsonMap): JsonMap {
  const out = emptyMap()
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) out[key] = null
    else if (isMap(value)) {
      const inner = onlyNulls(value)
      if (Object.keys(inner).length > 0) out[key] = inner
    }
  }
  return out
}

function withoutNulls(patch: JsonMap): JsonMap {
  const out = emptyMap()
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) continue
    if (!isMap(value) || Object.keys(value).length === 0) {
      out[key] = value
      continue
    }
    const inner = withoutNulls(value)
    if (Object.keys(inner).length > 0) out[key] = inner
  }
  return out
}

function overlay(below: JsonMap, above: JsonMap): JsonMap {
  const out = Object.assign(emptyMap(), below)
  for (const key of Object.keys(above)) {
    out[key] = isMap(out[key]) && isMap(above[key]) ? overlay(out[key], above[key]) : above[key]
  }
  return out
}
