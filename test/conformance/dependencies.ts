/**
 * `npm run test:dependencies -- DIR...`: `dependency update` and `dependency build` of every chart below the given folders that has dependencies, with
 * the real Helm and with Pintle, over local mirrors of their repositories. Compares output, exit codes, the lock (its time aside), and charts/ byte for byte
 * (archives of folders unpacked: deflate differs).
 *
 * Without folders: the charts of the examples and the test's own. Options: --only TEXT, --limit N, --verbose, --pintle SCRIPT. Exit code 1 when anything differs.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { ensureTool } from '../../scripts/tools/index.ts'
import { writeFiles } from '../charts/chart-files.ts'
import { CliPair } from '../cluster/cli-pair.ts'
import { DependencyMirror, dependenciesOf, rewriteRepositories } from './dependency-mirror.ts'
import { LocalRegistry } from './local-registry.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, limit: { type: 'string' }, verbose: { type: 'boolean', default: false } },
})
const helm = await ensureTool('helm')
if (helm === undefined) {
  console.error('SKIPPED: this needs the real Helm, which needs Go to build')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}

const work = mkdtempSync(join(tmpdir(), 'pintle-dependencies-'))
const roots = positionals.length > 0 ? positionals.map((p) => resolve(p)) : [ownCharts()]
const folders = roots.flatMap(chartFolders)
const sources = new Map<string, string[]>()
for (const folder of folders) {
  const name = basename(folder)
  sources.set(name, [...(sources.get(name) ?? []), folder])
}
let cases = folders.filter((folder) => dependenciesOf(folder).length > 0 && !existsSync(join(dirname(dirname(folder)), 'Chart.yaml')))
if (options.only !== undefined) cases = cases.filter((folder) => folder.includes(options.only!))
if (options.limit !== undefined) cases = cases.slice(0, Number(options.limit))

const mirror = await DependencyMirror.start(sources)
const registry: LocalRegistry | undefined = cases.some((folder) => dependenciesOf(folder).some((d) => d.repository.startsWith('oci://'))) ? await LocalRegistry.start() : undefined
const pair = new CliPair(helm)
const totals = { same: 0, failedAlike: 0, different: 0, dependencies: 0, oci: 0 }
try {
  for (const folder of cases) {
    for (const wanted of dependenciesOf(folder)) {
      if (/^https?:/.test(wanted.repository) || /^(?:@|alias:)/.test(wanted.repository)) mirror.offer(wanted)
      else if (wanted.repository.startsWith('oci://')) await registry!.offer(wanted, sources)
    }
  }
  mirror.publish()
  for (const [i, folder] of cases.entries()) await compare(folder, i)
} finally {
  pair.remove()
  await mirror.close()
  await registry?.close()
  rmSync(work, { recursive: true, force: true })
}
console.log(`${cases.length} charts with ${totals.dependencies} dependencies (${totals.oci} of them in a registry; ${mirror.real + (registry?.real ?? 0)} real charts and ${mirror.stubs + (registry?.stubs ?? 0)} stubs offered): ${totals.same} the same, ${totals.failedAlike} failed alike, ${totals.different} different`)
process.exit(totals.different === 0 && cases.length > 0 ? 0 : 1)

/** Update, then build into an empty charts/, with both. Every second chart has its repositories added; the others name them by URL alone. */
async function compare(folder: string, number: number): Promise<void> {
  const wanted = dependenciesOf(folder)
  totals.dependencies += wanted.length
  totals.oci += wanted.filter((d) => d.repository.startsWith('oci://')).length
  const urls = [...new Set(wanted.map((d) => d.repository).filter((r) => /^https?:/.test(r)))]
  const aliases = new Map(wanted.flatMap(({ repository }) => (/^(?:@|alias:)/.test(repository) ? [[repository.replace(/^@|^alias:/, ''), repository] as const] : [])))
  const added = number % 2 === 1 || aliases.size > 0
  const plain = wanted.some((d) => d.repository.startsWith('oci://')) ? ['--plain-http'] : []
  const seen: string[] = []
  for (const tool of ['helm', 'linked'] as const) {
    const root = join(work, `${number}-${tool}`)
    const home = join(root, 'home')
    mkdirSync(home, { recursive: true })
    copyChart(folder, root)
    const chart = join(root, 'charts', basename(folder))
    rewriteRepositories(chart, (r) => (/^https?:/.test(r) ? mirror.url(r) : r.startsWith('oci://') ? registry!.url(r) : r))
    for (const lock of ['Chart.lock', 'requirements.lock']) rmSync(join(chart, lock), { force: true })
    const run = async (args: string[]): Promise<string> => {
      const { code, out, err } = await pair.run(tool, args, { cwd: join(root, 'charts'), env: { HOME: home, SOURCE_DATE_EPOCH: '1600000000' }, timeout: 120_000 })
      return neutral(`$ ${args.join(' ')} -> ${code}\n${out}${err}`, root)
    }
    const log: string[] = []
    if (added) {
      for (const [i, url] of urls.entries()) log.push(await run(['repo', 'add', `r${i}`, mirror.url(url)]))
      for (const [alias, repository] of aliases) log.push(await run(['repo', 'add', alias, mirror.url(repository)]))
    }
    log.push(await run(['dependency', 'update', basename(folder), ...plain]), listing(chart))
    if (existsSync(join(chart, 'charts'))) for (const name of readdirSync(join(chart, 'charts'))) if (name.endsWith('.tgz')) rmSync(join(chart, 'charts', name))
    log.push(await run(['dependency', 'build', basename(folder), ...plain]), listing(chart), await run(['dependency', 'list', basename(folder)]))
    seen.push(log.join('\n'))
    rmSync(root, { recursive: true, force: true })
  }
  const [theirs, ours] = seen as [string, string]
  const name = relative(process.cwd(), folder)
  if (theirs === ours) {
    const failed = /\$ dependency update \S+(?: --plain-http)? -> 1/.test(theirs)
    totals[failed ? 'failedAlike' : 'same']++
    if (options.verbose || failed) console.log(`${failed ? 'failed alike' : 'same'}  ${name}${failed ? `: ${/^Error: .*$/m.exec(theirs)?.[0]}` : ''}`)
    return
  }
  totals.different++
  console.log(`different  ${name}`)
  const [a, b] = [theirs.split('\n'), ours.split('\n')]
  let told = 0
  for (let i = 0; i < Math.max(a.length, b.length) && told < 12; i++) if (a[i] !== b[i] && ++told) console.log(`  helm:   ${a[i]?.slice(0, 300)}\n  pintle: ${b[i]?.slice(0, 300)}`)
}

/** The chart and the folders beside it that it names. */
function copyChart(folder: string, root: string): void {
  const filter = (path: string): boolean => !path.split('/').includes('.git')
  cpSync(folder, join(root, 'charts', basename(folder)), { recursive: true, preserveTimestamps: true, filter })
  for (const { repository } of dependenciesOf(folder)) {
    if (!repository.startsWith('file://../')) continue
    const from = join(folder, repository.slice('file://'.length))
    if (existsSync(from)) cpSync(from, join(root, 'charts', basename(folder), repository.slice('file://'.length)), { recursive: true, preserveTimestamps: true, filter })
  }
}

/** Helm's order of refreshing is random, and its log is its own. */
function neutral(text: string, root: string): string {
  const lines = text.replaceAll(root, '<root>').split('\n').filter((line) => !/^(level=|time=|\d{4}\/\d\d\/\d\d )/.test(line))
  const out: string[] = []
  let told: string[] = []
  for (const line of [...lines, '']) {
    if (line.startsWith('...')) told.push(line)
    else if (line.startsWith('\t') && told.length > 0) told.push(`${told.pop()}${line}`)
    else {
      out.push(...told.sort(), line)
      told = []
    }
  }
  return out.join('\n')
}

function listing(chart: string): string {
  const out: string[] = []
  for (const lock of ['Chart.lock', 'requirements.lock']) if (existsSync(join(chart, lock))) out.push(`${lock}:\n${readFileSync(join(chart, lock), 'utf8').replace(/^generated: .*$/m, 'generated: <now>')}`)
  out.push(readdirSync(chart).sort().join(' '))
  const charts = join(chart, 'charts')
  const packed = new Set(dependenciesOf(chart).flatMap((d) => (d.repository.startsWith('file://') ? [d.name] : [])))
  if (existsSync(charts)) {
    for (const name of readdirSync(charts).sort()) {
      if (!name.endsWith('.tgz')) {
        out.push(name)
        continue
      }
      const bytes = readFileSync(join(charts, name))
      out.push(`${name} ${digest([...packed].some((p) => name.startsWith(`${p}-`)) ? gunzipSync(bytes) : bytes)}`)
    }
  }
  return out.join('\n')
}

function digest(bytes: Uint8Array): string {
  return `${bytes.length} ${Buffer.from(process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest()).toString('hex')}`
}

function chartFolders(root: string): string[] {
  const found = execFileSync('find', [root, '-name', 'Chart.yaml', '-not', '-path', '*/node_modules/*', '-not', '-path', '*/vendored/*'], { encoding: 'utf8', maxBuffer: 64 << 20 })
  return found.split('\n').filter((line) => line !== '').map((line) => dirname(line)).sort()
}

/** A few charts that between them have every kind of dependency. */
function ownCharts(): string {
  const own = join(work, 'own')
  const chart = (name: string, dependencies = '', apiVersion = 'v2') => `apiVersion: ${apiVersion}\nname: ${name}\nversion: 1.2.3\n${dependencies === '' ? '' : `dependencies:\n${dependencies}`}`
  writeFiles(own, {
    'common/Chart.yaml': chart('common'), 'common/templates/_helpers.tpl': '{{ define "x" }}{{ end }}\n',
    'ranges/Chart.yaml': chart('ranges', '- { name: common, version: ^1.0.0, repository: https://charts.example.com }\n- name: redis\n  version: 2.x.x\n  repository: "https://charts.example.com/"\n  condition: redis.enabled\n- name: redis\n  alias: second\n  version: ~2.0\n  repository: https://other.example.com\n'),
    'folders/Chart.yaml': chart('folders', '- { name: common, version: ">=1", repository: file://../common }\n- name: postgresql\n  version: "15.5.*"\n  repository: https://charts.example.com\n'),
    'old/Chart.yaml': chart('old', '', 'v1'), 'old/requirements.yaml': 'dependencies:\n- name: mysql\n  version: 1.6.x\n  repository: https://stable.example.com\n- name: memcached\n  version: ">2.0.0 <4"\n  repository: "@stable"\n',
    'impossible/Chart.yaml': chart('impossible', '- name: redis\n  version: ">9 <8"\n  repository: https://charts.example.com\n'),
    'registry/Chart.yaml': chart('registry', '- name: common\n  version: 1.x.x\n  repository: oci://registry.example.com/charts\n- name: cache\n  version: 2.0.1\n  repository: oci://registry.example.com/charts\n- name: common\n  alias: again\n  version: 1.x.x\n  repository: oci://registry.example.com/charts\n'),
    'aliased/Chart.yaml': chart('aliased', '- name: kafka\n  version: 26.*\n  repository: alias:queue\n'),
  })
  return own
}
