import { describe, expect } from 'vitest'
import { PintleError } from '../../src/errors/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { install, parseConflictRule, releaseHistory, rollback, upgrade } from '../../src/cluster/release/index.ts'
import type { Finding, InstallOptions } from '../../src/cluster/release/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { configMap, crd, deployment, hook, job, rendered } from './release-fixtures.ts'

/**
 * What is found before anything changes, and what is done about conflicts: on the sandbox and on a real control plane.
 * @param but `cel: false` for a cluster that does not evaluate the rules of custom resources
 */
export function preflightSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>, but: { cel?: false } = {}): void {
  describe(title, () => {
    const onEach = onCluster(start, 'preflight')
    let cluster: Cluster

    interface Ground { base: Pick<InstallOptions, 'cluster' | 'namespace' | 'name' | 'timeout' | 'preflight'>; ns: string; id: number; statuses(): Promise<string[]> }

    const inNamespace = (name: string, run: (ground: Ground) => Promise<void>): void => {
      onEach(name, async ({ ns, id, ...on }) => {
        cluster = on.cluster
        const base = { cluster, namespace: ns, name: 'web', timeout: 20_000, preflight: true }
        await run({ base, ns, id, statuses: async () => (await releaseHistory(base).catch(() => [])).map((r) => `${r.record.version} ${r.record.info.status}`) })
      })
    }
    const failure = async (work: Promise<unknown>): Promise<PintleError & { details: { findings: Finding[] } }> => {
      const error = await work.then(() => new Error('it succeeded'), (e: unknown) => e)
      expect(error).toBeInstanceOf(PintleError)
      return error as PintleError & { details: { findings: Finding[] } }
    }
    const refs = (findings: readonly Finding[]): string[] => findings.map((f) => `${f.ref.kind}/${f.ref.name} ${f.field ?? ''}`.trim()).sort()
    const reselected = (name: string): KubeObject => {
      const made = deployment(name)
      return { ...made, spec: { ...made.spec, selector: { matchLabels: { app: 'other' } }, template: { ...made.spec.template, metadata: { labels: { app: 'other' } } } } }
    }
    const service = (name: string, spec: Record<string, unknown> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } })

    describe('what cannot change', () => {
      const claim = (size: string, mode = 'ReadWriteOnce'): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: [mode], resources: { requests: { storage: size } } } })
      const secret = (type: string, data = 'eA=='): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, type, data: { a: data } })
      const fixed = (value: string): KubeObject => ({ ...configMap('fixed', { a: value }), immutable: true })
      const set = (serviceName: string): KubeObject => ({ ...deployment('set'), kind: 'StatefulSet', spec: { ...deployment('set').spec, serviceName } })
      const binding = (role: string): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'bound' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role }, subjects: [] })
      const storage = (provisioner: string, id: number): KubeObject => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: `class-${id}` }, provisioner })

      inNamespace('is found in all objects before anything is written, with its fields and what to do', async ({ base, ns, id, statuses }) => {
        const before = [deployment('app'), set('a'), job('once'), service('svc'), secret('Opaque'), fixed('1'), claim('1Gi'), binding('one'), storage('example.com/a', id), configMap('free', { a: '1' })]
        await install({ ...base, source: rendered(before) })
        const after = [reselected('app'), set('b'), job('once', 'example.com/job:2'), service('svc', { clusterIP: '10.0.0.77' }), secret('example.com/other'), fixed('2'), claim('1Gi', 'ReadOnlyMany'), binding('two'), storage('example.com/b', id), configMap('free', { a: '2' })]
        let hooked = false
        const error = await failure(upgrade({ ...base, source: rendered(after, [hook(job('pre'), ['pre-upgrade'])]), onEvent: (e) => { hooked ||= e.type === 'hook' || e.type === 'record' } }))
        expect(error.code).toBe('release.apply')
        expect(error.message).toMatch(/^server-side apply failed for object preflight-\d+\//)
        expect(error.hint).toMatch(/^Nothing was changed/)
        const found = refs(error.details.findings)
        for (const wanted of ['Deployment/app spec.selector', 'StatefulSet/set spec.serviceName', 'Job/once spec.template', 'Secret/keys type', 'PersistentVolumeClaim/data spec.accessModes', 'ConfigMap/fixed data.a']) expect(found).toContain(wanted)
        for (const wanted of ['Service/svc spec.clusterIP', 'RoleBinding/bound roleRef', `StorageClass/class-${id}`]) expect(found.some((f) => f.startsWith(wanted)), wanted).toBe(true)
        expect(found.some((f) => f.startsWith('ConfigMap/free'))).toBe(false)
        expect(error.details.findings.find((f) => f.ref.kind === 'Deployment')?.advice).toContainEqual(expect.stringContaining(`kubectl delete deployment app -n ${ns} --cascade=orphan`))
        expect(error.details.findings.every((f) => f.source === 'demo/templates/all.yaml')).toBe(true)
        expect([hooked, await statuses()]).toEqual([false, ['1 deployed']])
        expect(JSON.stringify(error.details) + error.message).not.toContain('eA==')
        expect(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'free' })).toMatchObject({ data: { a: '1' } })
      })

      inNamespace('without a preflight it fails as Helm does', async ({ base, statuses }) => {
        await install({ ...base, source: rendered([deployment('app')]) })
        await failure(upgrade({ ...base, preflight: false, source: rendered([reselected('app')]) }))
        expect(await statuses()).toEqual(['1 deployed', '2 failed'])
      })

      inNamespace('client-side too, and on the way back', async ({ base, ns, statuses }) => {
        await install({ ...base, serverSide: false, source: rendered([deployment('app')]) })
        const error = await failure(upgrade({ ...base, source: rendered([reselected('app')]) }))
        expect(error.message).toMatch(/^cannot patch "app" with kind Deployment: /)
        expect((await failure(upgrade({ ...base, forceReplace: true, source: rendered([reselected('app')]) }))).message).toMatch(/^failed to replace object: /)
        await upgrade({ ...base, source: rendered([configMap('one')]) })
        await cluster.create({ ...reselected('app'), metadata: { name: 'app', namespace: ns } })
        const foreign = await failure(rollback({ ...base, version: 1 }))
        expect([foreign.code, refs(foreign.details.findings)]).toEqual(['release.ownership', ['Deployment/app']])
        expect(await statuses()).toEqual(['1 superseded', '2 deployed'])
        await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' })
        await upgrade({ ...base, source: rendered([reselected('app')]) })
        expect(refs((await failure(rollback({ ...base, version: 1 }))).details.findings)).toEqual(['Deployment/app spec.selector'])
        expect(await statuses()).toEqual(['1 superseded', '2 superseded', '3 deployed'])
      })

      inNamespace('an ordinary upgrade asks no more than before', async ({ base, ns }) => {
        const chart = (n: number) => rendered([deployment('app', `example.com/app:${n}`), service('svc', { selector: { app: `v${n}` } }), configMap('one', { a: `${n}` })])
        await install({ ...base, source: chart(1) })
        const calls = async (preflight: boolean, n: number): Promise<number> => {
          let made = 0
          const counting = new Proxy(cluster, {
            get(target, key) {
              const value = Reflect.get(target, key) as unknown
              if (typeof value !== 'function') return value
              if (['get', 'list', 'create', 'replace', 'patch', 'apply', 'delete'].includes(String(key))) made++
              return value.bind(target) as unknown
            },
          })
          await upgrade({ ...base, cluster: counting, preflight, source: chart(n) })
          return made
        }
        const [without, withIt] = [await calls(false, 2), await calls(true, 3)]
        expect(withIt).toBe(without)
        expect((await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'one' }))?.data).toEqual({ a: '3' })
      })
    })

    describe('what is not served, and what belongs to others', () => {
      inNamespace('is named with what to do', async ({ base, ns, statuses }) => {
        const budget = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', metadata: { name: 'old' }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'app' } } } }
        const error = await failure(install({ ...base, source: rendered([budget]) }))
        expect(error.code).toBe('release.build')
        expect(error.details.findings).toEqual([{ ref: { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'old' }, field: 'apiVersion', message: 'the cluster does not serve policy/v1beta1 PodDisruptionBudget', source: 'demo/templates/all.yaml', advice: ['The cluster serves PodDisruptionBudget as policy/v1: change apiVersion in demo/templates/all.yaml, and the fields that differ.'] }])
        const hooked = await failure(install({ ...base, source: rendered([configMap('one')], [hook({ ...budget, apiVersion: 'policy/v1beta1' }, ['post-install'])]) }))
        expect([hooked.code, refs(hooked.details.findings)]).toEqual(['release.build', ['PodDisruptionBudget/old apiVersion']])
        for (const name of ['a', 'b']) await cluster.create({ ...configMap(name), metadata: { name, namespace: ns } })
        expect(refs((await failure(install({ ...base, source: rendered([configMap('a'), configMap('b')]) }))).details.findings)).toEqual(['ConfigMap/a', 'ConfigMap/b'])
        const { check } = await install({ ...base, dryRun: 'server', dryRunApply: true, source: rendered([configMap('a', { x: '1' }), configMap('c')]) })
        expect(refs(check!.rejected)).toEqual(['ConfigMap/a'])
        expect(await statuses()).toEqual([])
      })
    })

    describe('a dry run that asks the server', () => {
      const whole = { dryRun: 'server', dryRunApply: true } as const

      inNamespace('tells every refusal, and what it could not ask', async ({ base, ns, id }) => {
        const kind = `Checked${id}`
        const inner = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${ns}-inner` } }
        const source = rendered(
          [inner, { ...configMap('inside'), metadata: { name: 'inside', namespace: `${ns}-inner` } }, { ...configMap('lost'), metadata: { name: 'lost', namespace: 'nowhere' } }, { ...configMap('bad'), dtaa: 1 }, { ...deployment('app'), spec: { replicas: 1 } }, { apiVersion: 'suite.pintle.dev/v1', kind, metadata: { name: 'x' } }, { apiVersion: 'nobody.dev/v1', kind: 'Thing', metadata: { name: 'y' } }, configMap('good')],
          [hook({ ...job('pre'), spec: { template: {} } }, ['pre-install']), hook({ ...job('later'), spec: {} }, ['pre-upgrade'])],
        )
        const { record, check, applied } = await install({ ...base, ...whole, source: { ...source, crds: [{ name: 'crds/c.yaml', text: JSON.stringify(crd(`checked${id}`, kind)) }] } })
        expect(record.info.description).toBe('Dry run complete')
        const objects = [...new Set(check!.rejected.map((f) => `${f.ref.kind}/${f.ref.name}`))].sort()
        expect(objects).toEqual(['ConfigMap/bad', 'ConfigMap/lost', 'Deployment/app', 'Job/pre', 'Thing/y'])
        expect(refs(check!.rejected)).toContain('ConfigMap/bad dtaa')
        expect(check!.unchecked.map((f) => `${f.ref.kind}/${f.ref.name}: ${f.message}`)).toEqual([`${kind}/x: its definition comes with the release`, `ConfigMap/inside: its namespace ${ns}-inner comes with the release`])
        expect(applied?.created.map((r) => r.ref.name)).toContain('good')
        expect(check!.rejected.find((f) => f.ref.name === 'pre')?.source).toBe('demo/templates/pre.yaml')
        expect(await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: `${ns}-inner` })).toBeUndefined()
      })

      inNamespace('on upgrade and rollback, with conflicts and hooks that are there already', async ({ base, ns }) => {
        const pre = hook(job('pre'), ['pre-upgrade', 'pre-rollback'])
        await install({ ...base, source: rendered([deployment('app')]) })
        await upgrade({ ...base, source: rendered([deployment('app'), configMap('one')], [pre]) })
        await cluster.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app', namespace: ns }, spec: { replicas: 3 } }, { fieldManager: 'autoscaler', force: true })
        await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: ns }, data: { a: 'theirs' } }, { fieldManager: 'other', force: true })
        const changed = [deployment('app', 'example.com/app:2', 2), configMap('one', { a: 'ours' })]
        const { check } = await upgrade({ ...base, ...whole, source: rendered(changed, [hook(job('pre', 'example.com/job:2'), ['pre-upgrade'])]) })
        expect(refs(check!.rejected)).toEqual(['ConfigMap/one data.a', 'Deployment/app spec.replicas'])
        const back = await rollback({ ...base, ...whole, version: 2 })
        expect(refs(back.check!.rejected)).toEqual(['Deployment/app spec.replicas'])
        expect((await rollback({ ...base, ...whole, forceConflicts: true, version: 2 })).check).toEqual({ rejected: [], unchecked: [] })
      })
    })

    describe('definitions', () => {
      interface Definition { versions?: Record<string, unknown>[]; more?: Record<string, unknown> }
      const group = 'crds.pintle.dev'
      const version = (name: string, spec: unknown, more: Record<string, unknown> = {}): Record<string, unknown> =>
        ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { spec } } }, ...more })
      const rich = { type: 'object', properties: { size: { type: 'integer' }, color: { type: 'string' }, note: { type: 'string' }, host: { type: 'string' } } }
      const definition = (id: number, { versions = [version('v1', rich)], more = {} }: Definition = {}): KubeObject => ({
        apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `things${id}.${group}` },
        spec: { group, scope: 'Namespaced', names: { plural: `things${id}`, singular: `thing${id}`, kind: `Thing${id}`, listKind: `Thing${id}List` }, versions, ...more },
      })
      const thing = (id: number, name: string, spec: Record<string, unknown>, v = 'v1'): KubeObject => ({ apiVersion: `${group}/${v}`, kind: `Thing${id}`, metadata: { name }, spec })
      const chart = (crds: readonly KubeObject[], objects: readonly unknown[] = []) => ({ ...rendered(objects), crds: crds.map((c, i) => ({ name: `crds/${i}.yaml`, text: JSON.stringify(c) })) })
      const liveVersions = async (id: number): Promise<any[]> => (await cluster.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `things${id}.${group}` }))!.spec.versions

      inNamespace('are left alone on an upgrade, which says so; --upgrade-crds brings them up to date first', async ({ base, ns, id }) => {
        await install({ ...base, source: chart([definition(id)]) })
        const warnings: string[] = []
        const next = chart([definition(id, { versions: [version('v1', rich), version('v2', { type: 'object', properties: { size: { type: 'integer' } } })] })], [configMap('one')])
        await upgrade({ ...base, source: next, onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
        expect(warnings).toEqual([expect.stringContaining(`the cluster has other CRDs than the chart: things${id}.${group};`)])
        expect(await liveVersions(id)).toHaveLength(1)
        // The new version is used in the same upgrade.
        await upgrade({ ...base, upgradeCrds: true, source: { ...rendered([thing(id, 'a', { size: 1 }, 'v2')]), crds: next.crds } })
        expect((await cluster.get({ apiVersion: `${group}/v2`, kind: `Thing${id}`, namespace: ns, name: 'a' }))?.spec).toEqual({ size: 1 })
        await upgrade({ ...base, source: { ...rendered([thing(id, 'a', { size: 1 }, 'v2')]), crds: next.crds }, onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
        expect(warnings).toHaveLength(1)
      })

      inNamespace('are not narrowed under live objects: each loss is named with field, reason and an example', async ({ base, ns, id }) => {
        await install({ ...base, source: chart([definition(id)], [thing(id, 'a', { size: 12, color: 'red', note: 'hello', host: 'UP' }), thing(id, 'b', { size: 13, color: 'red' })]) })
        const narrow = (spec: unknown) => chart([definition(id, { versions: [version('v1', spec)] })])
        const losses = async (spec: unknown): Promise<string[]> => {
          const error = await failure(upgrade({ ...base, upgradeCrds: true, source: narrow(spec) }))
          expect(error.code).toBe('rule.refused')
          expect(error.details.findings.every((f) => f.ref.name === `things${id}.${group}` && f.source === 'crds/0.yaml')).toBe(true)
          return error.details.findings.map((f) => `${f.field}: ${f.message}`.replaceAll(ns, 'NS'))
        }
        const properties = rich.properties
        expect(await losses({ type: 'object', properties: { size: properties.size, color: properties.color, host: properties.host } })).toEqual(['v1: spec.note: is not in the schema any more: its value would be dropped (in NS/a)'])
        expect(await losses({ type: 'object', required: ['extra'], properties: { ...properties, extra: { type: 'string' } } })).toEqual(['v1: spec.extra: is required now, and missing (in 2 objects, such as NS/a)'])
        expect(await losses({ type: 'object', properties: { ...properties, size: { type: 'string' } } })).toEqual(['v1: spec.size: must be of type string (in 2 objects, such as NS/a)'])
        expect(await losses({ type: 'object', properties: { ...properties, size: { type: 'integer', maximum: 12 } } })).toEqual(['v1: spec.size: should be less than or equal to 12 (in NS/b)'])
        expect(await losses({ type: 'object', properties: { ...properties, color: { type: 'string', enum: ['blue'] } } })).toEqual(['v1: spec.color: supported values: "blue" (in 2 objects, such as NS/a)'])
        expect((await losses({ type: 'object', properties: { ...properties, host: { type: 'string', pattern: '^[a-z]+$' }, note: { type: 'string', maxLength: 3 } } })).sort()).toEqual(['v1: spec.note: may not be more than 3 bytes (in NS/a)', "v1: spec.host: should match '^[a-z]+$' (in NS/a)"].sort())
        // A required field with a default, and what no object uses, narrow nothing.
        await upgrade({ ...base, upgradeCrds: true, source: chart([definition(id, { versions: [version('v1', { type: 'object', required: ['extra'], properties: { ...properties, extra: { type: 'string', default: 'x' } } })] })], [thing(id, 'a', { size: 12 })]) })
        const warnings: string[] = []
        await upgrade({ ...base, upgradeCrds: true, forceCrds: true, source: { ...rendered([thing(id, 'a', {})]), crds: narrow({ type: 'object', properties: { color: { type: 'string' } } }).crds }, onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
        expect(warnings[0]).toMatch(/^--force-crds: things\d+\.crds\.pintle\.dev v1: spec\./)
        expect(Object.keys((await liveVersions(id))[0].schema.openAPIV3Schema.properties.spec.properties)).toEqual(['color'])
      })

      inNamespace('what is said to be lost is lost, when it is forced', async ({ base, ns, id }) => {
        await install({ ...base, source: chart([definition(id)], []) })
        const c = { ...thing(id, 'c', { size: 12, note: 'x', color: 'red' }), metadata: { name: 'c', namespace: ns } }
        await cluster.create(c)
        const narrow = chart([definition(id, { versions: [version('v1', { type: 'object', properties: { size: { type: 'integer', maximum: 5 }, color: rich.properties.color } })] })])
        const error = await failure(upgrade({ ...base, upgradeCrds: true, source: narrow }))
        expect(error.details.findings.map((f) => f.field).sort()).toEqual(['v1: spec.note', 'v1: spec.size'])
        await upgrade({ ...base, upgradeCrds: true, forceCrds: true, source: narrow })
        const ref = { apiVersion: `${group}/v1`, kind: `Thing${id}`, namespace: ns, name: 'c' }
        // A server takes a moment to use a new schema.
        await expect.poll(async () => (await cluster.get(ref))?.spec, { timeout: 10_000 }).toEqual({ size: 12, color: 'red' })
        expect((await failure(cluster.patch(ref, 'merge', { spec: { size: 11 } }))).message).toContain('spec.size')
      })

      inNamespace('keep their versions, names and conversion', async ({ base, id, statuses }) => {
        const hooked = { conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://converter.invalid/convert' } } } }
        const two = [version('v1', rich), version('v2', { type: 'object', properties: { size: { type: 'integer' } } })]
        await install({ ...base, source: chart([definition(id, { versions: two })], [thing(id, 'a', { size: 1 }, 'v2')]) })
        const refusal = async (next: Definition): Promise<string[]> => {
          const error = await failure(upgrade({ ...base, upgradeCrds: true, source: chart([definition(id, next)]) }))
          expect(error.code).toBe('rule.refused')
          return error.details.findings.map((f) => `${f.field}: ${f.message}`)
        }
        // v2 has a user, though it is not stored; v1 is stored, and has none.
        expect(await refusal({ versions: [version('v1', rich)] })).toEqual([`spec.versions[name=v2].served: v2 would not be served any more; helm wrote ${base.namespace}/a in it`])
        expect((await refusal({ versions: [version('v2', rich, { storage: true })] }))[0]).toMatch(/^spec\.versions: v1 is removed, and objects may still be stored in it/)
        expect((await refusal({ versions: two, more: { scope: 'Cluster' } }))[0]).toMatch(/^spec\.scope: changes from "Namespaced" to "Cluster"/)
        expect((await refusal({ versions: two, more: { names: { plural: `things${id}`, singular: `thing${id}`, kind: 'Other', listKind: 'OtherList' } } })).some((l) => l.startsWith('spec.names.kind: changes from'))).toBe(true)
        await upgrade({ ...base, source: rendered([]) })
        await upgrade({ ...base, upgradeCrds: true, source: { ...rendered([]), crds: chart([definition(id, { versions: two, more: hooked })]).crds } })
        expect((await refusal({ versions: two, more: { conversion: { strategy: 'None' } } }))[0]).toMatch(/^spec\.conversion\.strategy: the webhook that converts between v1, v2 is taken away/)
        expect(await statuses()).toEqual(['1 superseded', '2 superseded', '3 deployed'])
        // Helm 4 installs over a definition that is there, whatever is lost.
        const other = { ...base, name: 'other' }
        expect((await failure(install({ ...other, source: chart([definition(id, { versions: two, more: { conversion: { strategy: 'None' } } })]) }))).code).toBe('rule.refused')
        expect(await releaseHistory(other).catch((e: unknown) => (e as PintleError).code)).toBe('release.notFound')
      })

      if (but.cel !== false) inNamespace('with transition rules freeze fields of their objects, which is found too', async ({ base, ns, id, statuses }) => {
        const fixed = { ...rich, properties: { ...rich.properties, size: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'size is for ever' }] } } }
        await install({ ...base, source: chart([definition(id, { versions: [version('v1', fixed)] })], [thing(id, 'a', { size: 1, note: 'x' })]) })
        const error = await failure(upgrade({ ...base, source: rendered([thing(id, 'a', { size: 2, note: 'x' })]) }))
        expect([refs(error.details.findings), error.details.findings[0]!.message]).toEqual([[`Thing${id}/a spec.size`], expect.stringContaining('size is for ever')])
        await upgrade({ ...base, source: rendered([thing(id, 'a', { size: 1, note: 'y' })]) })
        expect(await statuses()).toEqual(['1 superseded', '2 deployed'])
        // A new rule is no loss that can be seen from here; it is named.
        const warnings: string[] = []
        const ruled = { ...fixed, 'x-kubernetes-validations': [{ rule: 'self.size < 10' }] }
        await upgrade({ ...base, upgradeCrds: true, source: { ...rendered([thing(id, 'a', { size: 1 })]), crds: chart([definition(id, { versions: [version('v1', ruled)] })]).crds }, onEvent: (e) => { if (e.type === 'warning') warnings.push(e.message) } })
        expect(warnings).toEqual([`things${id}.${group}: v1 has 1 new validation rule in CEL; whether the live object passes is for the server to say when they are next written`])
        expect((await cluster.get({ apiVersion: `${group}/v1`, kind: `Thing${id}`, namespace: ns, name: 'a' }))?.spec).toEqual({ size: 1 })
      })

      inNamespace('among the templates are waited for by what they define, and by hooks', async ({ base, ns, id }) => {
        const source = { ...rendered([definition(id), thing(id, 'a', { size: 1 })], [hook(thing(id, 'hooked', { size: 2 }), ['post-install'])]) }
        expect((await failure(install({ ...base, source }))).message).toMatch(/no matches for kind/)
        await install({ ...base, definesKinds: true, source })
        const get = async (name: string): Promise<unknown> => (await cluster.get({ apiVersion: `${group}/v1`, kind: `Thing${id}`, namespace: ns, name }))?.spec
        expect([await get('a'), await get('hooked')]).toEqual([{ size: 1 }, { size: 2 }])
        const wider = [version('v1', rich), version('v3', rich)]
        await upgrade({ ...base, definesKinds: true, source: rendered([definition(id, { versions: wider }), thing(id, 'a', { size: 3 }, 'v3')]) })
        expect(await get('a')).toEqual({ size: 3 })
        const { check } = await upgrade({ ...base, dryRun: 'server', dryRunApply: true, upgradeCrds: true, source: chart([definition(id, { versions: [version('v1', rich)] })]) })
        expect(check!.rejected.map((f) => f.field)).toEqual(['spec.versions[name=v3].served'])
      })
    })

    describe('conflicts', () => {
      const scaled = async (ns: string, replicas: number): Promise<void> => {
        await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' }, 'merge', { spec: { replicas } }, { fieldManager: 'kubectl', subresource: 'scale' })
      }
      const live = async (ns: string): Promise<KubeObject> => (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' }))!

      inNamespace('name manager, operation, time, field and both values, for all objects at once', async ({ base, ns }) => {
        const secret = (value: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: value } })
        await install({ ...base, source: rendered([secret('first-one'), deployment('app')]) })
        await scaled(ns, 5)
        await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: ns }, data: { token: 'dGhlaXJzLXdhcy1oZXJl' } }, { fieldManager: 'vault', force: true })
        const error = await failure(upgrade({ ...base, source: rendered([{ ...secret(''), stringData: undefined, data: { token: 'b3Vycy13YXMtaGVyZQ==' } }, deployment('app', 'example.com/app:2')]) }))
        expect(error.code).toBe('release.conflict')
        expect(error.message.split(' && ')).toHaveLength(2)
        expect(refs(error.details.findings)).toEqual(['Deployment/app spec.replicas', 'Secret/keys data.token'])
        // The server leaves the time out for the scale subresource.
        const replicas = error.details.findings.find((f) => f.field === 'spec.replicas')!
        expect(replicas.message).toMatch(/^kubectl \(Update of scale(, .*)?\) set it to 5; the chart sets it to 1$/)
        expect(replicas.advice).toEqual([expect.stringContaining("--conflict 'Deployment/app:spec.replicas=yield'"), expect.stringContaining("--conflict 'Deployment/app:spec.replicas=force'")])
        expect(error.details.findings.find((f) => f.field === 'data.token')!.message).toMatch(/^vault \(Apply, \d{4}-\d\d-\d\dT[\d:]+Z\) set it to a secret value; the chart sets it to a secret value$/)
        expect(JSON.stringify(error.details) + error.message).not.toMatch(/theirs-was|ours-was|dGhlaXJz|b3Vycy/)
      })

      inNamespace('yield leaves the field alone, force takes it, in one run', async ({ base, ns }) => {
        await install({ ...base, source: rendered([deployment('app')]) })
        await scaled(ns, 5)
        await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' }, 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'example.com/hotfix:1' }] } } } }, { fieldManager: 'kubectl-set' })
        const source = rendered([deployment('app', 'example.com/app:2')])
        const conflicts = ['*/*:spec=force', 'Deployment/app:spec.replicas=yield'].map(parseConflictRule)
        expect((await failure(upgrade({ ...base, conflicts: [parseConflictRule('Deployment/app:spec.replicas=yield')], source }))).details.findings.map((f) => f.field)).toContain('spec.template.spec.containers[name=main].image')
        const reasons: string[] = []
        await upgrade({ ...base, conflicts, source, onEvent: (e) => { if (e.type === 'object' && e.action === 'settled') reasons.push(e.reason!) } })
        const now = await live(ns)
        expect([now.spec.replicas, now.spec.template.spec.containers[0].image]).toEqual([5, 'example.com/app:2'])
        expect(reasons.join()).toMatch(/left alone: spec\.replicas \(conflict with "kubectl"/)
        // Where nobody else holds the field, an answer changes nothing: the chart's value stands.
        await upgrade({ ...base, forceConflicts: true, source })
        await upgrade({ ...base, conflicts, source: rendered([deployment('app', 'example.com/app:3', 2)]) })
        expect((await live(ns)).spec.replicas).toBe(2)
      })

      inNamespace('answers are for server-side apply', async ({ base }) => {
        const source = rendered([configMap('one')])
        expect((await failure(install({ ...base, serverSide: false, conflicts: [parseConflictRule('*/*:data=yield')], source }))).code).toBe('release.options')
        expect(() => parseConflictRule('spec.replicas=yield')).toThrow('invalid answer to a conflict')
      })
    })
  })
}
