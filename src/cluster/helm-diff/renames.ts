import { byteLength, compareStrings } from '../../language/go/index.ts'
import type { ManifestIndex } from './manifest-index.ts'
import { linesOf } from './object-lines.ts'
import type { CompareOptions } from './report-types.ts'
import { viewSecrets } from './secret-content.ts'

export interface Candidates {
  readonly removed: readonly string[]
  readonly before: ManifestIndex
  readonly added: readonly string[]
  readonly after: ManifestIndex
}

/**
 * Which removed object is which added one under a new name: of the same kind, and the one of which the smallest share of lines differs, if that is less than
 * `findRenames`. Shares are float32, as in helm-diff. Upstream: contentSearch in diff/diff.go.
 */
export function findRenames({ removed, before, added, after }: Candidates, options: CompareOptions): ReadonlyMap<string, string> {
  const limit = Math.fround(options.findRenames ?? 0)
  const renames = new Map<string, string>()
  if (!(limit > 0)) return renames
  const left = [...added].sort(compareStrings)
  for (const key of removed) {
    const old = before.get(key)!
    let nearest: string | undefined
    let smallest = Number.MAX_VALUE
    for (const candidate of left) {
      const now = after.get(candidate)!
      if (old.kind !== now.kind) continue
      if (old.kind !== 'Secret') {
        const ratio = Math.fround(byteLength(old.content) / byteLength(now.content))
        if (ratio < Math.fround(0.1) || ratio > 10) continue
      }
      const [a, b] = viewSecrets([old, now], options.secrets ?? 'redacted')
      const lines = linesOf(a, b, options.stripTrailingCR === true)
      const changed = lines.filter((line) => line.delta !== ' ').length
      const share = Math.fround(changed / lines.length)
      if (changed > 0 && share < smallest) {
        nearest = candidate
        smallest = share
      }
    }
    if (nearest !== undefined && smallest < limit) {
      left.splice(left.indexOf(nearest), 1)
      renames.set(key, nearest)
    }
  }
  return renames
}
