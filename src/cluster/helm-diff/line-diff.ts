/** One line of a diff: in both, only before (`-`), only after (`+`). */
export interface LineRecord {
  readonly delta: ' ' | '-' | '+'
  readonly text: string
}

/** Texts that would take more steps are told as removed and added: minutes are no answer. */
const maxSteps = 4e9
/** What one pair of equal lines costs, in words of a row. */
const stepsOfMatch = 8

/**
 * The diff of two texts by lines, in the very order helm-diff prints it: Hirschberg's division over longest common subsequences (diff/lcs.go), with its
 * ties. Where it fills rows of numbers, lines are interned and rows are found in one of two faster ways here.
 */
export function diffLines(before: readonly string[], after: readonly string[]): LineRecord[] {
  const out: LineRecord[] = []
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  // One line is left over on both sides even when all are equal, as in numEqualStartAndEndElements.
  for (let i = before.length - 1, j = after.length - 1; i > start && j > start && before[i] === after[j]; i--, j--) end++
  for (let i = 0; i < start; i++) out.push({ delta: ' ', text: before[i]! })
  middle(before.slice(start, before.length - end), after.slice(start, after.length - end), out)
  for (let i = before.length - end; i < before.length; i++) out.push({ delta: ' ', text: before[i]! })
  return out
}

function middle(before: readonly string[], after: readonly string[], out: LineRecord[]): void {
  const ids = new Map<string, number>()
  const intern = (line: string): number => {
    let id = ids.get(line)
    if (id === undefined) ids.set(line, (id = ids.size))
    return id
  }
  const a = Int32Array.from(before, intern)
  const b = Int32Array.from(after, intern)
  if (steps(a, b, ids.size) > maxSteps) {
    for (const text of before) out.push({ delta: '-', text })
    for (const text of after) out.push({ delta: '+', text })
    return
  }
  new Hirschberg(before, after, a, b, out).run(0, before.length, 0, after.length)
}

function steps(a: Int32Array, b: Int32Array, distinct: number): number {
  const times = new Int32Array(distinct)
  for (const id of b) times[id]!++
  let matches = 0
  for (const id of a) matches += times[id]!
  return Math.min(matches * stepsOfMatch, (a.length * b.length) / 32)
}

class Hirschberg {
  readonly #before: readonly string[]
  readonly #after: readonly string[]
  readonly #a: Int32Array
  readonly #b: Int32Array
  readonly #out: LineRecord[]

  constructor(before: readonly string[], after: readonly string[], a: Int32Array, b: Int32Array, out: LineRecord[]) {
    this.#before = before
    this.#after = after
    this.#a = a
    this.#b = b
    this.#out = out
  }

  run(a0: number, a1: number, b0: number, b1: number): void {
    const out = this.#out
    if (a0 === a1) {
      for (let j = b0; j < b1; j++) out.push({ delta: '+', text: this.#after[j]! })
      return
    }
    if (b0 === b1) {
      for (let i = a0; i < a1; i++) out.push({ delta: '-', text: this.#before[i]! })
      return
    }
    if (a1 - a0 === 1) return this.#single(a0, b0, b1)
    const mid = a0 + ((a1 - a0) >> 1)
    const forward = lengths(this.#a.subarray(a0, mid), this.#b.subarray(b0, b1))
    const backward = lengths(this.#a.slice(mid, a1).reverse(), this.#b.slice(b0, b1).reverse())
    const m = b1 - b0
    let split = 0
    let best = -1
    for (let j = 0; j <= m; j++) {
      const score = forward[j]! + backward[m - j]!
      if (score > best) {
        best = score
        split = j
      }
    }
    this.run(a0, mid, b0, b0 + split)
    this.run(mid, a1, b0 + split, b1)
  }

  /** One line before: it is matched as late as it can be. */
  #single(a: number, b0: number, b1: number): void {
    const out = this.#out
    let found = b1 - 1
    while (found >= b0 && this.#b[found] !== this.#a[a]) found--
    if (found < b0) out.push({ delta: '-', text: this.#before[a]! })
    for (let j = b0; j < b1; j++) out.push({ delta: j === found ? ' ' : '+', text: this.#after[j]! })
  }
}

/** The length of the longest common subsequence of `a` and each beginning of `b`. */
function lengths(a: Int32Array, b: Int32Array): Int32Array {
  const places = new Map<number, number[]>()
  for (let j = 0; j < b.length; j++) {
    const at = places.get(b[j]!)
    if (at === undefined) places.set(b[j]!, [j])
    else at.push(j)
  }
  let matches = 0
  for (let i = 0; i < a.length; i++) matches += places.get(a[i]!)?.length ?? 0
  return matches * stepsOfMatch < (a.length * b.length) / 32 ? byThresholds(a, b.length, places) : byBits(a, b.length, places)
}

type Places = ReadonlyMap<number, readonly number[]>

/** Where few lines are equal: the shortest beginning of `b` for each length (Hunt and Szymanski 1977). */
function byThresholds(a: Int32Array, width: number, places: Places): Int32Array {
  const ends = new Int32Array(width + 1)
  let longest = 0
  for (let i = 0; i < a.length; i++) {
    const at = places.get(a[i]!)
    if (at === undefined) continue
    for (let p = at.length - 1; p >= 0; p--) {
      const j = at[p]!
      let low = 0
      let high = longest
      while (low < high) {
        const mid = (low + high) >> 1
        if (ends[mid]! < j) low = mid + 1
        else high = mid
      }
      ends[low] = j
      if (low === longest) longest++
    }
  }
  const out = new Int32Array(width + 1)
  for (let k = 0; k < longest; k++) out[ends[k]! + 1] = 1
  for (let j = 1; j <= width; j++) out[j]! += out[j - 1]!
  return out
}

/** Where many are: a row of the table as bits, 0 where the length grows (Hyyrö 2004), 32 columns at a step. */
function byBits(a: Int32Array, width: number, places: Places): Int32Array {
  const words = (width + 31) >>> 5
  const row = new Int32Array(words).fill(-1)
  for (let i = 0; i < a.length; i++) {
    const at = places.get(a[i]!)
    if (at === undefined) continue
    let carry = 0
    let w = 0
    for (let p = 0; p < at.length || carry > 0; w++) {
      // Words without a place of the line, and without a carry, stay as they are.
      if (carry === 0) w = at[p]! >>> 5
      if (w === words) break
      let mask = 0
      while (p < at.length && at[p]! >>> 5 === w) mask |= 1 << (at[p++]! & 31)
      const v = row[w]!
      const sum = (v >>> 0) + ((v & mask) >>> 0) + carry
      carry = sum > 0xffffffff ? 1 : 0
      row[w] = (sum | 0) | (v & ~mask)
    }
  }
  const out = new Int32Array(width + 1)
  for (let j = 0; j < width; j++) out[j + 1] = out[j]! + ((row[j >>> 5]! >>> (j & 31)) & 1 ? 0 : 1)
  return out
}
