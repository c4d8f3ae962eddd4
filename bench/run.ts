/**
 * `npm run bench [-- in-process|process|charts|memory|repositories|upgrades|diffs|plans|secrets|helmfile|helmfile-cluster] [--charts DIR,...]`: every claim about speed, as a ratio to the real Helm in the same run.
 * Without --charts the examples and a generated tpl-heavy umbrella chart are measured; give folders of public charts for the real set.
 * Results are written to bench/results, each with a description of the machine; those of benches that did not run stay.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTool } from '../scripts/tools/ensure-tool.ts'
import { chartCommands } from './chart-commands.ts'
import { chartSet } from './charts.ts'
import { diffs } from './diffs.ts'
import { helmfileTemplate } from './helmfile.ts'
import { helmfileCluster } from './helmfile-cluster.ts'
import { inProcess } from './in-process.ts'
import { memory } from './memory.ts'
import { plans } from './plans.ts'
import { processes } from './processes.ts'
import { repositories } from './repositories.ts'
import { secrets } from './secrets.ts'
import { upgrades } from './upgrades.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { charts: { type: 'string', default: '' }, runs: { type: 'string', default: '7' }, seconds: { type: 'string', default: '0.4' }, sizes: { type: 'string', default: '10,100,1000' }, releases: { type: 'string', default: '30,300' } },
})
const helm = await ensureTool('helm')
const helmRender = await ensureTool('helm-render')
if (helm === undefined || helmRender === undefined) {
  console.error('the benches need the real Helm, which needs Go to build')
  process.exit(1)
}
delete process.env.NODE_EXTRA_CA_CERTS
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name)
const charts = await chartSet(options.charts.split(',').filter(Boolean), helm)
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version, load: loadavg()[0], at: new Date().toISOString() }
console.log(`${charts.all.length} charts; ${machine.cores} x ${machine.cpu}, Node ${machine.node}`)
const file = join(import.meta.dirname, 'results', 'latest.json')
const results = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
const keep = (name: string, result: object): void => {
  results[name] = { machine, ...result }
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`)
}
if (wanted('in-process')) keep('inProcess', inProcess(charts, helmRender, Number(options.seconds)))
if (wanted('process')) keep('process', processes(charts.all, helm, Number(options.runs)))
if (wanted('charts')) keep('charts', chartCommands(charts.all, helm, Number(options.runs)))
if (wanted('memory')) keep('memory', memory(charts.all, helm))
if (wanted('repositories')) keep('repositories', await repositories(helm, Math.min(Number(options.runs), 5)))
const measured = wanted('diffs') ? await diffs(helm, Math.min(Number(options.runs), 5)) : undefined
if (measured !== undefined) keep('diffs', measured)
const planned = wanted('plans') ? await plans(helm, Math.min(Number(options.runs), 5)) : undefined
if (planned !== undefined) keep('plans', planned)
const opened = wanted('secrets') ? await secrets(helm, Number(options.runs)) : undefined
if (opened !== undefined) keep('secrets', opened)
if (wanted('upgrades')) keep('upgrades', await upgrades(helm, Number(options.runs), options.sizes.split(',').map(Number)))
const templated = wanted('helmfile') ? await helmfileTemplate(helm, options.releases.split(',').map(Number)) : undefined
if (templated !== undefined) keep('helmfile', templated)
const clustered = wanted('helmfile-cluster') ? await helmfileCluster(helm, options.releases.split(',').map(Number)) : undefined
if (clustered !== undefined) keep('helmfileCluster', clustered)
