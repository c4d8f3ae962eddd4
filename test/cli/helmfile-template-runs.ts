import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { loadChart, saveChart } from '../../src/charts/chart/index.ts'
import { indexDirectory } from '../../src/charts/registry/index.ts'
import type { HelmfileCase } from './helmfile-template-cases.ts'
import { pintle, runCli } from './run-cli.ts'

/** What one command line left behind: paths, ports and times aside. */
export interface HelmfileOutcome { readonly code: number; readonly out: string; readonly err: string }

export interface HelmfileCaseOutcome {
  readonly runs: readonly HelmfileOutcome[]
  /** The files that are compared, by path. */
  readonly files: Readonly<Record<string, string>>
}

/** A program that is helmfile: its path with what stands before the arguments, and where it finds others. */
export interface HelmfileProgram { readonly path: readonly string[]; readonly pathVariable?: string; readonly env?: Readonly<Record<string, string>> }

/** The built CLI; hints beside helmfile's text are left out. */
export const pintleHelmfile: HelmfileProgram = { path: [process.execPath, pintle, 'helmfile'], env: { PINTLE_PLAIN_ERRORS: '1' } }

/** Runs a case by one program, in a folder of its own. */
export async function runHelmfileCase(one: HelmfileCase, program: HelmfileProgram): Promise<HelmfileCaseOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-helmfile-'))
  const work = join(folder, 'work')
  let repository: Repository | undefined
  try {
    for (const [name, text] of Object.entries(one.files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text)
    }
    if (one.serves === 'repo') {
      repository = await serveRepository(join(work, 'repo'))
      for (const [name, text] of Object.entries(one.files)) if (text.includes('$REPO')) writeFileSync(join(work, name), text.replaceAll('$REPO', repository.url))
    }
    const home = join(folder, 'home')
    const env = {
      PATH: program.pathVariable ?? process.env.PATH ?? '', HOME: home, HELM_CACHE_HOME: join(home, 'cache'), HELM_CONFIG_HOME: join(home, 'config'), HELM_DATA_HOME: join(home, 'data'), HELMFILE_CACHE_HOME: join(home, 'helmfile'),
      HELMFILE_UPGRADE_NOTICE_DISABLED: '1', TZ: 'UTC', ...program.env, ...one.env,
    }
    const runs: HelmfileOutcome[] = []
    for (const args of one.runs) {
      const result = await runCli(args, { cwd: work, program: program.path, env })
      runs.push(masked(result, { folder, repository: repository?.url }))
    }
    const files: Record<string, string> = {}
    for (const path of one.compare ?? []) for (const file of filesBelow(join(work, path))) files[relative(work, file)] = mask(readFileSync(file, 'utf8'), { folder, repository: repository?.url })
    return { runs, files }
  } finally {
    repository?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)).filter((file) => !statSync(file).isDirectory() && !/\d\.lock$/.test(file)).sort()
}

interface Masks { readonly folder: string; readonly repository?: string | undefined }

/** Charts are prepared side by side: the order of these lines is chance. */
const unordered = /^(Building dependency|Fetching|Pulling) /

function masked({ code, out, err }: HelmfileOutcome, masks: Masks): HelmfileOutcome {
  const lines = mask(err, masks).split('\n')
  const sorted = lines.filter((line) => unordered.test(line)).sort()
  let next = 0
  return { code, out: mask(out, masks), err: lines.map((line) => (unordered.test(line) ? sorted[next++]! : line)).join('\n').trimEnd() }
}

/** Names that are made anew each time, with the lengths that are told of them; and programs that one has and the other not. */
function mask(text: string, { folder, repository }: Masks): string {
  const numbered = new Map<string, string>()
  const number = (name: string): string => {
    if (!numbered.has(name)) numbered.set(name, String(numbered.size + 1))
    return numbered.get(name)!
  }
  const shown = repository === undefined ? text : text.replaceAll(repository, '<repository>').replaceAll(repository.replace(/^http:\/\//, ''), '<repository>')
  return shown.replaceAll(folder, '<folder>')
    .replace(/\/tmp\/(chartify|helmfile)\d+/g, (_, kind: string) => `<${kind}>`)
    .replace(/(<helmfile>\/[^\s"]*-values)-[0-9a-z]+/g, '$1')
    .replace(/\/tmp\/(?:helmfile-deps-\w+|\d+)/g, (name) => `<temporary ${number(name)}>`)
    .replace(/command "[^"]*helm" exited/g, 'command "helm" exited')
    .replace(/(PATH:\n +)\S*helm\n/g, '$1helm\n')
    .replace(/^( +\d+: .*<(?:chartify|helmfile|folder|repository|temporary).*) \(\d+ bytes\)$/gm, '$1')
    .replace(/^generated: ".*"$/gm, 'generated: <time>').replace(/^version: v1.8.0$/gm, 'version: 1.8.0')
    .replace(/^digest: sha256:.*$/gm, (line) => (repository === undefined ? line : 'digest: <of an address>'))
    // Two pipes are read at once.
    .replace(/^( +COMBINED OUTPUT:\n)((?: +.*\n)*?)( +Error: \d+ chart.*\n)/gm, '$1$2').replace(/^ +Error: \d+ chart\(s\) linted, \d+ chart\(s\) failed\n(?= +==> Linting)/gm, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, '<time>')
}

interface Repository { readonly url: string; close(): void }

/** Packs the charts of a folder and serves them with an index. */
async function serveRepository(folder: string): Promise<Repository> {
  for (const name of readdirSync(folder)) await saveChart(await loadChart(join(folder, name)), folder, { epoch: 0, now: 0 })
  const server: Server = createServer((request, response) => {
    const path = join(folder, request.url ?? '')
    if (!existsSync(path) || statSync(path).isDirectory()) response.writeHead(404).end()
    else response.end(readFileSync(path))
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await indexDirectory(folder, { url, merge: '', format: 'yaml', signal: new AbortController().signal, log: () => {} })
  return { url, close: () => server.close() }
}
