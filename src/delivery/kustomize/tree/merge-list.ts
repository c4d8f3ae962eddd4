import { TreeNode } from '../../../language/yaml/index.ts'
import type { Schema } from '../schema/schema.ts'
import { get, matchElement, setElement, setField, setScalar } from './fields.ts'
import { fieldOf, isEmptyMap, isNilOrEmpty, scalar, type Node } from './nodes.ts'
import type { TreeMerger } from './tree-merger.ts'

/**
 * Merges the elements of two lists whose elements are told apart by keys, or by their text when there are no keys. Upstream:
 * associative_sequence.go; what is odd here is odd there.
 */
export function mergeElements(merger: TreeMerger, dest: TreeNode, source: Node, schema: Schema): Node {
  const keys = schema.mergeKeys ?? []
  const lists = merger.direction === 'prepend' ? [source, dest] : [dest, source]
  const values = keys.length > 0 ? keyValues(lists, keys) : texts(lists)
  return merge(merger, dest, source, schema, values, keys.length > 0 ? keys : [''])
}

/** The values of the keys of each element, those of the list first that comes first afterwards. */
function keyValues(lists: readonly Node[], keys: readonly string[]): string[][] {
  const out: string[][] = []
  const seen = new Set<string>()
  for (const list of lists) {
    for (const element of list?.content ?? []) {
      const values = keys.map((key) => {
        const field = fieldOf(element, key)
        return isNilOrEmpty(field) ? '' : field!.value
      })
      const id = JSON.stringify(values)
      if (values.length === 0 || seen.has(id)) continue
      seen.add(id)
      out.push(values)
    }
  }
  return out
}

function texts(lists: readonly Node[]): string[][] {
  const out: string[][] = []
  const seen = new Set<string>()
  for (const list of lists) {
    for (const { value } of list?.content ?? []) {
      if (seen.has(value)) continue
      seen.add(value)
      out.push([value])
    }
  }
  return out
}

function merge(merger: TreeMerger, dest: TreeNode, source: Node, schema: Schema, found: string[][], keys: readonly string[]): Node {
  const added = new TreeNode('sequence')
  const elementSchema = schema.elements()
  const all = keys.length > 1 ? filled(found) : found
  let validKeys: string[] = []
  for (const values of all) {
    if (values.length === 0) continue
    const valid = validated(all, values, keys)
    validKeys = valid.keys
    const pick = validated([valid.values], valid.values, valid.keys)
    const merged = merger.walk(pickElement(dest, pick), pickElement(source, pick), elementSchema).node
    let gone = false
    validKeys.forEach((key, i) => {
      if (isEmptyMap(merged)) {
        setElement(dest, undefined, validKeys, valid.values)
        gone = true
      } else if (fieldOf(merged, key) === undefined && valid.values[i] !== '') {
        if (key === '') setScalar(merged!, scalar(valid.values[i]!))
        else setField(merged!, key, scalar(valid.values[i]!))
      }
    })
    if (!gone) setElement(added, merged, validKeys, valid.values)
  }
  if (all.length === 0) return dest
  return merger.direction === 'prepend' ? append(added, dest, validKeys) : append(dest, added, validKeys)
}

function pickElement(list: Node, pick: { keys: string[]; values: string[] }): Node {
  return list === undefined || list.kind !== 'sequence' ? undefined : matchElement(list, pick.keys.length === 0 ? [''] : pick.keys, pick.values.length === 0 ? [''] : pick.values)
}

/** Adds the elements of a list that another does not have yet; those it has come from the first one. */
function append(into: TreeNode, from: TreeNode, keys: readonly string[]): TreeNode {
  for (const element of from.content.slice()) {
    if (keys[0] === '' || keys[0] === undefined) {
      setElement(into, element, [''], [element.value])
      continue
    }
    const values: string[] = []
    for (const key of keys) {
      const value = get(element, key)
      if (value === undefined) {
        into.content.push(element)
        continue
      }
      values.push(value.value)
    }
    if (keys.length > 1) setElement(into, undefined, keys, values)
    setElement(into, element, keys, values)
  }
  return into
}

/** The keys that any element has a value for, with this element's values; all of them when there is none. */
function validated(all: readonly (readonly string[])[], values: readonly string[], keys: readonly string[]): { keys: string[]; values: string[] } {
  const used = new Set<string>()
  for (const list of all) list.forEach((value, i) => { if (value !== '' && keys[i] !== undefined) used.add(keys[i]) })
  if (used.size === 0) return { keys: [...keys], values: [...values] }
  return { keys: keys.filter((key) => used.has(key)), values: values.filter((value, i) => value !== '' || used.has(keys[i]!)) }
}

/** Elements that agree in one key, and where one lacks the others, are the same. */
function filled(found: readonly string[][]): string[][] {
  const all = found.slice()
  for (let i = 0; i < all.length; i++) {
    const one = all[i]!
    for (let j = 0; j < all.length; j++) {
      const both = agreed(one, all[j]!)
      if (both !== undefined) all[i] = all[j] = both
    }
  }
  return all
}

function agreed(a: readonly string[], b: readonly string[]): string[] | undefined {
  if (a.length !== b.length) return undefined
  let common = false
  const out: string[] = []
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) {
      common = true
      out.push(a[i]!)
      continue
    }
    if (a[i] !== '' && b[i] !== '') return undefined
    out.push(a[i] !== '' ? a[i]! : b[i]!)
  }
  return common ? out : undefined
}
