import { TreeNode, treeStyle, writeTree, type TreeKind } from '../../../language/yaml/index.ts'
import { PintleError } from '../../../errors/index.ts'

/** Helpers of kyaml's RNode: a missing node is undefined, a null has the tag !!null. */
export type Node = TreeNode | undefined

export const isMissingOrNull = (node: Node): node is undefined => node === undefined || node.tag === '!!null'
export const isNull = (node: Node): boolean => node !== undefined && node.tag === '!!null'
export const isEmptyMap = (node: Node): boolean => isMissingOrNull(node) || ((node as TreeNode).kind === 'mapping' && (node as TreeNode).content.length === 0)
export const isNilOrEmpty = (node: Node): boolean =>
  isMissingOrNull(node) || ((node as TreeNode).kind !== 'scalar' && (node as TreeNode).kind !== 'alias' && (node as TreeNode).content.length === 0)
/** A scalar that is a string as far as anybody knows. */
export const isStringNode = (node: TreeNode): boolean => node.kind === 'scalar' && (node.tag === '!!str' || node.tag === '')
export const textOf = (node: Node): string => (isMissingOrNull(node) ? '' : (node as TreeNode).value)

export const scalar = (value: string, tag = '', style: number = 0): TreeNode => new TreeNode('scalar', tag, value, style)
/** Node.SetString: a string, in a literal block when it has several lines. */
export const stringNode = (value: string): TreeNode => scalar(value, '!!str', value.includes('\n') ? treeStyle.literal : 0)

const kindNames: Readonly<Record<TreeKind, string>> = { mapping: 'MappingNode', sequence: 'SequenceNode', scalar: 'ScalarNode', alias: 'AliasNode' }

/** @throws PintleError with kyaml's text when the node is there and of another kind; `details.nodeKind` says of which */
export function requireKind(node: Node, kind: TreeKind): void {
  if (node === undefined || node.tag === '!!null' || node.kind === kind) return
  throw new PintleError('kustomize.build', `wrong node kind: expected ${kindNames[kind]} but got ${kindNames[node.kind]}: node contents:\n${writeTree(node)}`, { details: { nodeKind: node.kind } })
}

/** The value of a field, whatever it is. */
export function fieldOf(node: Node, name: string): Node {
  if (node === undefined || node.kind !== 'mapping') return undefined
  const { content } = node
  for (let i = 0; i < content.length; i += 2) if (content[i]!.value === name) return content[i + 1]
  return undefined
}

export function keyOf(node: Node, name: string): Node {
  if (node === undefined || node.kind !== 'mapping') return undefined
  const { content } = node
  for (let i = 0; i < content.length; i += 2) if (content[i]!.value === name) return content[i]
  return undefined
}

export function fieldNames(node: TreeNode): string[] {
  const names: string[] = []
  for (let i = 0; i < node.content.length; i += 2) names.push(node.content[i]!.value)
  return names
}

/** The elements of a sequence. @throws PintleError when it is something else */
export function elementsOf(node: TreeNode): TreeNode[] {
  requireKind(node, 'sequence')
  return node.kind === 'sequence' ? node.content.slice() : []
}

/** Whether two trees are the same down to how they are written. */
export function sameTree(a: Node, b: Node): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.kind === b.kind && a.tag === b.tag && a.value === b.value && a.style === b.style && a.content.length === b.content.length &&
    a.content.every((child, i) => sameTree(child, b.content[i]))
}
