/** One line of a diff: kept, removed or added. */
export interface DiffLine {
  readonly kind: ' ' | '-' | '+'
  readonly text: string
}

/**
 * Myers' line diff over interned lines, in linear space of the edit script.
 * Past `maxEdits` differences it gives up on minimality and reports the middle as removed and added.
 */
export function diffLines(before: readonly string[], after: readonly string[], maxEdits = 5000): DiffLine[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const a = before.slice(head, before.length - tail)
  const b = after.slice(head, after.length - tail)
  const keep = (text: string): DiffLine => ({ kind: ' ', text })
  return [...before.slice(0, head).map(keep), ...middle(a, b, maxEdits), ...before.slice(before.length - tail).map(keep)]
}

function middle(a: readonly string[], b: readonly string[], maxEdits: number): DiffLine[] {
  const all = (): DiffLine[] => [...a.map((text): DiffLine => ({ kind: '-', text })), ...b.map((text): DiffLine => ({ kind: '+', text }))]
  if (a.length === 0 || b.length === 0) return all()
  const ids = new Map<string, number>()
  const intern = (line: string) => {
    let id = ids.get(line)
    if (id === undefined) ids.set(line, (id = ids.size))
    return id
  }
  const x = Int32Array.from(a, intern)
  const y = Int32Array.from(b, intern)
  const limit = Math.min(x.length + y.length, maxEdits)
  const trace: Int32Array[] = []
  const offset = limit + 1
  let frontier = new Int32Array(2 * limit + 3)
  for (let d = 0; d <= limit; d++) {
    trace.push(frontier.slice(offset - d - 1, offset + d + 2))
    for (let k = -d; k <= d; k += 2) {
      let i = k === -d || (k !== d && frontier[offset + k - 1]! < frontier[offset + k + 1]!) ? frontier[offset + k + 1]! : frontier[offset + k - 1]! + 1
      while (i < x.length && i - k < y.length && x[i] === y[i - k]) i++
      frontier[offset + k] = i
      if (i >= x.length && i - k >= y.length) return backtrack(a, b, trace, d)
    }
  }
  return all()
}

function backtrack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[], depth: number): DiffLine[] {
  const out: DiffLine[] = []
  let i = a.length
  let j = b.length
  for (let d = depth; d > 0; d--) {
    const row = trace[d]!
    const at = (k: number) => row[k + d + 1]!
    const k = i - j
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const previousK = down ? k + 1 : k - 1
    const previousI = at(previousK)
    const previousJ = previousI - previousK
    while (i > previousI && j > previousJ) {
      out.push({ kind: ' ', text: a[--i]! })
      j--
    }
    if (down) out.push({ kind: '+', text: b[--j]! })
    else out.push({ kind: '-', text: a[--i]! })
  }
  while (i > 0) out.push({ kind: ' ', text: a[--i]! })
  return out.reverse()
}
