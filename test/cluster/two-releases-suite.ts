import { describe, expect } from 'vitest'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { getRelease, install, releaseHistory } from '../../src/cluster/release/index.ts'
import type { StagedOptions } from '../../src/cluster/release/index.ts'
import { TwoReleases, findColours } from '../../src/delivery/rollout/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { rendered } from './release-fixtures.ts'

const flip = { service: 'shop', label: 'color' }

/** What a chart with `color` in its values comes to. */
const objects = (color: string, image: string, replicas = 2): KubeObject[] => [{
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `shop-${color}` },
  spec: {
    replicas, selector: { matchLabels: { app: 'shop', color } },
    template: { metadata: { labels: { app: 'shop', color } }, spec: { containers: [{ name: 'main', image }] } },
  },
}]

const service = (selector: Record<string, string>, more: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', ...more }, spec: { selector, ports: [{ port: 80 }] } })

/** Blue-green between two releases: held to on the sandbox and on a real control plane. */
export function twoReleasesSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const test = onCluster(start, 'colours')

    /** A live release, and the mover to the one that comes. */
    async function world(cluster: Cluster, ns: string, { live = 'blue', image = 'example.com/shop:2', replicas = 2, liveReplicas = 2 } = {}) {
      const next = live === 'blue' ? 'green' : 'blue'
      const at = { cluster, namespace: ns, timeout: 20_000 }
      await cluster.create({ ...service({ app: 'shop', color: live }), metadata: { name: 'shop', namespace: ns } })
      await install({ ...at, name: `shop-${live}`, source: rendered(objects(live, 'example.com/shop:1', liveReplicas)), wait: 'watcher' })
      const target = await rendered(objects(next, image, replicas)).render({ name: `shop-${next}`, namespace: ns, revision: 1, isInstall: true, isUpgrade: false })
      const staged: StagedOptions = { ...at, name: `shop-${next}`, operation: 'blue-green', target }
      const selector = async (): Promise<string> => (await cluster.get({ apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: ns }))!.spec.selector.color
      const status = async (name: string): Promise<string> => (await getRelease({ cluster, namespace: ns, name })).record.info.status
      return { at, staged, selector, status, mover: (more: Partial<StagedOptions> = {}, revision = 1, patience = 5000) => new TwoReleases({ staged: { ...staged, ...more }, revision, flip, every: 50, patience }) }
    }

    test('the idle colour is installed, gets the traffic, and the one before goes', async ({ cluster, ns }) => {
      const { mover, selector, status } = await world(cluster, ns)
      const rollout = mover()
      expect(await rollout.begin({})).toEqual({ revision: 1 })
      expect(await rollout.observe()).toMatchObject({ weight: 0, stable: { workload: 'shop-blue', ready: 2, wanted: 2 }, canary: { workload: 'shop-green', ready: 2, images: ['example.com/shop:2'] } })
      expect(await selector()).toBe('blue')
      expect(await rollout.shift(0, {})).toBe(0)
      expect(await rollout.shift(100, {})).toBe(100)
      expect(await selector()).toBe('green')
      expect(await rollout.observe()).toMatchObject({ weight: 100, stable: { workload: 'shop-blue', ready: 2 }, canary: { ready: 2 } })
      expect(await rollout.disturbances()).toEqual([])
      expect((await rollout.promote({})).name).toBe('shop-green')
      expect([await status('shop-green'), await status('shop-blue')]).toEqual(['deployed', 'uninstalled'])
      expect((await cluster.list('apps/v1', 'Deployment', { namespace: ns })).items.map((d) => d.metadata.name)).toEqual(['shop-green'])
      // Once more: a runner that died after the last write.
      expect((await mover().promote({})).name).toBe('shop-green')
    })

    test('which colour is live is read, not assumed: the way back goes from green to blue', async ({ cluster, ns }) => {
      const { mover, selector } = await world(cluster, ns, { live: 'green' })
      expect(await findColours(cluster, { namespace: ns, ...flip })).toEqual({ live: { colour: 'green', release: 'shop-green' }, idle: { colour: 'blue', release: 'shop-blue' } })
      const rollout = mover()
      await rollout.begin({})
      await rollout.shift(100, {})
      expect(await selector()).toBe('blue')
      await rollout.promote({})
      expect((await findColours(cluster, { namespace: ns, ...flip })).idle.release).toBe('shop-green')
    })

    test('a flip that turns out bad is flipped back, and what came is uninstalled, the reason in its history', async ({ cluster, ns }) => {
      const { mover, selector, status } = await world(cluster, ns)
      const rollout = mover()
      await rollout.begin({})
      await rollout.shift(100, {})
      expect(await rollout.abort('p95 latency 412 ms > 300 ms', {})).toBeUndefined()
      expect(await selector()).toBe('blue')
      expect([await status('shop-green'), await status('shop-blue')]).toEqual(['uninstalled', 'deployed'])
      expect((await getRelease({ cluster, namespace: ns, name: 'shop-green' })).record.info.description).toBe('p95 latency 412 ms > 300 ms')
      await mover().abort('again', {})
      expect(await selector()).toBe('blue')
      // The next one takes the name again.
      const target = await rendered(objects('green', 'example.com/shop:3')).render({ name: 'shop-green', namespace: ns, revision: 2, isInstall: true, isUpgrade: false })
      expect(await mover({ target }, 2).begin({})).toEqual({ revision: 2 })
      expect((await releaseHistory({ cluster, namespace: ns, name: 'shop-green' })).map((r) => r.record.info.status)).toContain('deployed')
    })

    test('another process goes on from wherever one ended', async ({ cluster, ns }) => {
      const { mover, selector } = await world(cluster, ns)
      await mover().begin({})
      expect(await mover().begin({})).toEqual({ revision: 1 })
      expect(await mover().shift(100, {})).toBe(100)
      expect(await mover().shift(100, {})).toBe(100)
      expect(await mover().shift(0, {})).toBe(0)
      expect(await selector()).toBe('blue')
      await mover().shift(100, {})
      await mover().promote({})
      expect(await mover().observe()).toMatchObject({ weight: 100, canary: { ready: 2 } })
    })

    test('fewer ready pods than the live colour has get no traffic', async ({ cluster, ns }) => {
      const { mover, selector } = await world(cluster, ns, { replicas: 1, liveReplicas: 3 })
      await mover().begin({})
      await expect(mover({}, 1, 600).shift(100, {})).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringContaining('1 of 3 are ready') })
      expect(await selector()).toBe('blue')
    })

    test('what cannot be flipped safely is refused, and nothing is changed', async ({ cluster, ns }) => {
      const { mover, staged, at } = await world(cluster, ns)
      const ref = { apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: ns }
      const refusal = async (): Promise<string> => await mover().begin({}).then(() => 'begun', (error) => (error.code === 'rule.refused' ? error.message : String(error.stack)))
      const set = (patch: object): Promise<KubeObject> => cluster.patch(ref, 'merge', patch)
      await set({ spec: { selector: { color: null } } })
      expect(await refusal()).toBe('the selector of Service shop has no label color: it selects both colours')
      await set({ spec: { selector: { color: 'blue' } }, metadata: { annotations: { 'meta.helm.sh/release-name': 'shop-blue' } } })
      expect(await refusal()).toContain('Service shop belongs to release shop-blue')
      await set({ metadata: { annotations: { 'meta.helm.sh/release-name': null } } })
      await set({ spec: { selector: { tier: 'web' } } })
      expect(await refusal()).toContain('belong to no workload')
      await set({ spec: { selector: { tier: null, color: 'red' } } })
      expect(await refusal()).toContain('the pods with color: red belong to no workload')
      await set({ spec: { selector: { color: 'blue' } } })
      // A release that a rollout left beside the live one.
      await install({ ...at, name: 'shop-green', source: { render: () => staged.target }, wait: 'watcher' })
      const later = new TwoReleases({ staged, revision: 2, flip })
      await expect(later.begin({})).rejects.toMatchObject({ code: 'rule.refused', message: 'release shop-green is deployed already beside the live shop-blue' })
      await expect(later.shift(25, {})).rejects.toMatchObject({ code: 'rule.refused' })
      // The colour that is live already.
      const wrong = await rendered(objects('blue', 'example.com/shop:2')).render({ name: 'shop-blue', namespace: ns, revision: 2, isInstall: false, isUpgrade: true })
      await expect(new TwoReleases({ staged: { ...staged, name: 'shop-blue', target: wrong }, revision: 2, flip }).begin({})).rejects.toMatchObject({ code: 'rule.refused', hint: expect.stringContaining('shop-green') })
      await cluster.delete(ref)
      expect(await new TwoReleases({ staged, revision: 1, flip }).disturbances()).toMatchObject([{ fatal: true, what: 'it was deleted' }])
    })

    test('pods that never become ready end the install, and never get traffic', async ({ cluster, ns }) => {
      const { mover, selector } = await world(cluster, ns, { image: 'example.com/broken:crash-loop' })
      await expect(mover({ timeout: 3000 }).begin({})).rejects.toThrow()
      expect(await selector()).toBe('blue')
      await mover().abort('it never became ready', {})
      expect((await cluster.list('apps/v1', 'Deployment', { namespace: ns })).items.map((d) => d.metadata.name)).toEqual(['shop-blue'])
    })

    test('somebody else flips the Service meanwhile: it is told, and not overrun', async ({ cluster, ns }) => {
      const { mover, selector } = await world(cluster, ns)
      const rollout = mover()
      await rollout.begin({})
      await cluster.patch({ apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: ns }, 'merge', { spec: { selector: { color: 'purple' } } })
      expect(await rollout.disturbances()).toMatchObject([{ what: 'its selector has color: purple, which no release has', fatal: false }])
      await cluster.patch({ apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: ns }, 'merge', { spec: { selector: { color: 'green' } } })
      expect(await rollout.shift(100, {})).toBe(100)
      expect(await selector()).toBe('green')
    })
  })
}
