import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { sha256 } from '../../src/delivery/attestation/index.ts'
import type { DigestedPlan, PlanRequest, PlannedObject, ReleasePlan } from '../../src/delivery/plan/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { worlds, type PlanWorld } from './plan-world.ts'
import { crd } from './release-fixtures.ts'

type Properties = Record<string, unknown>

/** Plans that bring a chart's definitions up to date: on the sandbox and on a real control plane. */
export function planCrdsSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const onEach = onCluster(start, 'plan-crds')
    const makeWorld = worlds()
    const narrow: Properties = { size: { type: 'integer' } }
    const wide: Properties = { ...narrow, note: { type: 'string' } }

    const version = (name: string, properties: Properties, more: object = {}) => ({ name, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } }, ...more })
    const definition = (id: number, versions: readonly unknown[]): KubeObject => {
      const made = crd(`valves${id}`, `Valve${id}`)
      return { ...made, spec: { ...made.spec, versions } }
    }
    const valve = (id: number, spec: string, v = 'v1'): string => `apiVersion: suite.pintle.dev/${v}\nkind: Valve${id}\nmetadata: { name: web-valve }\nspec: ${spec}\n`
    const refOf = (id: number) => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `valves${id}.suite.pintle.dev` })
    const what = (id: number): string => `CustomResourceDefinition/${refOf(id).name}`

    interface Valves { world: PlanWorld; id: number; bring(versions: readonly unknown[], object?: string): void; plan(): Promise<DigestedPlan>; prepared(): Promise<ReleasePlan>; live(): Promise<KubeObject>; live(kind: 'Valve', v?: string): Promise<KubeObject> }

    const upgrading = async (world: PlanWorld): Promise<PlanRequest> => {
      const request = await world.request([])
      return { ...request, settings: { ...request.settings, upgradeCrds: true } }
    }

    /** A release whose chart brought one definition, and an object of its kind. */
    const withValves = (name: string, run: (valves: Valves) => Promise<void>, first: Properties = narrow): void => {
      onEach(name, async ({ cluster, ns, id }) => {
        const world = makeWorld({ cluster, namespace: ns, files: { 'crds/valve.yaml': JSON.stringify(definition(id, [version('v1', first)])), 'templates/valve.yaml': valve(id, '{ size: 1 }') } })
        await world.applied()
        await run({
          world, id,
          bring: (versions, object = valve(id, '{ size: 1 }')) => world.write({ 'crds/valve.yaml': JSON.stringify(definition(id, versions)), 'templates/valve.yaml': object }),
          prepared: async () => (await world.make([], { requests: [await upgrading(world)] })).releases[0]!.prepared,
          plan: async () => await world.plan([], { requests: [await upgrading(world)] }),
          live: async (kind?: 'Valve', v = 'v1') => (await cluster.get(kind === undefined ? refOf(id) : { apiVersion: `suite.pintle.dev/${v}`, kind: `Valve${id}`, namespace: ns, name: 'web-valve' }))!,
        })
      })
    }
    const propertiesOf = (live: KubeObject): string[] => Object.keys(live.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties).sort()
    const sent = (writes: readonly { what: string }[]): string[] => writes.filter((w) => !w.what.startsWith('Lease/')).map((w) => w.what)

    withValves('without being asked an upgrade leaves them alone', async ({ world, bring, live }) => {
      bring([version('v1', wide)])
      const plan = await world.plan(['color=blue'])
      expect(plan.plan.releases[0]).toMatchObject({ crds: [], settings: { upgradeCrds: false } })
      expect((await world.apply(plan)).applied).toMatchObject([{ outcome: 'deployed' }])
      expect(propertiesOf(await live())).toEqual(['size'])
    })

    withValves('are shown, frozen, applied first and byte by byte, with objects that only they allow', async ({ world, id, bring, plan, prepared, live }) => {
      bring([version('v1', wide)], valve(id, '{ size: 2, note: new }'))
      // What only today's definition refuses is no reason against the release.
      expect(await prepared()).toMatchObject({ rejected: [], unchecked: [{ ref: { name: 'web-valve' }, unchecked: 'its definition changes with the release' }] })
      const made = await plan()
      const [release] = made.plan.releases
      const crds: readonly PlannedObject[] = release!.crds
      expect(crds).toMatchObject([{ action: 'crd', ref: { name: refOf(id).name }, live: { uid: (await live()).metadata.uid } }])
      const shown = release!.changes.objects.find((o) => o.kind === 'CustomResourceDefinition')!
      expect([shown.action, JSON.stringify(shown)]).toEqual(['change', expect.stringContaining('note')])
      expect(release!.changes.objects.find((o) => o.name === 'web-valve')).toMatchObject({ action: 'change', after: { spec: { size: 2, note: 'new' } } })
      expect(release!.operations[0]).toBe(`change ${what(id)}, and wait until it is established`)
      expect(release!.operations.filter((o) => o.includes(refOf(id).name))).toHaveLength(1)
      expect(release!.rollback).toMatchObject({ reversible: false, why: expect.stringContaining(refOf(id).name) })
      const { refused, applied, writes } = await world.apply(made)
      expect({ refused, outcomes: applied.map((a) => a.outcome) }).toEqual({ refused: [], outcomes: ['deployed'] })
      // Before the record, hooks and all else.
      expect(sent(writes)[0]).toBe(what(id))
      expect(writes.filter((w) => w.what === what(id) && w.verb === 'apply').map((w) => sha256(w.body))).toEqual([crds[0]!.digest])
      expect(propertiesOf(await live())).toEqual(['note', 'size'])
      expect((await live('Valve')).spec).toEqual({ size: 2, note: 'new' })
      expect((await world.apply(made)).applied).toMatchObject([{ outcome: 'applied-already' }])
    })

    withValves('may serve a version that objects of the same plan use', async ({ world, id, bring, plan, live }) => {
      bring([version('v1', wide), version('v2', wide, { storage: false })], valve(id, '{ size: 2, note: new }', 'v2'))
      expect(await world.apply(await plan())).toMatchObject({ errors: [], applied: [{ outcome: 'deployed' }] })
      expect((await live('Valve', 'v2')).spec).toEqual({ size: 2, note: 'new' })
    })

    withValves('that alone change are a plan, and those that do not are no step of one', async ({ world, id, bring, plan }) => {
      expect((await plan()).plan.releases).toEqual([])
      world.write({ 'templates/same.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-same" }\ndata: { a: "2" }\n' })
      const same = await plan()
      expect(same.plan.releases[0]!.operations.filter((o) => o.includes('CustomResourceDefinition'))).toEqual([])
      expect(same.plan.releases[0]!.rollback.why ?? '').not.toContain(refOf(id).name)
      bring([version('v1', wide)])
      world.write({ 'templates/same.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-same" }\ndata: { a: "1" }\n' })
      const made = await plan()
      expect(made.plan.releases[0]!.changes.objects.map((o) => o.name)).toEqual([refOf(id).name])
      expect((await world.apply(made)).applied).toMatchObject([{ outcome: 'deployed' }])
    })

    withValves('that would lose something are not planned: each loss is named', async ({ world, id, bring, plan, live }) => {
      bring([version('v1', wide)], valve(id, '{ size: 2, note: kept }'))
      await world.apply(await plan())
      bring([version('v1', narrow)])
      const before = await live()
      await expect(plan()).rejects.toMatchObject({ code: 'rule.refused', hint: expect.stringContaining('leave out --upgrade-crds'), details: { findings: [{ ref: { name: refOf(id).name }, field: 'v1: spec.note' }] } })
      expect((await live()).metadata.resourceVersion).toBe(before.metadata.resourceVersion)
    })

    for (const [how, edit] of [
      ['a field of its schema', { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', minimum: 0 } } } } }],
      ['a field that the chart does not have', { type: 'object', properties: { spec: { type: 'object', properties: { ...narrow, theirs: { type: 'string' } } } } }],
    ] as const) {
      withValves(`that somebody edited since (${how}) refuse the plan`, async ({ world, id, bring, plan, live }) => {
        bring([version('v1', wide)])
        const made = await plan()
        await world.cluster.patch(refOf(id), 'merge', { spec: { versions: [version('v1', narrow, { schema: { openAPIV3Schema: edit } })] } }, { fieldManager: 'kubectl-edit' })
        const edited = await live()
        await world.refuses(made, [`stale/crd-changed ${what(id)}`])
        expect((await live()).metadata.resourceVersion).toBe(edited.metadata.resourceVersion)
      })
    }

    withValves('that are as the plan leaves them by then are fine, as after a run that died', async ({ world, bring, id, plan, live }) => {
      bring([version('v1', wide)])
      const made = await plan()
      await world.cluster.apply(definition(id, [version('v1', wide)]), { fieldManager: 'helm' })
      const { refused, applied, writes } = await world.apply(made)
      expect({ refused, outcomes: applied.map((a) => a.outcome), written: sent(writes).includes(what(id)) }).toEqual({ refused: [], outcomes: ['deployed'], written: false })
      expect(propertiesOf(await live())).toEqual(['note', 'size'])
    })

    withValves('whose field an object uses since, refuse the plan', async ({ world, id, bring, plan }) => {
      bring([version('v1', narrow)])
      const made = await plan()
      expect(made.plan.releases).toHaveLength(1)
      await world.cluster.create({ apiVersion: 'suite.pintle.dev/v1', kind: `Valve${id}`, metadata: { name: 'theirs', namespace: world.namespace }, spec: { note: 'mine' } })
      await world.refuses(made, [`stale/crd-in-use ${what(id)}`])
    }, wide)

    withValves('stay when the release goes back, and the error says so', async ({ world, id, bring, plan, live }) => {
      bring([version('v1', wide)])
      world.write({ 'templates/broken.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web-broken, annotations: { "helm.sh/hook": pre-upgrade } }\nspec: { ports: [{ port: 0 }] }\n' })
      const { applied, errors } = await world.apply(await plan())
      expect(applied).toMatchObject([{ outcome: 'rolled-back' }])
      expect(errors).toMatchObject([{ hint: expect.stringContaining(`stay so: ${refOf(id).name}.`) }])
      expect(propertiesOf(await live())).toEqual(['note', 'size'])
    })
  })
}
