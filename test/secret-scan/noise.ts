/**
 * Scans every chart below the given folders, its files and what it renders by default, and lists what is found, to be judged: `npm run test:secrets -- DIR...`.
 * `--possible` lists findings of that confidence, too; `--only TEXT` takes charts whose path holds it. Values are not shown.
 */
import { dirname, relative } from 'node:path'
import { loadChart } from '../../src/charts/chart/index.ts'
import { renderChart } from '../../src/charts/render/index.ts'
import { scanChart, scanRendered, type SecretFinding } from '../../src/delivery/secret-scan/index.ts'
import { findCharts } from '../conformance/find-charts.ts'

const args = process.argv.slice(2)
const only = args.find((a) => a.startsWith('--only='))?.slice('--only='.length) ?? ''
const folders = args.filter((a) => !a.startsWith('--'))
if (folders.length === 0) {
  console.error('usage: npm run test:secrets -- DIR... [--possible] [--only=TEXT]')
  process.exit(1)
}
const all: SecretFinding[] = []
let charts = 0
let unrendered = 0
const began = Date.now()
for (const path of folders.flatMap((f) => findCharts(f, { vendored: false })).filter((c) => c.includes(only))) {
  let chart
  try {
    chart = await loadChart(path)
  } catch {
    continue
  }
  charts++
  const label = relative(dirname(folders[0]!), path)
  const start = Date.now()
  const found = scanChart(chart, '').flatMap((s) => s.findings)
  try {
    if (!chart.isLibrary) found.push(...scanRendered(renderChart(chart, { release: { name: 'rel', namespace: 'default' }, trace: true })).findings)
  } catch {
    unrendered++
  }
  if (Date.now() - start > 3000) console.log(`${label}: ${Date.now() - start} ms`)
  all.push(...found)
  for (const f of found) if (f.confidence !== 'possible' || args.includes('--possible')) console.log(`${label}: ${f.file}:${f.line}:${f.column ?? ''} ${f.where} ${f.kind === 'plaintext-secret' ? '' : f.kind} ${f.path} ${f.rule} (${f.confidence})`)
}
const count = (c: string) => all.filter((f) => f.confidence === c).length
console.log(`${charts} charts (${unrendered} do not render with defaults), ${((Date.now() - began) / 1000).toFixed(0)} s: ${count('certain')} certain, ${count('likely')} likely, ${count('possible')} possible; ${((count('certain') + count('likely')) / charts).toFixed(3)} findings a chart`)
