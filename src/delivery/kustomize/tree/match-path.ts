import { Regexp } from '../../../language/go/index.ts'
import { readTree, TreeNode, writeTree, type TreeKind } from '../../../language/yaml/index.ts'
import { messageOf, refuse } from '../refusal.ts'
import { get, isIndex, isListIndex, partKind, setField, splitIndex } from './fields.ts'
import { elementsOf, fieldOf, scalar, type Node } from './nodes.ts'

/**
 * All nodes a path leads to: as `lookup`, with `*` for every element, and `[name=value]` for those whose value matches an expression.
 * Scalars in between are read as YAML. Upstream: PathMatcher.
 * @param create the kind of the last node, when what is missing shall be made
 */
export function matchPath(node: Node, path: readonly string[], create: TreeKind | undefined): Node[] {
  if (path.length === 0) return [node]
  const part = path[0]!
  const rest = path.slice(1)
  if (isIndex(part)) return matchIndex(node, Number(part), part, rest, create)
  if (isListIndex(part)) return matchElements(node, part, rest, create)
  if (part === '*') return node === undefined ? elementsOfMissing() : elementsOf(node).flatMap((element) => matchPath(element, rest, create))
  return matchField(node, part, rest, create)
}

const elementsOfMissing = (): Node[] => []

function matchField(node: Node, name: string, rest: readonly string[], create: TreeKind | undefined): Node[] {
  let field = get(node, name)
  if (field === undefined) {
    if (create === undefined || node === undefined) return []
    field = new TreeNode(partKind(rest[0] ?? '', create))
    setField(node, name, field)
  }
  if (field.kind === 'scalar' && rest.length > 0) {
    const inner = parse(field.value)
    return matchPath(inner, rest, create)
  }
  return matchPath(field, rest, create)
}

function parse(text: string): Node {
  try {
    return readTree(text)
  } catch (error) {
    return refuse(messageOf(error))
  }
}

function matchIndex(node: Node, index: number, part: string, rest: readonly string[], create: TreeKind | undefined): Node[] {
  const elements = node === undefined ? [] : elementsOf(node)
  if (elements.length === index && create !== undefined && node !== undefined) {
    const made = new TreeNode(partKind(rest[0] ?? '', create))
    if (node.kind !== 'sequence') refuse(`failed to append element for ${JSON.stringify(part)}`)
    node.content.push(made)
    elements.push(made)
  }
  if (elements.length < index + 1) refuse(`index ${index} specified but only ${elements.length} elements found`)
  return matchPath(elements[index], rest, create)
}

function matchElements(node: Node, part: string, rest: readonly string[], create: TreeKind | undefined): Node[] {
  const [field, text] = splitIndex(part)
  const matches = expression(text)
  for (let attempt = 0; ; attempt++) {
    const found: Node[] = []
    for (const element of node === undefined ? [] : elementsOf(node)) {
      if (field === '') {
        if (matches(shown(element))) found.push(element)
        continue
      }
      const value = fieldOf(element, field)
      if (value !== undefined && matches(shown(value))) found.push(...matchPath(element, rest, create))
    }
    if (found.length > 0 || create === undefined || node === undefined) return found
    // An expression may not match its own text.
    if (attempt > 0) return refuse(`failed to create element for ${JSON.stringify(part)}`)
    node.content.push(field === '' ? scalar(text) : new TreeNode('mapping', '', '', 0, [scalar(field), scalar(text)]))
  }
}

const shown = (node: TreeNode): string => writeTree(node).trim()

function expression(text: string): (text: string) => boolean {
  try {
    const regexp = new Regexp(text)
    return (candidate) => regexp.matchString(candidate)
  } catch (error) {
    return refuse(messageOf(error))
  }
}
