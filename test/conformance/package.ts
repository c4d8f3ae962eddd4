/**
 * `npm run test:package -- DIR...`: packs every chart below the given folders with the real Helm and with Pintle, called as `helm`, with SOURCE_DATE_EPOCH, and compares
 * words, exit codes and the tar in the archives byte for byte; then prints `show all` of the chart with both. Helm packs several subcharts in random order:
 * their entries are compared sorted.
 *
 * Options: --only TEXT (charts whose path contains it), --jobs N (default 2), --pintle SCRIPT (default: the built bin/pintle.js). Exit code 1 when anything differs.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'
import { findCharts } from './find-charts.ts'
import { runTool, type ToolRun } from './run-tool.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' }, pintle: { type: 'string' } },
})
if (positionals.length === 0) {
  console.error('usage: npm run test:package -- DIR... [--only TEXT] [--jobs N]')
  process.exit(2)
}
const helm = await ensureTool('helm')
if (helm === undefined) {
  console.error('SKIPPED: comparing needs the real Helm, which needs Go to build')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const home = mkdtempSync(join(tmpdir(), 'pintle-package-'))
const linked = join(home, 'helm')
symlinkSync(resolve(options.pintle ?? join(import.meta.dirname, '../../bin/pintle.js')), linked)
const charts = [...new Set(positionals.flatMap((root) => findCharts(resolve(root))))].filter((chart) => chart.includes(options.only))
const queue = [...charts]
const env = { HOME: home, PATH: process.env.PATH, SOURCE_DATE_EPOCH: '1700000000' }
let packed = 0
let refused = 0
let different = 0

await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  for (let chart = queue.shift(); chart !== undefined; chart = queue.shift()) {
    const problem = (chart.endsWith('.tgz') ? undefined : await comparePackage(chart)) ?? (await compareShow(chart))
    if (problem === undefined) continue
    different++
    console.log(`different  ${chart}\n  ${problem}`)
  }
}))
rmSync(home, { recursive: true, force: true })
console.log(`\n${charts.length} charts: ${packed} packed alike, ${refused} refused alike, ${different} different`)
process.exit(different === 0 && charts.length > 0 ? 0 : 1)

async function comparePackage(chart: string): Promise<string | undefined> {
  const folders = [mkdtempSync(join(home, 'a-')), mkdtempSync(join(home, 'b-'))] as const
  const args = ['package', chart, '-d']
  const [real, ours] = await Promise.all([runTool(helm!, [...args, folders[0]], env), runTool(process.execPath, [linked, ...args, folders[1]], env)])
  try {
    const words = differ(neutral(real, folders[0]), neutral(ours, folders[1]))
    if (words !== undefined) return `package: ${words}`
    const [theirs, mine] = folders.map((folder) => readdirSync(folder).map((name) => `${name} ${gunzipSync(readFileSync(join(folder, name))).toString('latin1')}`).join())
    if (theirs !== mine && entries(theirs!) !== entries(mine!)) return 'package: the archives differ'
    if (real.code === 0) packed++
    else refused++
    return undefined
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
}

async function compareShow(chart: string): Promise<string | undefined> {
  const args = ['show', 'all', chart]
  const [real, ours] = await Promise.all([runTool(helm!, args, env), runTool(process.execPath, [linked, ...args], env)])
  const words = differ(neutral(real, ''), neutral(ours, ''))
  // CRDs of several subcharts come in random order.
  if (words === undefined || real.out.split('\n').sort().join('\n') === ours.out.split('\n').sort().join('\n')) return undefined
  return `show all: ${words}`
}

/** What a run said, without the folder it wrote to and without Go's log. */
function neutral({ code, out, err }: ToolRun, folder: string): string {
  const text = `exit code ${code}\n${out}\n${err.split('\n').filter((line) => !line.startsWith('level=')).join('\n')}`
  return folder === '' ? text : text.replaceAll(folder, '<folder>')
}

function differ(real: string, ours: string): string | undefined {
  if (real === ours) return undefined
  const mine = ours.split('\n')
  const at = real.split('\n').findIndex((line, i) => line !== mine[i])
  return `helm ${JSON.stringify(real.split('\n')[at] ?? '(end)')}, pintle ${JSON.stringify(mine[at] ?? '(end)')}`
}

/** A tar's entries in order of their headers; each begins a block with a name and the mark of the format. */
function entries(tar: string): string {
  const out: string[] = []
  const start = tar.indexOf(' ') + 1
  for (let at = start; at < tar.length; at += 512) {
    if (tar.startsWith('ustar', at + 257)) out.push('')
    out[out.length - 1] += tar.slice(at, at + 512)
  }
  return tar.slice(0, start) + out.map((entry) => entry.replace(/\0+$/, '')).sort().join('\n')
}
