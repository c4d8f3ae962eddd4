/**
 * Upgrades killed (SIGKILL) at random moments on a real control plane. After each the state must be one that both tools can
 * name, and one command of either brings the release back: nothing is lost, nothing stays locked.
 */
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { install, releaseHistory, repair, rollback, upgrade } from '../../src/cluster/release/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { ChartFolder, runHelm } from './helm-runner.ts'
import { killContent } from './kill-content.ts'
import { rendered } from './release-fixtures.ts'

const tries = Number(process.env.PINTLE_KILLS ?? 50)
let plane: ControlPlane | undefined
let cluster: Cluster
let helm: string | undefined
const charts = new ChartFolder()
beforeAll(async () => {
  helm = await ensureTool('helm')
  plane = await startControlPlane()
  if (plane !== undefined) cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
}, 600_000)
afterAll(async () => {
  await plane?.stop()
  charts.remove()
})

const namespace = 'killed'
const base = (): { cluster: Cluster; namespace: string; name: string; timeout: number } => ({ cluster, namespace, name: 'web', timeout: 20_000 })
const source = (n: number): ReturnType<typeof rendered> => rendered(killContent(n).objects, killContent(n).hooks)
const history = async (): Promise<string[]> => (await releaseHistory(base())).map((r) => r.record.info.status)

/** Starts an upgrade and kills it `after` ms later. */
async function killedUpgrade(n: number, after: number): Promise<'killed' | 'ended'> {
  const child = spawn(process.execPath, [new URL('kill-target.ts', import.meta.url).pathname, plane!.kubeconfig, namespace, String(n)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  const ended = new Promise<void>((resolve) => child.on('close', () => { resolve() }))
  await new Promise<void>((resolve) => child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes('ready')) resolve()
  }))
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, after))])
  child.kill('SIGKILL')
  await ended
  return out.includes('done') ? 'ended' : 'killed'
}

/** Every object is of revision content `n`, and no other content's own object is left. */
async function expectContent(n: number, by: string): Promise<void> {
  const { items } = await cluster.list('v1', 'ConfigMap', { namespace })
  const seen = items.filter((o) => o.metadata.name !== 'kube-root-ca.crt').map((o) => `${o.metadata.name} ${o.data?.n ?? ''}`).sort()
  const expected = [...Array.from({ length: 12 }, (_, i) => `c${i} ${n}`), `own-${n} `].sort()
  if (by.includes('helm')) {
    // Helm leaves what the killed upgrade had made; nothing after it knows of those objects.
    expect(seen, by).toEqual(expect.arrayContaining(expected))
    for (const { metadata } of items) if (metadata.name!.startsWith('own-') && metadata.name !== `own-${n}`) await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: metadata.name! })
  } else expect(seen, by).toEqual(expected)
  const app = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app' })
  expect(app?.spec.template.spec.containers[0].image).toBe(`example.com/app:${n}`)
}

/** Ways back, by turns. Each returns the content that must be there afterwards. */
const waysBack: readonly [string, (good: number, next: number) => Promise<number>][] = [
  ['pintle upgrade', async (_good, next) => {
    await upgrade({ ...base(), maxHistory: 5, source: source(next) })
    return next
  }],
  ['pintle rollback', async (good) => {
    const revisions = await releaseHistory(base())
    const target = revisions.findLast((r) => r.record.info.status === 'deployed')!
    await rollback({ ...base(), version: target.record.version, maxHistory: 5 })
    return contentOf(target.record.manifest) ?? good
  }],
  ['helm rollback', async (good) => {
    const revisions = await releaseHistory(base())
    const target = revisions.findLast((r) => r.record.info.status === 'deployed')!
    const { error } = await runHelm(helm!, plane!.kubeconfig, ['rollback', 'web', String(target.record.version), '-n', namespace])
    expect(error).toBe('')
    return contentOf(target.record.manifest) ?? good
  }],
  ['pintle repair, helm upgrade', async (_good, next) => {
    await repair({ ...base(), force: true })
    const { error } = await runHelm(helm!, plane!.kubeconfig, ['upgrade', 'web', charts.write(killContent(next)), '-n', namespace])
    expect(error).toBe('')
    return next
  }],
]
const contentOf = (manifest: string): number | undefined => {
  const found = /own-(\d+)/.exec(manifest)
  return found === null ? undefined : Number(found[1])
}

test(`${tries} killed upgrades`, { timeout: 900_000, retry: 0 }, async (context) => {
  if (plane === undefined || helm === undefined) return context.skip('no control plane or no Helm here')
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await install({ ...base(), source: source(0) })
  let good = 0
  const found = new Map<string, number>()
  const whole = Date.now()
  await killedUpgrade(1000, 60_000)
  good = 1000
  const longest = Date.now() - whole
  for (let i = 1; i <= tries; i++) {
    const outcome = await killedUpgrade(i * 2 - 1, Math.random() * longest * 0.7)
    const states = await history()
    const last = states.at(-1)!
    found.set(last, (found.get(last) ?? 0) + 1)
    expect(['deployed', 'pending-upgrade'], `try ${i}: ${states.join(' ')}`).toContain(last)
    expect(states.filter((s) => s === 'deployed').length, `try ${i}: ${states.join(' ')}`).toBeGreaterThan(0)
    const listed = await runHelm(helm, plane.kubeconfig, ['list', '-n', namespace, '-o', 'json', '--all'])
    expect((JSON.parse(listed.out || (await runHelm(helm, plane.kubeconfig, ['list', '-n', namespace, '-o', 'json'])).out) as { status: string }[])[0]?.status).toBe(last)
    if (outcome === 'ended') {
      good = i * 2 - 1
    } else {
      const [way, back] = waysBack[i % waysBack.length]!
      good = await back(good, i * 2).catch((error: unknown) => { throw new Error(`try ${i}, ${last}, ${way}: ${(error as Error).message} ${(error as { hint?: string }).hint ?? ''}`, { cause: error }) })
    }
    await expectContent(good, outcome === 'ended' ? 'its own end' : waysBack[i % waysBack.length]![0])
    const after = await history()
    expect(after.at(-1), `try ${i}`).toBe('deployed')
  }
  process.stdout.write(`killed upgrades were found ${[...found].map(([state, n]) => `${state} ${n} times`).join(', ')}\n`)
})
