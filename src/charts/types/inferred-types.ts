import { Int, type Value } from '../../language/go/index.ts'
import { plain, union, unknown, type Field, type Type } from './type-text.ts'

export interface InferOptions {
  /** What is said about a path, keys joined by NUL. */
  readonly comments: ReadonlyMap<string, readonly string[]>
  /** The order of the keys, by path; the others follow. */
  readonly order: ReadonlyMap<string, number>
  /** Whether a template takes a path with all that is in it: then anything may be in it. */
  readonly isFree: (path: readonly string[]) => boolean
}

const maxDepth = 60

/**
 * The type that default values show: what is a text by default stays a text; null and empty lists may hold anything, empty maps and those that a template
 * takes as a whole have any keys.
 */
export function inferredType(value: Value, options: InferOptions, path: readonly string[] = []): Type {
  if (value === null || path.length > maxDepth) return unknown
  if (typeof value === 'string' || typeof value === 'boolean') return plain(typeof value)
  if (typeof value === 'number' || value instanceof Int) return plain('number')
  if (Array.isArray(value)) {
    const items = (value as Value[]).map((item, i) => inferredType(item, { ...options, isFree: (p) => options.isFree(p.map((key, at) => (at === path.length ? '*' : key))) }, [...path, String(i)]))
    return { is: 'array', items: items.length === 0 ? unknown : united(items) }
  }
  if (!(value instanceof Map)) return unknown
  const place = (name: string): number => options.order.get([...path, name].join('\0')) ?? Number.MAX_SAFE_INTEGER
  const fields: Field[] = [...(value as Map<string, Value>)].sort(([a], [b]) => place(a) - place(b)).map(([name, item]) => ({
    name, type: inferredType(item, options, [...path, name]), optional: false, comment: options.comments.get([...path, name].join('\0')) ?? [],
  }))
  return { is: 'object', fields, ...(fields.length === 0 || options.isFree(path) ? { index: unknown } : {}) }
}

/** The type of the items of a list: objects become one, whose fields are optional where not all have them. */
function united(items: readonly Type[]): Type {
  const objects = items.filter((t) => t.is === 'object')
  const others = items.filter((t) => t.is !== 'object')
  if (objects.length === 0) return union(others)
  const names = [...new Set(objects.flatMap((o) => o.fields.map((f) => f.name)))]
  const fields = names.map((name): Field => {
    const same = objects.map((o) => o.fields.find((f) => f.name === name)).filter((f) => f !== undefined)
    return { name, type: union(same.map((f) => f.type)), optional: same.length < objects.length || same.some((f) => f.optional), comment: same[0]!.comment }
  })
  // An item given by a user may have more than those that are there by default.
  return union([{ is: 'object', fields: fields.map((f) => ({ ...f, optional: true })), index: unknown }, ...others])
}
