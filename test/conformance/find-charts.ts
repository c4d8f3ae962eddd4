import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders with a Chart.yaml, and archives, below a folder; not what templates/ and ci/ of a chart hold. With `vendored` false its charts/ is left out, too. */
export function findCharts(root: string, options: { readonly vendored?: boolean } = {}): string[] {
  if (root.endsWith('.tgz')) return [root]
  const entries = names(root)
  const out: string[] = []
  const isChart = entries.includes('Chart.yaml')
  if (isChart) out.push(root)
  for (const name of entries.sort()) {
    if (name === '.git' || name === 'node_modules' || (isChart && (name === 'templates' || name === 'ci' || (options.vendored === false && name === 'charts')))) continue
    const path = join(root, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) out.push(...findCharts(path, options))
    else if (name.endsWith('.tgz')) out.push(path)
  }
  return out
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
