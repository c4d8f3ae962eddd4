import { dyffReport } from '../dyff/index.ts'
import type { Report } from './report-types.ts'

/**
 * `--output dyff`: both sides of all that changes, compared by dyff. Upstream: printDyffReport in diff/report.go. There --suppress is forgotten; here objects of
 * those kinds are left out.
 */
export function formatDyff({ entries }: Report, options: { readonly colour?: boolean; readonly width?: number; readonly findRenames?: boolean; readonly suppressedKinds?: readonly string[] } = {}): string {
  let [before, after] = ['', '']
  for (const entry of entries) {
    if (options.suppressedKinds?.includes(entry.kind) === true) continue
    before += '---\n'
    after += '---\n'
    for (const { delta, text } of entry.lines) {
      if (delta !== '+') before += `${text}\n`
      if (delta !== '-') after += `${text}\n`
    }
  }
  return dyffReport(before, after, options)
}
