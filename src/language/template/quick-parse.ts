import { int, unquote } from '../go/index.ts'
import type { ChainNode, CommandNode, FieldNode, ListNode, Node, NumberNode, ParsedTree, PipeNode, StringNode, VariableNode } from './node.ts'
import { isEmptyTree } from './node.ts'
import { numberValue } from './number.ts'

/**
 * Parses what nearly every template is made of in one pass, without tokens: a chart's first render spends more time on parsing than on
 * anything else. Gives the very trees of parser.ts, or up, at whatever is unusual or wrong, which that parser then reads or words.
 * @returns undefined when it gave up
 */
export function quickParse(name: string, text: string, hasFunction: (name: string) => boolean): Map<string, ParsedTree> | undefined {
  try {
    return new QuickParser(text, hasFunction).parse(name)
  } catch (e) {
    // A text nested too deep is for the other parser to refuse.
    if (e === unusual || e instanceof RangeError) return undefined
    throw e
  }
}

/** Thrown to give up; no Error, whose stack would cost something. */
const unusual = { unusual: true }

/** The declarations of a pipeline without any. */
const none: never[] = []

/** What ended a list. */
const textEnd = 0
const end = 1
const elseAlone = 2
const elseIf = 3
const elseWith = 4

const space = 1
const word = 2
const digit = 4
/** What may follow a name, `}}` aside. */
const terminator = 8

/** Classes of the ASCII characters. */
const classes = new Uint8Array(128)
function classify(characters: string, bits: number): void {
  for (let i = 0; i < characters.length; i++) classes[characters.charCodeAt(i)]! |= bits
}
classify(' \t\r\n', space | terminator)
classify('.,|:()', terminator)
classify('0123456789', word | digit)
classify('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', word)

class QuickParser {
  readonly text: string
  readonly hasFunction: (name: string) => boolean
  readonly trees = new Map<string, ParsedTree>()
  readonly plainString = /"[^"\\\n\ud800-\udfff]*"/y
  pos = 0
  vars = ['$']
  /** Nodes and names of lists that are being read; pushing to an empty array would make room for 17. */
  readonly stack: unknown[] = []
  top = 0
  rangeDepth = 0
  /** What ended the last list, and for `else if` and `else with` where their keyword stands. */
  mark = textEnd
  markPos = 0
  /** The character at which the last command ended. */
  ended = 0

  constructor(text: string, hasFunction: (name: string) => boolean) {
    this.text = text
    this.hasFunction = hasFunction
  }

  parse(name: string): Map<string, ParsedTree> {
    const root = this.list(true)
    if (this.mark !== textEnd) throw unusual
    this.add(name, root)
    return this.trees
  }

  /** Takes what lies above `base` off the stack. */
  take<T>(base: number): T[] {
    const taken = this.stack.slice(base, this.top) as T[]
    this.top = base
    return taken
  }

  add(name: string, root: ListNode): void {
    const old = this.trees.get(name)
    if (old === undefined || isEmptyTree(old.root)) this.trees.set(name, { name, root })
    else if (!isEmptyTree(root)) throw unusual
  }

  /** Text and actions up to the text's end or a mark. */
  list(top: boolean): ListNode {
    const { text, stack } = this
    const base = this.top
    let first = -1
    this.mark = textEnd
    for (;;) {
      const pos = this.pos
      const open = text.indexOf('{{', pos)
      if (open < 0) {
        if (!top) throw unusual
        if (pos < text.length) stack[this.top++] = { type: 'text', pos, text: text.slice(pos) }
        this.pos = text.length
        return { type: 'list', pos: first < 0 ? pos : first, nodes: this.take(base) }
      }
      let at = open + 2
      let close = open
      if (text.charCodeAt(at) === 0x2d && classes[text.charCodeAt(at + 1)]! & space) {
        at += 2
        while (close > pos && classes[text.charCodeAt(close - 1)]! & space) close--
      }
      if (close > pos) {
        if (first < 0) first = pos
        stack[this.top++] = { type: 'text', pos, text: text.slice(pos, close) }
      }
      if (text.charCodeAt(at) === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
        this.comment(at + 2)
        continue
      }
      if (first < 0) first = open
      this.pos = at
      const node = this.action(top)
      if (node !== undefined) stack[this.top++] = node
      else if (this.mark !== textEnd) return { type: 'list', pos: first, nodes: this.take(base) }
    }
  }

  comment(from: number): void {
    const at = this.text.indexOf('*/', from)
    if (at < 0) throw unusual
    this.close(at + 2, false)
  }

  /** Moves past a right delimiter; `spaced` when spaces may stand before it. */
  close(from: number, spaced: boolean): void {
    const { text } = this
    let at = from
    while (classes[text.charCodeAt(at)]! & space) at++
    if (at === from || spaced) {
      if (text.charCodeAt(at) === 0x7d && text.charCodeAt(at + 1) === 0x7d) {
        this.pos = at + 2
        return
      }
    }
    // ` -}}` takes one space and the spaces behind it.
    if (text.charCodeAt(at) !== 0x2d || at === from || (at > from + 1 && !spaced)) throw unusual
    this.closeTrimming(at)
  }

  /** Moves past `-}}` at `at` and the spaces behind it. */
  closeTrimming(at: number): void {
    const { text } = this
    if (text.charCodeAt(at + 1) !== 0x7d || text.charCodeAt(at + 2) !== 0x7d) throw unusual
    at += 3
    while (classes[text.charCodeAt(at)]! & space) at++
    this.pos = at
  }

  skipSpace(at: number): number {
    const { text } = this
    while (classes[text.charCodeAt(at)]! & space) at++
    return at
  }

  /** Index after the word at `at`. */
  wordEnd(at: number): number {
    const { text } = this
    while (classes[text.charCodeAt(at)]! & word) at++
    return at
  }

  /** Gives up unless a name may end at `at`. */
  checkTerminated(at: number): void {
    const c = this.text.charCodeAt(at)
    if (!(classes[c]! & terminator) && !(c === 0x7d && this.text.charCodeAt(at + 1) === 0x7d)) throw unusual
  }

  /** The action behind a left delimiter; undefined for a definition and for a mark. */
  action(top: boolean): Node | undefined {
    const { text } = this
    const at = this.skipSpace(this.pos)
    switch (text.charCodeAt(at)) {
      case 0x62: case 0x63: case 0x64: case 0x65: case 0x69: case 0x72: case 0x74: case 0x77: { // b, c, d, e, i, r, t, w
        const after = this.wordEnd(at + 1)
        switch (text.slice(at, after)) {
          case 'if': return this.control('if', after)
          case 'end':
            this.mark = end
            this.close(after, true)
            return undefined
          case 'else': return this.else(after)
          case 'with': return this.control('with', after)
          case 'range': return this.control('range', after)
          case 'template': return this.template(after)
          case 'define':
            if (!top) throw unusual
            this.define(after)
            return undefined
          case 'break': return this.jump('break', at, after)
          case 'continue': return this.jump('continue', at, after)
          case 'block': throw unusual
        }
      }
    }
    this.pos = at
    return { type: 'action', pos: at, pipe: this.pipeline(false, false) }
  }

  control(type: 'if' | 'with' | 'range', after: number): Node {
    this.checkTerminated(after)
    const vars = this.vars.length
    this.pos = after
    const pipe = this.pipeline(false, type === 'range')
    if (type === 'range') this.rangeDepth++
    const list = this.list(false)
    if (type === 'range') this.rangeDepth--
    const { mark } = this
    let elseList: ListNode | undefined
    if (mark === elseAlone) {
      elseList = this.list(false)
      if (this.mark !== end) throw unusual
    } else if (mark !== end) {
      if (type !== (mark === elseIf ? 'if' : 'with')) throw unusual
      const pos = this.markPos
      elseList = { type: 'list', pos, nodes: [this.control(type, this.pos)] }
    }
    this.vars.length = vars
    // The end is this action's own.
    this.mark = textEnd
    return { type, pos: pipe.pos, pipe, list, elseList }
  }

  /** {{else}}, or {{else if}} and {{else with}} up to behind their second word. */
  else(after: number): undefined {
    const { text } = this
    const at = this.skipSpace(after)
    const c = text.charCodeAt(at)
    if (c === 0x69 || c === 0x77) {
      const second = this.wordEnd(at)
      const keyword = text.slice(at, second)
      if ((keyword !== 'if' && keyword !== 'with') || at === after) throw unusual
      this.mark = keyword === 'if' ? elseIf : elseWith
      this.markPos = at
      this.pos = second
      return undefined
    }
    this.mark = elseAlone
    this.close(after, true)
    return undefined
  }

  jump(type: 'break' | 'continue', at: number, after: number): Node {
    if (this.rangeDepth === 0 || this.hasFunction(type)) throw unusual
    this.close(after, true)
    return { type, pos: at }
  }

  template(after: number): Node {
    const at = this.skipSpace(after)
    if (at === after) throw unusual
    this.pos = at
    const name = this.string().text
    const next = this.skipSpace(this.pos)
    const c = this.text.charCodeAt(next)
    if (c === 0x7d || (c === 0x2d && this.text.charCodeAt(next + 1) === 0x7d)) {
      this.close(this.pos, true)
      return { type: 'template', pos: at, name, pipe: undefined }
    }
    if (next === this.pos) throw unusual
    this.pos = next
    return { type: 'template', pos: at, name, pipe: this.pipeline(false, false) }
  }

  define(after: number): void {
    const at = this.skipSpace(after)
    if (at === after) throw unusual
    this.pos = at
    const name = this.string().text
    this.close(this.pos, true)
    const { vars, rangeDepth } = this
    this.vars = ['$']
    this.rangeDepth = 0
    const root = this.list(false)
    if (this.mark !== end) throw unusual
    this.mark = textEnd
    this.vars = vars
    this.rangeDepth = rangeDepth
    this.add(name, root)
  }

  /** Declarations and commands, up to and with the right delimiter or parenthesis. */
  pipeline(paren: boolean, range: boolean): PipeNode {
    const { text } = this
    const start = this.skipSpace(this.pos)
    const pipe: { type: 'pipe', pos: number, isAssign: boolean, decl: VariableNode[], cmds: CommandNode[] } =
      { type: 'pipe', pos: start, isAssign: false, decl: none, cmds: none }
    let pos = text.charCodeAt(start) === 0x24 ? this.declarations(pipe, start, range) : start
    const first = this.command(pos)
    if (this.ended === 0x7c) {
      const base = this.top
      this.stack[this.top++] = first
      while (this.ended === 0x7c) { // |
        pos = this.skipSpace(this.pos + 1)
        const next = this.command(pos)
        // A constant cannot take the value of the command before it.
        switch (next.args[0]!.type) {
          case 'bool': case 'dot': case 'nil': case 'number': case 'string': throw unusual
        }
        this.stack[this.top++] = next
      }
      pipe.cmds = this.take(base)
    } else {
      pipe.cmds = [first]
    }
    const at = this.pos
    if ((this.ended === 0x29) !== paren) throw unusual
    if (this.ended === 0x2d) this.closeTrimming(at)
    else if (this.ended === 0x29) this.pos = at + 1
    else if (text.charCodeAt(at + 1) === 0x7d) this.pos = at + 2
    else throw unusual
    return pipe
  }

  /** Operands up to a bar or the end of the pipeline, at which it stops and leaves its character in `ended`. */
  command(pos: number): CommandNode {
    const { text, stack } = this
    const base = this.top
    let at = pos
    for (;;) {
      this.pos = at
      stack[this.top++] = this.operand()
      at = this.pos
      let c = text.charCodeAt(at)
      const spaced = (classes[c]! & space) !== 0
      if (spaced) {
        at = this.skipSpace(at + 1)
        c = text.charCodeAt(at)
      }
      if (c === 0x7c || c === 0x29 || c === 0x7d || (c === 0x2d && spaced && text.charCodeAt(at + 1) === 0x7d)) { // | ) } -}
        this.pos = at
        this.ended = c
        return { type: 'command', pos, args: this.take(base) }
      }
      if (!spaced) throw unusual
    }
  }

  /** `$x :=`, `$x =` or `$k, $v :=` at `at`; where the commands start, which is `at` when there is none. */
  declarations(pipe: { isAssign: boolean, decl: VariableNode[] }, at: number, range: boolean): number {
    const { text } = this
    let after = this.wordEnd(at + 1)
    let next = this.skipSpace(after)
    let c = text.charCodeAt(next)
    if (c === 0x2c) { // ,
      if (!range) throw unusual
      const second = this.skipSpace(next + 1)
      if (text.charCodeAt(second) !== 0x24) throw unusual
      this.declare(pipe, at, after)
      at = second
      after = this.wordEnd(at + 1)
      next = this.skipSpace(after)
      c = text.charCodeAt(next)
      if (c !== 0x3a && c !== 0x3d) throw unusual
    }
    if (c === 0x3a) { // :
      if (text.charCodeAt(next + 1) !== 0x3d) throw unusual
      next++
    } else if (c === 0x3d) { // =
      // `$x=` is a bad character to the lexer.
      if (next === after) throw unusual
      pipe.isAssign = true
    } else {
      return at
    }
    this.declare(pipe, at, after)
    return this.skipSpace(next + 1)
  }

  declare(pipe: { decl: VariableNode[] }, at: number, after: number): void {
    const name = this.text.slice(at, after)
    pipe.decl = [...pipe.decl, { type: 'variable', pos: at, ident: [name] }]
    this.vars.push(name)
  }

  operand(): Node {
    const { text } = this
    const at = this.pos
    const c = text.charCodeAt(at)
    switch (c) {
      case 0x2e: // .
        if (classes[text.charCodeAt(at + 1)]! & word) return this.field(at)
        this.pos = at + 1
        this.checkTerminated(at + 1)
        return { type: 'dot', pos: at }
      case 0x22: case 0x60: return this.string()
      case 0x24: return this.variable(at)
      case 0x28: { // (
        this.pos = at + 1
        const pipe = this.pipeline(true, false)
        const { pos } = this
        if (text.charCodeAt(pos) !== 0x2e) return pipe
        const base = this.top
        this.names(pos)
        return { type: 'chain', pos, node: pipe, field: this.take<string>(base) } satisfies ChainNode
      }
      case 0x2d: return this.number(at, at + 1)
    }
    const kind = classes[c]!
    if (kind & digit) return this.number(at, at)
    if (kind & word) return this.identifier(at)
    throw unusual
  }

  field(at: number): FieldNode {
    const base = this.top
    const second = this.names(at)
    return { type: 'field', pos: second < 0 ? at : second, ident: this.take(base) }
  }

  /** Reads `.a.b` onto the stack; where the second name starts, or -1. */
  names(at: number): number {
    const { text, stack } = this
    let second = -1
    for (;;) {
      const start = at + 1
      let after = start
      while (classes[text.charCodeAt(after)]! & word) after++
      if (after === start || classes[text.charCodeAt(start)]! & digit) throw unusual
      stack[this.top++] = text.slice(start, after)
      if (text.charCodeAt(after) !== 0x2e) {
        this.checkTerminated(after)
        this.pos = after
        return second
      }
      at = after
      if (second < 0) second = at
    }
  }

  variable(at: number): VariableNode {
    const { text } = this
    const after = this.wordEnd(at + 1)
    const name = text.slice(at, after)
    if (!this.vars.includes(name)) throw unusual
    if (text.charCodeAt(after) === 0x2e) {
      const base = this.top
      this.stack[this.top++] = name
      this.names(after)
      return { type: 'variable', pos: after, ident: this.take(base) }
    }
    this.checkTerminated(after)
    this.pos = after
    return { type: 'variable', pos: at, ident: [name] }
  }

  identifier(at: number): Node {
    const { text } = this
    const after = this.wordEnd(at + 1)
    const name = text.slice(at, after)
    this.checkTerminated(after)
    if (text.charCodeAt(after) === 0x2e) throw unusual
    this.pos = after
    switch (name) {
      case 'true': return { type: 'bool', pos: at, value: true }
      case 'false': return { type: 'bool', pos: at, value: false }
      case 'nil': return { type: 'nil', pos: at }
      case 'block': case 'break': case 'continue': case 'define': case 'else': case 'end': case 'if': case 'range': case 'template': case 'with':
        throw unusual
    }
    if (!this.hasFunction(name)) throw unusual
    return { type: 'identifier', pos: at, ident: name }
  }

  /** A number whose digits start at `from`, behind a sign perhaps. */
  number(at: number, from: number): NumberNode {
    const { text } = this
    let after = from
    while (classes[text.charCodeAt(after)]! & digit) after++
    const length = after - from
    if (length === 0) throw unusual
    if (text.charCodeAt(after) === 0x2e) {
      const fraction = after + 1
      after = fraction
      while (classes[text.charCodeAt(after)]! & digit) after++
      if (after === fraction || text.charCodeAt(after) === 0x2e) throw unusual
    }
    this.checkTerminated(after)
    this.pos = after
    const number = text.slice(at, after)
    if (length <= 9 && from === at && after - at === length && (length === 1 || text.charCodeAt(from) !== 0x30)) {
      const float = Number(number)
      const ideal = int(float)
      return { type: 'number', pos: at, text: number, int: ideal.value, uint: ideal.value, float, ideal }
    }
    try {
      return { type: 'number', pos: at, text: number, ...numberValue(number, 'number') }
    } catch {
      throw unusual
    }
  }

  string(): StringNode {
    const { text, plainString } = this
    const at = this.pos
    if (text.charCodeAt(at) === 0x60) {
      const close = text.indexOf('`', at + 1)
      const quoted = text.slice(at, close + 1)
      if (close < 0 || quoted.includes('\r')) throw unusual
      this.pos = close + 1
      return { type: 'string', pos: at, quoted, text: text.slice(at + 1, close) }
    }
    if (text.charCodeAt(at) !== 0x22) throw unusual
    plainString.lastIndex = at
    if (plainString.test(text)) {
      const after = plainString.lastIndex
      this.pos = after
      return { type: 'string', pos: at, quoted: text.slice(at, after), text: text.slice(at + 1, after - 1) }
    }
    let close = at + 1
    for (;; close++) {
      const c = text.charCodeAt(close)
      if (c === 0x22) break
      if (c === 0x5c) close++
      if (!(close < text.length) || text.charCodeAt(close) === 0x0a || c === 0x0a || (c & 0xf800) === 0xd800) throw unusual
    }
    const quoted = text.slice(at, close + 1)
    this.pos = close + 1
    try {
      return { type: 'string', pos: at, quoted, text: unquote(quoted) }
    } catch {
      throw unusual
    }
  }
}
