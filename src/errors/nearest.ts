/** The name that was probably meant, if one is near: other letters' case, or two letters wrong in a long word, one in a short. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let distance = wrong.length > 5 ? 3 : 2
  if (wrong.length > 64) return undefined
  for (const name of names) {
    if (Math.abs(name.length - wrong.length) >= distance) continue
    const d = name.toLowerCase() === wrong.toLowerCase() ? 0 : edits(wrong, name)
    if (d < distance) [best, distance] = [name, d]
  }
  return best
}

/** A hint for who wrote a name that is not there: the one that was probably meant, or all there are. */
export function meant(wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names)
  return near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
}

/** Levenshtein's distance; two neighbours that changed places count as one edit. */
function edits(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      let d = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1)
      next.push(d)
    }
    before = row
    row = next
  }
  return row[b.length]!
}
