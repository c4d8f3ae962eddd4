import { describe, expect } from 'vitest'
import { isPintleError } from '../../src/errors/index.ts'
import { statusOf } from '../../src/cluster/kube/index.ts'
import type { Cluster, KubeObject, WatchEvent } from '../../src/cluster/kube/index.ts'
import { onCluster } from './on-cluster.ts'

export interface ClusterUnderTest {
  cluster: Cluster
  /** What the server warned of since the start, when the factory can tell. */
  warnings?: string[]
  stop(): Promise<void> | void
}

/**
 * What every `Cluster` must do. Runs on the sandbox and on a real control plane, so that nothing is believed of the one that the other does not do.
 * @param start a running cluster with controllers; undefined skips all, loudly
 */
export function clusterSuite(name: string, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(name, () => {
    const onEach = onCluster(start, 'suite')
    let cluster: Cluster
    let under: ClusterUnderTest

    const inNamespace = (title: string, run: (ns: string) => Promise<void>): void => {
      onEach(title, async (ground) => {
        ;({ cluster, under } = ground)
        await run(ground.ns)
      })
    }
    const settled = async <T>(ask: () => Promise<T | undefined | false>, what: string): Promise<T> => {
      for (const end = Date.now() + 30_000; Date.now() < end;) {
        const answer = await ask()
        if (answer !== undefined && answer !== false) return answer
        await new Promise(resolve => setTimeout(resolve, 25))
      }
      throw new Error(`never happened: ${what}`)
    }

    describe('discovery', () => {
      inNamespace('version and served kinds', async () => {
        const version = await cluster.version()
        expect(version.major).toBe('1')
        expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/)
        const versions = await cluster.apiVersions()
        expect(versions).toEqual(expect.arrayContaining([
          'v1', 'apps/v1', 'batch/v1', 'v1/Pod', 'v1/Secret', 'apps/v1/Deployment', 'networking.k8s.io/v1/Ingress', 'policy/v1/PodDisruptionBudget', 'autoscaling/v2/HorizontalPodAutoscaler',
          'apiextensions.k8s.io/v1/CustomResourceDefinition', 'rbac.authorization.k8s.io/v1', 'coordination.k8s.io/v1/Lease',
        ]))
        expect(versions).not.toContain('extensions/v1beta1')
        expect(new Set(versions).size).toBe(versions.length)
      })
      inNamespace('where a kind is served', async () => {
        expect(await cluster.mapping('apps/v1', 'Deployment')).toMatchObject({ group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true })
        expect(await cluster.mapping('v1', 'Namespace')).toMatchObject({ group: '', plural: 'namespaces', namespaced: false })
        expect((await cluster.mapping('networking.k8s.io/v1', 'Ingress'))?.plural).toBe('ingresses')
        expect(await cluster.mapping('example.com/v1', 'Nothing')).toBeUndefined()
        expect(await cluster.mapping('apps/v1beta1', 'Deployment')).toBeUndefined()
        await expectCode(cluster.get({ apiVersion: 'example.com/v1', kind: 'Nothing', name: 'x' }), 'kube.noMatch', 'no matches for kind "Nothing" in version "example.com/v1"')
      })
    })

    describe('objects', () => {
      inNamespace('create, get, replace, delete', async ns => {
        const created = await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), data: { k: 'v' } })
        expect(created.metadata).toMatchObject({ name: 'a', namespace: ns, uid: expect.any(String), resourceVersion: expect.any(String), creationTimestamp: expect.stringMatching(/^\d{4}-.*Z$/) })
        expect(created).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } })
        expect(await cluster.get(ref('v1', 'ConfigMap', 'a', ns))).toEqual(created)
        const replaced = await cluster.replace({ ...created, data: { k: 'w' } })
        expect(replaced.data).toEqual({ k: 'w' })
        expect(replaced.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion)
        const stale = await failure(cluster.replace({ ...created, data: { k: 'x' } }))
        expect(stale.code).toBe('kube.conflict')
        expect(stale.message).toBe('Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again')
        expect(await cluster.delete(ref('v1', 'ConfigMap', 'a', ns))).toBe(true)
        expect(await cluster.get(ref('v1', 'ConfigMap', 'a', ns))).toBeUndefined()
        expect(await cluster.delete(ref('v1', 'ConfigMap', 'a', ns))).toBe(false)
      })
      inNamespace('a replace that changes nothing keeps the resourceVersion', async ns => {
        const created = await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), data: { k: 'v' } })
        expect((await cluster.replace(created)).metadata.resourceVersion).toBe(created.metadata.resourceVersion)
      })
      inNamespace('a second create conflicts', async ns => {
        await cluster.create(object('v1', 'ConfigMap', 'a', ns))
        const again = await failure(cluster.create(object('v1', 'ConfigMap', 'a', ns)))
        expect(again.code).toBe('kube.conflict')
        expect(again.message).toBe('configmaps "a" already exists')
        expect(statusOf(again)).toMatchObject({ reason: 'AlreadyExists', code: 409, details: { name: 'a', kind: 'configmaps' } })
      })
      inNamespace('what is not there', async ns => {
        await expectCode(cluster.replace({ ...object('v1', 'ConfigMap', 'none', ns), data: {} }), 'kube.notFound', 'configmaps "none" not found')
        await expectCode(cluster.patch(ref('apps/v1', 'Deployment', 'none', ns), 'merge', {}), 'kube.notFound', 'deployments.apps "none" not found')
        await expectCode(cluster.create(object('v1', 'ConfigMap', 'a', 'no-such-namespace')), 'kube.notFound', 'namespaces "no-such-namespace" not found')
      })
      inNamespace('generateName', async ns => {
        const made = await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-', namespace: ns } })
        expect(made.metadata.name).toMatch(/^made-[a-z0-9]{5}$/)
      })
      inNamespace('names are checked', async ns => {
        const bad = await failure(cluster.create(object('v1', 'ConfigMap', 'Not_Valid', ns)))
        expect(bad.code).toBe('kube.invalid')
        expect(bad.message).toContain('ConfigMap "Not_Valid" is invalid: metadata.name: Invalid value: "Not_Valid": a lowercase RFC 1123 subdomain')
        expect(statusOf(bad)?.details?.causes?.[0]).toMatchObject({ field: 'metadata.name' })
        expect((await failure(cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns } }))).message).toMatch(/name or generateName is required|resource name may not be empty/)
      })
      inNamespace('preconditions of a delete', async ns => {
        const created = await cluster.create(object('v1', 'ConfigMap', 'a', ns))
        const refused = await failure(cluster.delete(ref('v1', 'ConfigMap', 'a', ns), { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } }))
        expect(refused.code).toBe('kube.conflict')
        expect(refused.message).toMatch(/^Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition \(00000000-0000-0000-0000-000000000000\) does not match the UID in record/)
        expect(await cluster.delete(ref('v1', 'ConfigMap', 'a', ns), { preconditions: { uid: created.metadata.uid! } })).toBe(true)
      })
      inNamespace('dry runs leave nothing behind', async ns => {
        const dry = await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), data: { k: 'v' } }, { dryRun: true })
        expect(dry.metadata.uid).toEqual(expect.any(String))
        expect(await cluster.get(ref('v1', 'ConfigMap', 'a', ns))).toBeUndefined()
        await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), data: { k: 'v' } })
        expect((await cluster.patch(ref('v1', 'ConfigMap', 'a', ns), 'merge', { data: { k: 'w' } }, { dryRun: true })).data).toEqual({ k: 'w' })
        expect((await cluster.apply({ ...object('v1', 'ConfigMap', 'b', ns), data: { k: 'v' } }, { dryRun: true, fieldManager: 'me' })).data).toEqual({ k: 'v' })
        expect(await cluster.delete(ref('v1', 'ConfigMap', 'a', ns), { dryRun: true })).toBe(true)
        expect((await cluster.list('v1', 'ConfigMap', { namespace: ns, fieldSelector: 'metadata.name!=kube-root-ca.crt' })).items.map(o => [o.metadata.name, o.data])).toEqual([['a', { k: 'v' }]])
      })
      inNamespace('generation counts changes of the spec only', async ns => {
        const made = await cluster.create(deployment('d', ns))
        expect(made.metadata.generation).toBe(1)
        const labelled = await cluster.patch(ref('apps/v1', 'Deployment', 'd', ns), 'merge', { metadata: { labels: { a: 'b' } } })
        expect(labelled.metadata.generation).toBe(1)
        const scaled = await cluster.patch(ref('apps/v1', 'Deployment', 'd', ns), 'merge', { spec: { replicas: 2 } })
        expect(scaled.metadata.generation).toBe(2)
      })
      inNamespace('defaults are filled in', async ns => {
        const made = await cluster.create(deployment('d', ns))
        expect(made.spec).toMatchObject({
          replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
          template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', containers: [{ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log', resources: {} }] } },
        })
        const service = await cluster.create({ ...object('v1', 'Service', 's', ns), spec: { selector: { app: 'd' }, ports: [{ port: 80 }] } })
        expect(service.spec).toMatchObject({ type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] })
        expect(service.spec.clusterIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
        const secret = await cluster.create({ ...object('v1', 'Secret', 's', ns), stringData: { password: 'hunter2' } })
        expect(secret).toMatchObject({ type: 'Opaque', data: { password: Buffer.from('hunter2').toString('base64') } })
        expect(secret.stringData).toBeUndefined()
      })
      inNamespace('fields that may not change', async ns => {
        await cluster.create(deployment('d', ns))
        const selector = await failure(cluster.patch(ref('apps/v1', 'Deployment', 'd', ns), 'merge', { spec: { selector: { matchLabels: { app: 'other' } }, template: { metadata: { labels: { app: 'other' } } } } }))
        expect(selector.code).toBe('kube.invalid')
        expect(selector.message).toMatch(/^Deployment\.apps "d" is invalid: spec\.selector: Invalid value: .*: field is immutable$/)
        await cluster.create({ ...object('v1', 'Secret', 's', ns), type: 'Opaque', immutable: true, data: {} })
        expect((await failure(cluster.patch(ref('v1', 'Secret', 's', ns), 'merge', { data: { a: 'Yg==' } }))).code).toBe('kube.invalid')
        await cluster.create(job('j', ns, 'busybox'))
        expect((await failure(cluster.patch(ref('batch/v1', 'Job', 'j', ns), 'merge', { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } }))).message).toMatch(/field is immutable/)
      })
      inNamespace('required fields', async ns => {
        const bad = await failure(cluster.create({ ...object('apps/v1', 'Deployment', 'd', ns), spec: { template: { spec: { containers: [{ name: 'c', image: 'busybox' }] } } } }))
        expect(bad.code).toBe('kube.invalid')
        expect(bad.message).toContain('spec.selector: Required value')
        expect((await failure(cluster.create({ ...deployment('d', ns), spec: { ...deployment('d', ns).spec, selector: { matchLabels: { app: 'x' } } } }))).message).toContain('`selector` does not match template `labels`')
        expect((await failure(cluster.create({ ...object('v1', 'Service', 's', ns), spec: { ports: [{ port: 0 }] } }))).message).toContain('spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive')
      })
      inNamespace('the wrong type of a field', async ns => {
        const bad = await failure(cluster.create({ ...deployment('d', ns), spec: { ...deployment('d', ns).spec, replicas: 'two' } }))
        expect(bad.code).toBe('kube.invalid')
        expect(bad.message).toMatch(/json: cannot unmarshal string into Go struct field DeploymentSpec\.(spec\.)?replicas of type int32/)
      })
      inNamespace('unknown fields: strict, warn, ignore', async ns => {
        const odd = { ...object('v1', 'ConfigMap', 'a', ns), dta: { k: 'v' } }
        const strict = await failure(cluster.create(odd, { fieldValidation: 'Strict' }))
        expect(strict.code).toBe('kube.invalid')
        expect(strict.message).toContain('strict decoding error: unknown field "dta"')
        const nested = await failure(cluster.create({ ...deployment('d', ns), spec: { ...deployment('d', ns).spec, replica: 1 } }, { fieldValidation: 'Strict' }))
        expect(nested.message).toContain('unknown field "spec.replica"')
        const made = await cluster.create(odd, { fieldValidation: 'Warn' })
        expect(made.dta).toBeUndefined()
        if (under.warnings !== undefined) expect(under.warnings).toContain('unknown field "dta"')
        expect((await failure(cluster.apply({ ...object('v1', 'ConfigMap', 'b', ns), dta: {} }, { fieldManager: 'me', fieldValidation: 'Strict' }))).message).toMatch(/dta: field not declared in schema|unknown field "dta"/)
      })
    })

    describe('lists', () => {
      inNamespace('all pages, selectors', async ns => {
        for (let i = 0; i < 5; i++) await cluster.create({ ...object('v1', 'ConfigMap', `c${i}`, ns), metadata: { name: `c${i}`, namespace: ns, labels: { parity: i % 2 === 0 ? 'even' : 'odd', n: String(i) } } })
        const names = async (options: object): Promise<(string | undefined)[]> => (await cluster.list('v1', 'ConfigMap', { namespace: ns, ...options })).items.map(o => o.metadata.name)
        expect(await names({ labelSelector: 'n', pageSize: 2 })).toEqual(['c0', 'c1', 'c2', 'c3', 'c4'])
        expect(await names({ labelSelector: 'parity=even' })).toEqual(['c0', 'c2', 'c4'])
        expect(await names({ labelSelector: 'parity!=even,n' })).toEqual(['c1', 'c3'])
        expect(await names({ labelSelector: 'n in (1,2),parity notin (odd)' })).toEqual(['c2'])
        expect(await names({ labelSelector: 'n,n notin (0)' })).toEqual(['c1', 'c2', 'c3', 'c4'])
        expect(await names({ fieldSelector: 'metadata.name=c3' })).toEqual(['c3'])
        expect((await failure(cluster.list('v1', 'ConfigMap', { namespace: ns, labelSelector: '=' }))).code).toBe('kube.invalid')
        const list = await cluster.list('v1', 'ConfigMap', { namespace: ns, labelSelector: 'n=0' })
        expect(list.resourceVersion).toMatch(/^\d+$/)
        expect(list.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
      })
      inNamespace('over all namespaces', async ns => {
        await cluster.create({ ...object('v1', 'ConfigMap', 'x', ns), metadata: { name: 'x', namespace: ns, labels: { everywhere: ns } } })
        expect((await cluster.list('v1', 'ConfigMap', { labelSelector: `everywhere=${ns}` })).items.map(o => o.metadata.namespace)).toEqual([ns])
        expect((await cluster.list('v1', 'Namespace')).items.map(o => o.metadata.name)).toEqual(expect.arrayContaining(['default', 'kube-system', ns]))
      })
    })

    describe('patches', () => {
      inNamespace('merge and json', async ns => {
        await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), data: { keep: '1', drop: '2' } })
        const at = ref('v1', 'ConfigMap', 'a', ns)
        expect((await cluster.patch(at, 'merge', { data: { drop: null, add: '3' } })).data).toEqual({ keep: '1', add: '3' })
        expect((await cluster.patch(at, 'json', [{ op: 'test', path: '/data/keep', value: '1' }, { op: 'replace', path: '/data/keep', value: '4' }, { op: 'add', path: '/metadata/labels', value: { l: 'm' } }])).data.keep).toBe('4')
        const failed = await failure(cluster.patch(at, 'json', [{ op: 'test', path: '/data/keep', value: 'no' }]))
        expect(failed.code).toBe('kube.invalid')
      })
      inNamespace('strategic: lists merge by their key', async ns => {
        const made = deployment('d', ns)
        made.spec.template.spec.containers.push({ name: 'side', image: 'side:1' })
        await cluster.create(made)
        const at = ref('apps/v1', 'Deployment', 'd', ns)
        const patched = await cluster.patch(at, 'strategic', { spec: { template: { spec: { containers: [{ name: 'side', image: 'side:2' }] } } } })
        expect(patched.spec.template.spec.containers.map((c: any) => c.image)).toEqual(expect.arrayContaining(['side:2', 'busybox']))
        const dropped = await cluster.patch(at, 'strategic', { spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } } })
        expect(dropped.spec.template.spec.containers.map((c: any) => c.name)).toEqual(['main'])
      })
      inNamespace('subresources', async ns => {
        await cluster.create({ ...deployment('d', ns), spec: { ...deployment('d', ns).spec, paused: true } })
        const at = ref('apps/v1', 'Deployment', 'd', ns)
        const scale = await cluster.patch(at, 'merge', { spec: { replicas: 3 } }, { subresource: 'scale' })
        expect(scale.kind).toBe('Scale')
        expect((await cluster.get(at))?.spec.replicas).toBe(3)
        const status = await cluster.patch(ref('v1', 'Namespace', ns), 'merge', { metadata: { labels: { not: 'kept' } }, status: { conditions: [{ type: 'Odd', status: 'True', reason: 'R', message: 'm' }] } }, { subresource: 'status' })
        expect(status.status.conditions[0].type).toBe('Odd')
      })
    })

    describe('server-side apply', () => {
      inNamespace('creates, changes, owns and lets go', async ns => {
        const at = ref('v1', 'ConfigMap', 'a', ns)
        const first = await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1', y: '2' } }, { fieldManager: 'one' })
        expect(first.data).toEqual({ x: '1', y: '2' })
        const fields = first.metadata.managedFields?.find((f: any) => f.manager === 'one')
        expect(fields).toMatchObject({ operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} } } })
        const second = await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1' } }, { fieldManager: 'one' })
        expect(second.data).toEqual({ x: '1' })
        await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { z: '3' } }, { fieldManager: 'two' })
        expect((await cluster.get(at))?.data).toEqual({ x: '1', z: '3' })
        const same = await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { z: '3' } }, { fieldManager: 'two' })
        expect(same.metadata.resourceVersion).toBe((await cluster.get(at))?.metadata.resourceVersion)
      })
      inNamespace('conflicts name the other manager', async ns => {
        await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1' } }, { fieldManager: 'one' })
        const conflict = await failure(cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '2' } }, { fieldManager: 'two' }))
        expect(conflict.code).toBe('kube.conflict')
        expect(conflict.message).toBe('Apply failed with 1 conflict: conflict with "one": .data.x')
        expect(statusOf(conflict)?.details?.causes).toEqual([{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x' }])
        const forced = await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '2' } }, { fieldManager: 'two', force: true })
        expect(forced.data).toEqual({ x: '2' })
        expect(forced.metadata.managedFields?.some((f: any) => f.manager === 'one')).toBe(false)
      })
      inNamespace('lists merge by their keys', async ns => {
        await cluster.apply(deployment('d', ns), { fieldManager: 'one' })
        const other = { ...object('apps/v1', 'Deployment', 'd', ns), spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } } }
        const merged = await cluster.apply(other, { fieldManager: 'two' })
        expect(merged.spec.template.spec.containers.map((c: any) => c.name)).toEqual(['main', 'side'])
        expect(merged.metadata.managedFields?.find((f: any) => f.manager === 'two')?.fieldsV1).toEqual({
          'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"side"}': { '.': {}, 'f:image': {}, 'f:name': {} } } } } },
        })
      })
      inNamespace('an update takes fields over from an apply', async ns => {
        await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1' } }, { fieldManager: 'one' })
        await cluster.patch(ref('v1', 'ConfigMap', 'a', ns), 'merge', { data: { x: '2' } }, { fieldManager: 'editor' })
        const conflict = await failure(cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1' } }, { fieldManager: 'one' }))
        expect(conflict.message).toMatch(/^Apply failed with 1 conflict: conflict with "editor" using v1( at .*)?: \.data\.x$/)
      })
      inNamespace('managedFields may not be sent', async ns => {
        const made = await cluster.apply({ ...object('v1', 'ConfigMap', 'a', ns), data: { x: '1' } }, { fieldManager: 'one' })
        expect((await failure(cluster.apply(made, { fieldManager: 'one' }))).message).toBe('metadata.managedFields must be nil')
      })
    })

    describe('watches', () => {
      inNamespace('first what is there, then what happens', async ns => {
        await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), metadata: { name: 'a', namespace: ns, labels: { w: 'yes' } } })
        const events = collect(cluster, ns, { labelSelector: 'w' })
        await events.until(e => e.some(x => x.type === 'SYNCED'))
        await cluster.patch(ref('v1', 'ConfigMap', 'a', ns), 'merge', { data: { k: '1' } })
        await cluster.create(object('v1', 'ConfigMap', 'unlabelled', ns))
        await cluster.create({ ...object('v1', 'ConfigMap', 'b', ns), metadata: { name: 'b', namespace: ns, labels: { w: 'yes' } } })
        await cluster.delete(ref('v1', 'ConfigMap', 'a', ns))
        // Leaving the selection looks like a deletion.
        await cluster.patch(ref('v1', 'ConfigMap', 'b', ns), 'merge', { metadata: { labels: { w: null } } })
        const seen = await events.until(e => e.length >= 6)
        expect(seen.map(e => (e.type === 'SYNCED' ? 'SYNCED' : `${e.type} ${e.object.metadata.name}`))).toEqual(['ADDED a', 'SYNCED', 'MODIFIED a', 'ADDED b', 'DELETED a', 'DELETED b'])
        await events.stop()
      })
      inNamespace('from a resourceVersion', async ns => {
        const { resourceVersion } = await cluster.list('v1', 'ConfigMap', { namespace: ns, labelSelector: 'w' })
        await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), metadata: { name: 'a', namespace: ns, labels: { w: 'yes' } } })
        const events = collect(cluster, ns, { labelSelector: 'w', resourceVersion })
        const seen = await events.until(e => e.length >= 1)
        expect(seen).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'a' } } }])
        await events.stop()
      })
      inNamespace('an aborted watch throws the reason', async ns => {
        const stop = new AbortController()
        const reason = new Error('enough')
        const run = (async () => { for await (const event of cluster.watch('v1', 'ConfigMap', { namespace: ns, signal: stop.signal })) if (event.type === 'SYNCED') setTimeout(() => stop.abort(reason), 20) })()
        await expect(run).rejects.toBe(reason)
      })
      inNamespace('a kind nobody serves', async () => {
        await expectCode((async () => { for await (const _ of cluster.watch('example.com/v1', 'Nothing')) break })(), 'kube.noMatch')
      })
    })

    describe('deletion', () => {
      inNamespace('finalizers hold an object back', async ns => {
        await cluster.create({ ...object('v1', 'ConfigMap', 'a', ns), metadata: { name: 'a', namespace: ns, finalizers: ['example.com/hold'] } })
        const at = ref('v1', 'ConfigMap', 'a', ns)
        expect(await cluster.delete(at)).toBe(true)
        expect((await cluster.get(at))?.metadata.deletionTimestamp).toEqual(expect.any(String))
        await cluster.patch(at, 'merge', { metadata: { finalizers: null } })
        expect(await cluster.get(at)).toBeUndefined()
      })
      inNamespace('owned objects go with their owner', async ns => {
        const owner = await cluster.create(object('v1', 'ConfigMap', 'owner', ns))
        const owned = (name: string): KubeObject => ({ ...object('v1', 'ConfigMap', name, ns), metadata: { name, namespace: ns, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid!, blockOwnerDeletion: true }] } })
        await cluster.create(owned('owned'))
        await cluster.delete(ref('v1', 'ConfigMap', 'owner', ns), { propagationPolicy: 'Foreground' })
        await settled(async () => (await cluster.get(ref('v1', 'ConfigMap', 'owned', ns))) === undefined, 'the owned object goes')
        await settled(async () => (await cluster.get(ref('v1', 'ConfigMap', 'owner', ns))) === undefined, 'the owner goes after it')
      })
      inNamespace('orphans stay', async ns => {
        const owner = await cluster.create(object('v1', 'ConfigMap', 'owner', ns))
        await cluster.create({ ...object('v1', 'ConfigMap', 'owned', ns), metadata: { name: 'owned', namespace: ns, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid! }] } })
        await cluster.delete(ref('v1', 'ConfigMap', 'owner', ns), { propagationPolicy: 'Orphan' })
        await settled(async () => (await cluster.get(ref('v1', 'ConfigMap', 'owner', ns))) === undefined, 'the owner goes')
        const left = await settled(async () => {
          const o = await cluster.get(ref('v1', 'ConfigMap', 'owned', ns))
          return (o?.metadata.ownerReferences ?? []).length === 0 ? o : undefined
        }, 'the reference is dropped')
        expect(left.metadata.name).toBe('owned')
      })
      inNamespace('a namespace takes its contents along', async ns => {
        await cluster.create(object('v1', 'ConfigMap', 'a', ns))
        await cluster.delete(ref('v1', 'Namespace', ns))
        const late = await failure(cluster.create(object('v1', 'ConfigMap', 'b', ns)))
        expect(late.code === 'kube.forbidden' || late.code === 'kube.notFound').toBe(true)
        if (late.code === 'kube.forbidden') expect(late.message).toContain(`unable to create new content in namespace ${ns} because it is being terminated`)
        await settled(async () => (await cluster.get(ref('v1', 'Namespace', ns))) === undefined, 'the namespace goes')
        expect(await cluster.get(ref('v1', 'ConfigMap', 'a', ns))).toBeUndefined()
      })
    })

    describe('custom resources', () => {
      inNamespace('from the definition to the object', async ns => {
        const group = `${ns}.example.com`
        await cluster.create(widgetDefinition(group))
        const definition = await settled(async () => {
          const d = await cluster.get(ref('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`))
          return d?.status?.conditions?.some((c: any) => c.type === 'Established' && c.status === 'True') ? d : undefined
        }, 'the definition is established')
        expect(definition.status.acceptedNames.plural).toBe('widgets')
        const mapping = await settled(() => cluster.mapping(`${group}/v1`, 'Widget'), 'the kind is served')
        expect(mapping).toMatchObject({ group, version: 'v1', plural: 'widgets', namespaced: true })
        const made = await settled(() => cluster.create({ ...object(`${group}/v1`, 'Widget', 'w', ns), spec: { size: 3, unknown: true } }, { fieldValidation: 'Ignore' }).catch(() => undefined), 'an object can be made')
        expect(made.spec).toEqual({ size: 3, colour: 'green' })
        expect((await failure(cluster.create({ ...object(`${group}/v1`, 'Widget', 'x', ns), spec: { size: 30 } }))).message).toContain('spec.size: Invalid value: 30: spec.size in body should be less than or equal to 10')
        expect((await failure(cluster.create({ ...object(`${group}/v1`, 'Widget', 'x', ns), spec: { size: 1, unknown: true } }, { fieldValidation: 'Strict' }))).message).toContain('unknown field "spec.unknown"')
        const at = ref(`${group}/v1`, 'Widget', 'w', ns)
        expect((await cluster.patch(at, 'merge', { status: { phase: 'ignored' } })).status).toBeUndefined()
        expect((await cluster.patch(at, 'merge', { status: { phase: 'Ready' } }, { subresource: 'status' })).status).toEqual({ phase: 'Ready' })
        expect((await failure(cluster.patch(at, 'strategic', { spec: { size: 4 } }))).message).toMatch(/content-type|media type|strategic/)
        expect((await cluster.apply({ ...object(`${group}/v1`, 'Widget', 'w', ns), spec: { size: 5 } }, { fieldManager: 'me', force: true })).spec.size).toBe(5)
        await settled(async () => (await cluster.apiVersions()).includes(`${group}/v1/Widget`), 'the kind is listed')
        await cluster.delete(ref('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`))
        await settled(async () => (await cluster.get(ref('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`))) === undefined, 'the definition goes')
      })
    })

    describe('controllers', () => {
      const condition = (o: KubeObject | undefined, type: string): any => o?.status?.conditions?.find((c: any) => c.type === type)
      inNamespace('a Deployment becomes available and rolls over', async ns => {
        await cluster.create({ ...deployment('d', ns), spec: { ...deployment('d', ns).spec, replicas: 2 } })
        const at = ref('apps/v1', 'Deployment', 'd', ns)
        const ready = await settled(async () => {
          const d = await cluster.get(at)
          return d?.status?.availableReplicas === 2 && condition(d, 'Progressing')?.reason === 'NewReplicaSetAvailable' ? d : undefined
        }, 'two replicas')
        expect(ready.status).toMatchObject({ observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2 })
        expect(condition(ready, 'Available')?.status).toBe('True')
        const sets = (await cluster.list('apps/v1', 'ReplicaSet', { namespace: ns, labelSelector: 'app=d' })).items
        expect(sets).toHaveLength(1)
        expect(sets[0]!.metadata.labels?.['pod-template-hash']).toEqual(expect.any(String))
        expect(sets[0]!.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'd', controller: true }])
        const pods = (await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: 'app=d' })).items
        expect(pods.map(p => p.status.phase)).toEqual(['Running', 'Running'])
        expect(pods[0]!.metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: sets[0]!.metadata.name }])
        await cluster.patch(at, 'strategic', { spec: { template: { spec: { containers: [{ name: 'main', image: 'busybox:2' }] } } } })
        await settled(async () => {
          const d = await cluster.get(at)
          return d?.status?.observedGeneration === 2 && d.status.updatedReplicas === 2 && d.status.replicas === 2 && d.status.availableReplicas === 2
        }, 'the new template everywhere')
        expect((await cluster.list('apps/v1', 'ReplicaSet', { namespace: ns, labelSelector: 'app=d' })).items.map(s => s.spec.replicas).sort()).toEqual([0, 2])
      })
      inNamespace('images that cannot be pulled, that crash, that never become ready', async ns => {
        const waiting = async (name: string, image: string, reason: string): Promise<KubeObject> => {
          const made = deployment(name, ns)
          made.spec.template.spec.containers[0].image = image
          await cluster.create(made)
          return settled(async () => (await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: `app=${name}` })).items.find(p => p.status?.containerStatuses?.[0]?.state?.waiting?.reason === reason), `${image}: ${reason}`)
        }
        expect((await waiting('pull', 'example.com/does-not-exist:1', 'ImagePullBackOff')).status.phase).toBe('Pending')
        const crashed = await waiting('crash', 'example.com/crash:1', 'CrashLoopBackOff')
        expect(crashed.status.containerStatuses[0].restartCount).toBeGreaterThan(0)
        expect(crashed.status.containerStatuses[0].lastState.terminated.exitCode).toBe(1)
        expect(condition(await cluster.get(ref('apps/v1', 'Deployment', 'crash', ns)), 'Available')?.status).not.toBe('True')
        const slow = deployment('slow', ns)
        slow.spec.template.spec.containers[0].image = 'slow'
        await cluster.create(slow)
        const pod = await settled(async () => (await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: 'app=slow' })).items.find(p => p.status?.phase === 'Running'), 'a slow pod runs')
        expect(condition(pod, 'Ready')?.status).toBe('False')
        const events = await settled(async () => {
          const found = (await cluster.list('v1', 'Event', { namespace: ns, fieldSelector: `involvedObject.name=${crashed.metadata.name}` })).items
          return found.some(e => e.reason === 'BackOff') ? found : undefined
        }, 'events of the crash')
        expect(events.find(e => e.reason === 'BackOff')).toMatchObject({ type: 'Warning', involvedObject: { kind: 'Pod', uid: crashed.metadata.uid } })
      })
      inNamespace('a pod no node can take', async ns => {
        const made = deployment('big', ns)
        made.spec.template.spec.containers[0].resources = { requests: { cpu: '1000' } }
        await cluster.create(made)
        const pod = await settled(async () => (await cluster.list('v1', 'Pod', { namespace: ns })).items.find(p => condition(p, 'PodScheduled')?.reason === 'Unschedulable'), 'unschedulable')
        expect(condition(pod, 'PodScheduled')).toMatchObject({ status: 'False', message: expect.stringContaining('Insufficient cpu') })
        expect(pod.status.phase).toBe('Pending')
      })
      inNamespace('Jobs complete or fail', async ns => {
        await cluster.create(job('good', ns, 'busybox'))
        await cluster.create(job('bad', ns, 'example.com/fail:1'))
        const good = await settled(async () => {
          const j = await cluster.get(ref('batch/v1', 'Job', 'good', ns))
          return condition(j, 'Complete')?.status === 'True' ? j : undefined
        }, 'the job completes')
        expect(good.status).toMatchObject({ succeeded: 1 })
        const bad = await settled(async () => {
          const j = await cluster.get(ref('batch/v1', 'Job', 'bad', ns))
          return condition(j, 'Failed')?.status === 'True' ? j : undefined
        }, 'the job fails')
        expect(condition(bad, 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' })
        const pod = (await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: 'batch.kubernetes.io/job-name=good' })).items[0]!
        expect(pod.status.phase).toBe('Succeeded')
        expect(await cluster.logs(ns, pod.metadata.name!)).toBe('starting main\nmain: done\n')
      })
      inNamespace('a bare pod runs to its end', async ns => {
        await cluster.create({ ...object('v1', 'Pod', 'p', ns), spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } })
        await settled(async () => (await cluster.get(ref('v1', 'Pod', 'p', ns)))?.status?.phase === 'Succeeded', 'the pod succeeds')
        await cluster.create({ ...object('v1', 'Pod', 'q', ns), spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'fail' }] } })
        const failed = await settled(async () => {
          const p = await cluster.get(ref('v1', 'Pod', 'q', ns))
          return p?.status?.phase === 'Failed' ? p : undefined
        }, 'the pod fails')
        expect(failed.status.containerStatuses[0].state.terminated.exitCode).toBe(1)
        expect(await cluster.logs(ns, 'q', { container: 'main' })).toContain('fatal')
      })
      inNamespace('StatefulSets, their volumes, DaemonSets', async ns => {
        await cluster.create({
          ...object('apps/v1', 'StatefulSet', 's', ns),
          spec: {
            replicas: 2, serviceName: 's', selector: { matchLabels: { app: 's' } }, template: { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } },
            volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
          },
        })
        await cluster.create({ ...object('apps/v1', 'DaemonSet', 'ds', ns), spec: { selector: { matchLabels: { app: 'ds' } }, template: { metadata: { labels: { app: 'ds' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } } } })
        const set = await settled(async () => {
          const s = await cluster.get(ref('apps/v1', 'StatefulSet', 's', ns))
          return s?.status?.readyReplicas === 2 && s.status.currentRevision === s.status.updateRevision ? s : undefined
        }, 'both replicas')
        expect(set.status).toMatchObject({ replicas: 2, observedGeneration: 1 })
        expect((await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: 'app=s' })).items.map(p => p.metadata.name)).toEqual(['s-0', 's-1'])
        expect((await cluster.list('v1', 'PersistentVolumeClaim', { namespace: ns })).items.map(c => [c.metadata.name, c.status.phase])).toEqual([['data-s-0', 'Bound'], ['data-s-1', 'Bound']])
        await settled(async () => {
          const d = await cluster.get(ref('apps/v1', 'DaemonSet', 'ds', ns))
          return (d?.status?.desiredNumberScheduled ?? 0) > 0 && d?.status?.numberReady === d?.status?.desiredNumberScheduled
        }, 'the daemon set')
      })
      inNamespace('a Service finds its pods; a LoadBalancer gets an address', async ns => {
        await cluster.create(deployment('d', ns))
        await cluster.create({ ...object('v1', 'Service', 's', ns), spec: { type: 'LoadBalancer', selector: { app: 'd' }, ports: [{ port: 80, targetPort: 8080 }] } })
        const slice = await settled(async () => (await cluster.list('discovery.k8s.io/v1', 'EndpointSlice', { namespace: ns, labelSelector: 'kubernetes.io/service-name=s' })).items.find(s => s.endpoints?.[0]?.conditions?.ready === true), 'an endpoint')
        expect(slice.ports).toMatchObject([{ port: 8080, protocol: 'TCP' }])
        await settled(async () => (await cluster.get(ref('v1', 'Service', 's', ns)))?.status?.loadBalancer?.ingress?.[0]?.ip !== undefined, 'an address')
      })
      inNamespace('deleting a Deployment takes its pods', async ns => {
        await cluster.create(deployment('d', ns))
        await settled(async () => (await cluster.list('v1', 'Pod', { namespace: ns })).items.length === 1, 'a pod')
        await cluster.delete(ref('apps/v1', 'Deployment', 'd', ns), { propagationPolicy: 'Background' })
        await settled(async () => (await cluster.list('v1', 'Pod', { namespace: ns })).items.length === 0, 'no pods')
        expect((await cluster.list('apps/v1', 'ReplicaSet', { namespace: ns })).items).toEqual([])
      })
      inNamespace('every namespace has a service account and the authority', async ns => {
        await settled(() => cluster.get(ref('v1', 'ServiceAccount', 'default', ns)), 'the service account')
        await settled(() => cluster.get(ref('v1', 'ConfigMap', 'kube-root-ca.crt', ns)), 'the authority')
      })
    })

    describe('other APIs', () => {
      inNamespace('rights can be asked for', async ns => {
        const review = await cluster.create({
          apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: { namespace: ns, verb: 'create', group: 'apps', resource: 'deployments' } },
        })
        expect(review.status.allowed).toBe(true)
      })
      inNamespace('leases', async ns => {
        const made = await cluster.create({ ...object('coordination.k8s.io/v1', 'Lease', 'l', ns), spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' } })
        const taken = await cluster.replace({ ...made, spec: { ...made.spec, holderIdentity: 'you' } })
        expect(taken.spec.holderIdentity).toBe('you')
        expect((await failure(cluster.replace({ ...made, spec: { ...made.spec, holderIdentity: 'they' } }))).code).toBe('kube.conflict')
      })
      inNamespace('raw requests', async () => {
        expect(await cluster.request('GET', '/readyz')).toBe('ok')
        expect((await cluster.request('GET', '/api/v1/namespaces', { query: { limit: '1' } })).items).toHaveLength(1)
        expect((await failure(cluster.request('GET', '/no/such/path'))).code).toBe('kube.notFound')
      })
      inNamespace('an aborted call throws the reason', async ns => {
        const reason = new Error('stop')
        await expect(cluster.get(ref('v1', 'ConfigMap', 'a', ns), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      })
    })
  })
}

const object = (apiVersion: string, kind: string, name: string, namespace?: string): KubeObject => ({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } })
const ref = (apiVersion: string, kind: string, name: string, namespace?: string) => ({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) })

function deployment(name: string, namespace: string): KubeObject {
  return {
    ...object('apps/v1', 'Deployment', name, namespace),
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } } },
  }
}

function job(name: string, namespace: string, image: string): KubeObject {
  return { ...object('batch/v1', 'Job', name, namespace), spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } } }
}

function widgetDefinition(group: string): KubeObject {
  return {
    ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`),
    spec: {
      group, scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [{
        name: 'v1', served: true, storage: true, subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', required: ['size'], properties: { size: { type: 'integer', minimum: 1, maximum: 10 }, colour: { type: 'string', default: 'green' } } },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      }],
    },
  }
}

async function failure(promise: Promise<unknown>): Promise<Error & { code: string }> {
  try {
    await promise
  } catch (error) {
    if (isPintleError(error)) return error
    throw error
  }
  throw new Error('expected an error, there was none')
}

async function expectCode(promise: Promise<unknown>, code: string, message?: string): Promise<void> {
  const error = await failure(promise)
  expect(error.code).toBe(code)
  if (message !== undefined) expect(error.message).toBe(message)
}

/** Gathers a watch's events in the background. */
function collect(cluster: Cluster, namespace: string, options: object): { until(holds: (events: readonly WatchEvent[]) => boolean): Promise<readonly WatchEvent[]>; stop(): Promise<void> } {
  const controller = new AbortController()
  const events: WatchEvent[] = []
  let wake = (): void => {}
  const run = (async () => {
    for await (const event of cluster.watch('v1', 'ConfigMap', { namespace, ...options, signal: controller.signal })) {
      events.push(event)
      wake()
    }
  })().catch(error => { if (!controller.signal.aborted) throw error })
  return {
    async until(holds) {
      const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`saw only ${JSON.stringify(events.map(e => e.type))}`)), 15_000).unref())
      while (!holds(events)) await Promise.race([new Promise<void>(resolve => { wake = resolve }), late, run.then(() => { throw new Error('the watch ended') })])
      return events
    },
    async stop() {
      controller.abort()
      await run
    },
  }
}
