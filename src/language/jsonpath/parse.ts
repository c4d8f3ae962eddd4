import { atoi, byteLength, parseFloat as goParseFloat, quoteRune } from '../go/index.ts'

/** A piece of a template. Text outside of braces is a `text` at the top; what stands in one pair of braces is a `list`. */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly nodes: Node[] }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly lists: readonly ListNode[] }
  | { readonly type: 'filter'; readonly left: ListNode; readonly right: ListNode; readonly operator: string }
  | { readonly type: 'array'; readonly from?: number; readonly to?: number; readonly step?: number; /** `[i]`: `to` was not written. */ readonly single: boolean }

export type ListNode = Extract<Node, { type: 'list' }>

/**
 * Parses a JSONPath template as kubectl does: text, and expressions in braces. Upstream: k8s.io/client-go/util/jsonpath/parser.go.
 * @throws Error with Go's text
 */
export function parseJsonPath(text: string): Node[] {
  const parser = new Parser(text)
  parser.text()
  return parser.root.nodes
}

const isDigit = (c: string): boolean => /^\p{Nd}$/u.test(c)
const isAlphanumeric = (c: string): boolean => /^[_\p{L}\p{Nd}]$/u.test(c)
const isTerminator = (c: string): boolean => c === '' || ' \t\r\n.,[]$@{}'.includes(c)

/** What stands in a pair of braces, parsed apart. */
function action(text: string): ListNode {
  const [first] = parseJsonPath(`{${text}}`)
  return first as ListNode
}

class Parser {
  readonly root: ListNode = { type: 'list', nodes: [] }
  readonly #input: string
  #at = 0
  #start = 0

  constructor(input: string) {
    this.#input = input
  }

  /** '' at the end. */
  #peek(): string {
    const code = this.#input.codePointAt(this.#at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  #next(): string {
    const c = this.#peek()
    this.#at += c.length
    return c
  }

  #startsWith(prefix: string): boolean {
    return this.#input.startsWith(prefix, this.#at)
  }

  /** The text since the last call. */
  #take(): string {
    const text = this.#input.slice(this.#start, this.#at)
    this.#start = this.#at
    return text
  }

  text(): void {
    for (;;) {
      const open = this.#input.indexOf('{', this.#at)
      this.#at = open < 0 ? this.#input.length : open
      if (this.#at > this.#start) this.root.nodes.push({ type: 'text', text: this.#take() })
      if (open < 0) return
      this.#at++
      this.#take()
      const list: ListNode = { type: 'list', nodes: [] }
      this.root.nodes.push(list)
      this.#action(list.nodes)
    }
  }

  #action(nodes: Node[]): void {
    for (;;) {
      if (this.#startsWith('}')) {
        this.#at++
        this.#take()
        return
      }
      if (this.#startsWith('[?(')) this.#filter(nodes)
      else if (this.#startsWith('..')) this.#recursive(nodes)
      else {
        const c = this.#next()
        if (c === '' || c === '\r' || c === '\n') throw new Error('unclosed action')
        if (c === ' ' || c === '@' || c === '$') this.#take()
        else if (c === '[') this.#array(nodes)
        else if (c === '"' || c === "'") this.#quoted(nodes, c)
        else if (c === '.') this.#field(nodes)
        else if (c === '+' || c === '-' || isDigit(c)) this.#number(nodes, c)
        else if (isAlphanumeric(c)) this.#identifier(nodes)
        else throw new Error(`unrecognized character in action: U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} ${quoteRune(c.codePointAt(0)!)}`)
      }
    }
  }

  #identifier(nodes: Node[]): void {
    while (!isTerminator(this.#peek())) this.#next()
    const name = this.#take()
    nodes.push(name === 'true' || name === 'false' ? { type: 'bool', value: name === 'true' } : { type: 'identifier', name })
  }

  #recursive(nodes: Node[]): void {
    if (nodes.at(-1)?.type === 'recursive') throw new Error('invalid multiple recursive descent')
    this.#at += 2
    this.#take()
    nodes.push({ type: 'recursive' })
    if (isAlphanumeric(this.#peek())) this.#field(nodes)
  }

  #number(nodes: Node[], first: string): void {
    this.#at -= first.length
    if (first === '+' || first === '-') this.#next()
    while (this.#peek() === '.' || isDigit(this.#peek())) this.#next()
    const text = this.#take()
    try {
      nodes.push({ type: 'int', value: Number(atoi(text)) })
      return
    } catch {
      // Then it is a fraction, or nothing.
    }
    try {
      nodes.push({ type: 'float', value: goParseFloat(text, 64) })
    } catch {
      throw new Error(`cannot parse number ${text}`)
    }
  }

  #array(nodes: Node[]): void {
    for (let c = this.#next(); c !== ']'; c = this.#next()) if (c === '' || c === '\n') throw new Error('unterminated array')
    let text = this.#take().slice(1, -1)
    if (text === '*') text = ':'
    const parts = text.split(',')
    if (parts.length > 1) {
      nodes.push({ type: 'union', lists: parts.map((part) => action(`[${part.replace(/^ +| +$/g, '')}]`)) })
      return
    }
    const key = /^'([^']*)'$/.exec(text)
    if (key !== null) {
      nodes.push(...action(`.${key[1]}`).nodes)
      return
    }
    const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text)
    if (slice === null) throw new Error(`invalid array index ${text}`)
    const [, from, to, step] = slice
    const number = (part: string): number => {
      try {
        return Number(atoi(part))
      } catch {
        throw new Error(`array index ${part} is not a number`)
      }
    }
    const written = (part: string | undefined): number | undefined => (part === undefined || part.length < 2 ? undefined : number(part.slice(1)))
    const first = from === '' ? undefined : number(from!)
    const last = to === undefined ? (first ?? 0) + 1 : written(to)
    const every = written(step)
    nodes.push({
      type: 'array', single: to === undefined, ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { to: last }), ...(every === undefined ? {} : { step: every }),
    })
  }

  #filter(nodes: Node[]): void {
    this.#at += 3
    this.#take()
    let quote = ''
    let ended = false
    for (;;) {
      const c = this.#next()
      if (c === '' || c === '\n') throw new Error('unterminated filter')
      if (c === '"' || c === "'") {
        if (quote === '') quote = c
        else if (this.#input[this.#at - 2] !== '\\' && c === quote) ended = true
      } else if (c === ')' && (quote !== '') === ended) break
    }
    if (this.#next() !== ']') throw new Error('unclosed array expect ]')
    const text = this.#take().slice(0, -2)
    const parts = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text)
    if (parts === null) nodes.push({ type: 'filter', left: action(text), right: { type: 'list', nodes: [] }, operator: 'exists' })
    else nodes.push({ type: 'filter', left: action(parts[1]!), right: action(parts[3]!), operator: parts[2]! })
  }

  #quoted(nodes: Node[], end: string): void {
    for (;;) {
      const c = this.#next()
      if (c === '' || c === '\n') throw new Error('unterminated quoted string')
      if (c === end && this.#input[this.#at - 2] !== '\\') break
    }
    const text = this.#take()
    nodes.push({ type: 'text', text: unquoted(text.slice(1, -1), end, text) })
  }

  #field(nodes: Node[]): void {
    this.#take()
    while (!isTerminator(this.#peek())) if (this.#next() === '\\') this.#next()
    const name = this.#take()
    nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') })
  }
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/** Go's escapes in a string between double or single quotes: UnquoteExtend of the same file. */
function unquoted(inner: string, quote: string, whole: string): string {
  const invalid = new Error(`unquote string ${whole} error invalid syntax`)
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[^]?)/g, (_, escape: string) => {
    if (escape === quote) return quote
    if (Object.hasOwn(escapes, escape)) return escapes[escape]!
    const code = /^[xuU]/.test(escape) && byteLength(escape) > 1 ? Number.parseInt(escape.slice(1), 16) : /^[0-7]{3}$/.test(escape) ? Number.parseInt(escape, 8) : Number.NaN
    if (Number.isNaN(code) || code > 0x10ffff) throw invalid
    return String.fromCodePoint(code)
  })
}
