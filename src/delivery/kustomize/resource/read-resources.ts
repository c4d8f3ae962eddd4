import { jsonMarshal } from '../../../language/go/index.ts'
import { readTree, treeValue, TreeNode } from '../../../language/yaml/index.ts'
import { limits } from '../limits.ts'
import { messageOf, refuse, wrapped } from '../refusal.ts'
import type { Schemas } from '../schema/schema.ts'
import { deAnchored } from '../tree/de-anchor.ts'
import { fieldNames, fieldOf, isMissingOrNull, isNilOrEmpty, textOf, type Node } from '../tree/nodes.ts'
import { anno } from './annotations.ts'
import { Resource } from './resource.ts'

/**
 * The objects of a text, lists taken apart. Upstream: resource.Factory.SliceFromBytes.
 * @throws PintleError `MalformedYAMLError: ...`, `missing metadata.name in object ...`
 */
export function readResources(text: string, schemas: Schemas): Resource[] {
  const nodes = expandLists(checked(readNodes(text)))
  if (nodes.length > limits.resources) refuse(`a text holds more than ${limits.resources} objects`)
  return nodes.map((node) => new Resource(node, schemas))
}

/** The objects of a text as they are, without those that are local configuration: what is left of texts `readResources` refuses. */
export function readLoosely(text: string, schemas: Schemas): Resource[] {
  return checkedLocal(readNodes(text)).map((node) => new Resource(node, schemas))
}

/** kio.ByteReader: one document a piece of text between separators. */
function readNodes(text: string): TreeNode[] {
  const pieces = splitDocuments(text.replaceAll('\r\n', '\n'))
  const out: TreeNode[] = []
  pieces.forEach((piece, i) => {
    const node = parse(i === pieces.length - 1 ? piece : `${piece}\n`)
    if (isMissingOrNull(node)) return
    const kind = textOf(fieldOf(node, 'kind'))
    const items = fieldOf(node, 'items')
    if (pieces.length === 1 && (kind === 'ResourceList' || kind === 'List') && (items !== undefined || fieldOf(node, 'functionConfig') !== undefined)) {
      out.push(...(items?.content ?? []))
    } else {
      out.push(node as TreeNode)
    }
  })
  return out.map(deAnchored)
}

function parse(text: string): Node {
  try {
    return readTree(text)
  } catch (error) {
    throw wrapped(error, 'MalformedYAMLError')
  }
}

function splitDocuments(text: string): string[] {
  if (text === '') return []
  const out: string[] = []
  let from = 0
  for (const match of text.matchAll(/\n---(.*)\n/g)) {
    const rest = match[1]!.trim()
    if (rest !== '' && !rest.startsWith('#')) refuse(`invalid document separator: ${match[0].trim()}`)
    out.push(text.slice(from, match.index))
    from = match.index + match[0].length
  }
  out.push(text.slice(from))
  return out
}

function checked(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.filter((node) => {
    if (isNilOrEmpty(node)) return false
    checkMetadata(node)
    return true
  })
}

function checkedLocal(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.filter((node) => !isNilOrEmpty(node) && !isLocal(node))
}

/** Whether an object is configuration that stays at home. @throws PintleError when it is no object */
export function isLocal(node: TreeNode): boolean {
  checkMetadata(node)
  const local = fieldOf(fieldOf(fieldOf(node, 'metadata'), 'annotations'), anno.localConfig)
  return local !== undefined && textOf(local) !== 'false'
}

/** Upstream: GetValidatedMetadata. */
function checkMetadata(node: TreeNode): void {
  const metadata = fieldOf(node, 'metadata')
  const text = (of: Node, name: string): string => { const v = fieldOf(of, name); return isNilOrEmpty(v) ? '' : textOf(v) }
  const apiVersion = text(node, 'apiVersion')
  const kind = text(node, 'kind')
  const known = (of: Node, name: string): boolean => !isNilOrEmpty(fieldOf(of, name))
  if (!known(node, 'apiVersion') && !known(node, 'kind') && !['name', 'namespace', 'labels', 'annotations'].some((name) => known(metadata, name))) {
    refuse('missing Resource metadata')
  }
  const described = (): string => `{{${apiVersion} ${kind}} {{${text(metadata, 'name')} ${text(metadata, 'namespace')}} ${goMap(fieldOf(metadata, 'labels'))} ${goMap(fieldOf(metadata, 'annotations'))}}}`
  if (kind === '') refuse(`missing kind in object ${described()}`)
  if (!kind.endsWith('List') && text(metadata, 'name') === '') refuse(`missing metadata.name in object ${described()}`)
}

function goMap(node: Node): string {
  if (isNilOrEmpty(node) || node!.kind !== 'mapping') return 'map[]'
  return `map[${fieldNames(node!).map((name): [string, string] => [name, textOf(fieldOf(node, name))]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}:${value}`).join(' ')}]`
}

/** `FooList` becomes its items, which go to the end. */
function expandLists(nodes: readonly TreeNode[]): TreeNode[] {
  const queue = nodes.slice()
  const out: TreeNode[] = []
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i]!
    const kind = textOf(fieldOf(node, 'kind'))
    const items = fieldOf(node, 'items')
    if (!kind.endsWith('List') || items === undefined) {
      out.push(node)
    } else if (items.kind === 'sequence') {
      queue.push(...checked(items.content.map(throughJson)))
    } else if (!isMissingOrNull(items)) {
      refuse(`expected array in ${kind}/items, but found ${items.kind === 'mapping' ? 'map[string]interface {}' : 'string'}`)
    }
  }
  return out
}

/** An item as it comes out of JSON: its texts are quoted from then on. */
function throughJson(node: TreeNode): TreeNode {
  try {
    return readTree(jsonMarshal(treeValue(node)))!
  } catch (error) {
    return refuse(messageOf(error))
  }
}
