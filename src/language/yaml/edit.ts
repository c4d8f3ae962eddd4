import type { PathStep } from './edit-path.ts'
import { insertion, type Found } from './edit-insert.ts'
import { afterProperties, written } from './edit-scalar.ts'
import { aliasNode, composeDocument, mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { Parser } from './parser.ts'
import { Resolver } from './resolve.ts'
import { foldedStyle, literalStyle } from './token.ts'

/** What became of an edit. Lines and columns count from 1, documents from 1. */
export type Edit =
  /** `aliases`: how many aliases lead to what was changed, and now mean the new value too. */
  | { readonly kind: 'changed'; readonly text: string; readonly document: number; readonly line: number; readonly before: string | undefined; readonly aliases: number }
  | { readonly kind: 'same'; readonly document: number; readonly line: number }
  /** `found`: how many steps there are. `merged`: the mapping takes members from another by a merge key, maybe this one. */
  | { readonly kind: 'missing'; readonly found: number; readonly line: number; readonly merged: boolean; readonly documents: number }
  | { readonly kind: 'refused'; readonly line: number; readonly column: number; readonly why: string }

export interface EditOptions {
  /** Which document of several; left out, the one that has the path. */
  readonly document?: number
  /** Add the member, and what must be around it, where it is missing. */
  readonly add?: boolean
}

/**
 * Sets one string in a YAML text and leaves every other byte as it is: comments, quotes, order, line ends. The result is read again, and nothing but that string
 * may mean something else.
 * @throws PintleError yaml.parse
 */
export function setString(text: string, path: readonly PathStep[], value: string, options: EditOptions = {}): Edit {
  const documents = [...compose(text)]
  const places = documents.map((root) => locate(root, path))
  const chosen = choose(places, path, options.document)
  if ('kind' in chosen) {
    if (chosen.kind !== 'missing' || options.add !== true) return chosen
    const only = options.document ?? (documents.length <= 1 ? 1 : 0)
    if (only === 0 || only > Math.max(1, documents.length)) return { kind: 'refused', line: 1, column: 1, why: `there are ${documents.length} documents: say which one to add it to` }
    const inserted = insertion(text, places[only - 1] as Found | undefined, path, value)
    if ('why' in inserted) return { kind: 'refused', ...inserted }
    return verified({ text, documents, index: only - 1, path, value, candidates: [inserted.text], line: inserted.line, before: undefined, aliases: 0 })
  }
  const { index, found } = chosen
  const node = found.nodes.at(-1)!
  const at = { line: node.line + 1, column: node.column + 1 }
  if (node.kind === aliasNode) return { kind: 'refused', ...at, why: `it is the alias *${node.value}: change what it stands for, on line ${node.target!.line + 1}` }
  if (node.kind !== scalarNode) return { kind: 'refused', ...at, why: `it is a ${node.kind === mappingNode ? 'mapping' : 'sequence'}, no text` }
  const before = meaning(node)
  if (before === value) return { kind: 'same', document: index + 1, line: at.line }
  if (node.style === literalStyle || node.style === foldedStyle) return { kind: 'refused', ...at, why: 'it is text over several lines' }
  const start = afterProperties(text, node)
  const empty = start === node.end
  const candidates = written(node.style, value).map((word) => `${text.slice(0, start)}${empty && !/\s/.test(text[start - 1] ?? ' ') ? ' ' : ''}${word}${text.slice(node.end)}`)
  const around = new Set(found.nodes)
  const aliases = documents.flatMap((d) => (d === undefined ? [] : [...descendants(d)])).filter((n) => n.kind === aliasNode && around.has(n.target!)).length
  return verified({ text, documents, index, path, value, candidates, ...at, before: before === null ? undefined : node.value, aliases })
}

/** Every document's nodes; undefined for one that holds nothing. */
function* compose(text: string): Generator<Node | undefined> {
  const parser = new Parser(text)
  for (let root = composeDocument(parser); root !== undefined; root = composeDocument(parser)) yield root
}

type Place = Found | { readonly why: string; readonly at: Node }

function choose(places: readonly Place[], path: readonly PathStep[], wanted: number | undefined): { index: number; found: Found } | Extract<Edit, { kind: 'missing' | 'refused' }> {
  if (wanted !== undefined && (wanted < 1 || wanted > Math.max(1, places.length))) return { kind: 'refused', line: 1, column: 1, why: `there is no document ${wanted}, but ${places.length}` }
  const among = places.map((place, index) => ({ place, index })).filter(({ index }) => wanted === undefined || index === wanted - 1)
  const whole = among.filter(({ place }) => 'nodes' in place && place.nodes.length === path.length + 1)
  if (whole.length > 1) return { kind: 'refused', line: (whole[1]!.place as Found).nodes[0]!.line + 1, column: 1, why: `${whole.length} documents have it: say which one` }
  if (whole.length === 1) return { index: whole[0]!.index, found: whole[0]!.place as Found }
  const bad = among.find(({ place }) => 'why' in place)?.place as { why: string; at: Node } | undefined
  if (bad !== undefined) return { kind: 'refused', line: bad.at.line + 1, column: bad.at.column + 1, why: bad.why }
  const nearest = (among.map(({ place }) => place) as Found[]).reduce((a: Found | undefined, b) => (a === undefined || b.nodes.length > a.nodes.length ? b : a), undefined)
  const node = nearest?.nodes.at(-1)
  return { kind: 'missing', found: Math.max(0, (nearest?.nodes.length ?? 1) - 1), line: (nearest?.key ?? node)?.line === undefined ? 1 : (nearest!.key ?? node!).line + 1, merged: node?.kind === mappingNode && members(node).some(([k]) => k.value === '<<'), documents: places.length }
}

function locate(root: Node | undefined, path: readonly PathStep[]): Place {
  const nodes: Node[] = root === undefined ? [] : [root]
  let key: Node | undefined
  if (root === undefined) return { nodes, key }
  for (const step of path) {
    const node = nodes.at(-1)!
    if (node.kind === aliasNode) return { why: `the alias *${node.value} stands on the way: what is changed there is changed elsewhere too`, at: node }
    const next = node.kind === mappingNode ? members(node).filter(([k]) => k.kind === scalarNode && k.value === String(step) && typeof step !== 'object') : items(node, step)
    if (next.length > 1) return { why: typeof step === 'object' ? `${next.length} items have ${step.key}: ${step.equals}` : `the key ${JSON.stringify(String(step))} stands here ${next.length} times`, at: next[1]![1] }
    if (next.length === 0) break
    key = next[0]![0]
    nodes.push(next[0]![1])
  }
  return { nodes, key }
}

function items(node: Node, step: PathStep): [Node | undefined, Node][] {
  if (node.kind !== sequenceNode) return []
  if (typeof step === 'object') return node.children.filter((c) => c.kind === mappingNode && members(c).some(([k, v]) => k.value === step.key && v.kind === scalarNode && v.value === step.equals)).map((c) => [undefined, c])
  const item = /^\d{1,9}$/.test(String(step)) ? node.children[Number(step)] : undefined
  return item === undefined ? [] : [[undefined, item]]
}

function members(node: Node): [Node, Node][] {
  const out: [Node, Node][] = []
  for (let i = 0; i + 1 < node.children.length; i += 2) out.push([node.children[i]!, node.children[i + 1]!])
  return out
}

function* descendants(node: Node): Generator<Node> {
  yield node
  for (const child of node.children) yield* descendants(child)
}

/** The first candidate that, read again, differs from the text in nothing but the value. */
function verified(edit: { text: string; documents: readonly (Node | undefined)[]; index: number; path: readonly PathStep[]; value: string; candidates: readonly string[]; line: number; before: string | undefined; aliases: number }): Edit {
  for (const text of edit.candidates) {
    let documents: (Node | undefined)[]
    let place: Place
    try {
      documents = [...compose(text)]
      place = locate(documents[edit.index], edit.path)
      if (!('nodes' in place) || place.nodes.length !== edit.path.length + 1 || meaning(place.nodes.at(-1)!) !== edit.value) continue
    } catch {
      // It is no YAML, or the value does not fit its tag.
      continue
    }
    if (documents.length !== Math.max(1, edit.documents.length)) continue
    const changed = new Set(place.nodes)
    if (documents.every((d, i) => alike(edit.documents[i], d, i === edit.index ? changed : none))) {
      return { kind: 'changed', text, document: edit.index + 1, line: edit.line, before: edit.before, aliases: edit.aliases }
    }
  }
  return { kind: 'refused', line: edit.line, column: 1, why: 'it cannot be written here without changing something else; edit the file by hand' }
}

/** What a scalar means; of other nodes nothing. */
const meaning = (node: Node): unknown => (node.kind !== scalarNode ? undefined : node.tag === '' && !node.implicit ? node.value : new Resolver().resolveTagged(node.tag, node.value))

const none: ReadonlySet<Node> = new Set()

/** Whether two nodes mean the same beside what is on the way to the change. */
function alike(a: Node | undefined, b: Node | undefined, changed: ReadonlySet<Node>): boolean {
  if (a === undefined || b === undefined) return a === undefined
  if (changed.has(b)) {
    // The string itself, or what was empty and has become a collection around the new member.
    if (b.kind === scalarNode || (a.kind === scalarNode && a.value === '')) return true
    return a.kind === b.kind && b.children.length - a.children.length <= 2 && a.children.every((c, i) => alike(c, b.children[i], changed))
  }
  if (a.kind !== b.kind || a.tag !== b.tag || a.value !== b.value || a.implicit !== b.implicit || a.children.length !== b.children.length) return false
  return a.children.every((c, i) => alike(c, b.children[i], changed))
}
