import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { PintleError } from '../../src/errors/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { KubeDriver, MemoryDriver, Storage, beginStaged, install, readLease, releaseHistory, repair, resumeStaged, rollback, rolloutSecret, runTests, uninstall, upgrade } from '../../src/cluster/release/index.ts'
import type { ReleaseEvent, StagedOptions, StagedUpgrade, StorageDriver } from '../../src/cluster/release/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { configMap, demoChart, deployment, hook, job, pod, rendered } from './release-fixtures.ts'
import { expectedOf, hooksOf, inCluster, manifestOf, stagesOf, wholeObjects, wholeRelease } from './staged-world.ts'

interface Ground {
  base: Omit<StagedOptions, 'target' | 'operation'>
  ns: string
  events: ReleaseEvent[]
  /** From version 0 to 1. */
  begin(more?: Partial<StagedOptions>): Promise<StagedUpgrade>
  resume(more?: Partial<StagedOptions>): Promise<StagedUpgrade>
  statuses(): Promise<string[]>
  /** The manifest of the newest record. */
  stored(): Promise<string>
  objects(): Promise<string[]>
}

/** What an upgrade in stages must do on every cluster. */
export function stagedSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const onEach = onCluster(start, 'staged')
    let cluster: Cluster
    const [preview, quarter, half, all] = stagesOf(0, 1) as [Stage, Stage, Stage, Stage]
    const whole = (n: number): string[] => expectedOf(wholeRelease(n).manifest)

    /** A test with a release of version 0 in a namespace of its own. */
    const inNamespace = (name: string, run: (ground: Ground) => Promise<void>, { driver, serverSide = true }: { driver?: (ns: string) => StorageDriver; serverSide?: boolean } = {}): void => {
      onEach(name, async ({ ns, ...on }) => {
        cluster = on.cluster
        const events: ReleaseEvent[] = []
        const kept = driver?.(ns)
        const base = { cluster, namespace: ns, name: 'web', timeout: 20_000, onEvent: (e: ReleaseEvent) => { events.push(e) }, ...(kept && { driver: kept }) }
        await install({ ...base, wait: 'watcher', serverSide, source: { render: () => wholeRelease(0) } })
        await run({
          base, ns, events,
          begin: (more = {}) => beginStaged({ ...base, operation: 'canary', target: wholeRelease(1), ...more }),
          resume: (more = {}) => resumeStaged({ ...base, operation: 'canary', target: wholeRelease(1), revision: 2, ...more }),
          statuses: async () => (await releaseHistory(base)).map(({ record }) => `${record.version} ${record.info.status}: ${record.info.description}`),
          stored: async () => (await releaseHistory(base)).at(-1)!.record.manifest,
          objects: async () => await inCluster(cluster, ns),
        })
      }, 120_000)
    }

    const failure = async (work: Promise<unknown>): Promise<PintleError> => {
      try {
        await work
      } catch (error) {
        expect(error).toBeInstanceOf(PintleError)
        return error as PintleError
      }
      throw new Error('it succeeded')
    }

    /** As if the run that drives it had been killed on another machine, long ago. */
    const die = async (ns: string): Promise<void> => {
      await cluster.patch({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: ns, name: 'pintle.web' }, 'merge', { metadata: { annotations: { 'pintle.dev/process': null } }, spec: { renewTime: '2020-01-01T00:00:00.000000Z' } })
    }

    inNamespace('goes through its stages, and the record says what runs at each', async ({ ns, begin, resume, statuses, stored, objects, events }) => {
      const upgrade = await begin({ origin: `plan sha256:${'a'.repeat(64)}`, labels: { team: 'x' } })
      const origin = ` (plan sha256:${'a'.repeat(64)})`
      expect(upgrade).toMatchObject({ state: 'rolling', record: { version: 2, chart: demoChart, config: { n: 1 } }, base: { version: 1 } })
      expect(await statuses()).toEqual(['1 deployed: Install complete', `2 pending-upgrade: Canary rollout begun${origin}`])
      expect(await stored()).toBe(wholeRelease(0).manifest)
      expect(await objects()).toEqual(whole(0))
      expect(await readLease(cluster, ns, 'web')).toMatchObject({ operation: 'canary', revision: 2, expired: false })
      expect(events.flatMap((e) => (e.type === 'hook' ? [`${e.hook} ${e.state}`] : []))).toEqual(['before-1 started', 'before-1 succeeded'])
      for (const { manifest, description } of stagesOf(0, 1)) {
        await upgrade.stage(manifest, { description })
        expect((await statuses()).at(-1)).toBe(`2 pending-upgrade: ${description}${origin}`)
        expect(await stored()).toBe(manifest)
        expect(await objects()).toEqual(expectedOf(manifest))
      }
      await upgrade.describe('Canary 100%: promoted by ops')
      expect((await statuses()).at(-1)).toBe(`2 pending-upgrade: Canary 100%: promoted by ops${origin}`)
      const { record, labels } = await upgrade.finish()
      expect(record.info).toMatchObject({ status: 'deployed', description: `Upgrade complete${origin}`, notes: 'version 1' })
      expect(labels).toEqual({ team: 'x' })
      expect(await stored()).toBe(wholeRelease(1).manifest)
      expect(await statuses()).toEqual(['1 superseded: Install complete', `2 deployed: Upgrade complete${origin}`])
      expect(await objects()).toEqual(whole(1))
      expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      const told = events.flatMap((e) => (e.type === 'record' && e.version === 2 ? [e.description!.replace(origin, '')] : []))
      expect(told).toEqual(expect.arrayContaining(['Preparing canary rollout', 'Canary rollout begun', ...stagesOf(0, 1).map((s) => s.description), 'Upgrade complete']))
      const again = await resume()
      expect(again.state).toBe('finished')
      expect((await again.finish()).record.version).toBe(2)
    })

    for (const [name, driver, serverSide] of [['by the client', undefined, false], ['with records in ConfigMaps', (ns: string) => new KubeDriver(cluster, ns, 'ConfigMap'), true], ['with records in memory', (ns: string) => new MemoryDriver(ns), true]] as const) {
      inNamespace(`the same ${name}, taken over in the middle; then one that goes back`, async ({ ns, begin, resume, statuses, stored, objects }) => {
        const first = await begin()
        expect(first.record.apply_method).toBe(serverSide ? 'ssa' : 'csa')
        for (const { manifest, description } of [preview, quarter, half]) await first.stage(manifest, { description })
        await die(ns)
        const second = await resume()
        await second.stage(all.manifest, { description: 'Canary 100%' })
        expect(await objects()).toEqual(expectedOf(all.manifest))
        await second.finish()
        expect(await objects()).toEqual(whole(1))
        expect(await stored()).toBe(wholeRelease(1).manifest)
        const back = await begin({ target: wholeRelease(2), operation: 'blue-green' })
        for (const { manifest, description } of stagesOf(1, 2).slice(0, 2)) await back.stage(manifest, { description })
        await back.abort('errors 0.02 > 0.01')
        expect(await objects()).toEqual(whole(1))
        expect(await statuses()).toEqual(['1 superseded: Install complete', '2 superseded: Upgrade complete', '3 failed: errors 0.02 > 0.01', '4 deployed: Rollback to 2: errors 0.02 > 0.01'])
      }, { ...(driver && { driver }), serverSide })
    }

    inNamespace('an abort deletes nothing before what comes back is ready', async ({ ns, begin, resume, statuses, objects, events }) => {
      const upgrade = await begin()
      await upgrade.stage(all.manifest, { description: all.description })
      const { least, result } = await watching(cluster, ns, () => upgrade.abort('p95 410 ms > 300 ms'))
      expect(least).toBeGreaterThanOrEqual(3)
      expect(result.record).toMatchObject({ version: 3, manifest: wholeRelease(0).manifest, info: { status: 'deployed' } })
      expect(await objects()).toEqual(whole(0))
      expect(await statuses()).toEqual(['1 superseded: Install complete', '2 failed: p95 410 ms > 300 ms', '3 deployed: Rollback to 1: p95 410 ms > 300 ms'])
      expect(events.flatMap((e) => (e.type === 'hook' && e.state === 'started' ? [e.hook] : []))).toEqual(['before-1', 'back-0'])
      expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      const again = await resume()
      expect(again.state).toBe('aborted')
      expect((await failure(again.stage(all.manifest, { description: 'x' }))).code).toBe('release.conflict')
      expect((await again.abort('p95')).record.version).toBe(3)
      expect(await statuses()).toHaveLength(3)
    })

    inNamespace('a stage that fails stays pending and lists all that may exist; then it is aborted', async ({ begin, statuses, stored, objects }) => {
      const names = (of: string[]): string[] => of.map((o) => o.replace(/=.*/, ''))
      const upgrade = await begin({ patience: { imagePull: 500 } })
      await upgrade.stage(preview.manifest, { description: preview.description })
      const broken = quarter.manifest.replace('example.com/app:1', 'example.com/does-not-exist:1').replaceAll('own-1', 'own-x')
      const error = await failure(upgrade.stage(broken, { description: 'Canary 25%' }))
      expect(error.code).toBe('release.notReady')
      expect((await statuses()).at(-1)).toBe('2 pending-upgrade: Canary 25%')
      expect(names(expectedOf(await stored()))).toEqual(names(await objects()))
      expect(names(await objects())).toEqual(expect.arrayContaining(['ConfigMap/own-1', 'ConfigMap/own-x']))
      await upgrade.abort('it does not start')
      expect(await objects()).toEqual(whole(0))
    })

    inNamespace('while its run lives, everybody else is refused and told what it is', async ({ base, begin, resume, statuses, objects }) => {
      const live = await begin()
      await live.stage(quarter.manifest, { description: quarter.description })
      const source = rendered([configMap('x')])
      for (const other of [() => upgrade({ ...base, source }), () => upgrade({ ...base, source, dryRun: 'server' }), () => rollback(base), () => repair({ ...base, force: true }), () => uninstall(base), resume, () => begin({ target: wholeRelease(2) })]) {
        const error = await failure(other() as Promise<unknown>)
        expect([error.code, error.hint]).toEqual(['release.pending', expect.stringMatching(/^Revision 2 is a canary rollout under way, driven by \S+ since .+: `pintle rollout status web` shows it/)])
      }
      expect(await statuses()).toHaveLength(2)
      expect(await objects()).toEqual(expectedOf(quarter.manifest))
      await live.abort('enough')
    })

    for (const [name, end] of [['died', die], ['left it', async (_ns: string, run: StagedUpgrade) => { await run.leave() }]] as const) {
      inNamespace(`once its run ${name}, an upgrade is refused still, and a repair`, async ({ base, ns, begin, resume, statuses, objects }) => {
        const dead = await begin()
        await dead.stage(half.manifest, { description: half.description })
        await end(ns, dead)
        const source = rendered([configMap('x')])
        for (const other of [() => upgrade({ ...base, source }), () => upgrade({ ...base, source, interrupted: 'refuse' }), () => repair(base), () => begin()]) {
          const error = await failure(other() as Promise<unknown>)
          expect([error.code, error.hint]).toEqual(['release.pending', expect.stringMatching(/^Revision 2 is a canary rollout under way, which \S+ drove until .+: `pintle rollout resume web` goes on with it, `pintle rollout abort web`/)])
        }
        expect(await repair({ ...base, dryRun: true })).toMatchObject({ rollout: 'canary', next: 'rollback', rollbackTo: 1 })
        expect((await statuses()).at(-1)).toBe(`2 pending-upgrade: ${half.description}`)
        const next = await resume()
        expect(next.state).toBe('rolling')
        await next.finish()
        expect(await objects()).toEqual(whole(1))
      })
    }

    inNamespace('a plain rollback of one that nobody drives leaves nothing of it', async ({ base, ns, begin, statuses, objects, events }) => {
      const dead = await begin()
      await dead.stage(all.manifest, { description: all.description })
      await die(ns)
      const { least } = await watching(cluster, ns, () => rollback({ ...base, version: 1 }))
      expect(least).toBeGreaterThanOrEqual(3)
      expect(await objects()).toEqual(whole(0))
      expect(await statuses()).toEqual(['1 superseded: Install complete', '2 failed: Interrupted while pending-upgrade; followed by the rollback in revision 3', '3 deployed: Rollback to 1'])
      expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('`pintle rollout abort web` takes its traffic back first') })
    })

    inNamespace('a forced repair frees it, and the next upgrade leaves nothing of it', async ({ base, ns, begin, statuses, objects }) => {
      const dead = await begin()
      await dead.stage(half.manifest, { description: half.description })
      await die(ns)
      expect(await repair({ ...base, force: true })).toMatchObject({ changes: [{ version: 2, to: 'failed' }] })
      await upgrade({ ...base, wait: 'watcher', source: { render: () => wholeRelease(3) } })
      expect(await objects()).toEqual(whole(3))
      expect((await statuses()).at(-1)).toBe('3 deployed: Upgrade complete')
    })

    inNamespace('an uninstall takes all of it, and what is known of it', async ({ base, ns, begin, objects }) => {
      await cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: rolloutSecret('web'), namespace: ns } })
      const dead = await begin()
      await dead.stage(half.manifest, { description: half.description })
      await die(ns)
      await uninstall(base)
      expect(await objects()).toEqual([])
    })

    inNamespace('where no note tells, its Secret does', async ({ base, ns, begin }) => {
      const dead = await begin()
      await dead.leave()
      await cluster.patch({ apiVersion: 'v1', kind: 'Secret', namespace: ns, name: 'sh.helm.release.v1.web.v2' }, 'merge', { metadata: { annotations: null } })
      const refused = async (): Promise<string | undefined> => (await failure(upgrade({ ...base, source: rendered([]) }))).hint
      expect(await refused()).toContain('nothing tells whether its run still lives')
      await cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: rolloutSecret('web'), namespace: ns } })
      expect(await refused()).toBe('Revision 2 is a rollout under way: `pintle rollout resume web` goes on with it, `pintle rollout abort web` takes it back, `pintle rollout status web` shows it.')
    })

    inNamespace('tests of the release may run meanwhile', async ({ base, begin, statuses }) => {
      const upgrade = await begin({ target: { ...wholeRelease(1), hooks: [...hooksOf(1), hook(pod('probe'), ['test'])] } })
      await upgrade.stage(quarter.manifest, { description: quarter.description })
      await runTests(base)
      await upgrade.stage(half.manifest, { description: half.description })
      const { hooks } = (await releaseHistory(base)).at(-1)!.record
      expect(hooks.find((h) => h.name === 'probe')?.last_run.phase).toBe('Succeeded')
      await upgrade.finish()
      expect((await statuses()).at(-1)).toBe('2 deployed: Upgrade complete')
    })

    inNamespace('stops when another run takes it over, or another revision is made', async ({ ns, begin, resume, objects }) => {
      const first = await begin()
      await first.stage(preview.manifest, { description: preview.description })
      await die(ns)
      const second = await resume()
      expect(['release.conflict', 'release.pending']).toContain((await failure(first.stage(quarter.manifest, { description: quarter.description }))).code)
      for (let i = 0; !first.lost.aborted && i < 150; i++) await sleep(100)
      expect(first.lost.aborted).toBe(true)
      expect((await failure(first.abort('no'))).code).toBe('release.pending')
      expect(await objects()).toEqual(expectedOf(preview.manifest))
      // Helm asks no Lease.
      const storage = new Storage(new KubeDriver(cluster, ns))
      await storage.create({ ...second.base, version: 3, info: { ...second.base.info, status: 'pending-rollback', description: 'Rollback to 1' } }, {})
      const overtaken = await failure(second.stage(quarter.manifest, { description: quarter.description }))
      expect([overtaken.code, overtaken.message]).toEqual(['release.conflict', 'revision 2 of web is not the last one any more: revision 3 (pending-rollback) was made meanwhile'])
      expect(await objects()).toEqual(expectedOf(preview.manifest))
      await second.leave()
      const third = await resume()
      expect(third.state).toBe('aborting')
      await third.abort('Helm was killed')
      expect(await objects()).toEqual(whole(0))
    })

    inNamespace('refuses before anything is written: what is not its own, what is too large', async ({ ns, begin, stored, objects, statuses }) => {
      const upgrade = await begin()
      await cluster.create({ ...deployment('app-canary'), metadata: { name: 'app-canary', namespace: ns } })
      const before = await objects()
      const foreign = await failure(upgrade.stage(quarter.manifest, { description: quarter.description }))
      expect(foreign.code).toBe('release.ownership')
      const noise = Array.from({ length: 1_500_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('')
      const large = await failure(upgrade.stage(manifestOf([...wholeObjects(0), configMap('large', { noise })]), { description: 'large' }))
      expect([large.code, large.hint]).toEqual(['release.tooLarge', expect.stringContaining('nothing of this stage was changed')])
      expect(await objects()).toEqual(before)
      expect(await stored()).toBe(wholeRelease(0).manifest)
      expect((await statuses()).at(-1)).toBe('2 pending-upgrade: Canary rollout begun')
      await upgrade.abort('refused')
    })

    inNamespace('begins with what an upgrade begins with: its refusals and its hooks', async ({ base, ns, begin, statuses, objects }) => {
      const frozen = wholeObjects(1).map((o) => (o.kind === 'Deployment' ? { ...o, spec: { ...o.spec, selector: { matchLabels: { other: 'x' } } } } : o))
      const refused = await failure(begin({ target: { ...wholeRelease(1), manifest: manifestOf(frozen) }, preflight: true }))
      expect(refused.details).toMatchObject({ unchanged: true })
      expect((await failure(begin({ name: 'none' }))).code).toBe('release.noDeployed')
      expect(await statuses()).toHaveLength(1)
      const failing = await failure(begin({ target: { ...wholeRelease(1), hooks: [hook(job('before', 'example.com/fail:1'), ['pre-upgrade'])] } }))
      expect([failing.code, failing.message]).toEqual(['release.hookFailed', expect.stringContaining('pre-upgrade hooks failed')])
      expect(await statuses()).toEqual(['1 deployed: Install complete', expect.stringMatching(/^2 failed: Upgrade "web" failed: pre-upgrade hooks failed/)])
      expect(await objects()).toEqual(whole(0))
      expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      // What a failed revision left goes with the first stage.
      await cluster.create({ ...configMap('left'), metadata: { name: 'left', namespace: ns, labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': ns } } })
      await failure(upgrade({ ...base, source: rendered([...wholeObjects(0), configMap('left')], [hook(job('before', 'example.com/fail:1'), ['pre-upgrade'])]) }))
      const next = await begin()
      expect(next.record.version).toBe(4)
      await next.stage(preview.manifest, { description: preview.description })
      expect(await objects()).toEqual(expectedOf(preview.manifest))
      await next.abort('done')
      expect(await objects()).toEqual(whole(0))
    })

    inNamespace('is cancelled by the signal of a stage, and goes on', async ({ begin, objects, statuses }) => {
      const upgrade = await begin()
      const cancel = new AbortController()
      const slow = quarter.manifest.replace('"labels":{"app":"app","track":"app-canary"}', '"labels":{"app":"app","track":"app-canary"},"annotations":{"sandbox.pintle.dev/delay-seconds":"30"}')
      expect(slow).not.toBe(quarter.manifest)
      setTimeout(() => { cancel.abort() }, 1500)
      const error = await failure(upgrade.stage(slow, { description: 'slow', signal: cancel.signal }))
      expect([error.code, error.hint]).toEqual(['release.aborted', 'Revision 2 of web stays pending-upgrade, and lists all that may exist.'])
      expect((await statuses()).at(-1)).toBe('2 pending-upgrade: slow')
      await upgrade.stage(quarter.manifest, { description: quarter.description })
      expect(await objects()).toEqual(expectedOf(quarter.manifest))
      await upgrade.finish('Canary promoted')
      expect((await statuses()).at(-1)).toBe('2 deployed: Canary promoted')
    })
  })
}

interface Stage { description: string; manifest: string }

/** The fewest ready pods of the release while something goes on. */
async function watching<T>(cluster: Cluster, namespace: string, work: () => Promise<T>): Promise<{ least: number; result: T }> {
  let least = Infinity
  let over = false
  const watched = (async () => {
    while (!over) {
      const { items } = await cluster.list('v1', 'Pod', { namespace, labelSelector: 'app=app' })
      least = Math.min(least, items.filter((p) => p.metadata.deletionTimestamp === undefined && (p.status?.conditions as { type: string; status: string }[] | undefined)?.some((c) => c.type === 'Ready' && c.status === 'True')).length)
      await sleep(20)
    }
  })()
  try {
    return { result: await work(), least }
  } finally {
    over = true
    await watched
  }
}
