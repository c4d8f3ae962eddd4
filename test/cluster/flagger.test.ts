import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { until } from './argo-world.ts'
import { allHooks, flaggerWorld, gateOf, startFlagger } from './flagger-world.ts'
import type { FlaggerCluster } from './flagger-world.ts'
import { onCluster, sideBySide } from './on-cluster.ts'

const [one, two] = ['example.com/web:1', 'example.com/web:2']
const long = 400_000

// Flagger looks every ten seconds, and no oftener: all of it goes on side by side, and each test tells how its own ended.
describe('Flagger, the real one, and its load tester', () => {
  const test = sideBySide(startFlagger, 'flagger')

  test('a canary goes from gate to gate, and becomes the release', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    expect(await mover.begin({})).toEqual({ revision: 2 })
    expect(await world.history()).toEqual(['1 deployed', '2 pending-upgrade'])
    expect(await world.routes()).toEqual({ 'web-primary': 100, 'web-canary': 0 })
    expect(await mover.shift(20, {})).toBe(20)
    expect(await world.routes()).toEqual({ 'web-primary': 80, 'web-canary': 20 })
    expect(await mover.observe()).toMatchObject({ weight: 20, stable: { workload: 'web-primary', ready: 2, images: [one] }, canary: { workload: 'web', ready: 2, wanted: 2, images: [two] } })
    expect(await mover.disturbances()).toEqual([])
    // The gate is shut behind it: two more looks of Flagger move nothing.
    await new Promise((resolve) => setTimeout(resolve, 21_000))
    expect(await world.routes()).toEqual({ 'web-primary': 80, 'web-canary': 20 })
    expect(await mover.shift(50, {})).toBe(50)
    expect(await world.routes()).toEqual({ 'web-primary': 50, 'web-canary': 50 })
    expect((await mover.promote({})).version).toBe(2)
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
    expect([await world.image('web-primary'), (await world.status()).phase]).toEqual([two, 'Succeeded'])
    expect(await world.routes()).toEqual({ 'web-primary': 100, 'web-canary': 0 })
    expect((await world.get('v1', 'ConfigMap', 'elsewhere'))?.data.of).toBe(two)
  }, long)

  test('an abort at 50% gives the traffic back, and the release is rolled back', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(50, {})
    const record = await mover.abort('error rate 0.031 > 0.005', {})
    expect(record?.info.description).toContain('error rate 0.031')
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect(await world.routes()).toEqual({ 'web-primary': 100, 'web-canary': 0 })
    expect([await world.image('web'), await world.image('web-primary'), (await world.status()).phase]).toEqual([one, one, 'Failed'])
    // The next one begins from there.
    const next = world.mover({ revision: 4 })
    expect(await next.begin({})).toEqual({ revision: 4 })
    expect(await next.shift(20, {})).toBe(20)
    await next.abort('enough', {})
    expect((await world.history()).at(-1)).toBe('5 deployed')
  }, long)

  test('blue-green by Services: looked at without traffic, then promoted', async ({ under, cluster, ns }) => {
    const chart = { provider: 'kubernetes', analysis: { iterations: 1 }, hooks: ['confirm-promotion', 'rollback'] as const }
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one, ...chart }, { image: two, ...chart })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(0, {})).toBe(0)
    expect(await mover.observe()).toMatchObject({ weight: 0, stable: { images: [one], ready: 2 }, canary: { images: [two], ready: 2 } })
    await until(async () => (await world.status()).phase === 'WaitingPromotion', 'Flagger to wait for the promotion')
    expect(await world.image('web-primary')).toBe(one)
    expect(await mover.shift(100, {})).toBe(100)
    await mover.promote({})
    expect([await world.history(), await world.image('web-primary')]).toEqual([['1 superseded', '2 deployed'], two])
  }, long)

  test('a Canary without gates is followed, to its end', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one, hooks: [] }, { image: two, hooks: [] })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(20, {})).toBeGreaterThanOrEqual(20)
    expect(await mover.shift(100, {})).toBe(100)
    await mover.promote({})
    expect([await world.history(), await world.image('web-primary')]).toEqual([['1 superseded', '2 deployed'], two])
  }, long)

  test('an abort without a gate to go back: the release is rolled back, and Flagger judges the old version against itself', async ({ under, cluster, ns }) => {
    const hooks = ['confirm-traffic-increase'] as const
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one, hooks }, { image: two, hooks })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(20, {})
    const warnings: string[] = []
    await mover.abort('no', { onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
    expect(warnings).toEqual([expect.stringContaining("no rollback gate: 20% of the traffic stays with its pods, which become the old version's")])
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect([await world.image('web'), await world.image('web-primary')]).toEqual([one, one])
    expect(['Succeeded', 'Failed']).toContain((await world.status()).phase)
  }, long)

  test('Flagger fails it by its own checks: the release is rolled back', async ({ under, cluster, ns }) => {
    const webhooks = [{ name: 'acceptance', type: 'rollout', url: gateOf(ns, '/gate/halt') }]
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: two, webhooks })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(20, {})
    await expect(mover.shift(50, {})).rejects.toMatchObject({ code: 'rollout.controller', message: 'Canary/web: Flagger failed it: Canary analysis failed, Deployment scaled to zero.' })
    expect(await mover.disturbances()).toMatchObject([{ fatal: true, what: expect.stringContaining('Flagger failed it') }])
    await mover.abort('Flagger failed it', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect([await world.image('web'), await world.image('web-primary')]).toEqual([one, one])
  }, long)

  test('pods that never become ready: no traffic, and back', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: 'example.com/web:slow' })
    const mover = world.mover({ patience: 25_000 })
    await mover.begin({})
    await expect(mover.shift(20, {})).rejects.toMatchObject({ code: 'rollout.controller' })
    await mover.abort('it did not become ready', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect(await world.routes()).toEqual({ 'web-primary': 100, 'web-canary': 0 })
    expect([await world.image('web'), await world.image('web-primary')]).toEqual([one, one])
  }, long)

  test('a promoted version goes back before the release is done', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(100, {})).toBe(100)
    expect([await world.history(), await world.image('web-primary')]).toEqual([['1 deployed', '2 pending-upgrade'], two])
    await mover.abort('p95 rose after the last step', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect([await world.image('web'), await world.image('web-primary')]).toEqual([one, one])
  }, long)

  for (const weight of [20, 50]) {
    test(`a process that is killed at ${weight}% is followed by another`, async ({ under, cluster, ns }) => {
      const flagger = under as FlaggerCluster
      const world = await flaggerWorld(flagger, cluster, ns, { image: one }, { image: two })
      const child = spawn(process.execPath, [join(import.meta.dirname, 'flagger-step.ts'), JSON.stringify({ kubeconfig: flagger.kubeconfig, namespace: ns, image: two, weight })], { stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString() })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await until(async () => said.includes('there\n') || child.exitCode !== null, 'the process to be there', 200_000)
      expect(said).toBe('there\n')
      child.kill('SIGKILL')
      await ended
      const mover = world.mover()
      expect(await mover.shift(weight, {})).toBe(weight)
      if (weight === 20) {
        await mover.promote({})
        expect([await world.history(), await world.image('web-primary')]).toEqual([['1 superseded', '2 deployed'], two])
      } else {
        await mover.abort('its runner is gone', {})
        expect([await world.history(), await world.image('web-primary'), await world.routes()]).toEqual([['1 superseded', '2 failed', '3 deployed'], one, { 'web-primary': 100, 'web-canary': 0 }])
      }
    }, long)
  }

  test('what somebody else does is told, and a foreign rollout is not continued', async ({ under, cluster, ns }) => {
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one, hooks: [...allHooks] }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    const says = async (): Promise<string[]> => (await mover.disturbances()).map((d) => `${d.fatal ? 'fatal' : 'holds'}: ${d.ref.kind} ${d.what}`)
    const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', namespace: ns }
    await cluster.patch(ref, 'merge', { spec: { suspend: true } })
    expect(await says()).toEqual(['holds: Canary it is suspended (spec.suspend)'])
    await cluster.patch(ref, 'merge', { spec: { suspend: null } })
    await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: ns }, 'json', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.com/web:3' }])
    expect(await says()).toEqual([`holds: Deployment its images are example.com/web:3, and the release has ${two}`])
    await cluster.delete(ref)
    expect(await says()).toEqual(['fatal: Canary it was deleted'])
  }, long)
})

describe('Flagger dies', () => {
  const test = onCluster(startFlagger, 'dies')

  test('and comes back in the middle: the rollout waits, and goes on', async ({ under, cluster, ns }) => {
    const { controller } = under as FlaggerCluster
    const world = await flaggerWorld(under as FlaggerCluster, cluster, ns, { image: one }, { image: two })
    const mover = world.mover()
    await mover.begin({})
    await mover.shift(20, {})
    await controller.kill()
    const shifted = mover.shift(50, {})
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(await world.routes()).toEqual({ 'web-primary': 80, 'web-canary': 20 })
    controller.start()
    expect(await shifted).toBe(50)
    await controller.kill()
    await mover.leave()
    const impatient = world.mover({ patience: 2000 })
    await expect(impatient.shift(100, {})).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringContaining('in vain') })
    await impatient.leave()
    controller.start()
    await mover.promote({})
    expect([await world.history(), await world.image('web-primary')]).toEqual([['1 superseded', '2 deployed'], two])
  }, long)
})
