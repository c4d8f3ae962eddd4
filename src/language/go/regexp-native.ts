import type { ClassItem, RegexpNode } from './regexp-parse.ts'
import { complement, jsSource, pairs } from './regexp-source.ts'

/**
 * Decides whether JavaScript's own engine may run an expression: it must find exactly what Go finds, and its backtracking
 * must be bounded.
 *
 * Equal results. Both engines prefer the leftmost match and, there, what a backtracking search meets first. They part over
 * repetitions whose body can match nothing, over groups inside repetitions (JavaScript forgets them on each round), over
 * case folding that covers only a part, over \b under folding and over Unicode's tables; such expressions are left to re2js,
 * the second kind only when groups are asked for.
 *
 * Bounded time. Two independent proofs, either suffices:
 * - one way: at each place of the expression the characters that can come next lead to different places (it is one-unambiguous,
 *   and no two loops make the same step), so each start reads each character at most once; when moreover a match may end
 *   after any of its characters, what a start reads is never read again;
 * - few ways: without repeating something that itself can match in several ways, the ways from one start are at most
 *   c * C(n+d, d) for n characters, as computed below.
 */
export interface NativeRegexp {
  readonly source: string
  readonly flags: string
  /** Groups come out as in Go. */
  readonly exactGroups: boolean
  /** Fewest characters of a match. */
  readonly shortest: number
  /** An upper bound of the steps that searching a text of that length takes. */
  steps(length: number): number
}

/** Undefined when the expression must be left to re2js. */
export function translate(root: RegexpNode): NativeRegexp | undefined {
  const scan = new Scan()
  if (!scan.visit(root, false) || (scan.folded && scan.exact) || (scan.folded && scan.boundary)) return undefined
  // JavaScript's engine refuses very large expressions, and only when it first runs them.
  if (scan.weight > 10_000) return undefined
  const ways = waysOf(root)
  const way = scan.nodes <= 200 ? oneWayOf(root) : undefined
  if (ways === undefined && way === undefined) return undefined
  const sure = way === 'sure' && !scan.asserts
  const anchored = startsAnchored(root)
  return {
    source: jsSource(root),
    flags: scan.folded ? 'giu' : 'gu',
    exactGroups: !scan.captureInLoop,
    shortest: shortestOf(root),
    steps(length) {
      const n = length + 1
      if (sure) return n * (scan.weight + 1)
      const perStart = Math.min(way ? n : Infinity, ways === undefined ? Infinity : ways.factor * choose(length + ways.degree, ways.degree))
      return perStart * (scan.weight + 1) * (anchored ? 1 : n)
    },
  }
}

/** What a walk over the expression finds out about it. */
class Scan {
  folded = false
  exact = false
  boundary = false
  asserts = false
  captureInLoop = false
  nodes = 0
  /** Nodes, counted as often as repetition copies them. */
  weight = 0

  /** False when the expression has something that JavaScript does differently. */
  visit(node: RegexpNode, inLoop: boolean): boolean {
    this.nodes++
    this.weight++
    switch (node.kind) {
      case 'literal':
        this.note(node.fold, isCased([node.rune, node.rune]))
        return true
      case 'class':
        for (const item of node.items) {
          if (item.kind === 'unicode') return false
          // JavaScript folds after it negates within a class, Go before.
          if (node.fold && item.kind === 'group' && item.negated && isCased(item.ranges)) return false
          this.note(node.fold, isCased(itemRanges(item)))
        }
        return true
      case 'assertion':
        this.asserts = true
        if (node.what === 'wordBoundary' || node.what === 'noWordBoundary') this.boundary = true
        return true
      case 'repeat': {
        const loop = node.max < 0 || node.max > 1
        const before = this.weight
        if (shortestOf(node.body) === 0 || !this.visit(node.body, inLoop || loop)) return false
        this.weight += (this.weight - before) * (Math.max(node.min, node.max, 1) - 1)
        return true
      }
      case 'capture':
        if (inLoop) this.captureInLoop = true
        return this.visit(node.body, inLoop)
      case 'concat':
      case 'alternate': return node.parts.every(part => this.visit(part, inLoop))
    }
    return true
  }

  private note(fold: boolean, cased: boolean): void {
    if (!cased) return
    if (fold) this.folded = true
    else this.exact = true
  }
}

function itemRanges(item: ClassItem): readonly number[] {
  if (item.kind === 'range') return [item.low, item.high]
  if (item.kind === 'unicode') return [0, 0x10ffff]
  return item.negated ? complement(item.ranges) : item.ranges
}

/** Whether folding could matter: letters of ASCII, and, to be safe, all that is not ASCII. */
function isCased(ranges: readonly number[]): boolean {
  return pairs(ranges).some(([low, high]) => high >= 0x80 || (low <= 0x5a && high >= 0x41) || (low <= 0x7a && high >= 0x61))
}

function shortestOf(node: RegexpNode): number {
  switch (node.kind) {
    case 'literal':
    case 'class':
    case 'any': return 1
    case 'repeat': return node.min * shortestOf(node.body)
    case 'capture': return shortestOf(node.body)
    case 'concat': return node.parts.reduce((n, part) => n + shortestOf(part), 0)
    case 'alternate': return Math.min(...node.parts.map(shortestOf))
  }
  return 0
}

function startsAnchored(node: RegexpNode): boolean {
  switch (node.kind) {
    case 'assertion': return node.what === 'beginText'
    case 'capture': return startsAnchored(node.body)
    case 'concat': return startsAnchored(node.parts[0]!)
    case 'alternate': return node.parts.every(startsAnchored)
  }
  return false
}

/**
 * At most factor * C(n+degree, degree) ways to match from one place of n characters: `degree` loops follow each other, each may end
 * at any character that is not before the end of the one ahead of it.
 */
interface Ways {
  readonly factor: number
  readonly degree: number
}

/** The binomial coefficient: subsets of k among n. */
function choose(n: number, k: number): number {
  let out = 1
  for (let i = 1; i <= k; i++) out *= (n - k + i) / i
  return out
}

const oneWay: Ways = { factor: 1, degree: 0 }

function waysOf(node: RegexpNode): Ways | undefined {
  switch (node.kind) {
    case 'capture': return waysOf(node.body)
    case 'concat': {
      let out = oneWay
      for (const part of node.parts) {
        const w = waysOf(part)
        if (w === undefined) return undefined
        out = { factor: out.factor * w.factor, degree: out.degree + w.degree }
      }
      return out
    }
    case 'alternate': {
      let out = { factor: 0, degree: 0 }
      for (const part of node.parts) {
        const w = waysOf(part)
        if (w === undefined) return undefined
        out = { factor: out.factor + w.factor, degree: Math.max(out.degree, w.degree) }
      }
      return out
    }
    case 'repeat': {
      const w = waysOf(node.body)
      if (w === undefined) return undefined
      if (w.factor === 1 && w.degree === 0) {
        return node.max < 0 ? { factor: 1, degree: 1 } : { factor: node.max - node.min + 1, degree: 0 }
      }
      // Rounds that go one way only, whatever is within: all that is left open is where they end.
      if (node.max < 0 && oneWayOf(node) !== undefined) return { factor: 1, degree: 1 }
      if (node.max < 0 || node.max > 8) return undefined
      return { factor: (node.max + 1) * w.factor ** node.max, degree: w.degree * node.max }
    }
  }
  return oneWay
}

/** The places of an expression that read a character, and how they can follow each other (Glushkov's construction). */
interface Places {
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly nullable: boolean
}

/** 'sure' when a match may end after any of its characters, undefined when there are several ways. */
function oneWayOf(root: RegexpNode): 'one' | 'sure' | undefined {
  const sets: (readonly number[])[] = []
  const follow: Set<number>[] = []
  /** False when a step can be made in two ways. */
  const link = (from: readonly number[], to: readonly number[]): boolean => {
    for (const p of from) {
      for (const q of to) {
        if (follow[p]!.has(q)) return false
        follow[p]!.add(q)
      }
    }
    return true
  }
  const leaf = (ranges: readonly number[]): Places => {
    sets.push(ranges)
    follow.push(new Set())
    const at = [sets.length - 1]
    return { first: at, last: at, nullable: false }
  }
  const visit = (node: RegexpNode): Places | undefined => {
    switch (node.kind) {
      case 'literal': return leaf(node.fold ? foldedRanges([node.rune, node.rune]) : [node.rune, node.rune])
      case 'class': {
        const ranges = clean(node.items.flatMap(itemRanges))
        if (!node.fold) return leaf(node.negated ? complement(ranges) : ranges)
        return leaf(node.negated ? complement(foldedAscii(ranges)) : foldedRanges(ranges))
      }
      case 'any': return leaf(node.newline ? [0, 0x10ffff] : [0, 9, 11, 0x10ffff])
      case 'capture': return visit(node.body)
      case 'repeat': {
        const p = visit(node.body)
        if (p === undefined) return undefined
        if ((node.max < 0 || node.max > 1) && !link(p.last, p.first)) return undefined
        return { ...p, nullable: node.min === 0 || p.nullable }
      }
      case 'alternate': {
        const out = { first: [] as number[], last: [] as number[], nullable: false }
        for (const part of node.parts) {
          const p = visit(part)
          // Two ways to match nothing are two ways.
          if (p === undefined || (p.nullable && out.nullable)) return undefined
          out.first.push(...p.first)
          out.last.push(...p.last)
          out.nullable ||= p.nullable
        }
        return out
      }
      case 'concat': {
        let out: Places = { first: [], last: [], nullable: true }
        for (const part of node.parts) {
          const p = visit(part)
          if (p === undefined || !link(out.last, p.first)) return undefined
          out = {
            first: out.nullable ? [...out.first, ...p.first] : out.first,
            last: p.nullable ? [...out.last, ...p.last] : p.last,
            nullable: out.nullable && p.nullable,
          }
        }
        return out
      }
    }
    return { first: [], last: [], nullable: true }
  }
  const all = visit(root)
  if (all === undefined) return undefined
  const disjoint = (places: readonly number[]): boolean => {
    const ranges = places.flatMap(p => pairs(sets[p]!)).sort((a, b) => a[0] - b[0])
    for (let i = 1; i < ranges.length; i++) if (ranges[i]![0] <= ranges[i - 1]![1]) return false
    return true
  }
  if (!disjoint(all.first) || !follow.every(next => disjoint([...next]))) return undefined
  return new Set(all.last).size === sets.length ? 'sure' : 'one'
}

/** Sorted, disjoint ranges. */
function clean(ranges: readonly number[]): number[] {
  const out: number[] = []
  for (const [low, high] of pairs(ranges).sort((a, b) => a[0] - b[0])) {
    const end = out[out.length - 1]
    if (end !== undefined && low <= end + 1) out[out.length - 1] = Math.max(end, high)
    else out.push(low, high)
  }
  return out
}

/** A superset of what folding makes of the ranges: exact for ASCII, everything else as soon as something else is in it. */
function foldedRanges(ranges: readonly number[]): number[] {
  const out = [...ranges]
  for (const [low, high] of pairs(ranges)) {
    if (high >= 0x80) out.push(0x80, 0x10ffff, 0x4b, 0x4b, 0x53, 0x53, 0x6b, 0x6b, 0x73, 0x73)
    const a = Math.max(low, 0x41)
    const z = Math.min(high, 0x5a)
    if (a <= z) out.push(a + 32, z + 32)
    const small = Math.max(low, 0x61)
    const last = Math.min(high, 0x7a)
    if (small <= last) out.push(small - 32, last - 32)
    for (const letter of [0x4b, 0x6b, 0x53, 0x73]) if (low <= letter && letter <= high) out.push(0x17f, 0x17f, 0x212a, 0x212a)
  }
  return clean(out)
}

/** What is surely in folded ranges: a subset, so that its complement is a superset of the negated class. */
function foldedAscii(ranges: readonly number[]): number[] {
  const ascii = pairs(ranges).flatMap(([low, high]) => (low < 0x80 ? [low, Math.min(high, 0x7f)] : []))
  return pairs(foldedRanges(ascii)).flatMap(([low, high]) => (low < 0x80 ? [low, high] : []))
}
