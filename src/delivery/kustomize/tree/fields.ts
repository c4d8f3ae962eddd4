import { TreeNode, isNonString11, treeStyle, type TreeKind } from '../../../language/yaml/index.ts'
import { refuse } from '../refusal.ts'
import { elementsOf, fieldOf, isEmptyMap, isMissingOrNull, isNull, isStringNode, requireKind, scalar, textOf, type Node } from './nodes.ts'

/** A field of a mapping; nothing where the node is null. Upstream: FieldMatcher with a name. */
export function get(node: Node, name: string): Node {
  if (isMissingOrNull(node)) return undefined
  requireKind(node, 'mapping')
  return fieldOf(node, name)
}

/** A field whose text is `value`. */
function getMatching(node: TreeNode, name: string, value: string): Node {
  if (name === '') {
    if (isMissingOrNull(node)) return undefined
    requireKind(node, 'scalar')
    return textOf(node) === value ? node : undefined
  }
  const field = get(node, name)
  return field !== undefined && field.value === value ? field : undefined
}

/** Removes a field and gives it back. */
export function clear(node: TreeNode, name: string): Node {
  requireKind(node, 'mapping')
  for (let i = 0; i < node.content.length; i += 2) {
    if (node.content[i]!.value === name) return node.content.splice(i, 2)[1]
  }
  return undefined
}

/**
 * Sets a field: one that is there takes the value and keeps its style, a null removes it. Upstream: FieldSetter with a name.
 * @param options keep: nulls are set, too; keyStyle: of a new key
 * @returns the node that stands in the tree now
 */
export function setField(node: TreeNode, name: string, value: Node, options: { readonly keep?: boolean; readonly keyStyle?: number } = {}): Node {
  if (value !== undefined) quoteNonStrings(value)
  if (value === undefined || (isNull(value) && options.keep !== true)) return clear(node, name)
  const field = get(node, name)
  if (field !== undefined) {
    value.style = field.style
    field.assign(value)
    return field
  }
  node.content.push(scalar(name, '', options.keyStyle ?? 0), value)
  return value
}

/** Sets a scalar, which keeps its style. Upstream: FieldSetter without a name. */
export function setScalar(node: TreeNode, value: TreeNode): void {
  quoteNonStrings(value)
  requireKind(node, 'scalar')
  if (isMissingOrNull(value)) return
  value.style = node.style
  node.assign(value)
}

function quoteNonStrings(value: TreeNode): void {
  if (value.style === 0 && isStringNode(value) && isNonString11(value.value)) value.style = treeStyle.doubleQuoted
}

/** Sets key and value of an entry. Upstream: MapEntrySetter. */
export function setEntry(node: TreeNode, key: TreeNode, value: TreeNode): void {
  requireKind(node, 'mapping')
  for (let i = 0; i < node.content.length; i += 2) {
    if (node.content[i]!.value !== textOf(key)) continue
    node.content[i] = key
    node.content[i + 1] = value
    return
  }
  node.content.push(key, value)
}

/** Sets a field somewhere below, with the mappings that lead there. */
export function setIn(node: TreeNode, path: readonly string[], value: TreeNode): void {
  const parent = lookup(node, path.slice(0, -1), 'mapping')
  if (parent !== undefined) setField(parent, path[path.length - 1]!, value)
}

/**
 * What a path leads to. Parts are field names, numbers, `-` for the last element and `[name=value]`. Upstream: PathGetter.
 * @param create the kind of the last node, when what is missing shall be made
 */
export function lookup(node: Node, path: readonly string[], create?: TreeKind): Node {
  const parts = path.map((part) => part.trim()).filter((part) => part !== '')
  let at = node
  for (let i = 0; i < parts.length && at !== undefined; i++) at = step(at, parts[i]!, parts[i + 1] ?? '', create)
  return at
}

const integer = /^[+-]?\d+$/
export const isListIndex = (part: string): boolean => part.startsWith('[') && part.endsWith(']')
export const isIndex = (part: string): boolean => integer.test(part) && Number(part) >= 0

function step(at: TreeNode, part: string, next: string, create: TreeKind | undefined): Node {
  if (integer.test(part)) {
    const index = Number(part)
    if (index < 0) refuse(`array index ${index} cannot be negative`)
    return elementsOf(at)[index]
  }
  if (part === '-') {
    const elements = elementsOf(at)
    return elements[elements.length - 1]
  }
  if (part === '*') refuse('wildcard is not supported in PathGetter')
  if (isListIndex(part)) {
    const [name, value] = splitIndex(part)
    const made = create === undefined ? undefined : name === '' ? scalar(value) : new TreeNode('mapping', '', '', 0, [scalar(name), scalar(value)])
    return matchElement(at, [name], [value], made)
  }
  const field = get(at, part)
  if (field !== undefined || create === undefined) return field
  return isMissingOrNull(at) ? undefined : setField(at, part, new TreeNode(partKind(next, create)))
}

/** What a missing field has to be for the part behind it. */
export function partKind(next: string, otherwise: TreeKind): TreeKind {
  if (isListIndex(next) || isIndex(next)) return 'sequence'
  return next === '' ? otherwise : 'mapping'
}

/** `[name=value]` */
export function splitIndex(part: string): [name: string, value: string] {
  const text = part.slice(1, -1)
  const at = text.indexOf('=')
  if (at < 0) refuse('list path element must contain fieldName=fieldValue for element to match')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The first element whose fields have the values; that of scalars with the key ''. Upstream: ElementMatcher. */
export function matchElement(node: Node, keys: readonly string[], values: readonly string[], create?: TreeNode): Node {
  requireKind(node, 'sequence')
  const elements = node?.content ?? []
  const [first = ''] = keys
  if (first === '') {
    const found = elements.find((element) => element.value === (values[0] ?? ''))
    if (found !== undefined) return found
  } else {
    for (const element of elements) {
      if (!isMissingOrNull(element) && (element as TreeNode).kind !== 'mapping') continue
      if (keys.length !== values.length) refuse('length of keys must equal length of values when MatchAnyValue is false')
      if (keys.every((key, i) => getMatching(element, key, values[i]!) !== undefined)) return element
    }
  }
  if (create !== undefined && node !== undefined) node.content.push(create)
  return create
}

/**
 * Puts an element in the place of those with the same values of `keys`, or at the end; without `element` removes them. Nulls and empty
 * mappings go. Upstream: ElementSetter.
 */
export function setElement(node: TreeNode, element: Node, keys: readonly string[], values: readonly string[]): void {
  requireKind(node, 'sequence')
  const names = keys.length === 0 ? [''] : keys
  const mapping = keys.length > 0 && keys[0] !== '' && values.length > 0 && values[0] !== ''
  const content: TreeNode[] = []
  let matched = false
  for (const item of node.content) {
    if (isEmptyMap(item)) continue
    if (item.kind !== 'mapping' && mapping) {
      content.push(item)
      continue
    }
    // A key without a value counts as found once another one was.
    const found = names.every((key, i) => (i < values.length ? sameText(item, key, values[i]!) : i > 0))
    if (!found) {
      if (values.length > 0) content.push(item)
      continue
    }
    matched = true
    if (element !== undefined) content.push(element)
  }
  node.content = content
  if (isMissingOrNull(element)) return
  if (!matched) node.content.push(element!)
}

/** A field that is there and, where `value` has a text, has it. */
function sameText(item: TreeNode, key: string, value: string): boolean {
  if (key === '') return getMatching(item, '', value) !== undefined
  return value === '' ? get(item, key) !== undefined : getMatching(item, key, value) !== undefined
}
