import { byteLength, quote, runes } from '../go/index.ts'

/** What the lexer tells apart. Each keyword is a type of its own. */
export type TokenType =
  | 'error' // val is the message
  | 'bool'
  | 'char' // a printable ASCII character with no other meaning, such as ','
  | 'charConstant' // with its quotes
  | 'complex' // 1+2i; an imaginary number alone is a 'number'
  | 'assign' // =
  | 'declare' // :=
  | 'eof'
  | 'field' // .name
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString' // with its quotes
  | 'rightDelim'
  | 'rightParen'
  | 'space' // a run of spaces, which separates arguments
  | 'string' // with its quotes
  | 'text'
  | 'variable' // $ or $name
  | Keyword

export type Keyword =
  | 'block' | 'break' | 'continue' | 'define' | 'dot' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with'

const keywords: ReadonlySet<string> = new Set<Keyword>([
  'block', 'break', 'continue', 'define', 'dot', 'else', 'end', 'if', 'nil', 'range', 'template', 'with',
])

/** The keyword a word is, or undefined. (`dot` the word is an identifier: the keyword is spelled '.'.) */
export function keywordOf(word: string): Keyword | undefined {
  return keywords.has(word) && word !== 'dot' ? (word as Keyword) : undefined
}

export interface Token {
  readonly type: TokenType
  /** Where it starts, in UTF-16 units. */
  readonly pos: number
  readonly val: string
  /** The line it starts on, from 1. */
  readonly line: number
}

/** A token as Go's parse errors print it: quoted, cut after 10 runes, keywords in angle brackets. */
export function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF'
  if (token.type === 'error') return token.val
  if (keywords.has(token.type)) return `<${token.val}>`
  if (byteLength(token.val) > 10) return quote(firstRunes(token.val, 10)) + '...'
  return quote(token.val)
}

function firstRunes(s: string, n: number): string {
  let units = 0
  for (const r of runes(s.slice(0, 2 * n)).slice(0, n)) units += r > 0xffff ? 2 : 1
  return s.slice(0, units)
}
