import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { readJournal } from '../../src/delivery/rollout/index.ts'
import { folder, runCli, startCli } from '../cli/run-cli.ts'
import type { CliResult } from '../cli/run-cli.ts'
import { canarySteps, rolloutChart, startArgo, until } from './argo-world.ts'
import type { ArgoCluster } from './argo-world.ts'
import { onCluster } from './on-cluster.ts'

const image = (version: number): string => `registry.example/shop@sha256:${String(version).repeat(64)}`
const templates = (objects: readonly object[]): Record<string, string> => ({
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'shop/values.yaml': `image: ${image(1)}\n`,
  ...Object.fromEntries(objects.map((o, i) => [`shop/templates/${i}.yaml`, JSON.stringify(o)])),
})

/** The command line from end to end, where another controller moves the traffic, or two releases take turns. */
describe('pintle release with other controllers', () => {
  const test = onCluster(startArgo, 'drivers-cli')

  function shop(under: ArgoCluster, files: Record<string, string>, services: Record<string, object>) {
    const files2 = folder({ ...files, 'pintle.yaml': JSON.stringify({ apiVersion: 'pintle.dev/v1', services }) })
    const options = { cwd: files2.path, env: { KUBECONFIG: under.kubeconfig, XDG_CONFIG_HOME: `${files2.path}/config` }, timeout: 120_000 }
    const pintle = (...args: string[]): Promise<CliResult> => runCli(args, options)
    const plan = async (service: string, ...more: string[]): Promise<CliResult> => await pintle('release', service, '--stable-for', '0s', ...more)
    async function approved(service: string, ...more: string[]): Promise<string[]> {
      const planned = await plan(service, ...more)
      const digest = /Plan digest: (sha256:[0-9a-f]{64})/.exec(planned.out)?.[1]
      if (digest === undefined) throw new Error(`no plan: ${planned.code}\n${planned.out}${planned.err}`)
      return ['release', service, '--stable-for', '0s', ...more, '--approve-digest', digest]
    }
    return { pintle, plan, start: async (service: string, ...more: string[]) => startCli(await approved(service, ...more), options), release: async (service: string, ...more: string[]) => await pintle(...await approved(service, ...more)), remove: () => files2.remove() }
  }

  const chart = (more: Partial<Parameters<typeof rolloutChart>[0]> = {}): Record<string, string> => templates(rolloutChart({ image: '{{ .Values.image }}', ...more }))

  test('a canary by Argo Rollouts: planned by its own steps, and released', async ({ under, cluster, ns }) => {
    const { plan, release, remove } = shop(under as ArgoCluster, chart(), { web: { chart: './shop', namespace: ns, timeout: '60s', strategy: 'canary', canary: { router: 'argo-rollouts' } } })
    const set = (v: number): string[] => ['--set', `image=${image(v)}`]
    const rollout = async (): Promise<KubeObject> => (await cluster.get({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }))!
    expect(await release('web', ...set(1))).toMatchObject({ code: 0 })
    await until(async () => (await rollout()).status?.phase === 'Healthy', 'the first version')
    const planned = await plan('web', ...set(2))
    expect(planned.out).toContain('canary by argo-rollouts: 25% > 50% > 100% > promote')
    const done = await release('web', ...set(2))
    expect(`${done.code} ${done.err}`).toMatch(/^0 /)
    expect((await readJournal(cluster, ns, 'web'))?.journal).toMatchObject({ phase: 'promoted', to: { revision: 2 }, steps: [{ achieved: 25 }, { achieved: 50 }, { achieved: 100 }] })
    expect([(await rollout()).status.phase, (await rollout()).spec.template.spec.containers[0].image]).toEqual(['Healthy', image(2)])
    remove()
  }, 180_000)

  test('steps that disagree with the Rollout are refused by the plan; an abort from another process ends a paused one', async ({ under, cluster, ns }) => {
    const files = chart({ strategy: { canary: { steps: canarySteps } } })
    const service = (steps: readonly unknown[]): object => ({ chart: './shop', namespace: ns, timeout: '60s', strategy: 'canary', canary: { router: 'argo-rollouts', steps } })
    const { release, remove } = shop(under as ArgoCluster, files, { web: service([{ weight: 25 }, { weight: 50 }, { weight: 100 }]) })
    await release('web', '--set', `image=${image(1)}`)
    await until(async () => (await cluster.get({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }))?.status?.phase === 'Healthy', 'the first version')
    remove()
    const wrong = shop(under as ArgoCluster, files, { web: service([10, 100]) })
    const refused = await wrong.plan('web', '--set', `image=${image(2)}`)
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('canary.steps asks for 10, 100 percent, and Rollout/web stops at 25, 50, 100')
    wrong.remove()
    const held = shop(under as ArgoCluster, files, { web: service([{ weight: 25 }, { pause: 'look at it' }, { weight: 50 }, { weight: 100 }]) })
    const running = await held.start('web', '--set', `image=${image(2)}`)
    await until(async () => (await readJournal(cluster, ns, 'web'))?.journal.phase === 'paused', 'the pause')
    const aborted = await held.pintle('rollout', 'abort', 'web', '-n', ns, '--reason', 'not today')
    expect(`${aborted.code} ${aborted.err}`).toMatch(/^0 /)
    expect((await running.ended).code).toBe(6)
    expect((await readJournal(cluster, ns, 'web'))?.journal).toMatchObject({ phase: 'aborted', message: expect.stringContaining('not today') })
    const history = JSON.parse((await held.pintle('history', 'web', '-n', ns, '-o', 'json')).out) as { revision: number; status: string }[]
    expect(history.map((r) => `${r.revision} ${r.status}`)).toEqual(['1 superseded', '2 failed', '3 deployed'])
    held.remove()
  }, 180_000)

  test('two releases take turns behind a Service', async ({ under, cluster, ns }) => {
    const label = { app: 'shop', color: '{{ .Values.color }}' }
    const files = {
      ...templates([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: '{{ .Release.Name }}' }, spec: { replicas: 2, selector: { matchLabels: label }, template: { metadata: { labels: label }, spec: { containers: [{ name: 'main', image: '{{ .Values.image }}' }] } } } }]),
      'blue.yaml': 'color: blue\n', 'green.yaml': 'color: green\n',
    }
    const service = (color: string): object => ({ chart: './shop', namespace: ns, timeout: '60s', values: [`${color}.yaml`], strategy: 'blue-green', blueGreen: { twoReleases: { service: 'shop', label: 'color' }, soak: '1s', scaleDownDelay: '1s' } })
    const { plan, release, pintle, remove } = shop(under as ArgoCluster, files, { 'shop-blue': service('blue'), 'shop-green': service('green') })
    await cluster.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: ns }, spec: { selector: { app: 'shop', color: 'blue' }, ports: [{ port: 80 }] } })
    const selected = async (): Promise<string> => (await cluster.get({ apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: ns }))!.spec.selector.color
    expect(await release('shop-blue')).toMatchObject({ code: 0 })
    expect((await plan('shop-blue', '--set', `image=${image(2)}`)).err).toContain('Service shop has color: blue, so that release shop-green comes next, and this is shop-blue')
    const turned = await release('shop-green', '--set', `image=${image(2)}`)
    expect(`${turned.code} ${turned.err}`).toMatch(/^0 /)
    expect(await selected()).toBe('green')
    const list = JSON.parse((await pintle('list', '-n', ns, '--all', '-o', 'json')).out) as { name: string; status: string }[]
    expect(list.map((r) => `${r.name} ${r.status}`).sort()).toEqual(['shop-blue uninstalled', 'shop-green deployed'])
    const back = await release('shop-blue', '--set', `image=${image(3)}`)
    expect(`${back.code} ${back.err}`).toMatch(/^0 /)
    expect(await selected()).toBe('blue')
    remove()
  }, 180_000)
})
