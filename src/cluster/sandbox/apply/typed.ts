import { equal, isMap, own, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { FieldSet, fieldElement, keyElement, pathText, valueElement } from './field-set.ts'
import type { PathElement } from './field-set.ts'

/**
 * Operations on values with a schema (sigs.k8s.io/structured-merge-diff typed): validation, the set of fields a value
 * has, merge, comparison, removal. `undefined` is absence, null is a null.
 */

/** A value does not fit the schema; the text is structured-merge-diff's. */
export class TypedError extends Error {}

interface Atom { scalar?: 'string' | 'numeric' | 'boolean' | 'untyped'; list?: ListAtom; map?: MapAtom }
interface ListAtom { element: Schema; associative: boolean; keys: readonly string[] }
interface MapAtom { schema: Schema | undefined; element: Schema | undefined; atomic: boolean }

const deduced: Schema = { type: 'any' }
const untyped: Schema = { type: 'raw' }
const untypedList: ListAtom = { element: untyped, associative: false, keys: [] }
const deducedAtom: Atom = { scalar: 'untyped', list: untypedList, map: { schema: undefined, element: deduced, atomic: false } }
const rawAtom: Atom = { scalar: 'untyped', list: untypedList, map: { schema: undefined, element: untyped, atomic: true } }

function atomOf(schema: Schema): Atom {
  switch (schema.type) {
    case 'string': case 'bytes': return { scalar: 'string' }
    case 'int32': case 'int64': case 'float': return { scalar: 'numeric' }
    case 'bool': return { scalar: 'boolean' }
    case 'time': case 'microtime': case 'quantity': case 'intOrString': return { scalar: 'untyped' }
    case 'any': return deducedAtom
    case 'open': return { map: { schema: undefined, element: deduced, atomic: schema.atomic === true } }
    case 'raw': return rawAtom
    case 'list': return { list: { element: schema.element!, associative: schema.listType === 'set' || schema.listType === 'map', keys: schema.keys ?? [] } }
    case 'map': return { map: { schema: undefined, element: schema.element!, atomic: schema.atomic === true } }
    case 'struct': return { map: { schema, element: schema.element ?? (schema.preserve ? deduced : undefined), atomic: schema.atomic === true } }
  }
}

function deduce(atom: Atom, value: unknown): Atom {
  if (value === undefined || value === null) return atom
  if (Array.isArray(value)) return atom.list ? { list: atom.list } : atom
  if (isMap(value)) return atom.map ? { map: atom.map } : atom
  return atom.scalar ? { scalar: atom.scalar } : atom
}

const fieldSchema = (map: MapAtom, key: string): Schema | undefined => map.schema?.fields?.get(key)?.schema ?? map.element

function itemElement(list: ListAtom, item: unknown): PathElement {
  if (!list.associative) throw new TypedError('invalid indexing of non-associative list')
  if (list.keys.length === 0) {
    if (Array.isArray(item)) throw new TypedError('not supported: associative list with lists as elements')
    if (isMap(item)) throw new TypedError("associative list without keys has an element that's a map type")
    if (item === null) throw new TypedError("associative list without keys has an element that's an explicit null")
    return valueElement(item)
  }
  if (item === null) throw new TypedError('associative list with keys may not have a null element')
  if (!isMap(item)) throw new TypedError('associative list with keys may not have non-map elements')
  const keys: JsonMap = {}
  for (const name of list.keys) {
    if (Object.hasOwn(item, name)) put(keys, name, item[name])
    else {
      const field = list.element.fields?.get(name)
      if (field?.default !== undefined) put(keys, name, field.default)
      // OpenAPI gives every required field of a plain Go type its zero as a default.
      else if (field !== undefined && !field.pointer && !field.omitEmpty) put(keys, name, field.schema.type === 'string' ? '' : field.schema.type === 'bool' ? false : 0)
    }
  }
  if (Object.keys(keys).length === 0) {
    throw new TypedError(`associative list with keys has an element that omits all key fields [${list.keys.map((k) => `"${k}"`).join(' ')}] (and doesn't have default values for any key fields)`)
  }
  return keyElement(keys)
}

interface Problem { path: string; text: string }

/** Throws a TypedError when the value does not fit. `allowDuplicates` for live objects. */
export function validateTyped(value: unknown, schema: Schema, allowDuplicates = false): void {
  const problems: Problem[] = []
  validate(value, schema, '', allowDuplicates, problems)
  if (problems.length === 0) return
  const texts = problems.map((p) => (p.path === '' ? p.text : `${p.path}: ${p.text}`))
  throw new TypedError(texts.length === 1 ? texts[0] : `errors:\n${texts.map((t) => `  ${t}`).join('\n')}`)
}

const shown = (v: unknown): string => (isMap(v) ? `&{map[${Object.keys(v).map((k) => `${k}:${String(own(v, k))}`).join(' ')}]}` : Array.isArray(v) ? `&{[${v.join(' ')}]}` : `&{${String(v)}}`)
const goTypeName = (v: unknown): string => (Array.isArray(v) ? '[]interface {}' : isMap(v) ? 'map[string]interface {}' : typeof v === 'boolean' ? 'bool' : typeof v)

function validate(value: unknown, schema: Schema, path: string, allowDuplicates: boolean, out: Problem[]): void {
  if (value === null || value === undefined) return
  const atom = deduce(atomOf(schema), value)
  if (atom.map) {
    if (!isMap(value)) { out.push({ path, text: `expected map, got ${shown(value)}` }); return }
    for (const key of Object.keys(value)) {
      const inner = fieldSchema(atom.map, key)
      if (inner === undefined) { out.push({ path: `${path}.${key}`, text: 'field not declared in schema' }); return }
      validate(value[key], inner, `${path}.${key}`, allowDuplicates, out)
    }
  } else if (atom.scalar) {
    const type = typeof value
    if (atom.scalar === 'numeric' && type !== 'number') out.push({ path, text: `expected numeric (int or float), got ${goTypeName(value)}` })
    else if (atom.scalar === 'string' && type !== 'string') out.push({ path, text: `expected string, got ${goSyntax(value)}` })
    else if (atom.scalar === 'boolean' && type !== 'boolean') out.push({ path, text: `expected boolean, got ${shown(value)}` })
    else if (atom.scalar === 'untyped' && type === 'object') out.push({ path, text: `expected any scalar, got ${shown(value)}` })
  } else if (atom.list) {
    if (!Array.isArray(value)) { out.push({ path, text: `expected list, got ${shown(value)}` }); return }
    const seen = new Set<PathElement>()
    for (let i = 0; i < value.length; i++) {
      let element: PathElement = `i:${i}`
      if (atom.list.associative) {
        try {
          element = itemElement(atom.list, value[i])
        } catch (error) {
          out.push({ path, text: `element ${i}: ${(error as Error).message}` })
          return
        }
        if (seen.has(element) && !allowDuplicates) out.push({ path, text: `duplicate entries for key ${pathText([element])}` })
        seen.add(element)
      }
      validate(value[i], atom.list.element, `${path}${pathText([element])}`, allowDuplicates, out)
    }
  }
}

function goSyntax(value: unknown): string {
  const inner = typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)
  return `&value.valueUnstructured{Value:${inner}}`
}

/** The set of every leaf field and item of a value. */
export function toFieldSet(value: unknown, schema: Schema): FieldSet {
  const out = new FieldSet()
  collect(value, schema, [], out)
  return out
}

function collect(value: unknown, schema: Schema, path: PathElement[], out: FieldSet): void {
  const atom = deduce(atomOf(schema), value)
  if (atom.map) {
    if (atom.map.atomic) { out.insert(path); return }
    if (!isMap(value)) return
    for (const key of Object.keys(value)) {
      const inner = fieldSchema(atom.map, key)
      if (inner === undefined) continue
      const at = [...path, fieldElement(key)]
      const v = value[key]
      collect(v, inner, at, out)
      if (v === null || (isMap(v) && Object.keys(v).length === 0)) out.insert(at)
      else if (!atom.map.schema?.fields?.has(key)) out.insert(at)
    }
  } else if (atom.scalar) {
    out.insert(path)
  } else if (atom.list) {
    if (!atom.list.associative) { out.insert(path); return }
    if (!Array.isArray(value)) return
    const elements = value.map((item) => itemElement(atom.list!, item))
    const counts = new Map<PathElement, number>()
    for (const e of elements) counts.set(e, (counts.get(e) ?? 0) + 1)
    elements.forEach((e, i) => {
      const at = [...path, e]
      out.insert(at)
      if (counts.get(e) === 1) collect(value[i], atom.list!.element, at, out)
    })
  }
}

/** `live` with everything `config` says laid over it; nothing is removed. */
export function mergeTyped(live: unknown, config: unknown, schema: Schema): any {
  if (live === undefined) return config
  if (config === undefined) return live
  const atom = deduce(atomOf(schema), config ?? live)
  const liveAtom = deduce(atomOf(schema), live)
  if (atom.map && !atom.map.atomic && (liveAtom.map || live === null)) {
    const left = isMap(live) ? live : {}
    const right = isMap(config) ? config : {}
    if (Object.keys(left).length === 0 && Object.keys(right).length === 0) return config
    const out: JsonMap = {}
    for (const key of Object.keys(left)) put(out, key, mergeTyped(left[key], own(right, key), fieldSchema(atom.map, key) ?? deduced))
    for (const key of Object.keys(right)) if (!Object.hasOwn(left, key)) put(out, key, right[key])
    return out
  }
  if (atom.list?.associative && (Array.isArray(live) || live === null) && (Array.isArray(config) || config === null)) {
    const left = live ?? []
    const right = config ?? []
    if (left.length === 0 && right.length === 0) return config
    return mergeLists(left, right, atom.list)
  }
  return config
}

/** The order rules of typed/merge.go visitListItems: items shared by both follow the config, others keep their place. */
function mergeLists(left: unknown[], right: unknown[], list: ListAtom): unknown[] {
  const leftElements = left.map((item) => itemElement(list, item))
  const rightElements = right.map((item) => itemElement(list, item))
  const duplicated = new Set<PathElement>()
  const observedLeft = new Map<PathElement, unknown>()
  leftElements.forEach((e, i) => {
    if (observedLeft.has(e)) duplicated.add(e)
    observedLeft.set(e, left[i])
  })
  const observedRight = new Map(rightElements.map((e, i) => [e, right[i]]))
  const shared = rightElements.filter((e) => observedLeft.has(e))
  let next = shared.shift()
  const merged = new Set<PathElement>()
  const out: unknown[] = []
  const both = (e: PathElement): unknown => mergeTyped(duplicated.has(e) ? undefined : observedLeft.get(e), observedRight.get(e), list.element)
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    if (l < left.length && r < right.length) {
      const e = leftElements[l]!
      if (e === rightElements[r]) {
        merged.add(e)
        out.push(both(e))
        l++
        r++
        next = shared.shift()
        continue
      }
      if (observedRight.has(e) && next !== undefined && next !== e) { l++; continue }
    }
    if (l < left.length) {
      const e = leftElements[l]!
      if (!observedRight.has(e)) {
        out.push(left[l])
        l++
        continue
      }
      if (merged.has(e)) l++
    }
    if (r < right.length) {
      const e = rightElements[r]!
      merged.add(e)
      out.push(both(e))
      r++
      if (next === e) next = shared.shift()
    }
  }
  return out
}

export interface Comparison { added: FieldSet; modified: FieldSet; removed: FieldSet }

/** Which fields `after` adds, changes and removes against `before`. */
export function compareTyped(before: unknown, after: unknown, schema: Schema): Comparison {
  const out: Comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() }
  compare(before, after, schema, [], out)
  return out
}

function leaf(before: unknown, after: unknown, path: PathElement[], out: Comparison): void {
  if (before === undefined) out.added.insert(path)
  else if (after === undefined) out.removed.insert(path)
  else if (!equal(before, after)) out.modified.insert(path)
}

function compare(before: unknown, after: unknown, schema: Schema, path: PathElement[], out: Comparison): void {
  const left = deduce(atomOf(schema), before)
  const right = deduce(atomOf(schema), after)
  let isLeaf: boolean
  if (after === undefined) isLeaf = compareAs(left, before, after, path, out)
  else if (before === undefined || kindOf(left) === kindOf(right)) isLeaf = compareAs(right, before, after, path, out)
  else {
    compareAs(left, before, after, path, out)
    isLeaf = compareAs(right, before, after, path, out)
  }
  if (isLeaf) return
  if (before === undefined) out.added.insert(path)
  else if (after === undefined) out.removed.insert(path)
}

const kindOf = (a: Atom): string => (a.map ? 'map' : a.scalar ? 'scalar' : 'list')

/** Whether the value was compared as one leaf. */
function compareAs(atom: Atom, before: unknown, after: unknown, path: PathElement[], out: Comparison): boolean {
  if (atom.map && !atom.map.atomic) {
    const l = isMap(before) ? before : {}
    const r = isMap(after) ? after : {}
    if (Object.keys(l).length + Object.keys(r).length > 0) {
      for (const key of Object.keys(l)) compare(l[key], own(r, key), fieldSchema(atom.map, key) ?? deduced, [...path, fieldElement(key)], out)
      for (const key of Object.keys(r)) {
        if (!Object.hasOwn(l, key)) compare(undefined, r[key], fieldSchema(atom.map, key) ?? deduced, [...path, fieldElement(key)], out)
      }
      return false
    }
  } else if (!atom.map && !atom.scalar && atom.list?.associative) {
    const l = Array.isArray(before) ? before : []
    const r = Array.isArray(after) ? after : []
    if (l.length + r.length > 0) {
      compareLists(l, r, atom.list, path, out)
      return false
    }
  }
  leaf(before, after, path, out)
  return true
}

function compareLists(before: unknown[], after: unknown[], list: ListAtom, path: PathElement[], out: Comparison): void {
  const index = (items: unknown[]): Map<PathElement, unknown[]> => {
    const map = new Map<PathElement, unknown[]>()
    for (const item of items) {
      const e = itemElement(list, item)
      const at = map.get(e)
      if (at === undefined) map.set(e, [item])
      else at.push(item)
    }
    return map
  }
  const left = index(before)
  const right = index(after)
  for (const e of new Set([...left.keys(), ...right.keys()])) {
    const l = left.get(e) ?? []
    const r = right.get(e) ?? []
    const at = [...path, e]
    if (l.length <= 1 && r.length <= 1) compare(l[0], r[0], list.element, at, out)
    else if (l.length >= 2 && r.length >= 2) {
      if (!equal(l, r)) out.modified.insert(at)
    } else if (l.length >= 2) {
      if (r.length > 0) compare(undefined, r[0], list.element, at, out)
      out.removed.insert(at)
    } else {
      if (l.length > 0) compare(l[0], undefined, list.element, at, out)
      out.added.insert(at)
    }
  }
}

/** The value without the given fields and items. undefined: nothing is left. */
export function removeItems(value: unknown, items: FieldSet, schema: Schema): any {
  const atom = deduce(atomOf(schema), value)
  if (atom.map) {
    if (!isMap(value) || Object.keys(value).length === 0 || atom.map.atomic) return null
    const out: JsonMap = {}
    for (const key of Object.keys(value)) {
      const element = fieldElement(key)
      if (items.members.has(element)) continue
      const below = items.children.get(element)
      put(out, key, below !== undefined && !below.empty ? removeItems(value[key], below, fieldSchema(atom.map, key) ?? deduced) : value[key])
    }
    return Object.keys(out).length === 0 ? null : out
  }
  if (atom.scalar && !Array.isArray(value)) return value
  if (atom.list) {
    if (!Array.isArray(value) || value.length === 0 || !atom.list.associative) return null
    const out: unknown[] = []
    for (const item of value) {
      const element = itemElement(atom.list, item)
      if (items.members.has(element)) continue
      const below = items.children.get(element)
      out.push(below !== undefined && !below.empty ? removeItems(item, below, atom.list.element) : item)
    }
    return out.length === 0 ? null : out
  }
  return value
}

/** The set with the named struct fields above its members added as members. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const atom = schema === undefined ? undefined : atomOf(schema)
  const out = new FieldSet(set.members)
  for (const [element, child] of set.children) {
    let inner: Schema | undefined
    if (element.startsWith('f:') && atom?.map) {
      const name = element.slice(2)
      if (atom.map.schema?.fields?.has(name)) out.members.add(element)
      inner = fieldSchema(atom.map, name)
    } else if (atom?.list) inner = atom.list.element
    out.children.set(element, withNamedFields(child, inner))
  }
  return out
}
