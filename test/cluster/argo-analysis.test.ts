import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { argoWorld, startArgo, until } from './argo-world.ts'
import type { ArgoCluster } from './argo-world.ts'
import { onCluster } from './on-cluster.ts'

const [one, two] = ['example.com/web:1', 'example.com/web:2']

describe('Argo Rollouts: its own analyses, and processes that are killed', () => {
  const test = onCluster(startArgo, 'analysis')

  /** What the analysis reads is said by the returned function. */
  async function judged() {
    let value = 0.5
    const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ value })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const template = {
      apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'judge' },
      spec: { metrics: [{ name: 'share', successCondition: 'result > 0.9', failureCondition: 'result < 0.1', provider: { web: { url: `http://127.0.0.1:${port}/`, jsonPath: '{$.value}' } } }] },
    }
    const strategy = { canary: { steps: [{ setWeight: 25 }, { pause: {} }, { analysis: { templates: [{ templateName: 'judge' }] } }, { setWeight: 50 }, { pause: {} }] } }
    return { chart: { strategy, more: [template] }, say: (now: number) => { value = now }, close: () => server.close() }
  }

  test('an analysis that passes lets it go on', async ({ cluster, ns }) => {
    const { chart, say, close } = await judged()
    say(1)
    const world = await argoWorld(cluster, ns, { image: one, ...chart }, { image: two, ...chart })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(50, {})).toBe(50)
    await mover.promote({})
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
    close()
  }, 120_000)

  test('an analysis that fails aborts it: so does Pintle, with its reason', async ({ cluster, ns }) => {
    const { chart, say, close } = await judged()
    say(0)
    const world = await argoWorld(cluster, ns, { image: one, ...chart }, { image: two, ...chart })
    const mover = world.mover()
    await mover.begin({})
    expect(await mover.shift(25, {})).toBe(25)
    await expect(mover.shift(50, {})).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringMatching(/^Rollout\/web: it was aborted: .*assessed Failed/s) })
    await mover.abort('its analysis failed', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
    close()
  }, 120_000)

  test('an analysis that cannot decide never promotes: it is held until somebody decides', async ({ cluster, ns }) => {
    const { chart, close } = await judged()
    const world = await argoWorld(cluster, ns, { image: one, ...chart }, { image: two, ...chart })
    const mover = world.mover({ patience: 1500 })
    await mover.begin({})
    await mover.shift(25, {})
    const shifting = mover.shift(50, {})
    await until(async () => (await world.rollout()).status.phase === 'Paused' && (await mover.disturbances()).length > 0, 'the doubt')
    expect(await mover.disturbances()).toMatchObject([{ fatal: false, what: expect.stringMatching(/^the controller cannot decide \(InconclusiveAnalysisRun\): `kubectl argo rollouts promote web` goes on/) }])
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect((await world.rollout()).status.currentStepIndex).toBe(2)
    // What `kubectl argo rollouts promote` does here.
    await cluster.patch({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }, 'merge', { status: { pauseConditions: null, controllerPause: false, currentStepIndex: 3 } }, { subresource: 'status' })
    expect(await shifting).toBe(50)
    await mover.abort('enough', {})
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    close()
  }, 120_000)

  /** In a process of its own, which is killed as soon as it is there. */
  async function killedAt(under: ArgoCluster, namespace: string, weight: number | undefined): Promise<void> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'argo-step.ts'), JSON.stringify({ kubeconfig: under.kubeconfig, namespace, image: two, ...(weight !== undefined && { weight }) })], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await until(async () => said.includes('there\n') || child.exitCode !== null, 'the process to be there')
    expect(said).toBe('there\n')
    child.kill('SIGKILL')
    await ended
  }

  for (const weight of [undefined, 25, 50, 100]) {
    test(`a process that is killed at ${weight ?? 'the beginning'}${weight === undefined ? '' : '%'} is followed by another, which promotes`, async ({ under, cluster, ns }) => {
      const world = await argoWorld(cluster, ns, { image: one }, { image: two })
      await killedAt(under as ArgoCluster, ns, weight)
      expect(await world.history()).toEqual(['1 deployed', '2 pending-upgrade'])
      const mover = world.mover()
      // The same operation again, then what follows.
      if (weight === undefined) expect(await mover.begin({})).toEqual({ revision: 2 })
      else expect(await mover.shift(weight, {})).toBe(weight)
      await mover.promote({})
      expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
      expect(await world.pods()).toEqual({ [two]: 4 })
      expect((await world.mover().promote({})).version).toBe(2)
    }, 120_000)

    test(`a process that is killed at ${weight ?? 'the beginning'}${weight === undefined ? '' : '%'} is followed by another, which aborts`, async ({ under, cluster, ns }) => {
      const world = await argoWorld(cluster, ns, { image: one }, { image: two })
      await killedAt(under as ArgoCluster, ns, weight)
      await world.mover().abort('its runner is gone', {})
      expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
      await until(async () => JSON.stringify(await world.pods()) === JSON.stringify({ [one]: 4 }), 'the old version alone')
      // Once more: the one that follows the one that was killed just after.
      expect((await world.mover().abort('its runner is gone', {}))?.version).toBe(3)
    }, 120_000)
  }
})
