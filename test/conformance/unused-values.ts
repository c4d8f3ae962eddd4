/**
 * `npm run test:values -- DIR...`: puts the findings `values/unused` to the test. Every value that no template is said to read is changed, and the chart, with
 * default values and every values file of its ci/ folder, must render the same. Charts that do not render the same twice are left out. Exit code 1 when a
 * value mattered.
 */
import { resolve } from 'node:path'
import { copyTable, loadChart, readValues, type Chart, type Table } from '../../src/charts/chart/index.ts'
import { checkValues } from '../../src/charts/checks/index.ts'
import { Engine, renderChart } from '../../src/charts/render/index.ts'
import type { Value } from '../../src/language/go/index.ts'
import { findCharts } from './find-charts.ts'
import { ciValues } from './rendered-documents.ts'

const roots = process.argv.slice(2)
if (roots.length === 0) {
  console.error('usage: npm run test:values -- DIR...')
  process.exit(2)
}

/** All that a chart writes, with chance and time held still; an error is what it writes, too. */
function written(chart: Chart, values: Table): string {
  try {
    const { manifest, hooks, notes } = renderChart(chart, {
      release: { name: 'release-name', namespace: 'default' }, values, engine: new Engine(), now: () => 1n, randomBytes: (n) => new Uint8Array(n).fill(7), skipSchemaValidation: true,
    })
    return [manifest, ...hooks.map((h) => h.manifest), notes].join('\n')
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}

/** Values with one of them changed. */
function changed(values: Table, keys: readonly string[], to: Value): Table {
  const out = copyTable(values)
  let table = out
  for (const key of keys.slice(0, -1)) {
    const inner = table.get(key)
    const copy: Table = new Map(inner instanceof Map ? (inner as Table) : [])
    table.set(key, copy)
    table = copy
  }
  table.set(keys.at(-1)!, to)
  return out
}

let charts = 0
let values = 0
let renders = 0
let wrong = 0
for (const path of roots.flatMap((root) => findCharts(resolve(root), { vendored: false }))) {
  let chart: Chart
  try {
    chart = await loadChart(path, {})
  } catch {
    continue
  }
  // Items of lists cannot be set one by one.
  const unused = checkValues(chart).filter((f) => f.rule === 'values/unused' && !f.message.includes('[')).map((f) => f.message.replace('no template reads ', '').split('.'))
  if (unused.length === 0) continue
  charts++
  values += unused.length
  for (const valueFiles of [[], ...ciValues(path).map((file) => [file])]) {
    const user = await readValues({ valueFiles })
    const before = written(chart, user)
    if (before.startsWith('error: ') || written(chart, user) !== before) continue
    for (const keys of unused) {
      for (const to of ['changed', new Map<string, Value>([['changed', 'x']]), true]) {
        renders++
        const after = written(chart, changed(user, keys, to))
        if (after === before) continue
        wrong++
        console.log(`${path} ${valueFiles.join(' ')}: ${keys.join('.')} is read${after.startsWith('error: ') ? `: ${after.slice(0, 300)}` : ''}`)
      }
    }
  }
}
console.log(`${charts} charts with ${values} values that nothing reads: changed in ${renders} renders, ${wrong} of which differ`)
process.exit(wrong === 0 && renders > 0 ? 0 : 1)
