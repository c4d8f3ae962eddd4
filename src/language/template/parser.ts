import { isPintleError, PintleError } from '../../errors/index.ts'
import { quote, unquote } from '../go/index.ts'
import { Lexer } from './lexer.ts'
import { isEmptyTree, nodeText } from './node.ts'
import type { ChainNode, CommandNode, ListNode, MarkNode, Node, ParsedTree, PipeNode, TemplateNode, VariableNode } from './node.ts'
import { numberValue } from './number.ts'
import type { NumberToken } from './number.ts'
import { quickParse } from './quick-parse.ts'
import { tokenText } from './token.ts'
import type { Token, TokenType } from './token.ts'

/** Nested parentheses Go allows. */
const maxDepth = 10_000

/**
 * Parses `text` into its trees by name, as text/template/parse.Parse.
 * @param name of the template the text itself defines; errors carry it
 * @param hasFunction whether a function of that name may be called
 * @throws PintleError `template.parse` with Go's message
 */
export function parseTemplate(name: string, text: string, hasFunction: (name: string) => boolean): Map<string, ParsedTree> {
  const quick = quickParse(name, text, hasFunction)
  if (quick !== undefined) return quick
  return parseExactly(name, text, hasFunction)
}

/** parseTemplate without the shortcut. */
export function parseExactly(name: string, text: string, hasFunction: (name: string) => boolean): Map<string, ParsedTree> {
  const trees = new Map<string, ParsedTree>()
  const lexer = new Lexer(text, !hasFunction('break'), !hasFunction('continue'))
  try {
    new Parser(name, name, lexer, trees, hasFunction).parse()
  } catch (e) {
    if (!isPintleError(e) && e instanceof RangeError) {
      throw new PintleError('template.limit', `template: ${name}: too many nested actions`, { place: { file: name }, cause: e })
    }
    throw e
  }
  return trees
}

class Parser {
  name: string
  readonly #parseName: string
  readonly #lexer: Lexer
  readonly #trees: Map<string, ParsedTree>
  readonly #hasFunction: (name: string) => boolean
  /** Up to three tokens of look-ahead; the first is the last one read, whose line errors show. */
  readonly #tokens: [Token, Token, Token] = [none, none, none]
  #peeked = 0
  #vars = ['$']
  /** Line of the action being parsed, 0 outside. */
  #actionLine = 0
  #rangeDepth = 0
  #parenDepth = 0

  constructor(name: string, parseName: string, lexer: Lexer, trees: Map<string, ParsedTree>, hasFunction: (name: string) => boolean) {
    this.name = name
    this.#parseName = parseName
    this.#lexer = lexer
    this.#trees = trees
    this.#hasFunction = hasFunction
  }

  /** The whole text. */
  parse(): void {
    const root: ListNode = { type: 'list', pos: this.#peek().pos, nodes: [] }
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'leftDelim') {
        const delim = this.#next()
        if (this.#nextNonSpace().type === 'define') {
          this.#inner('definition').parseDefinition()
          continue
        }
        this.#backup2(delim)
      }
      const n = this.#textOrAction()
      if (isMark(n)) this.#fail(`unexpected ${nodeText(n)}`)
      root.nodes.push(n)
    }
    this.#add(root)
  }

  /** {{define "name"}} ... {{end}}; the keyword is past. */
  parseDefinition(): void {
    const context = 'define clause'
    const name = this.#nextNonSpace()
    if (name.type !== 'string' && name.type !== 'rawString') this.#unexpected(name, context)
    this.name = this.#unquote(name.val)
    this.#expect('rightDelim', context)
    this.parseBody(context)
  }

  /** The body of a define or block up to its end, which becomes a tree of its own. */
  parseBody(context: string, outer: Parser = this): void {
    const [root, end] = this.#itemList()
    if (end.type !== 'end') outer.#fail(`unexpected ${nodeText(end)} in ${context}`)
    this.#add(root)
  }

  #inner(name: string): Parser {
    return new Parser(name, this.#parseName, this.#lexer, this.#trees, this.#hasFunction)
  }

  #add(root: ListNode): void {
    const old = this.#trees.get(this.name)
    if (old === undefined || isEmptyTree(old.root)) {
      this.#trees.set(this.name, { name: this.name, root })
    } else if (!isEmptyTree(root)) {
      this.#fail(`template: multiple definition of template ${quote(this.name)}`)
    }
  }

  /** Text and actions up to {{end}} or {{else}}. */
  #itemList(): [ListNode, MarkNode] {
    const list: ListNode = { type: 'list', pos: this.#peekNonSpace().pos, nodes: [] }
    while (this.#peekNonSpace().type !== 'eof') {
      const n = this.#textOrAction()
      if (isMark(n)) return [list, n]
      list.nodes.push(n)
    }
    return this.#fail('unexpected EOF')
  }

  #textOrAction(): Node {
    const token = this.#nextNonSpace()
    if (token.type === 'text') return { type: 'text', pos: token.pos, text: token.val }
    if (token.type !== 'leftDelim') return this.#unexpected(token, 'input')
    this.#actionLine = token.line
    const n = this.#action()
    this.#actionLine = 0
    return n
  }

  #action(): Node {
    const token = this.#nextNonSpace()
    switch (token.type) {
      case 'block': return this.#block()
      case 'break':
      case 'continue': {
        const context = `{{${token.type}}}`
        const next = this.#nextNonSpace()
        if (next.type !== 'rightDelim') this.#unexpected(next, context)
        if (this.#rangeDepth === 0) this.#fail(`${context} outside {{range}}`)
        return { type: token.type, pos: token.pos }
      }
      case 'else': {
        const next = this.#peekNonSpace()
        // {{else if}} is {{else}}{{if}}: whoever takes the else looks for the if.
        if (next.type === 'if' || next.type === 'with') return { type: 'else', pos: next.pos }
        return { type: 'else', pos: this.#expect('rightDelim', 'else').pos }
      }
      case 'end': return { type: 'end', pos: this.#expect('rightDelim', 'end').pos }
      case 'if':
      case 'range':
      case 'with': return this.#control(token.type)
      case 'template': return this.#template()
    }
    this.#backup()
    const { pos } = this.#peek()
    // Variables declared here last until the enclosing end.
    return { type: 'action', pos, pipe: this.#pipeline('command', 'rightDelim') }
  }

  #control(type: 'if' | 'range' | 'with'): Node {
    const vars = this.#vars.length
    const pipe = this.#pipeline(type, 'rightDelim')
    if (type === 'range') this.#rangeDepth++
    let [list, next] = this.#itemList()
    if (type === 'range') this.#rangeDepth--
    let elseList: ListNode | undefined
    if (next.type === 'else') {
      // {{else if}} shares the {{end}} of its {{if}}; likewise {{else with}}. There is no {{else range}}.
      if (type !== 'range' && this.#peek().type === type) {
        this.#next()
        elseList = { type: 'list', pos: next.pos, nodes: [this.#control(type)] }
      } else {
        ;[elseList, next] = this.#itemList()
        if (next.type !== 'end') this.#fail(`expected end; found ${nodeText(next)}`)
      }
    }
    this.#vars.length = vars
    return { type, pos: pipe.pos, pipe, list, elseList }
  }

  /** {{block "name" pipeline}} ... {{end}}: a define and a template action in one. */
  #block(): TemplateNode {
    const context = 'block clause'
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, context)
    const pipe = this.#pipeline(context, 'rightDelim')
    this.#inner(name).parseBody(context, this)
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #template(): TemplateNode {
    const context = 'template clause'
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, context)
    let pipe: PipeNode | undefined
    if (this.#nextNonSpace().type !== 'rightDelim') {
      this.#backup()
      pipe = this.#pipeline(context, 'rightDelim')
    }
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context)
    return this.#unquote(token.val)
  }

  /** Declarations, then commands with bars between. */
  #pipeline(context: string, end: TokenType): PipeNode {
    const pipe: PipeNode = { type: 'pipe', pos: this.#peekNonSpace().pos, isAssign: false, decl: [], cmds: [] }
    this.#declarations(pipe, context)
    for (;;) {
      const token = this.#nextNonSpace()
      if (token.type === end) {
        this.#checkPipeline(pipe, context)
        return pipe
      }
      if (!operandStart.has(token.type)) this.#unexpected(token, context)
      this.#backup()
      pipe.cmds.push(this.#command())
    }
  }

  #declarations(pipe: PipeNode, context: string): void {
    for (;;) {
      const v = this.#peekNonSpace()
      if (v.type !== 'variable') return
      this.#next()
      // `$x foo` is an argument, not a declaration: the token after $x may have to go back, too.
      const after = this.#peek()
      const next = this.#peekNonSpace()
      const isComma = next.type === 'char' && next.val === ','
      if (next.type === 'assign' || next.type === 'declare' || isComma) {
        if (!isComma) pipe.isAssign = next.type === 'assign'
        this.#nextNonSpace()
        pipe.decl.push(variable(v.pos, v.val))
        this.#vars.push(v.val)
        if (!isComma) return
        if (context === 'range' && pipe.decl.length < 2) {
          const { type } = this.#peekNonSpace()
          if (type === 'variable' || type === 'rightDelim' || type === 'rightParen') continue
          this.#fail('range can only initialize variables')
        }
        this.#fail(`too many declarations in ${context}`)
      }
      if (after.type === 'space') this.#backup3(v, after)
      else this.#backup2(v)
      return
    }
  }

  #checkPipeline(pipe: PipeNode, context: string): void {
    if (pipe.cmds.length === 0) this.#fail(`missing value for ${context}`)
    pipe.cmds.forEach((c, i) => {
      if (i > 0 && constants.has(c.args[0]!.type)) this.#fail(`non executable command in pipeline stage ${i + 1}`)
    })
  }

  /** Operands with spaces between, up to and with a bar, or up to the end of the pipeline. */
  #command(): CommandNode {
    const cmd: CommandNode = { type: 'command', pos: this.#peekNonSpace().pos, args: [] }
    for (;;) {
      this.#peekNonSpace()
      const operand = this.#operand()
      if (operand) cmd.args.push(operand)
      const token = this.#next()
      if (token.type === 'space') continue
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#backup()
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand')
      break
    }
    if (cmd.args.length === 0) this.#fail('empty command')
    return cmd
  }

  /** A term and the fields behind it; undefined when there is none. */
  #operand(): Node | undefined {
    const node = this.#term()
    if (node === undefined || this.#peek().type !== 'field') return node
    const { pos } = this.#peek()
    const field: string[] = []
    while (this.#peek().type === 'field') field.push(this.#next().val.slice(1))
    switch (node.type) {
      case 'field': return { type: 'field', pos, ident: [...node.ident, ...field] }
      case 'variable': return { type: 'variable', pos, ident: [...node.ident, ...field] }
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quote(nodeText(node))}`)
    }
    return { type: 'chain', pos, node, field } satisfies ChainNode
  }

  #term(): Node | undefined {
    const token = this.#nextNonSpace()
    const { pos, val } = token
    switch (token.type) {
      case 'identifier':
        if (!this.#hasFunction(val)) this.#fail(`function ${quote(val)} not defined`)
        return { type: 'identifier', pos, ident: val }
      case 'dot': return { type: 'dot', pos }
      case 'nil': return { type: 'nil', pos }
      case 'variable':
        if (!this.#vars.includes(val)) this.#fail(`undefined variable ${quote(val)}`)
        return variable(pos, val)
      case 'field': return { type: 'field', pos, ident: [val.slice(1)] }
      case 'bool': return { type: 'bool', pos, value: val === 'true' }
      case 'charConstant':
      case 'complex':
      case 'number':
        return { type: 'number', pos, text: val, ...this.#number(val, token.type) }
      case 'leftParen': {
        if (this.#parenDepth >= maxDepth) this.#fail('max expression depth exceeded')
        this.#parenDepth++
        const pipe = this.#pipeline('parenthesized pipeline', 'rightParen')
        this.#parenDepth--
        return pipe
      }
      case 'string':
      case 'rawString': return { type: 'string', pos, quoted: val, text: this.#unquote(val) }
    }
    this.#backup()
    return undefined
  }

  #number(text: string, type: NumberToken): ReturnType<typeof numberValue> {
    try {
      return numberValue(text, type)
    } catch (e) {
      return this.#fail((e as Error).message)
    }
  }

  #unquote(s: string): string {
    // What nearly every string is: nothing to decode.
    if (plainString.test(s)) return s.slice(1, -1)
    try {
      return unquote(s)
    } catch (e) {
      return this.#fail((e as Error).message)
    }
  }

  #next(): Token {
    if (this.#peeked > 0) this.#peeked--
    else this.#tokens[0] = this.#lexer.next()
    return this.#tokens[this.#peeked]!
  }

  #peek(): Token {
    if (this.#peeked > 0) return this.#tokens[this.#peeked - 1]!
    this.#peeked = 1
    return (this.#tokens[0] = this.#lexer.next())
  }

  #backup(): void {
    this.#peeked++
  }

  /** Puts back the last token and `t1` before it. */
  #backup2(t1: Token): void {
    this.#tokens[1] = t1
    this.#peeked = 2
  }

  #backup3(t2: Token, t1: Token): void {
    this.#tokens[1] = t1
    this.#tokens[2] = t2
    this.#peeked = 3
  }

  #nextNonSpace(): Token {
    for (;;) {
      const token = this.#next()
      if (token.type !== 'space') return token
    }
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace()
    this.#backup()
    return token
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace()
    return token.type === type ? token : this.#unexpected(token, context)
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`)
    let extra = ''
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      extra = ` started at ${this.#parseName}:${this.#actionLine}`
      // Not "unclosed action in action started at".
      if (!token.val.endsWith(' action')) extra = ' in action' + extra
    }
    this.#fail(token.val + extra)
  }

  #fail(message: string): never {
    const { line } = this.#tokens[0]
    throw new PintleError('template.parse', `template: ${this.#parseName}:${line}: ${message}`, {
      place: { file: this.#parseName, line },
    })
  }
}

const none: Token = { type: 'error', pos: 0, val: '', line: 0 }

const plainString = /^"[^\\\ud800-\udfff]*"$/

/** What may start an operand within a pipeline. */
const operandStart: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool', 'charConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string', 'variable', 'leftParen',
])

/** What cannot take the value of the command before it. */
const constants: ReadonlySet<Node['type']> = new Set<Node['type']>(['bool', 'dot', 'nil', 'number', 'string'])

function isMark(n: Node): n is MarkNode {
  return n.type === 'end' || n.type === 'else'
}

function variable(pos: number, name: string): VariableNode {
  return { type: 'variable', pos, ident: [name] }
}
