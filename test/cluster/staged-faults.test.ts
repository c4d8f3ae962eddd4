/**
 * Faults of the network and the server in every step of an upgrade in stages. What a retry mends ends well; what it does not leaves a revision that the same
 * step, done again, brings to where it was to go. PINTLE_FAULT_SEED repeats a run, PINTLE_FAULT_ROUNDS takes more moments.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { beginStaged, install, releaseHistory, resumeStaged } from '../../src/cluster/release/index.ts'
import type { StagedUpgrade } from '../../src/cluster/release/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { startFaultProxy } from './fault-proxy.ts'
import type { Fault } from './fault-proxy.ts'
import { expectedOf, inCluster, stagesOf, wholeRelease } from './staged-world.ts'

const seed = Number(process.env.PINTLE_FAULT_SEED ?? 20261127)
const rounds = Number(process.env.PINTLE_FAULT_ROUNDS ?? 1)
let plane: ControlPlane | undefined
beforeAll(async () => { plane = await startControlPlane() }, 600_000)
afterAll(async () => { await plane?.stop() })

const answer = (status: number, reason: string, when: 'before' | 'after'): Fault => ({ do: 'answer', when, status, reason, message: 'a fault' })
/** `most`: so many requests in a row suffer; Infinity: all that follow in the step, which cannot end well. */
const kinds: readonly { name: string; fault: Fault; most: number; writes?: true }[] = [
  { name: 'cut before the server took it', fault: { do: 'cut', when: 'before' }, most: 3 },
  { name: 'cut after the server took it', fault: { do: 'cut', when: 'after' }, most: 3 },
  { name: 'cut in the middle of the answer', fault: { do: 'cut-answer' }, most: 2 },
  { name: 'reset after', fault: { do: 'reset', when: 'after' }, most: 3 },
  { name: '500 after', fault: answer(500, 'InternalError', 'after'), most: 2 },
  { name: '503 before', fault: answer(503, 'ServiceUnavailable', 'before'), most: 4 },
  { name: '429', fault: answer(429, 'TooManyRequests', 'before'), most: 4 },
  { name: 'a page instead of JSON', fault: { do: 'page', when: 'after' }, most: 1 },
  { name: 'token refused', fault: answer(401, 'Unauthorized', 'before'), most: Infinity },
  { name: 'writes forbidden', fault: answer(403, 'Forbidden', 'before'), most: Infinity, writes: true },
]
const steps = ['begin', 'stage', 'finish', 'abort'] as const

test('no step is lost or half told', { timeout: 3_600_000, retry: 0 }, async (context) => {
  if (plane === undefined) return context.skip('no control plane here')
  const trials = kinds.flatMap((kind) => steps.flatMap((step) => Array.from({ length: rounds }, (_, round) => ({ kind, step, round })))).map((trial, id) => ({ ...trial, id }))
  const lost: string[] = []
  const ended: Record<string, number> = {}
  let met = 0
  await Promise.all(Array.from({ length: 2 }, async () => {
    for (let trial = trials.shift(); trial !== undefined; trial = trials.shift()) {
      const { kind, step, id } = trial
      try {
        const { touched, how } = await run(plane!, kind, step, `sf${id}`, random(seed + id))
        if (touched) met++
        ended[how] = (ended[how] ?? 0) + 1
      } catch (error) {
        lost.push(`${kind.name}, ${step}, sf${id}: ${(error as Error).stack}`)
      }
    }
  }))
  process.stdout.write(`faults in stages, seed ${seed}: ${JSON.stringify(ended)}, ${met} met, ${lost.length} lost\n`)
  expect(lost.join('\n\n')).toBe('')
  expect(met).toBeGreaterThan(kinds.length * steps.length * rounds * 0.6)
})

async function run(target: ControlPlane, kind: (typeof kinds)[number], at: (typeof steps)[number], namespace: string, next: () => number): Promise<{ touched: boolean; how: string }> {
  const { cluster } = target
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const base = { namespace, name: 'web', timeout: 60_000 }
  await install({ ...base, cluster, source: { render: () => wholeRelease(0) }, wait: 'watcher' })
  const proxy = await startFaultProxy(target, namespace)
  const faulty = connectSync({ kubeconfig: proxy.kubeconfig, env: {} })
  const options = { ...base, cluster: faulty, operation: 'canary' as const, target: wholeRelease(1) }
  let upgrade: StagedUpgrade | undefined
  let first: string | undefined
  /** A step, with the fault from a moment of it on; done once more when it fails. */
  const step = async <T>(name: (typeof steps)[number], work: () => Promise<T>, again: () => Promise<T> = work): Promise<T> => {
    if (name !== at) return await work()
    const from = proxy.seen.length + 1 + Math.floor(next() * 14)
    let left = kind.most
    proxy.rule = (request) => (request.index < from || request.watch || (kind.writes === true && !request.write) || left-- <= 0 ? undefined : kind.fault)
    try {
      return await work()
    } catch (error) {
      first = (error as Error).message
      if (kind.most !== Infinity) throw error
      proxy.rule = undefined
      return await again()
    } finally {
      proxy.rule = undefined
    }
  }
  try {
    upgrade = await step('begin', () => beginStaged(options), async () => {
      // Whose Lease could not be given back lives on for its half a minute, unless its process ends.
      await cluster.delete({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'pintle.web' })
      const { version, info } = (await releaseHistory({ ...base, cluster })).at(-1)!.record
      if (info.status === 'pending-upgrade') await outlived(cluster, namespace)
      return info.status === 'pending-upgrade' ? await resumeStaged({ ...options, revision: version }) : await beginStaged(options)
    })
    const [, quarter, half] = stagesOf(0, 1)
    await upgrade.stage(quarter!.manifest, { description: quarter!.description })
    await step('stage', () => upgrade!.stage(half!.manifest, { description: half!.description }))
    expect(await inCluster(cluster, namespace)).toEqual(expectedOf(half!.manifest))
    const back = at === 'abort'
    const { record } = back ? await step('abort', () => upgrade!.abort('errors')) : await step('finish', () => upgrade!.finish())
    expect(record.info.status).toBe('deployed')
    expect(await inCluster(cluster, namespace)).toEqual(expectedOf(wholeRelease(back ? 0 : 1).manifest))
    const states = (await releaseHistory({ ...base, cluster })).map((r) => r.record.info.status)
    expect(states.at(-1)).toBe('deployed')
    // Writing that the old revision is superseded may fail quietly, as in every upgrade: a deployed one is there.
    expect(states.filter((s) => s.startsWith('pending')), states.join(' ')).toEqual([])
    return { touched: proxy.seen.some((s) => s.faulted), how: first === undefined ? 'ended well' : 'done again' }
  } finally {
    await upgrade?.leave().catch(() => {})
    faulty.close()
    await proxy.stop()
  }
}

/** The note beside the record names this very process, which lives: as if it had not been. */
async function outlived(cluster: Cluster, namespace: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'sh.helm.release.v1.web.v2' }
  const note = JSON.parse((await cluster.get(ref))!.metadata.annotations!['pintle.dev/run']!) as Record<string, string>
  await cluster.patch(ref, 'merge', { metadata: { annotations: { 'pintle.dev/run': JSON.stringify({ ...note, process: '', since: '2020-01-01T00:00:00Z' }) } } })
}

/** Numbers that a seed repeats. */
function random(start: number): () => number {
  let state = start >>> 0
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
