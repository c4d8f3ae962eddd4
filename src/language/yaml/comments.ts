import { Scanner } from './scanner.ts'
import {
  Token, blockEndToken, blockEntryToken, blockMappingStartToken, blockSequenceStartToken, documentEndToken, documentStartToken, flowEntryToken,
  flowMappingEndToken, flowMappingStartToken, flowSequenceEndToken, flowSequenceStartToken, foldedStyle, literalStyle, plainStyle, scalarToken,
  streamEndToken, tagDirectiveToken, valueToken, versionDirectiveToken,
} from './token.ts'

/** How far goyaml.v3 looks ahead for a comment. */
const lookahead = 512

/** A comment and the token it belongs to: told to the parser when that one, or a later one, is looked at. */
interface Comment {
  readonly kind: 'head' | 'line' | 'foot'
  readonly text: string
  /** Where the token starts that it belongs to. */
  readonly token: number
  /** Where the search for comments began, where this one starts (with its column, from 1) and where it ends; zeros for line comments. */
  readonly scan: number
  readonly start: number
  readonly column: number
  readonly end: number
}

/**
 * The tokens of a text with the comments around them, as goyaml.v3 attaches these to nodes (yaml_parser_scan_comments, yaml_parser_scan_line_comment and
 * yaml_parser_unroll_indent in scannerc.go). All tokens are read first: goyaml's own lookahead is long enough for its comments, so that it makes no difference.
 */
export class CommentedTokens {
  /** Comments found up to the token last looked at, and not taken yet. */
  head = ''
  line = ''
  foot = ''
  readonly #scanner: Scanner
  readonly #tokens: Token[] = []
  readonly #comments: Comment[] = []
  #next = 0
  #unfolded = 0

  /** @throws PintleError yaml.parse */
  constructor(text: string) {
    this.#scanner = new Scanner(text, true)
    for (;;) {
      const token = Object.assign(new Token(), this.#scanner.peek())
      this.#tokens.push(token)
      if (token.type === streamEndToken) break
      this.#scanner.skip()
    }
    new CommentFinder(this.#scanner.text, this.#tokens, this.#comments).find()
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)]!
    for (; this.#unfolded < this.#comments.length; this.#unfolded++) {
      const { kind, text, token: at } = this.#comments[this.#unfolded]!
      if (token.pos < at) break
      // No heads on ends: they are kept for the token that follows.
      if (kind === 'head' && token.type === blockEndToken) break
      this[kind] = this[kind] === '' ? text : `${this[kind]}\n${text}`
    }
    return token
  }

  skip(): void {
    this.#next++
  }

  fail(problem: string, line: number, column: number, parser: boolean, context: number): never {
    this.#scanner.fail(problem, line, column, parser, context)
  }
}

/** Goes over a text once more, from token to token as the scanner did, and looks at what lies between. */
class CommentFinder {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #out: Comment[]
  readonly #indents: number[] = []
  #flowLevel = 0
  /** The tokens before the gap that have a text of their own. */
  #last: Token | undefined
  #beforeLast: Token | undefined

  constructor(text: string, tokens: readonly Token[], out: Comment[]) {
    this.#text = text
    this.#tokens = tokens
    this.#out = out
  }

  find(): void {
    let from = 0
    let ends: Token[] = []
    for (const token of this.#tokens) {
      if (token.type === blockEndToken) {
        ends.push(token)
        continue
      }
      this.#gap(from, token.pos)
      this.#moveEnds(ends, from, token)
      ends = []
      from = Math.max(from, token.pos)
      if (token.type === blockSequenceStartToken || token.type === blockMappingStartToken) this.#indents.push(token.column)
      // Those that indentation or a later colon makes have no text.
      if (token.end === token.pos && token.type !== streamEndToken) continue
      if (token.type === flowSequenceStartToken || token.type === flowMappingStartToken) this.#flowLevel++
      if (token.type === flowSequenceEndToken || token.type === flowMappingEndToken) this.#flowLevel--
      from = this.#lineComment(token, this.#endOf(token))
      this.#beforeLast = this.#last
      this.#last = token
    }
  }

  get #indent(): number {
    return this.#indents.at(-1) ?? -1
  }

  /** Where goyaml stands after a token: plain scalars take the space after them, block scalars the indentation of what follows. */
  #endOf(token: Token): number {
    if (token.type !== scalarToken || (token.style !== plainStyle && token.style !== literalStyle && token.style !== foldedStyle)) return token.end
    let pos = token.end
    while (isBlank(this.#text.charCodeAt(pos)) || isBreak(this.#text.charCodeAt(pos))) pos++
    return pos
  }

  /** A comment on the line of a token. @returns where the search for the next token begins */
  #lineComment(token: Token, end: number): number {
    const { type } = token
    if (type === documentStartToken || type === documentEndToken || type === versionDirectiveToken || type === tagDirectiveToken || type === streamEndToken) return end
    // What stands behind a dash alone is the head of what follows.
    if (type === blockEntryToken) return end
    const block = type === scalarToken && (token.style === literalStyle || token.style === foldedStyle)
    // Those of block scalars stand in their first lines.
    let pos = block ? /^[|>][-+0-9]*/.exec(this.#text.slice(token.pos, token.pos + 8))![0].length + token.pos : end
    if (!block && this.#newlines(pos) > 0) return end
    const limit = pos + lookahead
    while (pos < limit && isBlank(this.#text.charCodeAt(pos))) pos++
    if (pos === limit || this.#text.charCodeAt(pos) !== 0x23) return end
    const stop = this.#lineEnd(pos)
    const first = this.#text.charCodeAt(token.pos)
    const owner = (this.#flowLevel === 0 && first === 0x3a) || (this.#flowLevel > 0 && first === 0x2c) ? this.#last ?? token : token
    this.#out.push({ kind: 'line', text: this.#text.slice(pos, stop), token: owner.pos, scan: 0, start: pos, column: 0, end: 0 })
    return block ? end : stop
  }

  /** The comments between two tokens. */
  #gap(from: number, to: number): void {
    let pos = from
    while (pos < to) {
      if (this.#text.charCodeAt(pos) === 0x23) pos = Math.max(this.#block(from, pos), pos + 1)
      else pos++
    }
  }

  /** Comments from a `#` on: each is the head of what follows or the foot of what was before. @returns where they end */
  #block(from: number, hash: number): number {
    const text = this.#text
    let owner = this.#last
    if (owner?.type === flowEntryToken && this.#beforeLast !== undefined) owner = this.#beforeLast
    let token = owner?.pos ?? 0
    let scan = from
    let start = 0
    let startLine = 0
    let startColumn = 0
    const newlines = this.#newlines(hash)
    const indent = Math.max(this.#indent, 0)
    let recentEmpty = false
    let firstEmpty = newlines <= 1
    let line = this.#lineOf(hash)
    let column = hash - this.#lineStart(hash)
    // Where a comment must start to be the foot of what was before: on its line, or the one below.
    const footLine = this.#lineOf(from) === 0 ? -1 : line - newlines + 1 + (newlines === 0 && column > 1 ? 1 : 0)
    let comment = ''
    let mark = hash
    let peek = 0
    const foot = (): void => {
      this.#out.push({ kind: 'foot', text: comment, token, scan, start, column: startColumn, end: mark + peek })
      scan = token = mark + peek
      comment = ''
    }
    for (; peek < lookahead; peek++) {
      column++
      const c = text.charCodeAt(mark + peek)
      if (isBlank(c)) continue
      const closes = this.#flowLevel > 0 && (c === 0x5d || c === 0x7d)
      if (closes || isBreak(c) || c === 0) {
        if (closes || !recentEmpty) {
          if (closes || (firstEmpty && ((startLine === footLine && owner?.type !== valueToken) || startColumn - 1 < indent))) {
            if (comment !== '') {
              if (startColumn - 1 < indent) token = start
              foot()
            }
          } else if (comment !== '' && c !== 0) {
            comment += '\n'
          }
        }
        if (!isBreak(c)) break
        firstEmpty = false
        recentEmpty = true
        column = 0
        line++
        continue
      }
      // At another indentation it is the foot of what was before, not the head of what comes.
      if (comment !== '' && column - 1 < indent && column !== startColumn) foot()
      if (c !== 0x23) break
      if (comment === '') {
        start = mark + peek
        startLine = line
        startColumn = column
      } else comment += '\n'
      recentEmpty = false
      const end = this.#lineEnd(mark + peek)
      comment += text.slice(mark + peek, end)
      mark = end
      // The line break itself is passed over.
      peek = 0
      column = 0
      line = this.#lineOf(mark)
    }
    if (comment !== '') this.#out.push({ kind: 'head', text: comment, token: start, scan, start, column: startColumn, end: mark + peek - 1 })
    return mark
  }

  /** The ends of blocks stand before comments at the indentation of the block: these are feet of its parents. */
  #moveEnds(ends: readonly Token[], from: number, next: Token): void {
    if (ends.length === 0) return
    let mark = from - 1
    const column = next.pos - this.#lineStart(next.pos)
    const closesAll = next.type === streamEndToken || next.type === documentStartToken || next.type === documentEndToken
    let forced = false
    for (const end of ends) {
      const indent = this.#indent
      if (closesAll && !forced && indent <= column) {
        forced = true
        mark = next.pos - 1
      }
      let stop = mark
      for (let i = this.#out.length - 1; i >= 0; i--) {
        const comment = this.#out[i]!
        if (comment.end < stop) break
        if (comment.column === indent + 1) mark = comment.start
        stop = comment.scan
      }
      end.pos = mark
      this.#indents.pop()
    }
  }

  /** Line breaks between a position and the last text before it. */
  #newlines(pos: number): number {
    let count = 0
    for (let i = pos - 1; i >= 0; i--) {
      const c = this.#text.charCodeAt(i)
      if (isBreak(c)) {
        count++
        if (c === 0x0a && this.#text.charCodeAt(i - 1) === 0x0d) i--
      } else if (!isBlank(c)) break
    }
    return count
  }

  #lineEnd(pos: number): number {
    while (!isBreak(this.#text.charCodeAt(pos)) && this.#text.charCodeAt(pos) !== 0) pos++
    return pos
  }

  #lineStart(pos: number): number {
    while (pos > 0 && !isBreak(this.#text.charCodeAt(pos - 1))) pos--
    return pos
  }

  readonly #breaks: number[] = []
  #counted = 0

  #lineOf(pos: number): number {
    for (; this.#counted < pos; this.#counted++) {
      const c = this.#text.charCodeAt(this.#counted)
      if (isBreak(c) && !(c === 0x0d && this.#text.charCodeAt(this.#counted + 1) === 0x0a)) this.#breaks.push(this.#counted)
    }
    let low = 0
    let high = this.#breaks.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (this.#breaks[mid]! < pos) low = mid + 1
      else high = mid
    }
    return low
  }
}

const isBlank = (c: number): boolean => c === 0x20 || c === 0x09
const isBreak = (c: number): boolean => c === 0x0a || c === 0x0d || c === 0x85 || c === 0x2028 || c === 0x2029
