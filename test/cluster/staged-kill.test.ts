/**
 * Upgrades in stages killed (SIGKILL) before each of their writes on a real control plane, one after the other. Whatever is left, its record lists all that
 * exists, a deployed revision is there, and it can be brought to its end, taken back, or rolled back by Helm: nothing is lost and nothing is left over.
 * PINTLE_KILLS=all takes every write, a number every so many of them.
 */
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { beginStaged, install, manifestObjects, releaseHistory, resumeStaged } from '../../src/cluster/release/index.ts'
import { isPintleError } from '../../src/errors/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { runHelm } from './helm-runner.ts'
import { expectedOf, inCluster, stagesOf, wholeRelease } from './staged-world.ts'

const every = process.env.PINTLE_KILLS === 'all' ? 1 : Number(process.env.PINTLE_KILLS ?? 7)
let plane: ControlPlane | undefined
let cluster: Cluster
const helms: Record<string, string | undefined> = {}
beforeAll(async () => {
  plane = await startControlPlane()
  if (plane === undefined) return
  cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
}, 600_000)
afterAll(async () => { await plane?.stop() })

const base = (namespace: string) => ({ cluster, namespace, name: 'web', timeout: 30_000 })
const whole = (n: number): string[] => expectedOf(wholeRelease(n).manifest)

/** Runs one to its end unless it is killed before its write number `at`. */
async function killed(namespace: string, from: number, to: number, at: number, end: 'finish' | 'abort'): Promise<{ ended: boolean; out: string }> {
  const child = spawn(process.execPath, [new URL('staged-kill-target.ts', import.meta.url).pathname, plane!.kubeconfig, namespace, String(from), String(to), String(at), end], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { out += chunk.toString() })
  const signal = await new Promise<string | null>((resolve) => child.on('close', (_code, by) => { resolve(by) }))
  if (signal !== 'SIGKILL' && !out.includes('done')) throw new Error(out)
  return { ended: out.includes('done'), out }
}

/** What must hold at any moment. @returns status and revision of the newest record */
async function judge(namespace: string, revision: number): Promise<{ status: string; version: number }> {
  const history = (await releaseHistory(base(namespace))).map(({ record }) => record)
  const states = history.map((r) => `${r.version} ${r.info.status}`).join(', ')
  expect(history.some((r) => r.info.status === 'deployed'), states).toBe(true)
  const last = history.at(-1)!
  const start = history.findLast((r) => r.version < revision && r.info.status === 'deployed')?.version ?? 0
  // While it lasts its own record lists all; where a rollback follows, what it left is listed by the one it goes back from.
  const telling = last.info.status === 'pending-upgrade' || last.info.status === 'deployed' ? [last] : history.filter((r) => r.version >= start)
  const listed = new Set(telling.flatMap((r) => manifestObjects(r.manifest).map((o) => `${o.kind}/${o.metadata.name}`)))
  const there = (await inCluster(cluster, namespace)).map((o) => o.replace(/=.*/, ''))
  if (last.info.status !== 'deployed') expect(there.filter((o) => !listed.has(o)), states).toEqual([])
  return { status: last.info.status, version: last.version }
}

type Way = (namespace: string, from: number, to: number, revision: number, round: number) => Promise<number>

const target = (to: number) => ({ operation: 'canary' as const, target: wholeRelease(to), maxHistory: 6 })
/** It was killed before its revision was stored. */
const begunOrResumed = async (namespace: string, to: number, revision: number) => await resumeStaged({ ...base(namespace), ...target(to), revision }).catch(async (error: unknown) => {
  if (!isPintleError(error, 'release.notFound')) throw error
  return await beginStaged({ ...base(namespace), ...target(to) })
})

const goOn: Way = async (namespace, from, to, revision, round) => {
  const upgrade = await begunOrResumed(namespace, to, revision)
  // By turns through all stages once more, and straight to the end.
  if (upgrade.state === 'rolling' && round % 2 === 0) for (const { manifest, description } of stagesOf(from, to).slice(2)) await upgrade.stage(manifest, { description })
  await upgrade.finish()
  return to
}
const takeBack: Way = async (namespace, from, to, revision) => {
  const upgrade = await begunOrResumed(namespace, to, revision)
  if (upgrade.state === 'finished') return (await upgrade.finish(), to)
  await upgrade.abort('taken back')
  return from
}
const byHelm = (name: 'helm' | 'helm3'): Way => async (namespace, from, to) => {
  const history = (await releaseHistory(base(namespace))).map(({ record }) => record)
  const deployed = history.findLast((r) => r.info.status === 'deployed')!
  const { error } = await runHelm(helms[name]!, plane!.kubeconfig, ['rollback', 'web', String(deployed.version), '-n', namespace])
  expect(error).toBe('')
  return deployed.manifest === wholeRelease(to).manifest ? to : from
}

const series: readonly { name: string; end: 'finish' | 'abort'; way: Way; helm?: 'helm' | 'helm3'; serverSide?: boolean }[] = [
  { name: 'killed on the way, brought to its end', end: 'finish', way: goOn },
  { name: 'killed on the way, taken back', end: 'finish', way: takeBack },
  { name: 'killed while taken back, taken back', end: 'abort', way: takeBack },
  { name: 'killed on the way, rolled back by Helm', end: 'finish', way: byHelm('helm'), helm: 'helm' },
  { name: 'killed on the way, rolled back by Helm 3', end: 'finish', way: byHelm('helm3'), helm: 'helm3', serverSide: false },
  { name: 'killed on the way by the client, brought to its end', end: 'finish', way: goOn, serverSide: false },
]

series.forEach(({ name, end, way, helm, serverSide = true }, index) => {
  test(name, { timeout: 3_600_000, retry: 0 }, async (context) => {
    if (plane === undefined) return context.skip('no control plane here')
    if (helm !== undefined && (helms[helm] ??= await ensureTool(helm)) === undefined) return context.skip(`no ${helm} here`)
    const namespace = `staged-kill-${index}`
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    await install({ ...base(namespace), wait: 'watcher', serverSide, source: { render: () => wholeRelease(0) } })
    let at = 0
    let rounds = 0
    let kills = 0
    const found = new Map<string, number>()
    for (let write = 1 + (index % every); ; write += every) {
      const from = at
      const to = at + 1
      const revision = (await releaseHistory(base(namespace))).at(-1)!.record.version + 1
      const { ended, out } = await killed(namespace, from, to, write, end)
      if (ended) {
        at = end === 'finish' ? to : from
        expect(await inCluster(cluster, namespace)).toEqual(whole(at))
        process.stdout.write(`${name}: ${kills} kills, ${out}; found ${[...found].map(([state, n]) => `${state} ${n} times`).join(', ')}\n`)
        break
      }
      kills++
      const { status } = await judge(namespace, revision)
      found.set(status, (found.get(status) ?? 0) + 1)
      at = await way(namespace, from, to, revision, rounds++).catch((error: unknown) => { throw new Error(`write ${write} (${out}), ${status}: ${(error as Error).message} ${(error as { hint?: string }).hint ?? ''}`, { cause: error }) })
      expect(await inCluster(cluster, namespace), `write ${write} (${out}), ${status}`).toEqual(whole(at))
      const states = (await releaseHistory(base(namespace))).map(({ record }) => record.info.status)
      expect(states.at(-1), `write ${write}`).toBe('deployed')
      // Helm supersedes the newest deployed revision only, and leaves what was pending.
      if (helm === undefined) expect(states.filter((s) => s !== 'superseded' && s !== 'failed'), `write ${write} (${out})`).toEqual(['deployed'])
    }
    expect(kills).toBeGreaterThan(0)
  })
})
