import { encodeUtf8, isAscii, runes } from '../../../language/go/index.ts'

/** A malformed pattern. */
export class GlobError extends Error {}

export type Node =
  | { kind: 'any' | 'super' | 'single' | 'nothing' }
  | { kind: 'text'; text: string }
  | { kind: 'list'; runes: string[]; not: boolean }
  | { kind: 'range'; low: string; high: string; not: boolean }
  | { kind: 'pattern'; children: Node[] }
  | { kind: 'anyOf'; children: Node[] }

/** A Go string with one byte per unit. */
export function byteString(s: string): string {
  if (isAscii(s)) return s
  return String.fromCharCode(...encodeUtf8(s))
}

/** The pattern as a tree (gobwas/glob syntax). An unclosed `{` ends with the pattern. */
export function parseGlob(pattern: string): Node & { kind: 'pattern' } {
  const root: Node & { kind: 'pattern' } = { kind: 'pattern', children: [] }
  const stack: { options: Node[]; outer: Node[] }[] = []
  let current = root.children
  for (const token of lex(pattern)) {
    if (token === '{') {
      const first: Node & { kind: 'pattern' } = { kind: 'pattern', children: [] }
      const options: Node[] = [first]
      current.push({ kind: 'anyOf', children: options })
      stack.push({ options, outer: current })
      current = first.children
    } else if (token === ',') {
      const next: Node & { kind: 'pattern' } = { kind: 'pattern', children: [] }
      stack[stack.length - 1]!.options.push(next)
      current = next.children
    } else if (token === '}') {
      current = stack.pop()!.outer
    } else {
      current.push(token)
    }
  }
  return root
}

type Token = Node | '{' | ',' | '}'

const star = 0x2a, comma = 0x2c, single = 0x3f, backslash = 0x5c, rangeOpen = 0x5b, rangeClose = 0x5d
const termsOpen = 0x7b, termsClose = 0x7d, not = 0x21, between = 0x2d

function lex(pattern: string): Token[] {
  const source = runes(pattern)
  // NUL ends the pattern, and what is not UTF-8 makes it malformed.
  const end = source.indexOf(0)
  const data = end < 0 ? source : source.slice(0, end)
  if (data.includes(0xfffd)) throw new GlobError()
  const bytes = (r: number): string => byteString(String.fromCodePoint(r))
  const tokens: Token[] = []
  let depth = 0
  let at = 0

  const text = (breakers: readonly number[]): string[] => {
    const out: string[] = []
    let escaped = false
    for (; at < data.length; at++) {
      const r = data[at]!
      if (!escaped) {
        if (r === backslash) {
          escaped = true
          continue
        }
        if (breakers.includes(r)) break
      }
      escaped = false
      out.push(bytes(r))
    }
    return out
  }

  const range = (): Token => {
    const negated = data[at] === not
    if (negated) at++
    if (at >= data.length) throw new GlobError()
    if (data[at + 1] === between) {
      const low = data[at]!
      const high = data[at + 2]
      at += 4
      if (high === undefined || data[at - 1] !== rangeClose || high < low) throw new GlobError()
      return { kind: 'range', low: bytes(low), high: bytes(high), not: negated }
    }
    const list = text([rangeClose])
    if (list.length === 0 || data[at] !== rangeClose) throw new GlobError()
    at++
    return { kind: 'list', runes: list, not: negated }
  }

  while (at < data.length) {
    const r = data[at]!
    if (r === termsOpen) {
      depth++
      at++
      tokens.push('{')
    } else if (r === comma && depth > 0) {
      at++
      tokens.push(',')
    } else if (r === termsClose && depth > 0) {
      depth--
      at++
      tokens.push('}')
    } else if (r === rangeOpen) {
      at++
      tokens.push(range())
    } else if (r === single) {
      at++
      tokens.push({ kind: 'single' })
    } else if (r === star) {
      at++
      const twice = data[at] === star
      if (twice) at++
      tokens.push({ kind: twice ? 'super' : 'any' })
    } else {
      const list = text(depth > 0 ? [single, star, rangeOpen, termsOpen, termsClose, comma] : [single, star, rangeOpen, termsOpen])
      if (list.length > 0) tokens.push({ kind: 'text', text: list.join('') })
    }
  }
  return tokens
}

