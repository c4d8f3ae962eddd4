import type { YamlNode } from '../../language/yaml/index.ts'
import { byResource, listIdentifier, resolved, type ListIdentifier } from './list-identifier.ts'
import { findRenames } from './renames.ts'

/** A step to a value: a key, a named item or an index. */
export type Step = { readonly key: string } | { readonly name: string } | { readonly index: number }

export interface Place {
  readonly steps: readonly Step[]
  /** The document, by its name or number. */
  readonly document: string
}

export type Detail =
  | { readonly kind: 'added' | 'removed'; readonly what: 'document' | 'list' | 'map'; readonly node: YamlNode }
  | { readonly kind: 'changed'; readonly before: YamlNode; readonly after: YamlNode }
  | { readonly kind: 'order'; readonly before: readonly YamlNode[]; readonly after: readonly YamlNode[] }

/** Everything that differs at one place; without a place, in the order of the documents. */
export interface Difference {
  readonly place?: Place
  readonly details: readonly Detail[]
}

export interface Comparison {
  readonly differences: readonly Difference[]
  /** There is more than one document before: places name theirs. */
  readonly named: boolean
}

export interface DyffOptions { readonly findRenames?: boolean }

/**
 * What differs between two texts of YAML documents as dyff sees it: documents by the names of their resources, items of lists by theirs, without changes of
 * white space alone. Upstream: CompareInputFiles in dyff's pkg/dyff/core.go, with the settings of helm-diff. Documents without names are compared in order,
 * when they are as many.
 */
export function compareDocuments(before: readonly YamlNode[], after: readonly YamlNode[], options: DyffOptions = {}): Comparison {
  const [old, now] = [before.filter(isSaid), after.filter(isSaid)]
  const [oldNames, newNames] = [old.map(nameOf), now.map(nameOf)]
  if (!oldNames.includes(undefined) && !newNames.includes(undefined)) {
    return { differences: byName(old, oldNames as string[], now, newNames as string[], options), named: old.length > 1 }
  }
  if (before.length !== after.length) return { differences: [], named: false }
  return { differences: before.flatMap((document, i) => nodes({ steps: [], document: `document #${i + 1}` }, document, after[i]!)), named: before.length > 1 }
}

const isSaid = (document: YamlNode): boolean => !(document.content.length === 1 && document.content[0]!.kind === 'scalar' && document.content[0]!.tag === '!!null')
const nameOf = (document: YamlNode): string | undefined => byResource.nameOf(document.content[0]!)

function byName(before: readonly YamlNode[], oldNames: readonly string[], after: readonly YamlNode[], newNames: readonly string[], options: DyffOptions): Difference[] {
  const out: Difference[] = []
  // The last of a name counts.
  const indexes = (names: readonly string[]): Map<string, number> => new Map(names.map((name, i) => [name, i]))
  const [old, now] = [indexes(oldNames), indexes(newNames)]
  const removed: { name: string; node: YamlNode; document: string }[] = []
  const added: typeof removed = []
  for (const name of oldNames) {
    const i = old.get(name)!
    const node = before[i]!.content[0]!
    const other = now.get(name)
    if (other === undefined) removed.push({ name, node, document: oldNames[i]! })
    else out.push(...nodes({ steps: [], document: oldNames[i]! }, resolved(node), resolved(after[other]!.content[0]!)))
  }
  for (const name of newNames) if (!old.has(name)) added.push({ name, node: after[now.get(name)!]!.content[0]!, document: newNames[now.get(name)!]! })
  const renames = options.findRenames === true ? findRenames(removed, added) : []
  for (const [from, to] of renames) out.push(...nodes({ steps: [], document: to.document }, resolved(from.node), resolved(to.node)))
  const [gone, came] = [new Set(renames.map(([from]) => from)), new Set(renames.map(([, to]) => to))]
  for (const one of removed) if (!gone.has(one)) out.push({ place: { steps: [], document: one.document }, details: [{ kind: 'removed', what: 'document', node: one.node }] })
  for (const one of added) if (!came.has(one)) out.push({ place: { steps: [], document: one.document }, details: [{ kind: 'added', what: 'document', node: one.node }] })
  const [goneNames, cameNames] = [new Set([...gone].map((one) => one.name)), new Set([...came].map((one) => one.name))]
  const [order, newOrder] = [oldNames.filter((name) => !goneNames.has(name)), newNames.filter((name) => !cameNames.has(name))]
  if (order.length === newOrder.length && order.some((name, i) => name !== newOrder[i])) out.push({ details: [{ kind: 'order', before: order.map(text), after: newOrder.map(text) }] })
  return out
}

const text = (value: string): YamlNode => ({ kind: 'scalar', tag: '!!str', value, content: [], anchor: '', flow: false, source: value, pos: 0, end: 0, head: '', line: '', foot: '' })

const under = ({ steps, document }: Place, step: Step): Place => ({ steps: [...steps, step], document })

function nodes(place: Place, before: YamlNode, after: YamlNode): Difference[] {
  if (before.kind !== after.kind || before.tag !== after.tag) return [{ place, details: [{ kind: 'changed', before, after }] }]
  switch (before.kind) {
    case 'document': return nodes(place, before.content[0]!, after.content[0]!)
    case 'mapping': return mappings(place, before, after)
    case 'sequence': return sequences(place, before, after)
    case 'alias': return nodes(place, before.alias!, after.alias!)
    default: return sameScalar(before, after) ? [] : [{ place, details: [{ kind: 'changed', before, after }] }]
  }
}

/** Nulls are null however written, booleans true however; numbers are what is written. */
function sameScalar({ tag, value }: YamlNode, { value: other }: YamlNode): boolean {
  if (value === other || tag === '!!null') return true
  if (tag === '!!str') return isWhiteSpaceOnly(value, other)
  return tag === '!!bool' && /^(?:y|yes|true|on)$/i.test(value) === /^(?:y|yes|true|on)$/i.test(other)
}

export const isWhiteSpaceOnly = (before: string, after: string): boolean => trimmed(before) === trimmed(after)
const trimmed = (value: string): string => value.replace(/^[ \n]+/, '').replace(/(?<![ \n])[ \n]+$/, '')

function mappings(place: Place, before: YamlNode, after: YamlNode): Difference[] {
  const out: Difference[] = []
  const missing = (from: YamlNode, other: YamlNode, found: (key: YamlNode, value: YamlNode, match: YamlNode) => void): YamlNode[] => {
    const rest: YamlNode[] = []
    const known = new Map<string, YamlNode>()
    for (let i = other.content.length - 2; i >= 0; i -= 2) known.set(resolved(other.content[i]!).value, other.content[i + 1]!)
    for (let i = 0; i + 1 < from.content.length; i += 2) {
      const [key, value] = [from.content[i]!, from.content[i + 1]!]
      const match = known.get(key.value)
      if (match === undefined) rest.push(key, value)
      else found(key, value, match)
    }
    return rest
  }
  const removed = missing(before, after, (key, value, match) => out.push(...nodes(under(place, { key: key.value }), resolved(value), resolved(match))))
  const added = missing(after, before, () => {})
  return withChanges(place, out, [part('removed', 'map', before, removed), part('added', 'map', after, added)])
}

/** Some children of a node, as a node. */
function part(kind: 'added' | 'removed', what: 'list' | 'map', { tag }: YamlNode, content: YamlNode[]): Detail | undefined {
  return content.length === 0 ? undefined : { kind, what, node: { ...text(''), kind: what === 'map' ? 'mapping' : 'sequence', tag, content } }
}

function withChanges(place: Place, inner: Difference[], details: readonly (Detail | undefined)[]): Difference[] {
  const said = details.filter((detail) => detail !== undefined)
  return said.length === 0 ? inner : [{ place, details: said }, ...inner]
}

function sequences(place: Place, before: YamlNode, after: YamlNode): Difference[] {
  if (before.content.length === 0 && after.content.length === 0) return []
  const identifier = listIdentifier(before, after)
  return identifier === undefined ? simpleLists(place, before, after) : namedLists(place, identifier, before, after)
}

function namedLists(place: Place, identifier: ListIdentifier, before: YamlNode, after: YamlNode): Difference[] {
  const index = (list: YamlNode): Map<string, YamlNode> => new Map(list.content.toReversed().map((item) => [identifier.nameOf(item)!, item]))
  const [old, now] = [index(before), index(after)]
  const names = (list: YamlNode, other: ReadonlyMap<string, YamlNode>): string[] => list.content.map((item) => identifier.nameOf(item)!).filter((name) => other.has(name))
  const [oldNames, newNames] = [names(before, now), names(after, old)]
  const inner = before.content.flatMap((item) => {
    const name = identifier.nameOf(item)!
    const match = now.get(name)
    return match === undefined ? [] : nodes(under(place, { name }), resolved(item), resolved(match))
  })
  const places = new Map(newNames.map((name, i) => [name, i]))
  const moved = oldNames.some((name, i) => places.get(name) !== i)
  return withChanges(place, inner, [
    moved ? { kind: 'order', before: oldNames.map(text), after: newNames.map(text) } : undefined,
    part('removed', 'list', before, before.content.filter((item) => !now.has(identifier.nameOf(item)!))),
    part('added', 'list', after, after.content.filter((item) => !old.has(identifier.nameOf(item)!))),
  ])
}

function simpleLists(place: Place, before: YamlNode, after: YamlNode): Difference[] {
  if (before.content.length === 1 && after.content.length === 1) return nodes(under(place, { index: 0 }), resolved(before.content[0]!), resolved(after.content[0]!))
  const [old, now] = [before.content.map(identity), after.content.map(identity)]
  const count = (list: readonly string[]): Map<string, number> => {
    const out = new Map<string, number>()
    for (const item of list) out.set(item, (out.get(item) ?? 0) + 1)
    return out
  }
  const [oldCount, newCount] = [count(old), count(now)]
  const [oldCommon, newCommon] = [before.content.filter((_, i) => newCount.has(old[i]!)), after.content.filter((_, i) => oldCount.has(now[i]!))]
  const moved = oldCommon.length === newCommon.length && oldCommon.some((item, i) => identity(item) !== identity(newCommon[i]!))
  return withChanges(place, [], [
    moved ? { kind: 'order', before: oldCommon, after: newCommon } : undefined,
    part('removed', 'list', before, surplus(before.content, old, oldCount, newCount)),
    part('added', 'list', after, surplus(after.content, now, newCount, oldCount)),
  ])
}

/** Items the other list has not, or not as often: those as often as they are too many, where the first stands. */
function surplus(items: readonly YamlNode[], ids: readonly string[], mine: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): YamlNode[] {
  const seen = new Set<string>()
  return items.flatMap((item, i) => {
    const id = ids[i]!
    const theirs = other.get(id)
    if (theirs === undefined) return [item]
    if (seen.has(id)) return []
    seen.add(id)
    return new Array<YamlNode>(Math.max(0, mine.get(id)! - theirs)).fill(item)
  })
}

/** Equal for items that count as equal: scalars by type and text, others by their texts alone, maps in any order. */
function identity(node: YamlNode): string {
  const item = resolved(node)
  return item.kind === 'scalar' ? `${item.tag}/${item.value}` : shape(item)
}

function shape(node: YamlNode): string {
  const item = resolved(node)
  if (item.kind === 'scalar') return JSON.stringify(item.value)
  if (item.kind === 'sequence') return `[${item.content.map(shape).join()}]`
  const fields = new Map<string, string>()
  for (let i = 0; i + 1 < item.content.length; i += 2) fields.set(shape(item.content[i]!), shape(item.content[i + 1]!))
  return `{${[...fields].map(([key, value]) => `${key}:${value}`).sort().join()}}`
}
