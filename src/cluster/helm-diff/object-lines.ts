import { diffLines, type LineRecord } from './line-diff.ts'
import type { ManifestObject } from './manifest-index.ts'

/** The diff of two objects, one of which may be missing: nothing then counts as one empty line. */
export function linesOf(before: ManifestObject | undefined, after: ManifestObject | undefined, stripTrailingCR: boolean): LineRecord[] {
  const split = (object: ManifestObject | undefined): string[] => {
    const lines = (object?.content ?? '').split('\n')
    return stripTrailingCR ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
  }
  return diffLines(split(before), split(after))
}
