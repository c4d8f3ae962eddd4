import { describe, expect } from 'vitest'
import { argoWorld, rolloutChart, releaseOf, startArgo, until } from './argo-world.ts'
import type { ArgoCluster } from './argo-world.ts'
import { install } from '../../src/cluster/release/index.ts'
import { ArgoRollouts } from '../../src/delivery/rollout/index.ts'
import { onCluster } from './on-cluster.ts'

const [one, two] = ['example.com/web:1', 'example.com/web:2']

describe('Argo Rollouts, its real controller', () => {
  const test = onCluster(startArgo, 'argo')

  test('a canary goes from pause to pause, and becomes the release', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    expect(await mover.begin({})).toEqual({ revision: 2 })
    expect(await mover.shift(25, {})).toBe(25)
    expect(await world.history()).toEqual(['1 deployed', '2 pending-upgrade'])
    expect(await mover.observe()).toMatchObject({ weight: 25, stable: { ready: 3, images: [one] }, canary: { ready: 1, wanted: 1, images: [two] } })
    expect(await world.pods()).toEqual({ [one]: 3, [two]: 1 })
    expect([await world.config('settings'), await world.config('elsewhere')]).toEqual([two, one])
    expect(await mover.disturbances()).toEqual([])
    // Asked again, nothing moves.
    expect(await mover.shift(25, {})).toBe(25)
    expect((await world.rollout()).status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
    expect(await mover.shift(50, {})).toBe(50)
    expect(await mover.shift(100, {})).toBe(100)
    expect((await mover.promote({})).version).toBe(2)
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
    expect(await world.pods()).toEqual({ [two]: 4 })
    expect(await world.config('elsewhere')).toBe(two)
    expect((await world.rollout()).status.phase).toBe('Healthy')
  }, 120_000)

  test('an abort gives the traffic back, and the release is rolled back: the record says what runs', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(50, {})
    const record = await mover.abort('error rate 0.031 > 0.005', {})
    expect(record?.info.description).toContain('error rate 0.031 > 0.005')
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
    expect((await world.rollout()).status).toMatchObject({ phase: 'Healthy' })
    expect((await world.rollout()).status.abort ?? false).toBe(false)
    expect([await world.config('settings'), await world.config('elsewhere')]).toEqual([one, one])
    // The next rollout begins from there as from any.
    const next = world.mover({ revision: 4 })
    expect(await next.begin({})).toEqual({ revision: 4 })
    expect(await next.shift(25, {})).toBe(25)
    await next.promote({})
    expect((await world.history()).at(-1)).toBe('4 deployed')
  }, 120_000)

  test('promote skips what is left', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    await mover.promote({})
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
    expect(await world.pods()).toEqual({ [two]: 4 })
  }, 120_000)

  test('a promoted version goes back at once, without a canary of the old one', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(100, {})).toBe(100)
    expect(await world.history()).toEqual(['1 deployed', '2 pending-upgrade'])
    await mover.abort('p95 rose after the last step', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect((await world.rollout()).status).toMatchObject({ phase: 'Healthy' })
    await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
  }, 120_000)

  test('its controller dies and comes back: the rollout waits, and goes on', async ({ under, cluster, ns }) => {
    const { controller } = under as ArgoCluster
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(25, {})
    await controller.kill()
    const shifted = mover.shift(50, {})
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await world.rollout()).status.currentStepIndex).toBe(1)
    await expect(world.mover({ patience: 500 }).disturbances()).resolves.toEqual([])
    controller.start()
    expect(await shifted).toBe(50)
    await mover.promote({})
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
  }, 120_000)

  test('no controller: that is said, and the release can still be rolled back', async ({ under, cluster, ns }) => {
    const { controller } = under as ArgoCluster
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    await controller.kill()
    try {
      const mover = world.mover({ patience: 1000 })
      await expect(mover.begin({})).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringContaining('its controller has not seen it as it is') })
      const warnings: string[] = []
      await mover.abort('nobody moved it', { onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
      expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
      expect(warnings.join()).toContain('in vain')
    } finally {
      controller.start()
    }
    await until(async () => (await world.rollout()).status.phase === 'Healthy' && JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version')
  }, 120_000)

  test('pods that never become ready: the controller gives up, and so does Pintle', async ({ cluster, ns }) => {
    const spec = { progressDeadlineSeconds: 3, progressDeadlineAbort: true }
    const bad = 'example.com/web:slow'
    const world = await argoWorld(cluster, ns, { image: one, spec }, { image: bad, spec })
    const mover = world.mover()
    await mover.begin({})
    await expect(mover.shift(25, {})).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringMatching(/RolloutAborted|timed out progressing/) })
    expect(await mover.disturbances()).toMatchObject([{ fatal: true, what: expect.stringContaining('aborted') }])
    await mover.abort('it did not become ready', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
  }, 120_000)

  test('what somebody else does is told: another image, a pause by hand, an abort, a deletion', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    const ref = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }
    const says = async (): Promise<string[]> => (await mover.disturbances()).map((d) => `${d.fatal ? 'fatal' : 'holds'}: ${d.what}`)
    await mover.begin({})
    await mover.shift(25, {})
    await cluster.patch(ref, 'merge', { spec: { paused: true } })
    await until(async () => (await says()).length > 0, 'the pause to be told')
    expect(await says()).toEqual(['holds: it is paused by hand (spec.paused)'])
    await cluster.patch(ref, 'merge', { spec: { paused: false } })
    await until(async () => (await says()).length === 0, 'the pause to be over')
    await cluster.patch(ref, 'json', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.com/web:3' }])
    await until(async () => (await says()).length > 0, 'the image to be told')
    expect(await says()).toEqual([`holds: its images are example.com/web:3, and the release has ${two}`])
    await cluster.patch(ref, 'merge', { status: { abort: true } }, { subresource: 'status' })
    await until(async () => (await says())[0]?.startsWith('fatal') === true, 'the abort to be told')
    await cluster.delete(ref)
    await until(async () => (await says())[0] === 'fatal: it was deleted', 'the deletion to be told')
  }, 120_000)

  test('a rollout that somebody else began is not continued, and nothing is changed', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one }, { image: two })
    await cluster.patch({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }, 'json', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.com/web:9' }])
    await until(async () => (await world.rollout()).status.phase === 'Paused', 'the foreign rollout to pause')
    await expect(world.mover().begin({})).rejects.toMatchObject({ code: 'rule.refused', message: 'Rollout/web is not at rest: Paused: CanaryPauseStep' })
    expect(await world.history()).toEqual(['1 deployed'])
  }, 120_000)

  test('the template of a Deployment, by reference', async ({ cluster, ns }) => {
    const world = await argoWorld(cluster, ns, { image: one, byRef: true }, { image: two, byRef: true })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(25, {})).toBe(25)
    expect(await world.pods()).toEqual({ [one]: 3, [two]: 1 })
    expect(await mover.disturbances()).toEqual([])
    await mover.abort('no', {})
    await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
  }, 120_000)

  test('blue-green: looked at behind the preview Service, flipped, and back', async ({ cluster, ns }) => {
    const strategy = { blueGreen: { activeService: 'web', previewService: 'web-preview', autoPromotionEnabled: false, scaleDownDelaySeconds: 600 } }
    const world = await argoWorld(cluster, ns, { image: one, strategy, replicas: 2 }, { image: two, strategy, replicas: 2 })
    const hash = async (name: string): Promise<string> => (await cluster.get({ apiVersion: 'v1', kind: 'Service', name, namespace: ns }))!.spec.selector['rollouts-pod-template-hash']
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(0, {})).toBe(0)
    const { stable, canary } = await mover.observe()
    expect({ stable, canary }).toMatchObject({ stable: { ready: 2, images: [one] }, canary: { ready: 2, images: [two] } })
    expect([await hash('web'), await hash('web-preview')]).toEqual([stable.hash, canary.hash])
    expect(await mover.shift(100, {})).toBe(100)
    expect(await hash('web')).toBe(canary.hash)
    await mover.abort('the soak went wrong', {})
    expect(await hash('web')).toBe(stable.hash)
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    const again = world.mover({ revision: 4 })
    await again.begin({})
    await again.shift(0, {})
    await again.abort('not even looked at', {})
    expect(await hash('web')).toBe(stable.hash)
    expect((await world.history()).at(-1)).toBe('5 deployed')
  }, 120_000)

  test('no Rollout, or several, are refused by name', async ({ cluster, ns }) => {
    const at = { cluster, namespace: ns, name: 'web', operation: 'canary' as const }
    const open = (objects: readonly object[], workload?: string): ArgoRollouts => new ArgoRollouts({ staged: { ...at, target: releaseOf(objects) }, revision: 2, ...(workload && { workload }) })
    expect(() => open([])).toThrow('the chart has no Rollout of argoproj.io')
    const [first, second] = [rolloutChart({ image: one }).at(-1)!, { ...rolloutChart({ image: one }).at(-1)!, metadata: { name: 'other' } }]
    expect(() => open([first, second])).toThrow('the chart has 2 objects of kind Rollout: web, other')
    expect(() => open([first, second], 'Rollout/other')).not.toThrow()
    await install({ ...at, source: { render: () => releaseOf([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }]) } })
    await expect(open([first]).begin({})).rejects.toMatchObject({ code: 'rule.refused', message: 'Rollout/web is not in the cluster: there is no stable version to begin from' })
  }, 60_000)
})
