import {
  Any, AnyOf, Contains, EveryOf, List, Max, Min, Nothing, Prefix, PrefixAny, PrefixSuffix, Range, Row, Single, Suffix, SuffixAny,
  Super, Text, Tree,
} from './matchers.ts'
import type { Matcher } from './matchers.ts'
import { GlobError, byteString, parseGlob } from './syntax.ts'
import type { Node } from './syntax.ts'

/**
 * Compiles a pattern of `.Files.Glob`, with `/` as separator, as gobwas/glob v0.2.3 does: `*` and `?` stop at slashes, `**`
 * does not, `[abc]`, `[!abc]`, `[a-z]`, `{alternatives,nested}`, a backslash escapes. The optimizations of its compiler
 * change what some patterns match (`,{a*,b}` does not match `,ab`), so they are all here.
 * Like Helm's engine, a malformed pattern matches everything (pkg/engine/files.go).
 */
export function compileGlob(pattern: string): (name: string) => boolean {
  let matcher: Matcher
  try {
    matcher = compile(parseGlob(pattern))
  } catch (error) {
    if (error instanceof GlobError) return () => true
    throw error
  }
  return (name) => matcher.match(byteString(name))
}

const separator = '/'

function compile(node: Node): Matcher {
  return optimize(bare(node))
}

function bare(node: Node): Matcher {
  switch (node.kind) {
    case 'any': return new Any(separator)
    case 'super': return new Super()
    case 'single': return new Single(separator)
    case 'nothing': return new Nothing()
    case 'text': return new Text(node.text)
    case 'list': return new List(node.runes, node.not)
    case 'range': return new Range(node.low, node.high, node.not)
    case 'anyOf': {
      const smaller = factorAlternatives(node.children)
      return smaller === undefined ? new AnyOf(node.children.map((child) => optimize(compile(child)))) : compile(smaller)
    }
    case 'pattern':
      if (node.children.length === 0) return new Nothing()
      return joined(glued(node.children.map((child) => optimize(compile(child)))))
  }
}

/** optimizeMatcher: a simpler matcher for the same, mostly. */
function optimize(m: Matcher): Matcher {
  if (m instanceof Any) return m.separator === '' ? new Super() : m
  if (m instanceof AnyOf) return m.matchers.length === 1 ? m.matchers[0]! : m
  if (m instanceof List) return !m.not && m.runes.length === 1 ? new Text(m.runes[0]!) : m
  if (!(m instanceof Tree)) return m
  const left = m.left && optimize(m.left)
  const right = m.right && optimize(m.right)
  // Go changes the halves but keeps the lengths it computed before; those of optimized halves are the same.
  const tree = new Tree(m.value, left, right)
  if (!(m.value instanceof Text)) return tree
  const { text } = m.value
  if (left === undefined && right === undefined) return new Text(text)
  if (left instanceof Super && right instanceof Super) return new Contains(text, false)
  if (left instanceof Super && right === undefined) return new Suffix(text)
  if (right instanceof Super && left === undefined) return new Prefix(text)
  if (left === undefined && right instanceof Suffix) return new PrefixSuffix(text, right.suffix)
  if (right === undefined && left instanceof Prefix) return new PrefixSuffix(left.prefix, text)
  if (right === undefined && left instanceof Any) return new SuffixAny(text, left.separator)
  if (left === undefined && right instanceof Any) return new PrefixAny(text, right.separator)
  return tree
}

/** compileMatchers: one matcher for a sequence, built around its longest part of fixed length. */
function joined(matchers: readonly Matcher[]): Matcher {
  if (matchers.length === 1) return matchers[0]!
  const one = glue(matchers)
  if (one !== undefined) return one
  let pivot = -1
  let longest = -1
  for (const [i, m] of matchers.entries()) {
    if (m.length === -1 || m.length < longest) continue
    longest = m.length
    pivot = i
  }
  if (pivot < 0) return new Tree(matchers[0]!, undefined, joined(matchers.slice(1)))
  const left = matchers.slice(0, pivot)
  const right = matchers.slice(pivot + 1)
  return new Tree(matchers[pivot]!, left.length > 0 ? joined(left) : undefined, right.length > 0 ? joined(right) : undefined)
}

/** minimizeMatchers: glues the best run of neighbours, again and again. */
function glued(matchers: readonly Matcher[]): readonly Matcher[] {
  let done: Matcher | undefined
  let left = 0
  let right = 0
  for (let l = 0; l < matchers.length; l++) {
    for (let r = matchers.length; r > l; r--) {
      const one = glue(matchers.slice(l, r))
      if (one === undefined) continue
      if (done === undefined || (done.length > -1 && one.length > -1 && one.length > done.length) || right - left < r - l) {
        done = one
        left = l
        right = r
      }
    }
  }
  if (done === undefined) return matchers
  const next = [...matchers.slice(0, left), done, ...matchers.slice(right)]
  return next.length === matchers.length ? next : glued(next)
}

function glue(matchers: readonly Matcher[]): Matcher | undefined {
  return glueEvery(matchers) ?? glueRow(matchers)
}

function glueRow(matchers: readonly Matcher[]): Matcher | undefined {
  if (matchers.length <= 1) return undefined
  let length = 0
  for (const m of matchers) {
    if (m.length === -1) return undefined
    length += m.length
  }
  return new Row(length, matchers)
}

/** Wildcards in a row with the same separators become conditions on the whole. */
function glueEvery(matchers: readonly Matcher[]): Matcher | undefined {
  if (matchers.length <= 1) return undefined
  let hasAny = false
  let hasSuper = false
  let hasSingle = false
  let min = 0
  let separators: string | undefined
  for (const m of matchers) {
    let own: string
    if (m instanceof Super) {
      own = ''
      hasSuper = true
    } else if (m instanceof Any) {
      own = m.separator
      hasAny = true
    } else if (m instanceof Single) {
      own = m.separator
      hasSingle = true
      min++
    } else if (m instanceof List && m.not) {
      own = m.runes.join('')
      hasSingle = true
      min++
    } else {
      return undefined
    }
    separators ??= own
    if (own !== separators) return undefined
  }
  if (hasSuper && !hasAny && !hasSingle) return new Super()
  if (hasAny && !hasSuper && !hasSingle) return new Any(separators!)
  if ((hasAny || hasSuper) && min > 0 && separators === '') return new Min(min)
  const every: Matcher[] = []
  if (min > 0) {
    every.push(new Min(min))
    if (!hasAny && !hasSuper) every.push(new Max(min))
  }
  if (separators !== '') every.push(new Contains(separators!, true))
  return new EveryOf(every)
}

/** minimizeTreeAnyOf: what all alternatives begin or end with, taken out of them. */
function factorAlternatives(options: readonly Node[]): Node | undefined {
  const lists = options.map((option) => (option.kind === 'pattern' ? option.children : undefined))
  if (lists.includes(undefined)) return undefined
  const patterns = lists as Node[][]
  const { left, right } = commonEnds(patterns)
  if (left.length === 0 && right.length === 0) return undefined
  const result: Node[] = []
  if (left.length > 0) result.push({ kind: 'pattern', children: left })
  const rest: Node[] = []
  for (const children of patterns) {
    const middle = children.slice(left.length, children.length - right.length)
    const node: Node = middle.length === 0 ? { kind: 'nothing' } : { kind: 'pattern', children: middle }
    if (!rest.some((other) => same(other, node))) rest.push(node)
  }
  if (rest.length === 1 && rest[0]!.kind !== 'nothing') result.push(rest[0]!)
  else if (rest.length > 1) result.push({ kind: 'anyOf', children: rest })
  if (right.length > 0) result.push({ kind: 'pattern', children: right })
  return { kind: 'pattern', children: result }
}

function commonEnds(patterns: readonly Node[][]): { left: Node[]; right: Node[] } {
  const left: Node[] = []
  if (patterns.length <= 1) return { left, right: [] }
  let shortest = 0
  for (const [i, p] of patterns.entries()) if (p.length < patterns[shortest]!.length) shortest = i
  const base = patterns[shortest]!
  const right: (Node | undefined)[] = base.map(() => undefined)
  let lastRight = base.length
  let breakLeft = false
  let breakRight = false
  let total = 0
  for (let i = 0, j = base.length - 1; total < base.length && j >= 0 && !(breakLeft && breakRight); i++, j--) {
    for (let k = 0; k < patterns.length && !(breakLeft && breakRight); k++) {
      if (k === shortest) continue
      const other = patterns[k]!
      breakLeft ||= !same(base[i]!, other[i]!)
      breakRight ||= (!breakLeft && j <= i) || !same(base[j]!, other[j + other.length - base.length]!)
    }
    if (!breakLeft) {
      total++
      left.push(base[i]!)
    }
    if (!breakRight) {
      total++
      lastRight = j
      right[j] = base[j]
    }
  }
  return { left, right: right.slice(lastRight) as Node[] }
}

function same(a: Node, b: Node): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
