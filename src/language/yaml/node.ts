import type { Events } from './line-events.ts'
import {
  aliasEvent, documentEndEvent, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent,
  streamEndEvent,
} from './parser.ts'
import { yamlError } from './yaml-error.ts'

export const scalarNode = 1
export const mappingNode = 2
export const sequenceNode = 3
export const aliasNode = 4

/** One node of a document. Lines and columns count from 0; `pos` and `end` are indexes into the text. */
export class Node {
  readonly kind: number
  readonly line: number
  readonly column: number
  readonly pos: number
  readonly tag: string
  /** Scalars: the text. Aliases: the name. */
  readonly value: string
  readonly implicit: boolean
  readonly style: number
  /** Sequences: the items. Mappings: keys and values in turn. */
  readonly children: Node[]
  /** Aliases: what they stand for. */
  readonly target: Node | undefined
  end: number

  constructor(kind: number, parser: Events, target?: Node) {
    this.kind = kind
    this.line = parser.line
    this.column = parser.column
    this.pos = parser.pos
    this.end = parser.end
    const scalar = kind === scalarNode
    this.tag = kind === aliasNode ? '' : parser.tag
    this.value = scalar || kind === aliasNode ? parser.value : ''
    this.implicit = scalar && parser.implicit
    this.style = scalar ? parser.style : 0
    this.children = scalar || kind === aliasNode ? none : []
    this.target = target
  }
}

const none: Node[] = []

/**
 * Reads the first document of a text into nodes (decode.go `parse`), and the parser no further than its end.
 * @returns undefined when there is no document
 */
export function composeDocument(parser: Events): Node | undefined {
  if (parser.next() === streamEndEvent) return undefined
  const anchors = new Map<string, Node>()
  const open: Node[] = []
  let root: Node | undefined
  for (;;) {
    const event = parser.next()
    let node: Node
    switch (event) {
      case scalarEvent:
        node = new Node(scalarNode, parser)
        break
      case mappingStartEvent:
        node = new Node(mappingNode, parser)
        break
      case sequenceStartEvent:
        node = new Node(sequenceNode, parser)
        break
      case aliasEvent: {
        const target = anchors.get(parser.value)
        if (target === undefined) throw yamlError(`yaml: unknown anchor '${parser.value}' referenced`, parser.line + 1, parser.column + 1)
        node = new Node(aliasNode, parser, target)
        break
      }
      case mappingEndEvent:
      case sequenceEndEvent:
        open.pop()!.end = parser.pos
        continue
      case documentEndEvent:
        return root
      default:
        throw yamlError('yaml: attempted to go past the end of stream; corrupted value?')
    }
    if (node.kind !== aliasNode && parser.anchor !== '') anchors.set(parser.anchor, node)
    if (open.length > 0) open[open.length - 1]!.children.push(node)
    else root = node
    if (node.kind === mappingNode || node.kind === sequenceNode) open.push(node)
  }
}
