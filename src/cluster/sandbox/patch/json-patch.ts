import { clone, equal, isMap, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { ApiError, badRequest } from '../status.ts'

interface Operation { op: string; path: string; from?: string; value?: unknown }

/** The server keeps the reason to itself; it stays in the error for whoever debugs the sandbox. */
const refuse = (message: string): never => { throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {}, message) }

/** RFC 6902, failing with the texts of gopkg.in/evanphx/json-patch.v4. */
export function applyJsonPatch(document: JsonMap, patch: unknown): JsonMap {
  if (!Array.isArray(patch)) throw badRequest(`error decoding patch: json: cannot unmarshal ${typeof patch === 'object' ? 'object' : typeof patch} into Go value of type []handlers.jsonPatchOp`)
  if (patch.length > 10_000) throw new ApiError(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is 10000, got ${patch.length}`)
  let root: unknown = clone(document)
  for (const o of patch as Operation[]) root = apply(root, o)
  return root as JsonMap
}

function apply(root: unknown, o: Operation): unknown {
  const path = split(o.path)
  switch (o.op) {
    case 'add': return add(root, path, o.value, o.path)
    case 'remove': return remove(root, path, o.path)
    case 'replace': {
      const holder = parent(root, path)
      const key = path.at(-1)
      if (path.length === 0) return o.value
      if (holder === undefined) return refuse(`replace operation does not apply: doc is missing path: ${o.path}: missing value`)
      if (Array.isArray(holder)) {
        if (holder[index(key!)] === undefined) return refuse(`replace operation does not apply: doc is missing key: ${o.path}: missing value`)
        holder[index(key!)] = o.value
      } else {
        if (!isMap(holder) || !Object.hasOwn(holder, key!)) return refuse(`replace operation does not apply: doc is missing key: ${o.path}: missing value`)
        put(holder, key!, o.value)
      }
      return root
    }
    case 'move': {
      const value = clone(find(root, split(o.from ?? ''), `move operation does not apply: doc is missing from path: ${o.from}`))
      return add(remove(root, split(o.from ?? ''), o.from ?? ''), path, value, o.path)
    }
    case 'copy':
      return add(root, path, clone(find(root, split(o.from ?? ''), `copy operation does not apply: doc is missing from path: ${o.from}`)), o.path)
    case 'test': {
      const value = peek(root, path)
      if (value === undefined ? o.value !== null && o.value !== undefined : !equal(value, o.value)) return refuse(`testing value ${o.path} failed: test failed`)
      return root
    }
    default: return refuse(`Unexpected kind: ${o.op}`)
  }
}

const split = (pointer: string): string[] => (pointer === '' ? [] : pointer.split('/').slice(1).map((s) => s.replace(/~1/g, '/').replace(/~0/g, '~')))
const index = (key: string): number => (/^-?\d+$/.test(key) ? Number(key) : Number.NaN)

function peek(root: unknown, path: readonly string[]): unknown {
  let at = root
  for (const key of path) at = Array.isArray(at) ? at[index(key)] : isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined
  return at
}

function find(root: unknown, path: readonly string[], problem: string): unknown {
  const value = peek(root, path)
  return value === undefined ? refuse(`${problem}: missing value`) : value
}

const parent = (root: unknown, path: readonly string[]): unknown => peek(root, path.slice(0, -1))

function add(root: unknown, path: readonly string[], value: unknown, text: string): unknown {
  if (path.length === 0) return value
  const holder = parent(root, path)
  const key = path.at(-1)!
  if (Array.isArray(holder)) {
    if (key === '-') holder.push(value)
    else {
      let at = index(key)
      if (at < 0) at += holder.length + 1
      if (Number.isNaN(at) || at > holder.length || at < 0) return refuse(`add operation does not apply: doc is missing path: "${text}": Unable to access invalid index: ${key}: invalid index referenced`)
      holder.splice(at, 0, value)
    }
  } else if (isMap(holder)) put(holder, key, value)
  else return refuse(`add operation does not apply: doc is missing path: "${text}": missing value`)
  return root
}

function remove(root: unknown, path: readonly string[], text: string): unknown {
  const holder = parent(root, path)
  const key = path.at(-1) ?? ''
  if (Array.isArray(holder)) {
    const at = index(key)
    if (Number.isNaN(at) || at >= holder.length || at < 0) return refuse(`remove operation does not apply: doc is missing path: "${text}": Unable to access invalid index: ${key}: invalid index referenced`)
    holder.splice(at, 1)
  } else if (isMap(holder) && Object.hasOwn(holder, key)) delete holder[key]
  else if (isMap(holder)) return refuse(`remove operation does not apply: doc is missing path: "${text}": Unable to remove nonexistent key: ${key}: missing value`)
  else return refuse(`remove operation does not apply: doc is missing path: "${text}": missing value`)
  return root
}
