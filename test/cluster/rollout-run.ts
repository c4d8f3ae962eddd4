import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { install, releaseHistory } from '../../src/cluster/release/index.ts'
import type { ChartFolder } from './helm-runner.ts'
import { rendered } from './release-fixtures.ts'
import type { Rollout } from './rollout-scenarios.ts'

export interface RolloutGround {
  cluster: Cluster
  kubeconfig: string
  charts: ChartFolder
  /** The real Helm, to run beside. */
  helm?: string | undefined
  /** How long those may wait that nothing ends early: Go durations. */
  timeouts: { helm: string; patient: string; other: string }
  /** Thresholds as the scenarios shorten them, or the defaults. */
  short: boolean
}

export interface RolloutResult {
  code: number
  err: string
  /** Milliseconds from when the cluster knew to the reason on the screen, and to the end of the command. */
  toReason: number | undefined
  toFailure: number | undefined
  /** From the start of the command. */
  took: number
  history: string[]
  /** The images that are asked for when all is over. */
  images: string[]
  namespace: string
  helm?: { code: number; took: number; text: string }
}

const pintle = process.env.PINTLE_BIN ?? resolve(import.meta.dirname, '../../bin/pintle.js')
let count = 0

/** Upgrades a good release to the bad one with the built CLI, and with the real Helm in another namespace at the same time. */
export async function runRollout(ground: RolloutGround, rollout: Rollout): Promise<RolloutResult> {
  const { cluster, helm, timeouts } = ground
  const id = `${++count}-${Math.random().toString(36).slice(2, 6)}`
  const namespaces = [`rollout-p-${id}`, ...(helm === undefined ? [] : [`rollout-h-${id}`])]
  await Promise.all(namespaces.map((namespace) => makeGood(cluster, namespace, rollout)))
  for (const namespace of namespaces) await rollout.meanwhile?.(cluster, namespace)
  const namespace = namespaces[0]!
  const chart = ground.charts.write({ objects: rollout.after })
  const args = (n: string, timeout: string): string[] => ['upgrade', 'web', chart, '-n', n, '--wait', '--timeout', timeout, ...(rollout.rollback ? ['--rollback-on-failure'] : [])]
  const beside = helm === undefined ? undefined : run(helm, args(namespaces[1]!, timeouts.helm), ground.kubeconfig)

  const stop = new AbortController()
  let knownAt: number | undefined
  const watches = ['v1 Pod', 'v1 Event', 'apps/v1 ReplicaSet'].map((kind) => firstSeen(cluster, kind, namespace, rollout, stop.signal).then((at) => { if (at !== undefined) knownAt = Math.min(knownAt ?? Infinity, at) }))
  const more = [...(ground.short && rollout.failAfter !== undefined ? ['--fail-after', rollout.failAfter] : []), ...(rollout.stableFor === undefined ? [] : ['--stable-for', rollout.stableFor])]
  const ours = await run(process.execPath, [pintle, ...args(namespace, rollout.patient ? timeouts.patient : timeouts.other), ...more], ground.kubeconfig, rollout.reason)
  stop.abort()
  await Promise.all(watches)
  const history = await releaseHistory({ cluster, namespace, name: 'web' })
  const workload = rollout.before[0]!
  const live = await cluster.get({ apiVersion: workload.apiVersion, kind: workload.kind, namespace, name: 'app' })
  const theirs = await beside
  return {
    code: ours.code, err: ours.err, took: ours.endedAt - ours.startedAt, namespace,
    toReason: knownAt === undefined || ours.shownAt === undefined ? undefined : Math.max(0, ours.shownAt - knownAt),
    toFailure: knownAt === undefined ? undefined : ours.endedAt - knownAt,
    history: history.map(({ record }) => `${record.version} ${record.info.status}`),
    images: (live?.spec?.template?.spec?.containers ?? []).map((c: { image: string }) => c.image),
    ...(theirs && { helm: { code: theirs.code, took: theirs.endedAt - theirs.startedAt, text: lastError(theirs.err) } }),
  }
}

async function makeGood(cluster: Cluster, namespace: string, rollout: Rollout): Promise<void> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (const object of rollout.around ?? []) {
    await cluster.create({ ...object, metadata: { ...object.metadata, namespace } })
    if (object.kind === 'ResourceQuota') await until(async () => (await cluster.get({ apiVersion: 'v1', kind: object.kind, namespace, name: object.metadata.name! }))?.status?.used !== undefined)
  }
  await until(async () => (await cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' })) !== undefined)
  await install({ cluster, namespace, name: 'web', wait: 'watcher', timeout: 60_000, source: rendered(rollout.before) })
}

/** When the cluster knew, by a watch of our own: performance.now(), of what happens from now on. */
async function firstSeen(cluster: Cluster, kind: string, namespace: string, rollout: Rollout, signal: AbortSignal): Promise<number | undefined> {
  const [apiVersion, name] = kind.split(' ') as [string, string]
  try {
    for await (const event of cluster.watch(apiVersion, name, { namespace, signal })) {
      if (event.type !== 'SYNCED' && event.type !== 'DELETED' && rollout.known({ ...event.object, kind: name } as KubeObject)) return performance.now()
    }
  } catch {
    // Over.
  }
  return undefined
}

interface Ran { code: number; err: string; startedAt: number; endedAt: number; shownAt?: number }

function run(program: string, args: readonly string[], kubeconfig: string, reason?: RegExp): Promise<Ran> {
  return new Promise((done, fail) => {
    const startedAt = performance.now()
    const child = spawn(program, args, { env: { PATH: process.env.PATH, HOME: tmpdir(), KUBECONFIG: kubeconfig }, stdio: ['ignore', 'ignore', 'pipe'] })
    let err = ''
    let shownAt: number | undefined
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString()
      if (shownAt === undefined && reason?.test(err)) shownAt = performance.now()
    })
    child.on('error', fail)
    child.on('close', (code) => done({ code: code ?? -1, err, startedAt, endedAt: performance.now(), ...(shownAt !== undefined && { shownAt }) }))
  })
}

const lastError = (err: string): string => err.slice(err.lastIndexOf('Error: ')).trim().replaceAll('\n', ' / ')

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  throw new Error('waited in vain')
}

/** The figures as a table: seconds. */
export function rolloutTable(results: readonly (readonly [string, RolloutResult])[]): string {
  const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`)
  const rows = results.map(([name, r]) => [name, seconds(r.toReason), seconds(r.toFailure), seconds(r.took), seconds(r.helm?.took), r.helm?.text ?? ''])
  const head = ['scenario', 'reason after', 'failed after', 'whole command', "Helm's command", "Helm's text"]
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((row) => (i === 5 ? 0 : row[i]!.length))))
  return [head, ...rows].map((row) => row.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd()).join('\n')
}

/** Runs so many at a time. */
export async function inTurns<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  await Promise.all(Array.from({ length: width }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }))
}
