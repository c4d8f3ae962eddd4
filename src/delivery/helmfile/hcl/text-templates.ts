import type { HclNode } from './node.ts'
import type { HclReader } from './reader.ts'

/** What reads the expressions inside a text. */
export interface HclExpressions extends HclReader {
  inText(): HclNode
  forNames(): { key: string | undefined; item: string }
}

/** A piece of a text, before directives are put together. */
type Piece =
  | { readonly kind: 'text'; text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'value'; readonly node: HclNode }
  | { readonly kind: 'if'; readonly condition: HclNode; readonly start: number }
  | { readonly kind: 'for'; readonly key: string | undefined; readonly item: string; readonly list: HclNode; readonly start: number }
  | { readonly kind: 'else' | 'endif' | 'endfor'; readonly start: number }

/** Quoted texts and heredocs with `${...}` and `%{...}` in them. */
export class TextTemplates {
  readonly #parser: HclExpressions
  constructor(parser: HclExpressions) {
    this.#parser = parser
  }

  literal(): HclNode {
    const parser = this.#parser
    const start = parser.pos
    const heredoc = parser.match(/<<-?[\p{L}_][\p{L}\p{Nd}_-]*[^\S\n]*\n/uy)
    const pieces = heredoc === undefined ? this.#quoted() : this.#heredoc(heredoc)
    const place = parser.place(start, parser.pos)
    const [parts, rest] = this.#build(pieces, 0, undefined)
    if (rest < pieces.length) throw parser.fail('Unexpected directive', 'There is no directive that this one ends.', start, parser.pos)
    if (parts.length === 0) return { kind: 'literal', value: '', place }
    // A text that is one value alone keeps that value's type.
    if (parts.length === 1 && (pieces[0]!.kind === 'value' || parts[0]!.kind === 'literal')) return parts[0]!
    if (parts.every((part) => part.kind === 'literal')) return { kind: 'literal', value: parts.map((part) => (part as { value: string }).value).join(''), place }
    return { kind: 'template', parts, place }
  }

  #quoted(): Piece[] {
    const parser = this.#parser
    parser.pos++
    const pieces: Piece[] = []
    for (;;) {
      const char = parser.text[parser.pos]
      if (char === undefined || char === '\n') throw parser.fail('Invalid multi-line string', 'Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the "heredoc" multi-line template syntax.', parser.pos, parser.pos + 1)
      if (char === '"') {
        parser.pos++
        return trimmed(pieces)
      }
      this.#piece(pieces, true)
    }
  }

  #heredoc(opening: string): Piece[] {
    const parser = this.#parser
    const flush = opening.startsWith('<<-')
    const word = opening.replace(/^<<-?/, '').trim()
    const closing = new RegExp(`[^\\S\\n]*${word.replace(/[-]/g, '\\-')}[^\\S\\n]*(?=\\n|$)`, 'y')
    const pieces: Piece[] = []
    for (let lineStart = true; ;) {
      if (parser.pos >= parser.text.length) throw parser.fail('Unterminated template string', 'No closing marker was found for the string.')
      if (lineStart && parser.match(closing) !== undefined) break
      lineStart = parser.text[parser.pos] === '\n'
      this.#piece(pieces, false)
    }
    return flush ? flushed(trimmed(pieces)) : trimmed(pieces)
  }

  /** Takes one character, escape or sequence. */
  #piece(pieces: Piece[], quoted: boolean): void {
    const parser = this.#parser
    const start = parser.pos
    const rest = parser.text.slice(start, start + 3)
    if (rest === '$${' || rest === '%%{') return this.#text(pieces, rest.slice(1), 3)
    if (rest.startsWith('${')) {
      parser.pos += 2
      const left = this.#strip()
      const node = parser.inText()
      const right = this.#end('Extra characters after interpolation expression', 'Expected a closing brace to end the interpolation expression, but found extra characters.')
      if (left) strip(pieces)
      pieces.push({ kind: 'value', node })
      if (right) pieces.push(mark)
      return
    }
    if (rest.startsWith('%{')) {
      parser.pos += 2
      if (this.#strip()) strip(pieces)
      parser.space(true)
      const word = parser.match(/if|else|endif|for|endfor/y)
      if (word === 'if') pieces.push({ kind: 'if', condition: parser.inText(), start })
      else if (word === 'for') pieces.push({ kind: 'for', ...parser.forNames(), list: parser.inText(), start })
      else if (word === undefined) throw parser.fail('Invalid template directive', 'A template directive keyword ("if", "for", etc) is expected at the beginning of a %{ sequence.')
      else pieces.push({ kind: word as 'else', start })
      parser.space(true)
      if (this.#end('Extra characters in directive', 'Expected a closing brace to end the directive, but found extra characters.')) pieces.push(mark)
      return
    }
    if (quoted && rest.startsWith('\\')) return this.#escape(pieces)
    this.#text(pieces, parser.text[start]!, 1)
  }

  #escape(pieces: Piece[]): void {
    const parser = this.#parser
    const match = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\])/y
    match.lastIndex = parser.pos
    const found = match.exec(parser.text)?.[0]
    if (found === undefined) throw parser.fail('Invalid escape sequence', `The symbol ${JSON.stringify(parser.text[parser.pos + 1] ?? '')} is not a valid escape sequence selector.`, parser.pos, parser.pos + 2)
    const plain = found.length === 2 ? ({ n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' } as Record<string, string>)[found[1]!]! : String.fromCodePoint(Math.min(Number.parseInt(found.slice(2), 16), 0x10ffff))
    this.#text(pieces, plain, found.length)
  }

  #text(pieces: Piece[], text: string, length: number): void {
    const parser = this.#parser
    const last = pieces.at(-1)
    // Each line is a piece of its own: white space that ~ takes away ends with it.
    if (last?.kind === 'text' && last !== mark && !last.text.endsWith('\n')) last.text += text
    else pieces.push({ kind: 'text', text, start: parser.pos, end: parser.pos })
    parser.pos += length
  }

  #strip(): boolean {
    return this.#parser.match(/~/y) !== undefined
  }

  #end(summary: string, detail: string): boolean {
    const right = this.#strip()
    if (this.#parser.match(/\}/y) === undefined) throw this.#parser.fail(summary, detail)
    return right
  }

  /** Puts pieces together from `at` on, to the directive that ends them. */
  #build(pieces: readonly Piece[], at: number, until: 'if' | 'for' | undefined): [HclNode[], number] {
    const parser = this.#parser
    const parts: HclNode[] = []
    let i = at
    while (i < pieces.length) {
      const piece = pieces[i]!
      if (piece.kind === 'text') {
        if (piece.text !== '') parts.push({ kind: 'literal', value: piece.text, place: parser.place(piece.start, piece.end) })
        i++
      } else if (piece.kind === 'value') {
        parts.push(piece.node)
        i++
      } else if (piece.kind === 'if') {
        const place = parser.place(piece.start, piece.start + 2)
        let [yes, next] = this.#build(pieces, i + 1, 'if')
        let no: HclNode[] = []
        if (pieces[next]?.kind === 'else') [no, next] = this.#build(pieces, next + 1, 'if')
        if (pieces[next]?.kind !== 'endif') throw parser.fail('Unexpected end of template', 'The if directive is missing its corresponding endif directive.', piece.start, piece.start + 2)
        parts.push({ kind: 'conditional', condition: piece.condition, yes: { kind: 'template', parts: yes, place }, no: { kind: 'template', parts: no, place }, place })
        i = next + 1
      } else if (piece.kind === 'for') {
        const place = parser.place(piece.start, piece.start + 2)
        const [body, next] = this.#build(pieces, i + 1, 'for')
        if (pieces[next]?.kind !== 'endfor') throw parser.fail('Unexpected end of template', 'The for directive is missing its corresponding endfor directive.', piece.start, piece.start + 2)
        parts.push({ kind: 'for', key: piece.key, item: piece.item, list: piece.list, makeKey: undefined, make: { kind: 'template', parts: body, place }, condition: undefined, group: false, text: true, place })
        i = next + 1
      } else if (until === undefined) throw parser.fail('Unexpected directive', 'There is no directive that this one ends.', piece.start, piece.start + 2)
      else return [parts, i]
    }
    return [parts, i]
  }
}

/** Stands after a sequence with ~: white space that follows it is nothing. */
const mark: Piece = { kind: 'text', text: '', start: 0, end: 0 }

function trimmed(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  let strips = false
  for (const piece of pieces) {
    if (piece === mark) {
      strips = true
      continue
    }
    if (strips && piece.kind === 'text') piece.text = piece.text.replace(/^\s+/, '')
    strips = false
    out.push(piece)
  }
  return out
}

function strip(pieces: readonly Piece[]): void {
  const last = pieces.at(-1)
  if (last?.kind === 'text' && last !== mark) last.text = last.text.replace(/\s+$/, '')
}

/** <<- takes the smallest indentation away from every line that begins with one of its own (flushHeredocTemplateParts of hclsyntax). */
function flushed(pieces: readonly Piece[]): Piece[] {
  let least = Infinity
  let lineStart = true
  const lines: (Piece & { kind: 'text' })[] = []
  for (const piece of pieces) {
    if (lineStart) {
      lineStart = false
      if (piece.kind !== 'text') least = 0
      else if (piece.text.trim() !== '' || !piece.text.endsWith('\n')) {
        least = Math.min(least, piece.text.length - piece.text.trimStart().length)
        lines.push(piece)
      }
    }
    if (piece.kind === 'text' && piece.text.endsWith('\n')) lineStart = true
  }
  for (const line of lines) line.text = line.text.slice(least)
  return [...pieces]
}
