import type { Assertion, ClassItem, RegexpNode } from './regexp-parse.ts'

const re2Assertions: Readonly<Record<Assertion, string>> = {
  beginText: '\\A', endText: '\\z', beginLine: '(?m:^)', endLine: '(?m:$)', wordBoundary: '\\b', noWordBoundary: '\\B',
}

/** ^ and $ of JavaScript's m flag know more line ends than Go's. */
const jsAssertions: Readonly<Record<Assertion, string>> = {
  beginText: '^', endText: '$', beginLine: '(?<![^\\n])', endLine: '(?![^\\n])', wordBoundary: '\\b', noWordBoundary: '\\B',
}

/** The expression in RE2's syntax, without names and flags, for re2js. */
export function re2Source(node: RegexpNode): string {
  return print(node, {
    rune: (r, fold) => (fold ? `(?i:${re2Rune(r)})` : re2Rune(r)),
    set: (items, negated, fold) => {
      const text = (negated ? '[^' : '[') + items.map(re2Item).join('') + ']'
      return fold ? `(?i:${text})` : text
    },
    any: newline => (newline ? '(?s:.)' : '(?-s:.)'),
    assertions: re2Assertions,
    nothing: '(?:)',
  })
}

/** The expression in JavaScript's syntax under the flag u, and i when case does not matter: the same language where canTranslate. */
export function jsSource(node: RegexpNode): string {
  return print(node, {
    rune: jsRune,
    set: (items, negated) => (negated ? '[^' : '[') + items.map(jsItem).join('') + ']',
    any: newline => (newline ? '[^]' : '[^\\n]'),
    assertions: jsAssertions,
    nothing: '(?:)',
  })
}

interface Dialect {
  rune(r: number, fold: boolean): string
  set(items: readonly ClassItem[], negated: boolean, fold: boolean): string
  any(newline: boolean): string
  readonly assertions: Readonly<Record<Assertion, string>>
  readonly nothing: string
}

function print(node: RegexpNode, dialect: Dialect): string {
  switch (node.kind) {
    case 'empty': return dialect.nothing
    case 'literal': return dialect.rune(node.rune, node.fold)
    case 'class': return dialect.set(node.items, node.negated, node.fold)
    case 'any': return dialect.any(node.newline)
    case 'assertion': return dialect.assertions[node.what]
    case 'capture': return `(${print(node.body, dialect)})`
    case 'concat': return node.parts.map(p => (p.kind === 'alternate' ? `(?:${print(p, dialect)})` : print(p, dialect))).join('')
    case 'alternate': return node.parts.map(p => (p.kind === 'alternate' ? `(?:${print(p, dialect)})` : print(p, dialect))).join('|')
    case 'repeat': {
      const { min, max, body } = node
      const single = body.kind === 'class' || body.kind === 'any' || (body.kind === 'literal' && !body.fold)
      const text = single ? print(body, dialect) : `(?:${print(body, dialect)})`
      const count = max < 0 ? (min === 0 ? '*' : min === 1 ? '+' : `{${min},}`)
        : min === 0 && max === 1 ? '?' : min === max ? `{${min}}` : `{${min},${max}}`
      return text + count + (node.greedy ? '' : '?')
    }
  }
}

function isPlain(r: number): boolean {
  return (r >= 0x30 && r <= 0x39) || ((r | 0x20) >= 0x61 && (r | 0x20) <= 0x7a && r < 0x80)
}

function re2Rune(r: number): string {
  return isPlain(r) ? String.fromCharCode(r) : `\\x{${r.toString(16)}}`
}

function jsRune(r: number): string {
  return isPlain(r) ? String.fromCharCode(r) : `\\u{${r.toString(16)}}`
}

function re2Item(item: ClassItem): string {
  if (item.kind === 'range') return re2Rune(item.low) + (item.high > item.low ? '-' + re2Rune(item.high) : '')
  if (item.kind === 'unicode') return `\\${item.negated ? 'P' : 'p'}{${item.name}}`
  // A negated group within a class negates after folding: RE2 has letters and names only for that.
  if (item.negated) return negatedGroups.get(item.ranges.join())!
  return pairs(item.ranges).map(([low, high]) => `${re2Rune(low)}-${re2Rune(high)}`).join('')
}

const negatedGroups: ReadonlyMap<string, string> = new Map([
  ['48,57,65,90,97,122', '[:^alnum:]'], ['65,90,97,122', '[:^alpha:]'], ['0,127', '[:^ascii:]'], ['9,9,32,32', '[:^blank:]'],
  ['0,31,127,127', '[:^cntrl:]'], ['48,57', '[:^digit:]'], ['33,126', '[:^graph:]'], ['97,122', '[:^lower:]'],
  ['32,126', '[:^print:]'], ['33,47,58,64,91,96,123,126', '[:^punct:]'], ['9,13,32,32', '[:^space:]'], ['65,90', '[:^upper:]'],
  ['48,57,65,90,95,95,97,122', '[:^word:]'], ['48,57,65,70,97,102', '[:^xdigit:]'], ['9,10,12,13,32,32', '\\S'],
])

function jsItem(item: ClassItem): string {
  if (item.kind === 'range') return jsRange(item.low, item.high)
  if (item.kind === 'unicode') return ''
  return pairs(item.negated ? complement(item.ranges) : item.ranges).map(([low, high]) => jsRange(low, high)).join('')
}

function jsRange(low: number, high: number): string {
  return jsRune(low) + (high > low ? '-' + jsRune(high) : '')
}

/** Sorted, disjoint ranges of all other code points. */
export function complement(ranges: readonly number[]): number[] {
  const out: number[] = []
  let next = 0
  for (const [low, high] of pairs(ranges)) {
    if (low > next) out.push(next, low - 1)
    next = high + 1
  }
  if (next <= 0x10ffff) out.push(next, 0x10ffff)
  return out
}

export function pairs(ranges: readonly number[]): [low: number, high: number][] {
  const out: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) out.push([ranges[i]!, ranges[i + 1]!])
  return out
}
