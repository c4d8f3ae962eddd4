import { quote } from '../go/index.ts'
import type { Value } from '../go/index.ts'

/**
 * The tree of a parsed template. `pos` is a position in the text in UTF-16 units: the very position Go gives the node, odd
 * as some are (a chain of fields stands at its second field), because error columns show it.
 */
export type Node =
  | ListNode | TextNode | ActionNode | PipeNode | CommandNode | IdentifierNode | VariableNode | DotNode | NilNode
  | FieldNode | ChainNode | BoolNode | NumberNode | StringNode | BranchNode | TemplateNode | JumpNode | MarkNode

/** One template of a text: the text's own tree or a {{define}} or {{block}} within it. */
export interface ParsedTree {
  readonly name: string
  readonly root: ListNode
}

export interface ListNode { readonly type: 'list', readonly pos: number, readonly nodes: Node[] }
export interface TextNode { readonly type: 'text', readonly pos: number, readonly text: string }
export interface ActionNode { readonly type: 'action', readonly pos: number, readonly pipe: PipeNode }
export interface PipeNode {
  readonly type: 'pipe'
  readonly pos: number
  /** `=` rather than `:=`. */
  isAssign: boolean
  readonly decl: VariableNode[]
  readonly cmds: CommandNode[]
}
export interface CommandNode { readonly type: 'command', readonly pos: number, readonly args: Node[] }
export interface IdentifierNode { readonly type: 'identifier', readonly pos: number, readonly ident: string }
/** $x.a.b: the first name has the dollar sign. */
export interface VariableNode { readonly type: 'variable', readonly pos: number, readonly ident: readonly string[] }
export interface DotNode { readonly type: 'dot', readonly pos: number }
export interface NilNode { readonly type: 'nil', readonly pos: number }
/** .a.b */
export interface FieldNode { readonly type: 'field', readonly pos: number, readonly ident: readonly string[] }
/** (pipeline).a.b */
export interface ChainNode { readonly type: 'chain', readonly pos: number, readonly node: Node, readonly field: readonly string[] }
export interface BoolNode { readonly type: 'bool', readonly pos: number, readonly value: boolean }
export interface NumberNode extends NumberValue { readonly type: 'number', readonly pos: number, readonly text: string }
export interface StringNode { readonly type: 'string', readonly pos: number, readonly quoted: string, readonly text: string }
export interface BranchNode {
  readonly type: 'if' | 'with' | 'range'
  readonly pos: number
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly elseList: ListNode | undefined
}
export interface TemplateNode { readonly type: 'template', readonly pos: number, readonly name: string, readonly pipe: PipeNode | undefined }
export interface JumpNode { readonly type: 'break' | 'continue', readonly pos: number }
/** Ends a list; never part of the finished tree. */
export interface MarkNode { readonly type: 'end' | 'else', readonly pos: number }

/** The value of a number under every type that can hold it, and what it is where any type would do. */
export interface NumberValue {
  readonly int?: bigint
  readonly uint?: bigint
  readonly float?: number
  readonly complex?: Value
  /** Go's default type for the constant; undefined where that overflows int. */
  readonly ideal: Value | undefined
}

/** A node as Go's String methods print it: the context of errors. */
export function nodeText(n: Node): string {
  switch (n.type) {
    case 'list': return n.nodes.map(nodeText).join('')
    case 'text': return n.text
    case 'action': return `{{${nodeText(n.pipe)}}}`
    case 'pipe': {
      const decl = n.decl.length === 0 ? '' : n.decl.map(nodeText).join(', ') + (n.isAssign ? ' = ' : ' := ')
      return decl + n.cmds.map(nodeText).join(' | ')
    }
    case 'command': return n.args.map((a) => (a.type === 'pipe' ? `(${nodeText(a)})` : nodeText(a))).join(' ')
    case 'identifier': return n.ident
    case 'variable': return n.ident.join('.')
    case 'dot': return '.'
    case 'nil': return 'nil'
    case 'field': return '.' + n.ident.join('.')
    case 'chain': {
      const head = n.node.type === 'pipe' ? `(${nodeText(n.node)})` : nodeText(n.node)
      return `${head}.${n.field.join('.')}`
    }
    case 'bool': return String(n.value)
    case 'number': return n.text
    case 'string': return n.quoted
    case 'if':
    case 'with':
    case 'range': {
      const rest = n.elseList ? `{{else}}${nodeText(n.elseList)}` : ''
      return `{{${n.type} ${nodeText(n.pipe)}}}${nodeText(n.list)}${rest}{{end}}`
    }
    case 'template': return `{{template ${quote(n.name)}${n.pipe ? ' ' + nodeText(n.pipe) : ''}}}`
    default: return `{{${n.type}}}`
  }
}

/** Whether there is nothing but white space: such a definition never replaces another. */
export function isEmptyTree(n: Node): boolean {
  if (n.type === 'list') return n.nodes.every(isEmptyTree)
  return n.type === 'text' && isGoSpace(n.text)
}

/** bytes.TrimSpace leaves nothing: Unicode's White_Space, which has U+0085 and lacks U+FEFF, unlike JavaScript's \s. */
function isGoSpace(s: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/.test(s)
}
