import { quote } from '../../language/go/index.ts'
import { equalJson } from './strategic-merge.ts'

interface Operation { readonly op?: unknown; readonly path?: unknown; readonly from?: unknown; readonly value?: unknown }
type Holder = unknown[] | Record<string, unknown>

/**
 * RFC 6902 as API servers and kustomize apply it: evanphx/json-patch v4.13, whose replace also adds to an object. The document is changed.
 * @param document JSON as plain objects
 * @returns the document, which a `replace` of everything makes another one
 * @throws Error with the library's text
 */
export function applyJsonPatch(document: unknown, patch: readonly unknown[]): unknown {
  const root = { document }
  for (const operation of patch) apply(root, (operation ?? {}) as Operation)
  return root.document
}

const missing = 'missing value'

function apply(root: { document: unknown }, operation: Operation): void {
  const kind = typeof operation.op === 'string' ? operation.op : 'unknown'
  switch (kind) {
    case 'add': {
      const path = pathOf(operation, 'add', missing)
      const { holder, key } = find(root.document, path, `add operation does not apply: doc is missing path: "${path}": ${missing}`)
      return within(`error in add for path: '${path}'`, () => add(holder, key, copy(operation.value)))
    }
    case 'remove': {
      const path = pathOf(operation, 'remove', missing)
      const { holder, key } = find(root.document, path, `remove operation does not apply: doc is missing path: "${path}": ${missing}`)
      return within(`error in remove for path: '${path}'`, () => remove(holder, key))
    }
    case 'replace': return replace(root, operation)
    case 'move': {
      const from = fromOf(operation, 'move')
      const source = find(root.document, from, `move operation does not apply: doc is missing from path: ${from}: ${missing}`)
      const value = within(`error in move for path: '${source.key}'`, () => get(source.holder, source.key))
      within(`error in move for path: '${source.key}'`, () => remove(source.holder, source.key))
      const path = pathOf(operation, 'move')
      const target = find(root.document, path, `move operation does not apply: doc is missing destination path: ${path}: ${missing}`)
      return within(`error in move for path: '${path}'`, () => add(target.holder, target.key, value))
    }
    case 'copy': {
      const from = fromOf(operation, 'copy')
      const source = find(root.document, from, `copy operation does not apply: doc is missing from path: ${from}: ${missing}`)
      const value = within(`error in copy for from: '${from}'`, () => get(source.holder, source.key))
      const path = pathOf(operation, 'copy', missing)
      const target = find(root.document, path, `copy operation does not apply: doc is missing destination path: ${path}: ${missing}`)
      return within('error while adding value during copy', () => add(target.holder, target.key, copy(value)))
    }
    case 'test': return test(root.document, operation)
    default: fail(`Unexpected kind: ${kind}`)
  }
}

function fail(message: string): never {
  throw new Error(message)
}

function within<T>(prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    return fail(`${prefix}: ${(error as Error).message}`)
  }
}

function pathOf(operation: Operation, name: string, why = `operation missing path field: ${missing}`): string {
  return typeof operation.path === 'string' ? operation.path : fail(`${name} operation failed to decode path: ${why}`)
}

function fromOf(operation: Operation, name: string): string {
  return typeof operation.from === 'string' ? operation.from : fail(`${name} operation failed to decode from: operation, missing from field: ${missing}`)
}

function replace(root: { document: unknown }, operation: Operation): void {
  const path = pathOf(operation, 'replace')
  if (path === '') {
    if (typeof operation.value !== 'object' || operation.value === null) fail('replace operation value must be object or array: %!w(<nil>)')
    root.document = copy(operation.value)
    return
  }
  const { holder, key } = find(root.document, path, `replace operation does not apply: doc is missing path: ${path}: ${missing}`)
  if (Array.isArray(holder)) {
    try {
      get(holder, key)
    } catch {
      fail(`replace operation does not apply: doc is missing key: ${path}: ${missing}`)
    }
    holder[at(holder, key)] = copy(operation.value)
  } else {
    put(holder, key, copy(operation.value))
  }
}

function test(document: unknown, operation: Operation): void {
  const path = pathOf(operation, 'test')
  const failed = `testing value ${path} failed: test failed`
  if (path === '') return equalJson(document, operation.value) ? undefined : fail(failed)
  const { holder, key } = find(document, path, `test operation does not apply: is missing path: ${path}: ${missing}`)
  const value = within(`error in test for path: '${path}'`, () => get(holder, key)) ?? null
  if (!equalJson(value, operation.value ?? null)) fail(failed)
}

const decoded = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** The object or list that holds what a path leads to, and its key in there. */
function find(document: unknown, path: string, problem: string): { holder: Holder; key: string } {
  const parts = path.split('/')
  if (parts.length < 2) fail(problem)
  let holder: unknown = document
  for (const part of parts.slice(1, -1)) {
    try {
      holder = get(holder as Holder, decoded(part))
    } catch {
      fail(problem)
    }
    if (typeof holder !== 'object' || holder === null) fail(problem)
  }
  if (typeof holder !== 'object' || holder === null) fail(problem)
  return { holder: holder as Holder, key: decoded(parts[parts.length - 1]!) }
}

function atoi(key: string): number {
  return /^[+-]?\d+$/.test(key) ? Number(key) : fail(`strconv.Atoi: parsing ${quote(key)}: invalid syntax`)
}

const invalid = (index: number): never => fail(`Unable to access invalid index: ${index}: invalid index referenced`)

/** The index of an element that is there; negative ones count from the end. */
function at(list: readonly unknown[], key: string): number {
  const index = atoi(key)
  if (index >= list.length || index < -list.length) invalid(index)
  return index < 0 ? index + list.length : index
}

/** undefined for a key that an object does not have. */
function get(holder: Holder, key: string): unknown {
  if (Array.isArray(holder)) return holder[at(holder, key)]
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

function add(holder: Holder, key: string, value: unknown): void {
  if (!Array.isArray(holder)) return put(holder, key, value)
  if (key === '-') {
    holder.push(value ?? null)
    return
  }
  if (!/^[+-]?\d+$/.test(key)) fail(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${quote(key)}: invalid syntax`)
  const index = Number(key)
  if (index > holder.length || index < -holder.length - 1) invalid(index)
  holder.splice(index < 0 ? index + holder.length + 1 : index, 0, value ?? null)
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) {
    holder.splice(at(holder, key), 1)
    return
  }
  if (!Object.hasOwn(holder, key)) fail(`Unable to remove nonexistent key: ${key}: ${missing}`)
  delete holder[key]
}

/** `__proto__` is a key as any other. */
function put(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value: value ?? null, enumerable: true, configurable: true, writable: true })
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value)) put(out, key, copy((value as Record<string, unknown>)[key]))
  return out
}
