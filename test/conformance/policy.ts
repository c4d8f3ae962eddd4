/**
 * `npm run test:policy -- DIR...`: judges every chart below the folders, rendered with its defaults, by a rule pack, and prints how often each rule is violated, in how many charts, for a person
 * to judge whether it is true.
 *
 * Options: --pack NAME (default baseline), --only TEXT (charts whose path contains it), --rule ID (prints each violation of the rule; may be repeated), --sample N (at most N of a rule). Charts that
 * do not load or render are counted. Exit code 1 when a rule breaks on a chart.
 */
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkDependencies, loadChart } from '../../src/charts/chart/index.ts'
import { SchemaLibrary, serverCapabilities } from '../../src/charts/checks/index.ts'
import { releaseFacts } from '../../src/delivery/plan/index.ts'
import { allRules, evaluatePolicy, makePolicy, violationText, type PackName } from '../../src/delivery/policy/index.ts'
import { findCharts } from './find-charts.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { pack: { type: 'string', default: 'baseline' }, only: { type: 'string', default: '' }, rule: { type: 'string', multiple: true, default: [] }, sample: { type: 'string', default: '100000' } },
})
if (positionals.length === 0) {
  console.error('usage: npm run test:policy -- DIR... [--pack NAME] [--only TEXT] [--rule ID]... [--sample N]')
  process.exit(2)
}
const charts = [...new Set(positionals.flatMap((root) => findCharts(resolve(root), { vendored: false })))].filter((chart) => chart.includes(options.only))
const policy = makePolicy({ pack: options.pack as PackName, rules: allRules })
const library = await SchemaLibrary.load()
const version = '1.36'
const found = new Map<string, string[]>()
const charged = new Map<string, Set<string>>()
let judged = 0
let left = 0
let blocked = 0
let broken = 0

for (const path of charts) {
  try {
    const chart = await loadChart(path)
    if (chart.isLibrary) continue
    checkDependencies(chart)
    const { inputs, manifests } = await releaseFacts({
      chart, library, kubernetesVersion: version, capabilities: serverCapabilities(chart, version, library, []), values: new Map(), valueFiles: [], setKeys: [],
      source: { reference: path, wantedVersion: chart.metadata.version, digest: '', local: false }, release: { name: 'release', namespace: 'default' },
    })
    const report = evaluatePolicy({ environment: '', service: chart.name, now: new Date(), run: { operator: '', ciRequired: false }, inputs, manifests }, policy)
    judged++
    if (report.blocked) blocked++
    for (const { rule, violations } of report.results) {
      for (const violation of violations) {
        if (violation.message.startsWith('the rule could not judge this')) broken++
        found.set(rule, [...(found.get(rule) ?? []), `${relative(process.cwd(), path)}: ${violationText(violation)}`])
        charged.set(rule, (charged.get(rule) ?? new Set()).add(path))
      }
    }
  } catch (error) {
    left++
    if (options.rule.includes('left')) console.log(`${path}: ${(error as Error).message.split('\n')[0]}`)
  }
}
for (const rule of options.rule) {
  const all = found.get(rule) ?? []
  const step = Math.max(1, Math.floor(all.length / Number(options.sample)))
  console.log(`\n${rule}: ${all.length}`)
  for (const text of all.filter((_, i) => i % step === 0).slice(0, Number(options.sample))) console.log(`  ${text}`)
}
console.log(`\n${judged} charts judged by pack ${options.pack}, ${blocked} blocked, ${left} do not load or render without dependencies or values; rules that broke: ${broken}`)
for (const { id } of allRules) if (found.has(id)) console.log(`${id.padEnd(36)} ${policy.severities[id]!.padEnd(6)} ${String(found.get(id)!.length).padStart(6)} violations in ${charged.get(id)!.size} charts`)
process.exit(broken === 0 ? 0 : 1)
