import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import type { Cluster, KubeObject, ObjectRef } from '../../src/cluster/kube/index.ts'
import { KubeDriver, Storage, install, pendingRecord, releaseHistory, rollback, uninstall, upgrade } from '../../src/cluster/release/index.ts'
import { sha256 } from '../../src/delivery/attestation/index.ts'
import { PlanKey, lockDigest, pin, readLock, writeLock, type DigestedPlan } from '../../src/delivery/plan/index.ts'
import { loadChart } from '../../src/charts/chart/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { worlds, type PlanWorld } from './plan-world.ts'
import { configMap, crd, rendered } from './release-fixtures.ts'

/**
 * A plan is applied exactly as it was reviewed, or refused with the name of each precondition that does not hold and nothing changed: on the sandbox and on a real
 * control plane.
 */
export function planStalenessSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const onEach = onCluster(start, 'stale')
    const makeWorld = worlds()
    const inWorld = (name: string, run: (world: PlanWorld, id: number) => Promise<void>, files: (id: number) => Record<string, string> = () => ({})): void => {
      onEach(name, async ({ cluster, ns, id }) => run(makeWorld({ cluster, namespace: ns, files: files(id) }), id))
    }
    /** After a first release, a plan for the second; then something happens. */
    const stale = (name: string, happens: (world: PlanWorld, plan: DigestedPlan) => Promise<unknown>, reasons: readonly string[], set: readonly string[] = ['color=blue']): void => {
      inWorld(name, async (world) => {
        await world.applied()
        const plan = await world.plan(set)
        await happens(world, plan)
        await world.refuses(plan, reasons)
      })
    }

    describe('what is applied', () => {
      const digestOf = (world: PlanWorld, digest: string, body: string): string => (digest.startsWith('hmac') ? world.key.digest(body) : sha256(body))

      /** Every object that reached the server, and the records and nothing else, by the digests of the plan. */
      const expectPlanned = (world: PlanWorld, plan: DigestedPlan, writes: Awaited<ReturnType<PlanWorld['apply']>>['writes']): void => {
        const [release] = plan.plan.releases
        const planned = [...release!.crds, ...release!.objects, ...release!.hooks]
        const sent = writes.filter((w) => (w.verb === 'apply' || w.verb === 'create') && !w.what.startsWith('Secret/sh.helm.release') && !w.what.startsWith('Lease/'))
        for (const { what, body } of sent) {
          const one = planned.find((p) => `${p.ref.kind}/${p.ref.name}` === what)
          expect(one, what).toBeDefined()
          expect(digestOf(world, one!.digest, body), what).toBe(one!.digest)
        }
        const mustBe = planned.filter((p) => ['add', 'change', 'hook'].includes(p.action)).map((p) => `${p.ref.kind}/${p.ref.name}`)
        expect(sent.map((w) => w.what).sort()).toEqual(expect.arrayContaining(mustBe.sort()))
        expect(writes.filter((w) => w.verb === 'delete' && !w.what.startsWith('Lease/')).map((w) => w.what).sort()).toEqual(planned.filter((p) => p.action === 'remove' || p.action === 'hook').map((p) => `${p.ref.kind}/${p.ref.name}`).sort())
        expect(writes.filter((w) => w.verb === 'patch')).toEqual([])
      }

      inWorld('an install and an upgrade send exactly the planned bytes', async (world) => {
        const first = await world.plan()
        const installed = await world.apply(first)
        expect(installed).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
        expectPlanned(world, first, installed.writes)
        const second = await world.plan(['color=blue', 'extra=true', 'gone=false', 'hook=two'])
        expect(Object.fromEntries(second.plan.releases[0]!.objects.map((o) => [o.ref.name, o.action]))).toEqual({
          'web-config': 'change', 'web-same': 'none', 'web-secret': 'change', 'web-app': 'change', 'web-extra': 'add', 'web-gone': 'remove',
        })
        const upgraded = await world.apply(second)
        expect(upgraded).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
        expectPlanned(world, second, upgraded.writes)
        const history = await releaseHistory({ cluster: world.cluster, namespace: world.namespace, name: 'web' })
        expect(history.map((r) => [r.record.info.status, r.record.info.description])).toEqual([
          ['superseded', `Install complete (plan ${first.digest})`], ['deployed', `Upgrade complete (plan ${second.digest})`],
        ])
        expect(history[1]!.record.info.notes).toContain('It is blue.')
      })

      inWorld('what chance, time and the cluster gave is frozen', async (world) => {
        const plan = await world.plan(['color=random'])
        world.write({ 'templates/random.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web-random }\ndata: { a: "{{ randAlphaNum 20 }}", b: "{{ now | unixEpoch }}" }\n' })
        const random = await world.plan()
        expect(plan.plan.releases[0]!.nondeterministic).toEqual([])
        expect(random.plan.releases[0]!.nondeterministic.length).toBeGreaterThan(0)
        const shown = random.plan.releases[0]!.changes.objects.find((o) => o.name === 'web-random')!.after!.data as Record<string, string>
        expect(await world.apply(random)).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
        expect((await world.cluster.get(world.ref('ConfigMap', 'web-random')))?.data).toEqual(shown)
      })

      inWorld('once only: a second time it says so and writes nothing', async (world) => {
        const plan = await world.applied()
        const before = await world.state()
        expect(await world.apply(plan)).toMatchObject({ refused: [], applied: [{ outcome: 'applied-already' }], writes: [] })
        // Also when it expired meanwhile, and whatever the approvals are worth by then.
        expect(await world.apply(plan, { now: new Date(Date.now() + 1e9), approvals: async () => [{ id: 'plan/unapproved', message: 'x' }] })).toMatchObject({ refused: [], writes: [] })
        expect(await world.state()).toEqual(before)
        await world.applied(['color=blue'])
        await world.refuses(plan, ['stale/release-changed'])
      })

      inWorld('by the client, where the release is', async (world) => {
        const request = await world.request([])
        const { manifest } = (await import('../../src/charts/render/index.ts')).renderChart(request.chart, { release: { name: 'web', namespace: world.namespace }, values: request.values })
        await install({ cluster: world.cluster, namespace: world.namespace, name: 'web', serverSide: false, source: { render: () => ({ chart: { metadata: { name: 'web', version: '1.0.0' }, lock: null, templates: null, values: {}, schema: null, files: null }, config: {}, manifest, hooks: [], notes: '' }) } })
        const plan = await world.plan(['color=blue'])
        expect(plan.plan.releases[0]!.applyMethod).toBe('csa')
        await world.edit('ConfigMap', 'web-config', { data: { color: 'green' } })
        await world.refuses(plan, ['stale/object-changed ConfigMap/web-config'])
        await world.edit('ConfigMap', 'web-config', { data: { color: 'red', other: 'x' }, metadata: { annotations: { note: 'y' } } })
        // Back at the old value, but another manager has it now.
        const again = await world.plan(['color=blue'])
        expect(await world.apply(again)).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
        expect((await world.cluster.get(world.ref('ConfigMap', 'web-config')))?.data).toMatchObject({ color: 'blue', other: 'x' })
      })
    })

    describe('an object', () => {
      stale('that was edited', (w) => w.edit('ConfigMap', 'web-config', { data: { color: 'green' } }), ['stale/object-changed ConfigMap/web-config'])
      stale('of which a field was taken away', (w) => w.edit('ConfigMap', 'web-same', { data: { a: null } }), ['stale/object-changed ConfigMap/web-same'])
      stale('that is a Secret', (w) => w.edit('Secret', 'web-secret', { data: { key: Buffer.from('other').toString('base64') } }), ['stale/object-changed Secret/web-secret'])
      stale('deep in a list', (w) => w.cluster.patch(w.ref('Deployment', 'web-app'), 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.com/web:other' }] } } } }, { fieldManager: 'kubectl-set' }), ['stale/object-changed Deployment/web-app'])
      stale('two of them are told together', async (w) => {
        await w.edit('ConfigMap', 'web-config', { metadata: { labels: { tier: 'x' } } })
        await w.edit('ConfigMap', 'web-gone', { data: { a: 'x' } })
      }, ['stale/object-changed ConfigMap/web-config', 'stale/object-changed ConfigMap/web-gone'])
      stale('that was deleted', (w) => w.cluster.delete(w.ref('ConfigMap', 'web-same')), ['stale/object-gone ConfigMap/web-same'])
      stale('that is to be removed and is gone', (w) => w.cluster.delete(w.ref('ConfigMap', 'web-gone')), ['stale/object-gone ConfigMap/web-gone'], ['gone=false'])
      stale('that was deleted and made anew', async (w) => {
        const { metadata, ...rest } = (await w.cluster.get(w.ref('ConfigMap', 'web-same')))!
        await w.cluster.delete(w.ref('ConfigMap', 'web-same'))
        await w.cluster.apply({ ...rest, metadata: { name: metadata.name!, namespace: w.namespace, labels: metadata.labels!, annotations: metadata.annotations! } } as KubeObject, { fieldManager: 'helm' })
      }, ['stale/object-replaced ConfigMap/web-same'])
      stale('that appeared', (w) => w.cluster.create({ ...configMap('web-extra', { a: 'theirs' }), metadata: { name: 'web-extra', namespace: w.namespace } }), ['stale/object-appeared ConfigMap/web-extra'], ['extra=true'])

      inWorld('of which somebody else has a field already: that applying would fail is known beforehand', async (world) => {
        await world.applied()
        await world.cluster.apply({ ...configMap('web-config', { color: 'green' }), metadata: { name: 'web-config', namespace: world.namespace } }, { fieldManager: 'somebody', force: true })
        const made = await world.make(['color=blue'])
        expect(made.releases[0]!.prepared.rejected).toMatchObject([{ ref: { name: 'web-config' }, rejection: expect.stringMatching(/conflict with "somebody".*\.data\.color/s) }])
        expect(made.plan.releases[0]!.changes.objects.find((o) => o.name === 'web-config')).toMatchObject({ action: 'change', before: { data: { color: 'green' } }, after: { data: { color: 'blue' } } })
      })

      inWorld('that stands where a hook will, and is no hook', async (world) => {
        const plan = await world.plan()
        await world.cluster.create({ ...configMap('web-hook', { a: 'theirs' }), metadata: { name: 'web-hook', namespace: world.namespace } })
        await world.refuses(plan, ['stale/object-appeared ConfigMap/web-hook'])
      })

      inWorld('may change in what the release does not own: status, labels, annotations, other keys', async (world) => {
        await world.applied()
        const plan = await world.plan(['color=blue'])
        await world.edit('ConfigMap', 'web-config', { data: { other: 'x' }, metadata: { labels: { team: 'a' }, annotations: { note: 'b' } } })
        await world.edit('Secret', 'web-secret', { data: { other: 'eA==' } })
        await world.cluster.patch(world.ref('Deployment', 'web-app'), 'merge', { status: { conditions: [{ type: 'Available', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', lastUpdateTime: '2026-01-01T00:00:00Z', reason: 'x', message: 'y' }] } }, { subresource: 'status', fieldManager: 'somebody' })
        expect(await world.apply(plan)).toMatchObject({ refused: [], applied: [{ outcome: 'deployed' }] })
        expect((await world.cluster.get(world.ref('ConfigMap', 'web-config')))?.data).toMatchObject({ color: 'blue', other: 'x' })
      })

      inWorld('whose new field somebody else has set meanwhile', async (world) => {
        await world.applied()
        world.write({ 'templates/same.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-same" }\ndata: { a: "1", b: "2" }\n' })
        const plan = await world.plan()
        await world.edit('ConfigMap', 'web-same', { data: { b: 'theirs' } })
        await world.refuses(plan, ['stale/object-changed ConfigMap/web-same'])
      })
    })

    describe('the release', () => {
      const base = (world: PlanWorld) => ({ cluster: world.cluster, namespace: world.namespace, name: 'web' })
      const frozen = rendered([configMap('web-config', { color: 'x' })])
      stale('was upgraded elsewhere', (w) => upgrade({ ...base(w), source: frozen }), ['stale/release-changed'])
      stale('was upgraded to the very same', async (w) => { await w.applied(['color=red', 'hook=two']) }, ['stale/release-changed'])
      inWorld('was rolled back elsewhere', async (world) => {
        await world.applied()
        await world.applied(['color=green'])
        const plan = await world.plan(['color=blue'])
        await rollback({ ...base(world), version: 1 })
        await world.refuses(plan, ['stale/release-changed'])
      })
      stale('was removed', (w) => uninstall(base(w)), ['stale/lineage'])
      stale('was removed and made anew', async (w) => {
        await uninstall(base(w))
        await w.applied()
      }, ['stale/lineage'])
      stale('has a record that somebody wrote to', (w) => w.cluster.patch(w.ref('Secret', 'sh.helm.release.v1.web.v1'), 'merge', { metadata: { labels: { note: 'x' } } }), ['stale/release-changed'])
      inWorld('appeared since', async (world) => {
        const plan = await world.plan()
        await install({ ...base(world), source: rendered([configMap('another')]) })
        await world.refuses(plan, ['stale/release-changed'])
      })
      inWorld('is worked on by somebody', async (world) => {
        await world.applied()
        const plan = await world.plan(['color=blue'])
        const { record } = (await releaseHistory(base(world))).at(-1)!
        const pending = pendingRecord({ chart: record.chart!, config: {}, manifest: record.manifest, hooks: [], notes: '' }, { name: 'web', namespace: world.namespace, version: 2, serverSide: true, status: 'pending-upgrade', description: 'Preparing upgrade' })
        await new Storage(new KubeDriver(world.cluster, world.namespace)).create(pending, {})
        await world.refuses(plan, ['stale/release-busy'])
      })
      inWorld('keeps its records elsewhere', async (world) => {
        const plan = await world.plan()
        await world.refuses(plan, ['plan/other-storage'], { driver: (namespace, cluster) => new KubeDriver(cluster, namespace, 'ConfigMap') })
      })
      inWorld('somebody is quicker between check and change: exactly one wins', async (world) => {
        await world.applied()
        const [one, other] = [await world.plan(['color=blue']), await world.plan(['color=green'])]
        const outcomes = await Promise.all([world.apply(one), world.apply(other)])
        // The other one sees it when it looks, or when it would make its revision; either way it has changed nothing.
        expect(outcomes.flatMap((o) => [...o.refused, ...o.applied.map((a) => a.outcome)]).sort()).toEqual(['deployed', expect.stringMatching(/^(refused|stale\/release-(busy|changed))$/)])
        expect((await releaseHistory(base(world))).map((r) => r.record.info.status)).toEqual(['superseded', 'deployed'])
      })
    })

    describe('the target', () => {
      inWorld('is another cluster', async (world) => {
        const plan = await world.plan()
        await world.refuses(plan, ['target/other-cluster'], { cluster: answering(world.cluster, (ref) => ref.kind === 'Namespace' && ref.name === 'kube-system', (o) => ({ ...o, metadata: { ...o.metadata, uid: 'another' } })) })
      })
      inWorld('is another namespace of that name', async (world) => {
        await world.applied()
        const plan = await world.plan(['color=blue'])
        await world.refuses(plan, ['stale/namespace-replaced'], { cluster: answering(world.cluster, (ref) => ref.kind === 'Namespace' && ref.name === world.namespace, (o) => ({ ...o, metadata: { ...o.metadata, uid: 'another' } })) })
        await world.refuses(plan, ['stale/namespace-gone'], { cluster: answering(world.cluster, (ref) => ref.kind === 'Namespace' && ref.name === world.namespace, () => undefined) })
      })
      inWorld('is a server of another version', async (world) => {
        const plan = await world.plan()
        const other = answering(world.cluster, () => false, (o) => o, { version: async () => ({ major: '1', minor: '99', gitVersion: 'v1.99.0' }) })
        await world.refuses(plan, ['stale/capabilities-changed'], { cluster: other })
      })
      inWorld('serves other kinds than when the chart asked', async (world, id) => {
        const plan = await world.plan()
        expect(plan.plan.releases[0]!.capabilities.apiVersions).toMatch(/^sha256:/)
        await world.cluster.create(crd(`gauges${id}`, `Gauge${id}`))
        const served = async (): Promise<boolean> => (await world.cluster.mapping('suite.pintle.dev/v1', `Gauge${id}`)) !== undefined && (await world.cluster.apiVersions()).includes(`suite.pintle.dev/v1/Gauge${id}`)
        for (let i = 0; i < 200 && !await served(); i++) await new Promise((resolve) => setTimeout(resolve, 50))
        await world.refuses(plan, ['stale/capabilities-changed'])
      }, () => ({ 'templates/caps.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web-caps }\ndata: { a: "{{ .Capabilities.APIVersions.Has "nothing/v1" }}" }\n' }))
      inWorld('answers a lookup otherwise', async (world) => {
        await world.cluster.create({ ...configMap('shared', { password: 'first-looked-up' }), metadata: { name: 'shared', namespace: world.namespace } })
        const plan = await world.plan()
        expect(plan.plan.releases[0]!.lookups).toMatchObject([{ call: `lookup v1 ConfigMap ${world.namespace}/shared` }, { call: `lookup v1 ConfigMap ${world.namespace}/missing` }])
        // Written again just so: nothing a chart could see.
        await world.cluster.apply({ ...configMap('shared', { password: 'first-looked-up' }), metadata: { name: 'shared', namespace: world.namespace } }, { fieldManager: 'other' })
        expect((await world.check(plan)).refusals).toEqual([])
        await world.edit('ConfigMap', 'shared', { data: { password: 'second' } })
        await world.refuses(plan, ['stale/lookup-changed'])
        await world.edit('ConfigMap', 'shared', { data: { password: 'first-looked-up' } })
        await world.cluster.create({ ...configMap('missing'), metadata: { name: 'missing', namespace: world.namespace } })
        await world.refuses(plan, ['stale/lookup-changed'])
      }, () => ({ 'templates/lookup.yaml': '{{ $s := lookup "v1" "ConfigMap" .Release.Namespace "shared" }}{{ $m := lookup "v1" "ConfigMap" .Release.Namespace "missing" }}apiVersion: v1\nkind: Secret\nmetadata: { name: web-looked }\nstringData: { a: "{{ $s.data.password }}{{ $m.data }}" }\n' }))
      const documented = (id: number): KubeObject => {
        const made = ownCrd(id)
        made.spec.versions[0].schema.openAPIV3Schema.properties.spec.description = 'ours'
        return made
      }
      const ownCrd = (id: number): KubeObject => crd(`dials${id}`, `Dial${id}`)
      inWorld('has a definition of the chart that is not as it was', async (world, id) => {
        const plan = await world.plan()
        expect(plan.plan.releases[0]!.crds).toMatchObject([{ action: 'crd', ref: { name: `dials${id}.suite.pintle.dev` } }])
        const other = ownCrd(id)
        other.spec.versions[0].schema.openAPIV3Schema.properties.spec.description = 'theirs'
        await world.cluster.create(other)
        await world.refuses(plan, [`stale/crd-changed CustomResourceDefinition/dials${id}.suite.pintle.dev`])
        await world.cluster.delete({ apiVersion: other.apiVersion, kind: other.kind, name: other.metadata.name! })
        for (let i = 0; i < 200 && (await world.cluster.get({ apiVersion: other.apiVersion, kind: other.kind, name: other.metadata.name! })) !== undefined; i++) await new Promise((resolve) => setTimeout(resolve, 50))
        // Just as the chart has it, it may be there already: nothing would be changed.
        await world.cluster.create(documented(id))
        expect((await world.apply(plan)).refused).toEqual([])
      }, (id) => ({ 'crds/dial.yaml': JSON.stringify(documented(id)), 'templates/dial.yaml': `apiVersion: suite.pintle.dev/v1\nkind: Dial${id}\nmetadata: { name: web-dial }\nspec: { a: 1 }\n` }))
      inWorld('gets the definitions of the chart, and objects of their kinds', async (world, id) => {
        const { writes } = await world.apply(await world.plan())
        expect(writes.map((w) => w.what)).toEqual(expect.arrayContaining([`CustomResourceDefinition/dials${id}.suite.pintle.dev`, `Dial${id}/web-dial`]))
      }, (id) => ({ 'crds/dial.yaml': JSON.stringify(ownCrd(id)), 'templates/dial.yaml': `apiVersion: suite.pintle.dev/v1\nkind: Dial${id}\nmetadata: { name: web-dial }\nspec: { a: 1 }\n` }))
    })

    describe('the plan', () => {
      inWorld('expired, is of another version, key, digest or policy, is blocked or not approved: all of it is told at once', async (world) => {
        await world.applied()
        const results = [{ rule: 'inputs/x', severity: 'block' as const, status: 'violated' as const, violations: [{ message: 'm' }], overrides: [] }]
        const plan = await world.plan(['color=blue'], { requires: { approvals: 2, approvers: [] }, policy: async () => ({ pack: 'production', digest: sha256('a'), results, overrides: [] }) })
        await world.edit('ConfigMap', 'web-config', { data: { color: 'green' } })
        await world.refuses(plan, ['plan/tool-version', 'plan/expired', 'plan/other-digest', 'plan/policy-changed', 'plan/blocked', 'plan/unapproved', 'stale/object-changed ConfigMap/web-config'], {
          version: '9.9.9', now: new Date(Date.now() + 7_200_000), approvedDigest: sha256('other'), policyDigests: [sha256('b')],
        })
        await world.refuses(plan, ['plan/other-key'], { key: PlanKey.random() })
      })
      inWorld('holds nothing that its key did not seal', async (world) => {
        const [one, other] = [await world.plan(), await world.plan(['color=blue'])]
        // A clear part under another payload, a payload under another clear part, one word changed: each with a right digest.
        const mixed = { ...one.plan, releases: [{ ...one.plan.releases[0]!, payload: other.plan.releases[0]!.payload }] }
        for (const plan of [mixed, { ...one.plan, expires: '2099-01-01T00:00:00Z' }, { ...one.plan, requires: { approvals: 0, approvers: ['x'] } }]) {
          await expect(world.check({ plan, digest: one.digest })).rejects.toMatchObject({ code: 'plan.invalid', message: expect.stringContaining('does not belong together') })
        }
      })
      inWorld('was made from a chart, values or a lock that changed since', async (world) => {
        const file = (name: string, text: string): void => {
          mkdirSync(dirname(join(world.folder, name)), { recursive: true })
          writeFileSync(join(world.folder, name), text)
        }
        file('prod.yaml', 'color: blue\n')
        const chart = await loadChart(join(world.folder, 'web'))
        const pinned = pin(chart, [], { pintle: '1', helm: '4' })
        const lock = join(world.folder, 'pintle.lock')
        writeLock(lock, 'web', pinned)
        const request = await world.request(['color=blue'], {
          pin: { ...pinned, values: [{ path: 'prod.yaml', digest: world.key.digest('color: blue\n') }] }, sources: { chart: 'web', lock: { path: 'pintle.lock', key: 'web', digest: lockDigest(readLock(lock).releases.web) } },
        })
        const plan = await world.plan([], { requests: [request] })
        const sources = { base: world.folder, strict: false }
        expect((await world.check(plan, { sources })).refusals).toEqual([])
        file('prod.yaml', 'color: green\n')
        writeLock(lock, 'web', { ...pinned, tool: { pintle: '2', helm: '4' } })
        world.write({ 'values.yaml': 'color: red\n' })
        await world.refuses(plan, ['stale/chart-changed', 'stale/values-changed', 'stale/lock-changed'], { sources })
        expect((await world.check(plan)).refusals).toEqual([])
        // Nothing at hand is no reason, unless somebody says so.
        expect((await world.check(plan, { sources: { base: '/nonexistent', strict: true } })).refusals.map((r) => r.id)).toEqual(['stale/chart-changed', 'stale/values-changed', 'stale/lock-changed'])
      })
    })

    describe('several releases', () => {
      const three = async (world: PlanWorld, second: readonly string[]): Promise<DigestedPlan> => world.plan([], {
        requests: [
          await world.request([], { name: 'c-last', service: 'c-last', needs: ['b-middle'] }), await world.request(second, { name: 'b-middle', service: 'b-middle', needs: ['a-first'] }), await world.request([], { name: 'a-first', service: 'a-first' }),
        ],
      })
      const outcomes = ({ applied }: Awaited<ReturnType<PlanWorld['apply']>>): string[] => applied.map((a) => `${a.release.planned.name} ${a.outcome}`)

      inWorld('go in the order of their needs, and what follows a failed one is not started', async (world) => {
        const plan = await three(world, ['color=bad'])
        expect(plan.plan.releases.map((r) => r.name)).toEqual(['a-first', 'b-middle', 'c-last'])
        const failing = failingFor(world.cluster, (object) => object.metadata.name === 'b-middle-secret')
        expect(outcomes(await world.apply(plan, { cluster: failing }))).toEqual(['a-first deployed', 'b-middle rolled-back', 'c-last not-started'])
        expect(await world.cluster.get(world.ref('ConfigMap', 'c-last-config'))).toBeUndefined()
        // The first stands, the others can be applied once more by the same plan.
        expect(outcomes(await world.apply(plan))).toEqual(['a-first applied-already', 'b-middle deployed', 'c-last deployed'])
        expect(outcomes(await world.apply(plan))).toEqual(['a-first applied-already', 'b-middle applied-already', 'c-last applied-already'])
      })
      inWorld('one of which is stale: none is applied', async (world) => {
        await world.applied([], { requests: [await world.request([], { name: 'c-last', service: 'c-last' })] })
        const plan = await world.plan([], { requests: [await world.request(['color=blue'], { name: 'c-last', service: 'c-last', needs: ['a-first'] }), await world.request([], { name: 'a-first', service: 'a-first' })] })
        await world.edit('ConfigMap', 'c-last-config', { data: { color: 'green' } })
        await world.refuses(plan, ['stale/object-changed ConfigMap/c-last-config'])
      })
      inWorld('what stays as it is is left out', async (world) => {
        await world.applied([], { requests: [await world.request([], { name: 'a-first', service: 'a-first' })] })
        const plan = await three(world, [])
        expect(plan.plan.releases.map((r) => [r.name, r.needs])).toEqual([['b-middle', []], ['c-last', ['b-middle']]])
      })
      inWorld('cannot need each other', async (world) => {
        const requests = [await world.request([], { name: 'a', needs: ['b'] }), await world.request([], { name: 'b', needs: ['c'] }), await world.request([], { name: 'c', needs: ['b'] })]
        await expect(world.plan([], { requests })).rejects.toMatchObject({ code: 'plan.order', message: expect.stringContaining('b -> c -> b') })
        await expect(world.plan([], { requests: requests.slice(0, 1) })).rejects.toMatchObject({ code: 'plan.order' })
      })
    })
  })
}

/** A cluster that answers some reads otherwise. */
function answering(cluster: Cluster, which: (ref: ObjectRef) => boolean, change: (object: KubeObject) => KubeObject | undefined, more: Partial<Cluster> = {}): Cluster {
  return proxied(cluster, {
    get: async (ref, options) => {
      const object = await cluster.get(ref, options)
      return object !== undefined && which(ref) ? change(object) : object
    },
    ...more,
  })
}

/** A cluster that refuses to apply some objects. */
function failingFor(cluster: Cluster, which: (object: KubeObject) => boolean): Cluster {
  return proxied(cluster, {
    apply: async (object, options) => {
      if (which(object) && options?.dryRun !== true) throw new Error('no such luck')
      return await cluster.apply(object, options)
    },
  })
}

const proxied = (cluster: Cluster, instead: Partial<Cluster>): Cluster => new Proxy(cluster, {
  get(target, key) {
    if (Object.hasOwn(instead, key)) return instead[key as keyof Cluster]
    const value: unknown = Reflect.get(target, key, target)
    return typeof value === 'function' ? value.bind(target) : value
  },
})
