/**
 * `npm run test:corpus -- DIR...`: renders every chart below the given folders with the real Helm and with Pintle, with default
 * values and with every values file in the chart's ci/ folder, and compares bytes or error texts.
 *
 * Options: --pintle SCRIPT (default: the built bin/pintle.js), --json FILE (all results), --only TEXT (charts whose path contains it), --jobs N (default 2), --verbose (a line a case),
 * --examples (every other file of a chart that is called some kind of values, too), --flags 'FLAGS' (every chart once more with these; may be repeated).
 * Exit code 1 when anything differs.
 */
import { spawn } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'
import { sameError } from './same-error.ts'

interface Run { code: number; out: string; error: string }
type Verdict = 'helm-crashed' | 'identical' | 'identical-masked' | 'different' | 'same-error' | 'different-error'
interface Case { chart: string; flags: string[] }
interface Result extends Case { verdict: Verdict; detail?: string; maskedLines?: number }

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' }, only: { type: 'string' }, jobs: { type: 'string', default: '2' }, verbose: { type: 'boolean', default: false }, pintle: { type: 'string' },
    examples: { type: 'boolean', default: false }, flags: { type: 'string', multiple: true, default: [] },
  },
})
if (positionals.length === 0) {
  console.error('usage: npm run test:corpus -- DIR... [--only TEXT] [--json FILE] [--jobs N] [--verbose] [--examples] [--flags FLAGS]...')
  process.exit(2)
}

const helm = await ensureTool('helm')
if (helm === undefined) {
  console.error('SKIPPED: the corpus needs the real Helm, which needs Go to build')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const pintle = resolve(options.pintle ?? join(import.meta.dirname, '../../bin/pintle.js'))

const cases: Case[] = []
for (const root of positionals) {
  for (const chart of findCharts(resolve(root))) {
    if (options.only && !chart.includes(options.only)) continue
    cases.push({ chart, flags: [] })
    for (const file of valuesFiles(chart)) cases.push({ chart, flags: ['-f', file] })
    for (const flags of options.flags) cases.push({ chart, flags: flags.split(' ') })
  }
}

const results: Result[] = []
const queue = [...cases]
await Promise.all(
  Array.from({ length: Number(options.jobs) }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await compare(next)
      results.push(result)
      const bad = result.verdict === 'different' || result.verdict === 'different-error'
      if (bad || options.verbose) {
        console.log(`${result.verdict.padEnd(16)} ${[next.chart, ...next.flags].join(' ')}${result.detail ? `\n${result.detail}` : ''}`)
      }
    }
  }),
)

const count = (verdict: Verdict) => results.filter((r) => r.verdict === verdict).length
const failed = count('different') + count('different-error')
console.log(
  `\n${cases.length} cases over ${new Set(cases.map((c) => c.chart)).size} charts: ${count('identical')} identical, ${count('identical-masked')} identical with random lines masked, ` +
    `${count('same-error')} same error, ${count('helm-crashed')} where Helm itself crashes, ${count('different')} different, ${count('different-error')} different error`,
)
if (options.json) writeFileSync(options.json, JSON.stringify(results, undefined, 1))
process.exit(failed === 0 && cases.length > 0 ? 0 : 1)

/** Folders with a Chart.yaml, and archives; not the vendored dependencies of a chart found already. */
function findCharts(root: string): string[] {
  if (root.endsWith('.tgz')) return [root]
  const entries = list(root)
  const out: string[] = []
  const isChart = entries.includes('Chart.yaml')
  if (isChart) out.push(root)
  for (const name of entries.sort()) {
    if (name === '.git' || name === 'node_modules' || (isChart && (name === 'templates' || name === 'ci'))) continue
    const path = join(root, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) out.push(...findCharts(path))
    else if (name.endsWith('.tgz')) out.push(path)
  }
  return out
}

/** The values files in ci/, and with --examples whatever else in the chart is called some kind of values. */
function valuesFiles(chart: string): string[] {
  const out = list(join(chart, 'ci')).filter((name) => /values.*\.ya?ml$/.test(name)).map((name) => join(chart, 'ci', name))
  if (options.examples) {
    const more = list(chart, true).filter((name) => /values.*\.ya?ml$/.test(basename(name)) && !/^(?:ci|charts|templates)\/|^values\.yaml$/.test(name))
    out.push(...more.map((name) => join(chart, name)))
  }
  return out.sort()
}

function list(dir: string, recursive = false): string[] {
  try {
    return readdirSync(dir, { recursive, encoding: 'utf8' })
  } catch {
    return []
  }
}

async function compare(base: Case): Promise<Result> {
  const args = ['template', 'release-name', base.chart, ...base.flags]
  const [real, ours] = await Promise.all([run(helm!, args), run(process.execPath, [pintle, ...args])])
  // A Go panic prints addresses: there is nothing to match.
  if (/^panic: /m.test(real.error)) return { ...base, verdict: 'helm-crashed' }
  if (real.code !== 0) {
    if (ours.code !== 0 && sameError(ours.error, real.error)) return { ...base, verdict: 'same-error' }
    // Go walks maps in random order, so a chart with two faults reports either: ask again before judging.
    for (let i = 0; i < 4 && ours.code !== 0; i++) {
      if (sameError((await run(helm!, args)).error, ours.error)) return { ...base, verdict: 'same-error' }
    }
    return { ...base, verdict: 'different-error', detail: `  helm:   ${clip(real.error)}\n  pintle: ${ours.code === 0 ? '(rendered)' : clip(ours.error)}` }
  }
  if (ours.code !== 0) return { ...base, verdict: 'different-error', detail: `  helm:   (rendered)\n  pintle: ${clip(ours.error)}` }
  if (real.out === ours.out) return { ...base, verdict: 'identical' }
  const again = [await run(helm!, args), await run(helm!, args)]
  const lines = real.out.split('\n')
  const others = again.map((r) => r.out.split('\n'))
  const mine = ours.out.split('\n')
  if (others.some((o) => o.length === lines.length && o.some((l, i) => l !== lines[i])) && mine.length === lines.length) {
    let masked = 0
    const wrong = lines.findIndex((line, i) => {
      const random = others.some((o) => o[i] !== line)
      if (random) masked++
      return !random && mine[i] !== line
    })
    if (wrong < 0) return { ...base, verdict: 'identical-masked', maskedLines: masked }
    return { ...base, verdict: 'different', detail: difference(lines, mine, wrong) }
  }
  const at = lines.findIndex((line, i) => line !== mine[i])
  return { ...base, verdict: 'different', detail: difference(lines, mine, at < 0 ? lines.length : at) }
}

function difference(real: string[], ours: string[], at: number): string {
  const source = real.slice(0, at + 1).findLast((l) => l.startsWith('# Source: ')) ?? ''
  return `  line ${at + 1} ${source}\n  helm:   ${JSON.stringify(real[at] ?? '(end)')}\n  pintle: ${JSON.stringify(ours[at] ?? '(end)')}`
}

function clip(text: string): string {
  return (text.length > 1200 ? `${text.slice(0, 1200)}…` : text).replaceAll('\n', '\n          ')
}

function run(command: string, args: string[]): Promise<Run> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PINTLE_PLAIN_ERRORS: '1', NODE_EXTRA_CA_CERTS: undefined } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (d: Buffer) => out.push(d))
    child.stderr.on('data', (d: Buffer) => err.push(d))
    child.on('error', fail)
    child.on('close', (code) => {
      const stderr = Buffer.concat(err).toString()
      const at = stderr.startsWith('Error: ') ? 0 : stderr.indexOf('\nError: ') + 1
      done({ code: code ?? -1, out: Buffer.concat(out).toString('latin1'), error: stderr.slice(at).trimEnd() })
    })
  })
}
