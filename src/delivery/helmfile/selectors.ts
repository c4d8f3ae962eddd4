import type { ReleaseSpec } from './spec.ts'
import { stateError } from './state-error.ts'

/** One `-l`: all of it must hold. */
interface Filter {
  readonly equal: readonly (readonly [key: string, value: string])[]
  readonly unequal: readonly (readonly [key: string, value: string])[]
}

const part = String.raw`[a-zA-Z0-9_\.\/\+-]+`
const matches = new RegExp(`^${part}=${part}$`)
const differs = new RegExp(`^${part}!=${part}$`)

/** @throws PintleError `malformed label: ...` (ParseLabels in release_filters.go) */
function parseFilter(text: string): Filter {
  const equal: [string, string][] = []
  const unequal: [string, string][] = []
  for (const label of text.split(',')) {
    if (differs.test(label)) unequal.push(label.split('!=') as [string, string])
    else if (matches.test(label)) equal.push(label.split('=') as [string, string])
    else throw stateError(`malformed label: ${label}. Expected label in form k=v or k!=v`)
  }
  return { equal, unequal }
}

/** What tells whether a release is among what `selectors` mean: any of them, or all releases when there is none. */
export function releaseFilter(selectors: readonly string[]): (release: ReleaseSpec) => boolean {
  const filters = selectors.map(parseFilter)
  if (filters.length === 0) return () => true
  return ({ labels }) => filters.some(({ equal, unequal }) => equal.every(([key, value]) => labels.get(key) === value) && unequal.every(([key, value]) => labels.get(key) !== value))
}

/** Whether no release can match both: each pair asks for one label with two values (SelectorsAreCompatible). */
export function selectorsConflict(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false
  try {
    const [left, right] = [a.map(parseFilter), b.map(parseFilter)]
    return left.every((one) => right.every((other) => one.equal.some(([key, value]) => other.equal.some(([k, v]) => k === key && v !== value))))
  } catch {
    return false
  }
}
