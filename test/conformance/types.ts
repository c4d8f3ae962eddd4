/**
 * `npm run test:types -- DIR...`: writes the TypeScript types of the values of every chart below the given folders, and has the compiler check them, together
 * with the chart's own default values as a values file. Exit code 1 when types do not compile; defaults that do not fit are listed (some charts contradict
 * their own schema).
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadChart } from '../../src/charts/chart/index.ts'
import { valuesTypes } from '../../src/charts/types/index.ts'
import { toPlain } from '../../src/language/yaml/index.ts'
import { findCharts } from './find-charts.ts'

const roots = process.argv.slice(2)
if (roots.length === 0) {
  console.error('usage: npm run test:types -- DIR...')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'pintle-types-'))
const charts: string[] = []
let unloadable = 0
for (const path of roots.flatMap((root) => findCharts(resolve(root), { vendored: false }))) {
  let chart
  try {
    chart = await loadChart(path, {})
  } catch {
    unloadable++
    continue
  }
  writeFileSync(join(folder, `types${charts.length}.ts`), valuesTypes(chart))
  writeFileSync(join(folder, `defaults${charts.length}.ts`), `import type { ValuesFile } from './types${charts.length}.ts'\nexport const defaults: ValuesFile = ${JSON.stringify(toPlain(chart.values ?? new Map()))}\n`)
  charts.push(path)
}
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
  compilerOptions: { strict: true, noEmit: true, exactOptionalPropertyTypes: true, allowImportingTsExtensions: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', types: [] }, include: ['*.ts'],
}))
const { stdout } = spawnSync(join(import.meta.dirname, '../../node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { encoding: 'utf8', maxBuffer: 1 << 28 })
const errors = stdout.split('\n').filter((line) => line.includes(': error TS'))
const broken = errors.filter((line) => /\btypes\d+\.ts\(/.test(line))
const unfit = new Map(errors.flatMap((line) => {
  const number = /\bdefaults(\d+)\.ts\(/.exec(line)?.[1]
  return number === undefined ? [] : [[charts[Number(number)]!, line.replace(/^.*?: error /, '').slice(0, 200)] as const]
}))
for (const line of broken) console.log(line.replace(/^.*types(\d+)\.ts/, (_, n: string) => charts[Number(n)]!))
for (const [path, line] of unfit) console.log(`${path}: its defaults do not fit: ${line}`)
console.log(`${charts.length} charts (${unloadable} cannot be loaded): ${broken.length} errors in types, the defaults of ${unfit.size} do not fit`)
rmSync(folder, { recursive: true })
process.exit(broken.length === 0 && charts.length > 0 && errors.length === broken.length + errors.filter((l) => /\bdefaults\d+\.ts\(/.test(l)).length ? 0 : 1)
