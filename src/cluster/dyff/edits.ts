/** A run of units that both texts have (`=`), or one of them. */
export interface Edit<T> {
  kind: '=' | '-' | '+'
  units: T[]
}

/** Pairs of units looked at before a text counts as rewritten: dyff gives up after a second. */
const maxSteps = 1e8

/**
 * What has to change to get from one text to another, unit by unit, in the very runs dyff shows: Myers' algorithm from both ends with the shortcuts and the
 * tidying of sergi/go-diff (diff.go: diffMainRunes, diffCompute, diffBisect, DiffCleanupMerge).
 */
export function editsOf<T>(before: readonly T[], after: readonly T[]): Edit<T>[] {
  return new Differ<T>().main(before, after)
}

class Differ<T> {
  #steps = 0

  main(before: readonly T[], after: readonly T[]): Edit<T>[] {
    const start = commonStart(before, after)
    if (start === before.length && start === after.length) return start === 0 ? [] : [{ kind: '=', units: [...before] }]
    const end = commonEnd(before.slice(start), after.slice(start))
    const middle = this.#compute(before.slice(start, before.length - end), after.slice(start, after.length - end))
    if (start > 0) middle.unshift({ kind: '=', units: before.slice(0, start) })
    if (end > 0) middle.push({ kind: '=', units: before.slice(before.length - end) })
    return tidy(middle)
  }

  #compute(before: readonly T[], after: readonly T[]): Edit<T>[] {
    if (before.length === 0) return [{ kind: '+', units: [...after] }]
    if (after.length === 0) return [{ kind: '-', units: [...before] }]
    const [long, short] = before.length > after.length ? [before, after] : [after, before]
    const at = indexOf(long, short, 0)
    if (at >= 0) {
      const kind = before.length > after.length ? '-' : '+'
      return [{ kind, units: long.slice(0, at) }, { kind: '=', units: [...short] }, { kind, units: long.slice(at + short.length) }]
    }
    if (short.length === 1) return [{ kind: '-', units: [...before] }, { kind: '+', units: [...after] }]
    const half = halfMatch(long, short)
    if (half !== undefined) {
      const [first, second] = before.length > after.length ? [half.long, half.short] : [half.short, half.long]
      return [...this.main(first[0], second[0]), { kind: '=', units: [...half.common] }, ...this.main(first[1], second[1])]
    }
    return this.#bisect(before, after)
  }

  /** Paths from both ends until they meet. */
  #bisect(before: readonly T[], after: readonly T[]): Edit<T>[] {
    const [n, m] = [before.length, after.length]
    const most = (n + m + 1) >> 1
    const size = 2 * most
    const [forward, backward] = [new Int32Array(size).fill(-1), new Int32Array(size).fill(-1)]
    forward[most + 1] = backward[most + 1] = 0
    const delta = n - m
    const odd = delta % 2 !== 0
    const skip = { forwardStart: 0, forwardEnd: 0, backwardStart: 0, backwardEnd: 0 }
    for (let d = 0; d < most && this.#steps < maxSteps; d++) {
      for (let k = -d + skip.forwardStart; k <= d - skip.forwardEnd; k += 2) {
        const at = most + k
        let x = k === -d || (k !== d && forward[at - 1]! < forward[at + 1]!) ? forward[at + 1]! : forward[at - 1]! + 1
        let y = x - k
        while (x < n && y < m && before[x] === after[y]) {
          x++
          y++
          this.#steps++
        }
        this.#steps++
        forward[at] = x
        if (x > n) skip.forwardEnd += 2
        else if (y > m) skip.forwardStart += 2
        else if (odd) {
          const other = most + delta - k
          if (other >= 0 && other < size && backward[other] !== -1 && x >= n - backward[other]!) return this.#split(before, after, x, y)
        }
      }
      for (let k = -d + skip.backwardStart; k <= d - skip.backwardEnd; k += 2) {
        const at = most + k
        let x = k === -d || (k !== d && backward[at - 1]! < backward[at + 1]!) ? backward[at + 1]! : backward[at - 1]! + 1
        let y = x - k
        while (x < n && y < m && before[n - x - 1] === after[m - y - 1]) {
          x++
          y++
          this.#steps++
        }
        this.#steps++
        backward[at] = x
        if (x > n) skip.backwardEnd += 2
        else if (y > m) skip.backwardStart += 2
        else if (!odd) {
          const other = most + delta - k
          if (other >= 0 && other < size && forward[other] !== -1 && forward[other]! >= n - x) return this.#split(before, after, forward[other]!, most + forward[other]! - other)
        }
      }
    }
    return [{ kind: '-', units: [...before] }, { kind: '+', units: [...after] }]
  }

  #split(before: readonly T[], after: readonly T[], x: number, y: number): Edit<T>[] {
    return [...this.main(before.slice(0, x), after.slice(0, y)), ...this.main(before.slice(x), after.slice(y))]
  }
}

function commonStart<T>(a: readonly T[], b: readonly T[]): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}

function commonEnd<T>(a: readonly T[], b: readonly T[]): number {
  let i = 0
  while (i < a.length && i < b.length && a[a.length - 1 - i] === b[b.length - 1 - i]) i++
  return i
}

function indexOf<T>(list: readonly T[], part: readonly T[], from: number): number {
  outer: for (let i = from; i + part.length <= list.length; i++) {
    for (let j = 0; j < part.length; j++) if (list[i + j] !== part[j]) continue outer
    return i
  }
  return -1
}

interface Half<T> {
  /** What stands before and after the common part. */
  readonly long: readonly [readonly T[], readonly T[]]
  readonly short: readonly [readonly T[], readonly T[]]
  readonly common: readonly T[]
}

/** A common part of at least half the longer text, around its second or third quarter. */
function halfMatch<T>(long: readonly T[], short: readonly T[]): Half<T> | undefined {
  if (long.length < 4 || short.length * 2 < long.length) return undefined
  const first = around(long, short, Math.trunc((long.length + 3) / 4))
  const second = around(long, short, Math.trunc((long.length + 1) / 2))
  if (first === undefined || second === undefined) return first ?? second
  return first.common.length > second.common.length ? first : second
}

function around<T>(long: readonly T[], short: readonly T[], at: number): Half<T> | undefined {
  const seed = long.slice(at, at + Math.trunc(long.length / 4))
  let best: Half<T> | undefined
  for (let j = indexOf(short, seed, 0); j >= 0; j = j + 1 > short.length - 1 ? -1 : indexOf(short, seed, j + 1)) {
    const after = commonStart(long.slice(at), short.slice(j))
    const before = commonEnd(long.slice(0, at), short.slice(0, j))
    if ((best?.common.length ?? 0) >= before + after) continue
    best = {
      long: [long.slice(0, at - before), long.slice(at + after)], short: [short.slice(0, j - before), short.slice(j + after)],
      common: short.slice(j - before, j + after),
    }
  }
  return best !== undefined && best.common.length * 2 >= long.length ? best : undefined
}

/** Joins runs of one kind, takes what is common out of replacements, and moves lone edits to where they swallow an equal run. */
function tidy<T>(edits: readonly Edit<T>[]): Edit<T>[] {
  let out = joined(edits)
  let moved = false
  for (let i = 1; i < out.length - 1; i++) {
    const [before, edit, after] = [out[i - 1]!, out[i]!, out[i + 1]!]
    if (before.kind !== '=' || after.kind !== '=') continue
    if (endsWith(edit.units, before.units)) {
      edit.units = [...before.units, ...edit.units.slice(0, edit.units.length - before.units.length)]
      after.units = [...before.units, ...after.units]
      out.splice(i - 1, 1)
      moved = true
    } else if (startsWith(edit.units, after.units)) {
      before.units = [...before.units, ...after.units]
      edit.units = [...edit.units.slice(after.units.length), ...after.units]
      out.splice(i + 1, 1)
      moved = true
    }
  }
  if (moved) out = tidy(out)
  return out
}

const startsWith = <T>(units: readonly T[], part: readonly T[]): boolean => part.length <= units.length && part.every((unit, i) => unit === units[i])
const endsWith = <T>(units: readonly T[], part: readonly T[]): boolean => part.length <= units.length && part.every((unit, i) => unit === units[units.length - part.length + i])

function joined<T>(edits: readonly Edit<T>[]): Edit<T>[] {
  const out: Edit<T>[] = []
  let removed: T[] | undefined
  let added: T[] | undefined
  for (const { kind, units } of [...edits, { kind: '=' as const, units: [] }]) {
    if (kind === '-') removed = [...(removed ?? []), ...units]
    else if (kind === '+') added = [...(added ?? []), ...units]
    else {
      let equal = units
      if (removed !== undefined && added !== undefined) {
        const start = commonStart(added, removed)
        if (start > 0) {
          const last = out.at(-1)
          if (last?.kind === '=') last.units = last.units.concat(added.slice(0, start))
          else out.unshift({ kind: '=', units: added.slice(0, start) })
          ;[removed, added] = [removed.slice(start), added.slice(start)]
        }
        const end = commonEnd(added, removed)
        if (end > 0) {
          equal = [...added.slice(added.length - end), ...units]
          ;[removed, added] = [removed.slice(0, removed.length - end), added.slice(0, added.length - end)]
        }
      }
      if (removed !== undefined) out.push({ kind: '-', units: removed })
      if (added !== undefined) out.push({ kind: '+', units: added })
      const last = out.at(-1)
      if (last?.kind === '=') last.units = last.units.concat(equal)
      else out.push({ kind: '=', units: equal })
      removed = added = undefined
    }
  }
  if (out.at(-1)!.units.length === 0) out.pop()
  return out
}
