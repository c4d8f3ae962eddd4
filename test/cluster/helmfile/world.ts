import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connectSync, type Cluster, type KubeObject } from '../../../src/cluster/kube/index.ts'
import { KubeDriver, customLabels } from '../../../src/cluster/release/index.ts'
import { runCli, type CliResult } from '../../cli/run-cli.ts'
import type { CaseOutcome, ClusterCase, RunOutcome } from './case.ts'
import { charts } from './charts.ts'

/** A program that is helmfile: its path, with what stands before the arguments. */
export interface HelmfileProgram { readonly path: readonly string[]; readonly pathVariable?: string; readonly env?: Readonly<Record<string, string>> }

/** Runs a case by one program in a namespace of its own. Names of namespaces have one length, so that tables look alike. */
export async function runCase(one: ClusterCase, program: HelmfileProgram, kubeconfig: string, namespace: string): Promise<CaseOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-hf-'))
  const work = join(folder, 'work')
  const home = join(folder, 'home')
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text.replaceAll('$NS', namespace))
    }
  }
  const cluster = connectSync({ kubeconfig, env: {} })
  try {
    put({ ...charts, ...one.files })
    const env = {
      PATH: program.pathVariable ?? process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig, TZ: 'UTC', HELM_CACHE_HOME: join(home, 'cache'), HELM_CONFIG_HOME: join(home, 'config'),
      HELM_DATA_HOME: join(home, 'data'), HELMFILE_CACHE_HOME: join(home, 'helmfile'), HELMFILE_UPGRADE_NOTICE_DISABLED: '1', HELMFILE_DISABLE_RUNNER_UNIQUE_ID: '1', ...program.env, ...one.env,
    }
    const runs: RunOutcome[] = []
    for (const run of one.runs) {
      const { args, stdin, unordered, commands, files = {} } = 'args' in run ? run : { args: run }
      put(files)
      const result = await runCli(args.map((word) => word.replaceAll('$NS', namespace)), { cwd: work, program: program.path, env, timeout: 120_000, ...(stdin !== undefined && { stdin }) })
      const outcome = masked(result, folder, namespace, unordered === true)
      runs.push(commands === true ? { code: 0, out: '', err: commandLines(outcome.err) } : outcome)
    }
    return { runs, objects: await objects(cluster, namespace), records: await records(cluster, namespace) }
  } finally {
    cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function masked({ code, out, err }: CliResult, folder: string, namespace: string, unordered: boolean): RunOutcome {
  const mask = (text: string): string => text.replaceAll(folder, '<folder>').replaceAll(namespace, '<ns>')
    .replace(/\/tmp\/(chartify|helmfile)\d+/g, (_, kind: string) => `<${kind}>`)
    .replace(/(<helmfile>\/[^\s"]*-values)-[0-9a-z]+/g, '$1')
    .replace(/command "[^"]*helm" exited/g, 'command "helm" exited').replace(/(PATH:\n +)\S*helm\n/g, '$1helm\n')
    .replace(/^( +\d+: .*<(?:helmfile|folder|chartify).*) \(\d+ bytes\)$/gm, '$1')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[\d.]* \+0000 UTC/g, '<time>').replace(/LAST DEPLOYED: .*/g, 'LAST DEPLOYED: <time>').replace(/(Started|Completed): .*/g, '$1: <time>')
    .replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '<time> ')
    .replace(/^(.*\S +)( *)\d+s$/gm, '$1$2<s>')
    .replace(/^ *level=(?:WARN|INFO) .*\n/gm, '').replace(/^[IWE]\d{4} .*\n/gm, '').replace(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>').replace(/(<ip>|CLUSTER-IP) +/g, '$1 ')
  const order = (text: string): string => (unordered ? text.split('\n').sort().join('\n') : text)
  return { code, out: order(mask(out)), err: order(streams(mask(err))).trimEnd() }
}

/** What helmfile asks about Helm itself, nobody is asked here. */
const commandLines = (text: string): string => text.split('\n').flatMap((line) => /^exec: (helm .*)$/.exec(line)?.[1] ?? []).filter((line) => !/^helm (--kube-context \S+ )?version /.test(line)).join('\n')

/** What came through two pipes at once stands in either order. */
const streams = (text: string): string => text.replace(/(COMBINED OUTPUT:\n)((?: {2}.*\n?)*)/g, (_, head: string, lines: string) => head + lines.trimEnd().split('\n').sort().join('\n') + (lines.endsWith('\n') ? '\n' : ''))

const kinds: readonly (readonly [string, string])[] = [['v1', 'ConfigMap'], ['v1', 'Secret'], ['v1', 'Service'], ['apps/v1', 'Deployment']]

async function objects(cluster: Cluster, namespace: string): Promise<unknown[]> {
  const found: KubeObject[] = []
  for (const [apiVersion, kind] of kinds) found.push(...(await cluster.list(apiVersion, kind, { namespace })).items.map((item) => ({ ...item, apiVersion, kind })))
  return found.filter((object) => object.type !== 'helm.sh/release.v1' && object.metadata.name !== 'kube-root-ca.crt').map((object) => {
    const { labels, annotations, name } = object.metadata
    const { apiVersion, kind, data, immutable, spec } = object
    const masked = spec === undefined ? undefined : { ...spec, clusterIP: undefined, clusterIPs: undefined }
    return JSON.parse(sorted({ apiVersion, kind, name, labels, annotations, data, immutable, spec: masked }).replaceAll(namespace, '<ns>')) as unknown
  }).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

async function records(cluster: Cluster, namespace: string): Promise<unknown[]> {
  const all = await new KubeDriver(cluster, namespace, 'Secret').list({ owner: 'helm' })
  return all.map((stored) => {
    const { name, version, info, chart, config } = stored.record
    const { status, description } = info
    return JSON.parse(sorted({ name, version, status, description, chart: chart?.metadata?.version, config: config ?? {}, labels: customLabels(stored.labels) }).replaceAll(namespace, '<ns>')) as { name: string; version: number }
  }).sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1))
}

/** JSON with sorted keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item))
}
