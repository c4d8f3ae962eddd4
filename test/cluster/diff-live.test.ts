/** `pintle diff upgrade --live` on a real API server: drift, custom resources, order, origins, secrets, and a user who may not patch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { startControlPlane } from './control-plane.ts'
import { DiffWorld } from './diff-world.ts'

const helm = await ensureTool('helm')
interface Shown { kind: string; name: string; action: string; approximate?: boolean; classes: string[]; notes?: string[]; fields: { path: string; before?: unknown; after?: unknown; class: string; origin?: string }[] }

describe.skipIf(helm === undefined)('diff --live', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>
  let world: DiffWorld
  beforeAll(async () => {
    plane = await startControlPlane({ apiOnly: true })
    world = new DiffWorld(helm!, plane!.kubeconfig)
    await world.make()
    await world.drift()
    const rbac = 'rbac.authorization.k8s.io'
    await plane!.cluster.create({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }, { nonResourceURLs: ['*'], verbs: ['get'] }] })
    await plane!.cluster.create({ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'reader' }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'reader' }, subjects: [{ apiGroup: rbac, kind: 'User', name: 'reader' }] })
  })
  afterAll(async () => {
    world?.remove()
    await plane?.stop()
  })

  const run = (line: string) => world.run({ line: `upgrade ${line} --live` }, { path: [process.execPath, pintle], args: ['diff'] })
  const objects = async (line: string): Promise<Shown[]> => {
    const { code, out, err } = await run(`${line} --output json`)
    expect({ code, err: err.replace(/^\d+ object.*$/gm, '').trim() }).toEqual({ code: 0, err: '' })
    return (JSON.parse(out) as { objects: Shown[] }).objects
  }
  const of = (shown: Shown[], kind: string, name: string) => shown.find((o) => o.kind === kind && o.name === name)!
  const fields = (object: Shown) => object.fields.map((f) => [f.path, f.before, f.after])

  it('shows drift, custom resources and what comes back, the most dangerous first', async () => {
    const shown = await objects('shop CHARTS/v2')
    expect(fields(of(shown, 'Deployment', 'shop-web'))).toEqual([['spec.replicas', 9, 3]])
    expect(fields(of(shown, 'Boat', 'shop'))).toEqual([['spec.sails', 3, 1]])
    expect(of(shown, 'ConfigMap', 'shop-config').action).toBe('add')
    expect(shown.some((o) => o.kind === 'Service')).toBe(false)
  })

  it('a removal stands first, and no value of a Secret is anywhere, in any form', async () => {
    const shown = await objects('shop CHARTS/v3')
    expect(shown[0]).toMatchObject({ kind: 'Secret', name: 'shop-secret', action: 'remove', classes: ['deletion'] })
    for (const output of ['diff', 'simple', 'json', 'markdown', 'html']) {
      const { out, err } = await run(`shop CHARTS/v3 --output ${output}`)
      expect(out).toMatch(/shop-secret/)
      expect(out + err).not.toMatch(/hunter2|aHVudGVyMg|Y2hhbmdlZA|YWRtaW4|\beA==/)
    }
    const { out } = await run('shop CHARTS/v2 --set password=next --output diff')
    expect(out).toMatch(/-   password: REDACTED \(7 bytes, [0-9a-f]{8}\)\n\+   password: REDACTED \(4 bytes, [0-9a-f]{8}\)/)
    expect(out).not.toMatch(/next|bmV4dA/)
  })

  it('says which line and value wrote a field', async () => {
    const deployment = of(await objects('shop CHARTS/v3 -f CHARTS/more.yaml --set image=x:1 --origins'), 'Deployment', 'shop-web')
    const origin = (path: string) => deployment.fields.find((f) => f.path === path)?.origin
    expect(origin('spec.replicas')).toBe('shop/templates/deployment.yaml:8, from replicas (more.yaml:1)')
    expect(origin('spec.template.spec.containers[name=app].image')).toBe('shop/templates/deployment.yaml:19, from image (--set image=...)')
  })

  it('leaves noise out, and then has nothing to say', async () => {
    expect((await run('lone CHARTS/lone --detailed-exitcode')).code).toBe(0)
    expect(of(await objects('shop CHARTS/v3'), 'Deployment', 'shop-web').fields.map((f) => f.path)).toContain('metadata.labels.chart')
    expect(of(await objects('shop CHARTS/v3 --ignore chart-label'), 'Deployment', 'shop-web').fields.map((f) => f.path)).not.toContain('metadata.labels.chart')
    expect((await run('shop CHARTS/v3 --detailed-exitcode')).code).toBe(2)
  })

  it('without the right to patch it works changes out and says so', async () => {
    const asked = await objects('shop CHARTS/v3')
    const alone = await objects('shop CHARTS/v3 --kube-as-user reader')
    const names = (shown: Shown[]) => shown.map((o) => [o.kind, o.name, o.action, fields(o)])
    expect(names(alone)).toEqual(names(asked))
    expect(of(alone, 'Deployment', 'shop-web')).toMatchObject({ approximate: true, notes: [expect.stringMatching(/worked out here/)] })
    expect(of(asked, 'Deployment', 'shop-web').approximate).toBeUndefined()
  })

  it('refuses formats and noise it does not know, and runs without a cluster', async () => {
    expect((await run('shop CHARTS/v3 --output dyff')).err).toMatch(/--output is one of/)
    expect((await run('shop CHARTS/v3 --ignore weather')).err).toMatch(/there are: chart-label/)
    expect((await run('shop CHARTS/v3 --dry-run=client')).err).toMatch(/asks the cluster/)
    expect((await run('nope CHARTS/v1')).err).toMatch(/release: not found/)
    expect((await run('nope CHARTS/v1 --install --output simple')).out).toMatch(/^add +Deployment\/nope-web/m)
  })
})
