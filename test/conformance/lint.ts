/**
 * `npm run test:lint -- DIR...`: examines every chart below the given folders with the real Helm's `lint` and with Pintle's, called as `helm`, and compares
 * exit codes and outputs byte for byte. Names of subcharts that Helm lists in random order are sorted, names of temporary folders masked.
 *
 * Options: --only TEXT (charts whose path contains it), --jobs N (default 2), --flags='FLAGS' (every chart once more with these; may be repeated),
 * --pintle SCRIPT (default: the built bin/pintle.js), --verbose (a line a chart). Exit code 1 when anything differs.
 */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'
import { findCharts } from './find-charts.ts'
import { runTool, type ToolRun } from './run-tool.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' }, flags: { type: 'string', multiple: true, default: [] },
    pintle: { type: 'string' }, verbose: { type: 'boolean', default: false },
  },
})
if (positionals.length === 0) {
  console.error('usage: npm run test:lint -- DIR... [--only TEXT] [--jobs N] [--flags=FLAGS]... [--verbose]')
  process.exit(2)
}
const helm = await ensureTool('helm')
if (helm === undefined) {
  console.error('SKIPPED: comparing needs the real Helm, which needs Go to build')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const home = mkdtempSync(join(tmpdir(), 'pintle-lint-'))
const linked = join(home, 'helm')
symlinkSync(resolve(options.pintle ?? join(import.meta.dirname, '../../bin/pintle.js')), linked)

const charts = [...new Set(positionals.flatMap((root) => findCharts(resolve(root))))].filter((chart) => chart.includes(options.only))
/** Several charts in one run, for speed; when such a run differs, each chart is looked at alone. */
const batch = 16
const variants = [[], ...options.flags.map((f) => f.split(' '))]
const queue: { charts: string[]; flags: string[] }[] = []
for (const flags of variants) for (let i = 0; i < charts.length; i += batch) queue.push({ charts: charts.slice(i, i + batch), flags })
const total = charts.length * variants.length
let different = 0
let masked = 0
const severities = new Map<string, number>()

await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { charts, flags } = next
    const args = ['lint', ...charts, ...flags]
    const env = { HOME: home, PATH: process.env.PATH }
    const [real, ours] = await Promise.all([runTool(helm, args, env), runTool(process.execPath, [linked, ...args], env)])
    const equal = same(real, ours)
    if (!equal && charts.length > 1) {
      queue.unshift(...charts.map((chart) => ({ charts: [chart], flags })))
      continue
    }
    for (const [severity] of real.out.matchAll(/^\[(?:INFO|WARNING|ERROR)\]/gm)) severities.set(severity, (severities.get(severity) ?? 0) + 1)
    if (!equal) {
      different++
      console.log(`different  ${args.join(' ')}\n${report(real, ours)}`)
    } else {
      if (real.out !== ours.out) masked += charts.length
      if (options.verbose) console.log(`same       ${args.join(' ')}`)
    }
  }
}))
rmSync(home, { recursive: true, force: true })
console.log(`\n${total} lints of ${charts.length} charts, findings: ${[...severities].map(([k, n]) => `${n} ${k}`).join(', ')}; ${total - different} identical (${masked} of them in runs that were masked), ${different} different`)
process.exit(different === 0 && total > 0 ? 0 : 1)

function same(real: ToolRun, ours: ToolRun): boolean {
  return real.code === ours.code && mask(real.out) === mask(ours.out) && errorOf(real) === errorOf(ours)
}

function mask(text: string): string {
  return text.replace(/\/helm-lint[^/\s]+\//g, '/helm-lint/').replace(/(missing these dependencies: )(\S+)/g, (_, head: string, names: string) => head + names.split(',').sort().join(','))
}

/** What is on standard error besides Go's log. */
function errorOf({ err }: ToolRun): string {
  const at = err.startsWith('Error: ') ? 0 : err.indexOf('\nError: ') + 1
  return mask(err.slice(at).startsWith('Error: ') ? err.slice(at) : '')
}

function report(real: ToolRun, ours: ToolRun): string {
  if (real.code !== ours.code) return `  exit code: helm ${real.code}, pintle ${ours.code}\n  ${ours.err.slice(0, 600)}`
  const [a, b] = mask(real.out) === mask(ours.out) ? [errorOf(real), errorOf(ours)] : [mask(real.out), mask(ours.out)]
  const mine = b.split('\n')
  const at = a.split('\n').findIndex((line, i) => line !== mine[i])
  return `  line ${at + 1}\n  helm:   ${JSON.stringify(a.split('\n')[at] ?? '(end)')}\n  pintle: ${JSON.stringify(mine[at] ?? '(end)')}`
}
