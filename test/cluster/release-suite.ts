import { describe, expect } from 'vitest'
import { PintleError } from '../../src/errors/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { KubeDriver, Storage, getRelease, install, listReleases, preview, readLease, releaseHistory, repair, rollback, runTests, uninstall, upgrade, upgradeOrInstall } from '../../src/cluster/release/index.ts'
import type { InstallOptions, ReleaseEvent, RunNote } from '../../src/cluster/release/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster } from './on-cluster.ts'
import { configMap, crd, demoChart, deployment, hook, job, pod, rendered } from './release-fixtures.ts'

/**
 * What the release room must do on every cluster: the sandbox and a real control plane.
 * @param start a running cluster with controllers and pods that behave as their images ask; undefined skips all, loudly
 * @param but `limitsSecrets: false` for a cluster that takes Secrets of more than 1 MiB
 */
export function releaseSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>, but: { limitsSecrets?: boolean } = {}): void {
  describe(title, () => {
    const onEach = onCluster(start, 'release')
    let cluster: Cluster

    interface Ground { base: Pick<InstallOptions, 'cluster' | 'namespace' | 'name' | 'timeout' | 'onEvent'>; ns: string; id: number; events: ReleaseEvent[]; live(kind: string, name: string): Promise<KubeObject | undefined>; statuses(): Promise<string[]> }

    /** A test with a release name and a namespace of its own. */
    const inNamespace = (name: string, run: (ground: Ground) => Promise<void>, timeout = 60_000): void => {
      onEach(name, async ({ ns, id, ...on }) => {
        cluster = on.cluster
        const events: ReleaseEvent[] = []
        const base = { cluster, namespace: ns, name: 'web', timeout: 20_000, onEvent: (e: ReleaseEvent) => { events.push(e) } }
        const apiVersions: Record<string, string> = { Deployment: 'apps/v1', Job: 'batch/v1' }
        await run({
          base, ns, id, events,
          live: (kind, object) => cluster.get({ apiVersion: apiVersions[kind] ?? 'v1', kind, namespace: ns, name: object }),
          statuses: async () => (await releaseHistory(base)).map((r) => `${r.record.version} ${r.record.info.status}`),
        })
      }, timeout)
    }

    const failure = async (work: Promise<unknown>): Promise<PintleError> => {
      try {
        await work
      } catch (error) {
        expect(error).toBeInstanceOf(PintleError)
        return error as PintleError
      }
      throw new Error('it succeeded')
    }

    describe('install', () => {
      inNamespace('creates marked objects and a record Helm can read', async ({ base, ns, live }) => {
        const { record, applied } = await install({ ...base, source: rendered([configMap('one', { a: '1' })], [], { notes: 'hello', config: { x: 'y' } }), labels: { team: 'a' } })
        expect(record.info).toMatchObject({ status: 'deployed', description: 'Install complete', notes: 'hello' })
        expect(applied?.created).toHaveLength(1)
        const one = await live('ConfigMap', 'one')
        expect(one?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'Helm' })
        expect(one?.metadata.annotations).toEqual({ 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': ns })
        expect(one?.metadata.managedFields?.map((m) => [m.manager, m.operation])).toEqual([['helm', 'Apply']])
        const secret = await live('Secret', 'sh.helm.release.v1.web.v1')
        expect(secret?.type).toBe('helm.sh/release.v1')
        expect(secret?.metadata.labels).toMatchObject({ name: 'web', owner: 'helm', status: 'deployed', version: '1', team: 'a' })
        const read = await getRelease(base)
        expect(read.record).toMatchObject({ name: 'web', namespace: ns, version: 1, apply_method: 'ssa', config: { x: 'y' }, chart: demoChart })
        expect(read.labels).toEqual({ team: 'a' })
        expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      })

      inNamespace('refuses names', async ({ base }) => {
        const source = rendered([configMap('one')])
        expect((await failure(install({ ...base, name: 'Web', source }))).message).toBe(
          'release name check failed: release name "Web": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53')
        expect((await failure(install({ ...base, name: '', source }))).message).toBe('release name check failed: release name "": no name provided')
        await install({ ...base, source })
        const again = await failure(install({ ...base, source }))
        expect([again.code, again.message]).toEqual(['release.exists', 'release name check failed: cannot reuse a name that is still in use'])
      })

      inNamespace('refuses objects of others, and takes them over when asked', async ({ base, ns, live }) => {
        await cluster.create({ ...configMap('one', { old: '1' }), metadata: { name: 'one', namespace: ns } })
        const error = await failure(install({ ...base, source: rendered([configMap('one', { a: '1' })]) }))
        expect(error.code).toBe('release.ownership')
        expect(error.message).toBe(
          `unable to continue with install: ConfigMap "one" in namespace "${ns}" exists and cannot be imported into the current release: invalid ownership metadata; ` +
          'label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; ' +
          'annotation validation error: missing key "meta.helm.sh/release-name": must be set to "web"; ' +
          `annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "${ns}"`)
        expect((await releaseHistory(base).catch((e: unknown) => e))).toMatchObject({ code: 'release.notFound' })
        await install({ ...base, takeOwnership: true, source: rendered([configMap('one', { a: '1' })]) })
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '1', old: '1' })
        expect((await failure(install({ ...base, name: 'other', source: rendered([configMap('one')]) }))).message)
          .toContain('annotation validation error: key "meta.helm.sh/release-name" must equal "other": current value is "web"')
      })

      inNamespace('creates the namespace, waits for CRDs and then uses them', async ({ base, ns, id }) => {
        const plural = `gadgets${id}`
        const kind = `Gadget${id}`
        const gadget = { apiVersion: 'suite.pintle.dev/v1', kind, metadata: { name: 'g' }, spec: { size: 1 } }
        const source = { ...rendered([gadget]), crds: [{ name: `crds/${plural}.yaml`, text: JSON.stringify(crd(plural, kind)) }] }
        const inner = `${ns}-inner`
        await install({ ...base, namespace: inner, createNamespace: true, source })
        expect((await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: inner }))?.metadata.labels).toMatchObject({ name: inner })
        expect(await cluster.get({ apiVersion: 'suite.pintle.dev/v1', kind, namespace: inner, name: 'g' })).toMatchObject({ spec: { size: 1 } })
      })

      inNamespace('a failure is recorded; a replaced name goes on counting', async ({ base, statuses }) => {
        const error = await failure(install({ ...base, source: rendered([{ ...configMap('one'), dtaa: {} }]) }))
        expect(error.code).toBe('release.apply')
        expect(error.message).toMatch(/^server-side apply failed for object release-\d+\/one \/v1, Kind=ConfigMap: .*\.dtaa: field not declared in schema/)
        expect(await statuses()).toEqual(['1 failed'])
        expect((await getRelease(base)).record.info.description).toBe(`Release "web" failed: ${error.message}`)
        await install({ ...base, replace: true, source: rendered([configMap('one')]) })
        expect(await statuses()).toEqual(['1 failed', '2 deployed'])
      })

      inNamespace('rollback-on-failure uninstalls', async ({ base, live }) => {
        const error = await failure(install({ ...base, timeout: 3000, rollbackOnFailure: true, source: rendered([configMap('one'), deployment('app', 'example.com/slow:1')]) }))
        expect([error.code, error.message]).toEqual(['release.rolledBack', expect.stringMatching(/^release web failed, and has been uninstalled due to rollback-on-failure being set: resource Deployment\/release-\d+\/app not ready\. status: InProgress, message: .*\ncontext deadline exceeded$/)])
        expect(await live('ConfigMap', 'one')).toBeUndefined()
        expect(await listReleases(base)).toEqual([])
      })

      inNamespace('unknown kinds, broken documents', async ({ base, events }) => {
        const error = await failure(install({ ...base, source: rendered([{ apiVersion: 'nobody.dev/v1', kind: 'Thing', metadata: { name: 'a' } }]) }))
        expect(error.message).toBe('unable to build kubernetes objects from release manifest: resource mapping not found for name: "a" namespace: "" from "": no matches for kind "Thing" in version "nobody.dev/v1"\nensure CRDs are installed first')
        expect((await failure(install({ ...base, source: rendered(['a: [']) }))).message).toMatch(/^unable to build kubernetes objects from release manifest: error parsing : error converting YAML to JSON: yaml: /)
        expect(events.some((e) => e.type === 'record')).toBe(false)
      })

      inNamespace('dry runs change nothing', async ({ base, live }) => {
        const source = rendered([configMap('one')])
        for (const dryRun of ['client', 'server'] as const) {
          const { record } = await install({ ...base, dryRun, source })
          expect(record.info).toMatchObject({ status: 'pending-install', description: 'Dry run complete' })
        }
        expect(await live('ConfigMap', 'one')).toBeUndefined()
        expect(await listReleases(base)).toEqual([])
      })

      inNamespace('a dry run can ask the server for every object', async ({ base, live }) => {
        const bad = rendered([configMap('one'), { ...configMap('two'), dtaa: 1 }])
        await install({ ...base, dryRun: 'server', source: bad })
        const { check } = await install({ ...base, dryRun: 'server', dryRunApply: true, source: bad })
        expect(check).toMatchObject({ rejected: [{ ref: { kind: 'ConfigMap', name: 'two' }, field: 'dtaa', message: 'field not declared in schema', source: 'demo/templates/all.yaml' }], unchecked: [] })
        const { applied } = await install({ ...base, dryRun: 'server', dryRunApply: true, source: rendered([deployment('app')]) })
        expect(applied?.created[0]?.live?.spec.strategy.type).toBe('RollingUpdate')
        await install({ ...base, source: rendered([configMap('one', { a: '1' }), configMap('old')]) })
        const upgraded = await upgrade({ ...base, dryRun: 'server', dryRunApply: true, source: rendered([configMap('one', { a: '2' })]) })
        expect(upgraded.applied?.updated[0]?.live?.data).toEqual({ a: '2' })
        expect(upgraded.applied?.deleted.map((r) => r.ref.name)).toEqual(['old'])
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '1' })
        expect(await live('ConfigMap', 'old')).toBeDefined()
      })

      if (but.limitsSecrets !== false) inNamespace('a record larger than the cluster takes is refused before anything is made', async ({ base, live }) => {
        const noise = Array.from({ length: 200_000 }, () => Math.random().toString(36)).join('')
        const error = await failure(install({ ...base, source: rendered([configMap('one')], [], { config: { noise } }) }))
        expect(error.code).toBe('release.tooLarge')
        expect(error.message).toMatch(/^create: failed to create: /)
        expect(await live('ConfigMap', 'one')).toBeUndefined()
      })

      inNamespace('lists are flattened; objects may live in another namespace or in none', async ({ base, ns, live }) => {
        const other = `${ns}-other`
        await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } })
        const far = { ...configMap('far'), metadata: { name: 'far', namespace: other } }
        const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: `suite-${ns}` }, rules: [] }
        await install({ ...base, source: rendered([{ apiVersion: 'v1', kind: 'List', items: [configMap('a'), configMap('b')] }, far, role]) })
        expect(await live('ConfigMap', 'b')).toBeDefined()
        expect(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: other, name: 'far' })).toBeDefined()
        const result = await uninstall(base)
        expect(result?.deleted).toHaveLength(4)
        expect(await cluster.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: `suite-${ns}` })).toBeUndefined()
      })
    })

    describe('upgrade', () => {
      inNamespace('changes, adds, prunes and keeps', async ({ base, live, statuses }) => {
        const keep = { 'helm.sh/resource-policy': 'keep' }
        await install({ ...base, source: rendered([configMap('one', { a: '1', b: '1' }), configMap('two'), configMap('kept', {}, keep)]) })
        const { record, applied } = await upgrade({ ...base, source: rendered([configMap('one', { a: '2' }), configMap('three')]), description: 'because' })
        expect(record).toMatchObject({ version: 2, info: { status: 'deployed', description: 'because' } })
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '2' })
        expect(await live('ConfigMap', 'two')).toBeUndefined()
        expect(await live('ConfigMap', 'three')).toBeDefined()
        expect(await live('ConfigMap', 'kept')).toBeDefined()
        expect(applied?.deleted.map((r) => r.ref.name)).toEqual(['two'])
        expect(await statuses()).toEqual(['1 superseded', '2 deployed'])
      })

      inNamespace('needs a release', async ({ base, statuses }) => {
        const source = rendered([configMap('one')])
        const error = await failure(upgrade({ ...base, source }))
        expect([error.code, error.message]).toEqual(['release.noDeployed', '"web" has no deployed releases'])
        expect(await upgradeOrInstall({ ...base, source })).toMatchObject({ installed: true, record: { version: 1 } })
        expect(await upgradeOrInstall({ ...base, source })).toMatchObject({ installed: false, record: { version: 2 } })
        await uninstall({ ...base, keepHistory: true })
        expect(await upgradeOrInstall({ ...base, source })).toMatchObject({ installed: true, record: { version: 3 } })
        expect(await statuses()).toEqual(['1 superseded', '2 superseded', '3 deployed'])
      })

      inNamespace('a failed one leaves the deployed revision, and the next goes on', async ({ base, statuses, live }) => {
        await install({ ...base, source: rendered([configMap('one', { a: '1' })]) })
        const error = await failure(upgrade({ ...base, source: rendered([{ ...configMap('new'), dtaa: 1 }, configMap('one', { a: '2' })]) }))
        expect(error.message).toMatch(/^failed to create resource: server-side apply failed for object/)
        expect(await statuses()).toEqual(['1 deployed', '2 failed'])
        expect((await getRelease(base)).record.info.description).toMatch(/^Upgrade "web" failed: failed to create resource: /)
        await upgrade({ ...base, source: rendered([configMap('one', { a: '3' })]) })
        expect(await statuses()).toEqual(['1 superseded', '2 failed', '3 deployed'])
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '3' })
      })

      inNamespace('what failed upgrades made and nothing names any more is removed', async ({ base, ns, live }) => {
        await install({ ...base, source: rendered([configMap('one')]) })
        await failure(upgrade({ ...base, source: rendered([configMap('made'), configMap('taken'), { ...deployment('app'), dtaa: 1 }]) }))
        expect(await live('ConfigMap', 'made')).toBeDefined()
        await cluster.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'taken' }, 'merge', { metadata: { annotations: { 'meta.helm.sh/release-name': 'other' } } })
        const { manifest } = await rendered([configMap('one')]).render({ name: 'web', namespace: ns, revision: 3, isInstall: false, isUpgrade: true })
        const previewed = await preview({ cluster, namespace: ns, name: 'web', manifest, previous: manifest, serverSide: true })
        expect(previewed.map((p) => `${p.ref.name} ${p.after === undefined ? 'goes' : 'stays'}`)).toEqual(['one stays', 'made goes'])
        await upgrade({ ...base, source: rendered([configMap('one')]) })
        expect(await live('ConfigMap', 'made')).toBeUndefined()
        expect(await live('ConfigMap', 'taken')).toBeDefined()
      })

      inNamespace('failed updates are all reported', async ({ base }) => {
        await install({ ...base, source: rendered([configMap('one'), configMap('two')]) })
        const error = await failure(upgrade({ ...base, source: rendered([{ ...configMap('one'), x: 1 }, { ...configMap('two'), y: 1 }]) }))
        expect(error.message.split(' && ').map((m) => m.replace(/^.*\): /, ''))).toEqual(['.x: field not declared in schema', '.y: field not declared in schema'])
      })

      inNamespace('rollback-on-failure returns to the last good revision', async ({ base, live, statuses }) => {
        await install({ ...base, source: rendered([configMap('one', { a: '1' }), deployment('app')]) })
        const error = await failure(upgrade({ ...base, timeout: 15_000, rollbackOnFailure: true, source: rendered([configMap('one', { a: '2' }), deployment('app', 'example.com/invalid image')]) }))
        expect([error.code, error.message]).toEqual(['release.rolledBack', expect.stringMatching(/^release web failed, and has been rolled back due to rollback-on-failure being set: resource Deployment/)])
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '1' })
        expect(await statuses()).toEqual(['1 superseded', '2 failed', '3 deployed'])
        expect((await getRelease(base)).record.info).toMatchObject({ description: 'Rollback to 1', rollback_revision: 1 })
      })

      inNamespace('cleanup-on-fail deletes only what it created', async ({ base, live }) => {
        await install({ ...base, source: rendered([configMap('one')]) })
        await failure(upgrade({ ...base, cleanupOnFail: true, wait: 'watcher', timeout: 1500, source: rendered([configMap('one', { a: '1' }), configMap('new'), deployment('app', 'example.com/slow:1')]) }))
        expect(await live('ConfigMap', 'one')).toBeDefined()
        expect(await live('ConfigMap', 'new')).toBeUndefined()
      })

      inNamespace('history is bounded and the deployed revision stays', async ({ base, statuses }) => {
        const source = rendered([configMap('one')])
        await install({ ...base, source })
        for (let i = 0; i < 3; i++) await failure(upgrade({ ...base, maxHistory: 3, source: rendered([{ ...configMap('bad'), x: i }]) }))
        expect(await statuses()).toEqual(['1 deployed', '3 failed', '4 failed'])
        await upgrade({ ...base, maxHistory: 3, source })
        expect(await statuses()).toEqual(['1 superseded', '4 failed', '5 deployed'])
        await upgrade({ ...base, maxHistory: 2, source })
        expect(await statuses()).toEqual(['5 superseded', '6 deployed'])
      })

      inNamespace('labels merge, and null removes one', async ({ base }) => {
        const source = rendered([configMap('one')])
        await install({ ...base, source, labels: { a: '1', b: '2' } })
        await upgrade({ ...base, source, labels: { b: 'null', c: '3' } })
        expect((await getRelease(base)).labels).toEqual({ a: '1', c: '3' })
        expect((await failure(upgrade({ ...base, source, labels: { owner: 'me' } }))).message)
          .toBe('user supplied labels contains system reserved label name. System labels: [name owner status version createdAt modifiedAt]')
      })

      inNamespace('fields of others conflict unless forced', async ({ base, ns, live }) => {
        await install({ ...base, source: rendered([deployment('app')]) })
        await cluster.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app', namespace: ns }, spec: { replicas: 3 } }, { fieldManager: 'autoscaler', force: true })
        const error = await failure(upgrade({ ...base, source: rendered([deployment('app', 'example.com/app:2')]) }))
        expect(error.code).toBe('release.conflict')
        expect(error.message).toBe(`conflict occurred while applying object ${ns}/app apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "autoscaler": .spec.replicas`)
        expect(error.details?.conflicts).toEqual([{ field: '.spec.replicas', message: 'conflict with "autoscaler"' }])
        await upgrade({ ...base, forceConflicts: true, source: rendered([deployment('app', 'example.com/app:2')]) })
        expect((await live('Deployment', 'app'))?.spec.replicas).toBe(1)
      })

      inNamespace('needs few requests, and leaves alone what is as it should be', async ({ base, ns, live, events }) => {
        const many = (n: string): KubeObject[] => Array.from({ length: 40 }, (_, i) => configMap(`c${i}`, { n: i === 0 ? '0' : n }))
        await install({ ...base, source: rendered(many('1')) })
        let calls = 0
        const counting = new Proxy(cluster, {
          get(target, key) {
            const value = (target as never as Record<string | symbol, unknown>)[key]
            if (typeof value !== 'function') return value
            if (['get', 'list', 'create', 'replace', 'patch', 'apply', 'delete', 'request', 'watch'].includes(String(key))) return (...args: unknown[]) => { calls++; return value.apply(target, args) }
            return value.bind(target)
          },
        })
        // The history, the record created and twice updated, and the objects.
        await upgrade({ ...base, cluster: counting, source: rendered(many('2')) })
        expect(calls).toBe(4 + 40)
        calls = 0
        await upgrade({ ...base, cluster: counting, source: rendered(many('2')) })
        expect(calls).toBe(4 + 1)
        await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'c3' })
        await cluster.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'c4' }, 'merge', { metadata: { labels: { 'app.kubernetes.io/managed-by': null } } })
        events.length = 0
        await upgrade({ ...base, source: rendered(many('2')) })
        expect(events.flatMap((e) => (e.type === 'object' && e.action === 'applied' ? [e.ref.name] : [])).sort()).toEqual(['c3', 'c4'])
        expect((await live('ConfigMap', 'c3'))?.data).toEqual({ n: '2' })
        expect((await live('ConfigMap', 'c4'))?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'Helm' })
        expect(events.some((e) => e.type === 'warning')).toBe(false)
      })
    })

    describe('client-side apply', () => {
      inNamespace('leaves what others changed, and silently drops unknown fields', async ({ base, ns, live }) => {
        const first = { ...configMap('one', { a: '1', b: '1' }) }
        await install({ ...base, serverSide: false, source: rendered([first, deployment('app', 'example.com/app:1', 2)]) })
        expect((await getRelease(base)).record.apply_method).toBe('csa')
        await cluster.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'one' }, 'merge', { data: { live: 'x' } }, { fieldManager: 'kubectl-edit' })
        await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' }, 'strategic', { spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'example.com/side:1' }] } } } }, { fieldManager: 'injector' })
        const { record } = await upgrade({ ...base, source: rendered([{ ...configMap('one', { a: '2' }), dtaa: 1 }, deployment('app', 'example.com/app:2', 2)]) })
        expect(record.apply_method).toBe('csa')
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '2', live: 'x' })
        expect((await live('Deployment', 'app'))?.spec.template.spec.containers.map((c: { name: string; image: string }) => `${c.name} ${c.image}`).sort()).toEqual(['main example.com/app:2', 'sidecar example.com/side:1'])
      })

      inNamespace('goes over to server-side apply with all its fields', async ({ base, live }) => {
        await install({ ...base, serverSide: false, source: rendered([configMap('one', { a: '1', b: '1' })]) })
        await upgrade({ ...base, serverSide: true, source: rendered([configMap('one', { a: '2' })]) })
        const one = await live('ConfigMap', 'one')
        expect(one?.data).toEqual({ a: '2' })
        expect(one?.metadata.managedFields?.map((m) => [m.manager, m.operation])).toEqual([['helm', 'Apply']])
        // And back to a client-side revision by rollback.
        const { record } = await rollback({ ...base, version: 1 })
        expect(record.apply_method).toBe('csa')
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '1', b: '1' })
      })

      inNamespace('contradicting options', async ({ base }) => {
        await install({ ...base, source: rendered([configMap('one')]) })
        const source = rendered([configMap('one', { a: '1' })])
        const message = async (more: Partial<Parameters<typeof upgrade>[0]>): Promise<string> => (await failure(upgrade({ ...base, ...more, source }))).message
        expect(await message({ serverSide: false, forceConflicts: true })).toBe('invalid client update option(s): forceConflicts enabled when serverSideApply disabled')
        expect(await message({ serverSide: true, forceReplace: true })).toBe('invalid operation: cannot use server-side apply and force replace together')
        await upgrade({ ...base, serverSide: false, forceReplace: true, source })
      })
    })

    describe('rollback', () => {
      inNamespace('to the revision before, or to any', async ({ base, live, statuses }) => {
        for (const [i, a] of ['1', '2', '3'].entries()) await upgradeOrInstall({ ...base, source: rendered([configMap('one', { a }), ...(i === 1 ? [configMap('extra')] : [])], [], { notes: `n${a}` }) })
        await rollback(base)
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '2' })
        expect(await live('ConfigMap', 'extra')).toBeDefined()
        await rollback({ ...base, version: 1, description: 'back' })
        expect(await live('ConfigMap', 'extra')).toBeUndefined()
        expect(await statuses()).toEqual(['1 superseded', '2 superseded', '3 superseded', '4 superseded', '5 deployed'])
        expect((await getRelease(base)).record.info).toMatchObject({ description: 'back', rollback_revision: 1, notes: 'n1' })
      })

      inNamespace('refuses what is not there', async ({ base }) => {
        expect((await failure(rollback(base))).message).toBe('release: not found')
        await install({ ...base, source: rendered([configMap('one')]) })
        expect((await failure(rollback(base))).message).toBe('release has no 0 version')
        expect((await failure(rollback({ ...base, version: 7 }))).message).toBe('release has no 7 version')
        expect((await failure(rollback({ ...base, version: -1 }))).message).toBe('invalid release revision')
        expect((await failure(rollback({ ...base, version: 1, description: 'x'.repeat(257) }))).message).toBe('description must be 256 characters or less, got 257')
      })
    })

    describe('uninstall', () => {
      inNamespace('removes objects and records, keeps by policy and by owner', async ({ base, ns, live }) => {
        await install({ ...base, source: rendered([configMap('one'), configMap('kept', {}, { 'helm.sh/resource-policy': 'keep' }), configMap('stolen')]) })
        await cluster.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'stolen' }, 'merge', { metadata: { annotations: { 'meta.helm.sh/release-name': 'other' } } })
        const result = await uninstall({ ...base, wait: 'watcher' })
        expect(result?.info).toBe('These resources were kept due to the resource policy:\n[ConfigMap] kept\n\n1 resource(s) were not deleted because they are not owned by this release:\n[ConfigMap] stolen\n')
        expect(await live('ConfigMap', 'one')).toBeUndefined()
        expect(await live('ConfigMap', 'kept')).toBeDefined()
        expect(await live('ConfigMap', 'stolen')).toBeDefined()
        expect(await listReleases(base)).toEqual([])
        expect((await failure(uninstall(base))).message).toBe('uninstall: Release not loaded: web: release: not found')
        expect(await uninstall({ ...base, ignoreNotFound: true })).toBeUndefined()
      })

      inNamespace('finds what hooks left, and deletes only what surely is theirs', async ({ base, ns, live }) => {
        const marked = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/hook': 'pre-install' } } })
        const hooks = [
          hook(marked(job('left')), ['pre-install']),
          hook(marked(configMap('note', { a: '1' })), ['pre-install']),
          hook(marked(configMap('remade', { a: '1' })), ['pre-install']),
          hook(marked(job('gone')), ['pre-install'], { deletePolicies: ['hook-succeeded'] }),
          hook(marked(configMap('never-run')), ['test']),
        ]
        await install({ ...base, source: rendered([configMap('one')], hooks) })
        await upgrade({ ...base, source: rendered([configMap('one')]) })
        await cluster.create({ ...marked(configMap('never-run')), metadata: { ...marked(configMap('never-run')).metadata, namespace: ns } })
        await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: ns, name: 'remade' })
        await cluster.create({ ...configMap('remade', { a: '2' }), metadata: { name: 'remade', namespace: ns, annotations: { 'helm.sh/hook': 'pre-install' } } })
        const found = [{ ref: { kind: 'Job', name: 'left' } }, { ref: { kind: 'ConfigMap', name: 'note' } }]
        expect((await uninstall({ ...base, dryRun: true, leftHooks: 'delete' }))?.leftHooks).toMatchObject(found.map((f) => ({ ...f, deleted: false })))
        const result = await uninstall({ ...base, leftHooks: 'delete' })
        expect(result?.leftHooks).toMatchObject(found.map((f) => ({ ...f, deleted: true })))
        expect(result?.leftHooks).toHaveLength(2)
        expect(await live('ConfigMap', 'note')).toBeUndefined()
        const left = await live('Job', 'left')
        expect(left === undefined || left.metadata.deletionTimestamp !== undefined).toBe(true)
        expect(await live('ConfigMap', 'never-run')).toBeDefined()
        expect(await live('ConfigMap', 'remade')).toBeDefined()
      })

      inNamespace('keeps the history when asked', async ({ base, statuses }) => {
        await install({ ...base, source: rendered([configMap('one')]) })
        await upgrade({ ...base, source: rendered([configMap('one')]) })
        await uninstall({ ...base, keepHistory: true, description: 'gone' })
        expect(await statuses()).toEqual(['1 superseded', '2 uninstalled'])
        expect((await getRelease(base)).record.info).toMatchObject({ description: 'gone', deleted: expect.any(String) })
        expect((await failure(uninstall({ ...base, keepHistory: true }))).message).toBe('the release named "web" is already deleted')
        await uninstall(base)
        expect(await listReleases(base)).toEqual([])
      })

      inNamespace('also removes what a failed upgrade left of the deployed revision', async ({ base, live }) => {
        await install({ ...base, source: rendered([configMap('one'), configMap('two')]) })
        await failure(upgrade({ ...base, source: rendered([{ ...configMap('one'), x: 1 }]) }))
        await uninstall(base)
        expect(await live('ConfigMap', 'two')).toBeUndefined()
      })
    })

    describe('hooks', () => {
      inNamespace('run by weight and name, and are deleted as their policies say', async ({ base, live, events }) => {
        const hooks = [
          hook(job('c'), ['pre-install'], { weight: 1, deletePolicies: ['hook-succeeded'] }),
          hook(job('b'), ['pre-install'], { weight: -1 }),
          hook(configMap('a'), ['pre-install'], { weight: -1 }),
          hook(job('z'), ['post-install'], { deletePolicies: ['before-hook-creation', 'hook-succeeded'], outputLogPolicies: ['hook-succeeded'] }),
        ]
        const { record } = await install({ ...base, source: rendered([configMap('one')], hooks) })
        expect(events.flatMap((e) => (e.type === 'hook' ? [`${e.hook} ${e.state}`] : e.type === 'object' && e.action === 'created' ? [`created ${e.ref.name}`] : []))).toEqual([
          'a started', 'a succeeded', 'b started', 'b succeeded', 'c started', 'c succeeded', 'c deleted', 'created one', 'z started', 'z succeeded', 'z deleted',
        ])
        expect(events.find((e) => e.type === 'log')).toMatchObject({ container: 'main', text: 'starting main\nmain: done\n' })
        expect(await live('Job', 'b')).toBeDefined()
        expect(record.hooks.map((h) => h.last_run.phase)).toEqual(['Succeeded', 'Succeeded', 'Succeeded', 'Succeeded'])
        expect((await getRelease(base)).record.hooks[1]).toMatchObject({ name: 'b', weight: -1, delete_policies: ['before-hook-creation'], last_run: { phase: 'Succeeded', started_at: expect.any(String), completed_at: expect.any(String) } })
        await upgrade({ ...base, source: rendered([configMap('one')], [hook(job('b'), ['pre-upgrade'])]) })
      })

      inNamespace('a failing one stops the release and brings its logs', async ({ base, ns, live }) => {
        const hooks = [hook(job('migrate', 'example.com/fail:1'), ['pre-install'], { deletePolicies: ['hook-failed'] })]
        const error = await failure(install({ ...base, source: rendered([configMap('one')], hooks) }))
        expect([error.code, error.message]).toEqual(['release.hookFailed', `failed pre-install: resource Job/${ns}/migrate not ready. status: Failed, message: Job Failed. failed: 1/1`])
        expect(error.details?.hook).toMatchObject({ name: 'migrate', path: 'demo/templates/migrate.yaml' })
        expect(error.details?.logs).toMatchObject([{ container: 'main', text: expect.stringContaining('asked to fail by its image') }])
        expect(await live('ConfigMap', 'one')).toBeUndefined()
        expect(await live('Job', 'migrate')).toBeUndefined()
        expect((await getRelease(base)).record).toMatchObject({ info: { status: 'failed' }, hooks: [{ last_run: { phase: 'Failed' } }] })
      })

      inNamespace('an old object with a finalizer is waited for', async ({ base, ns }) => {
        const held = { ...job('held'), metadata: { name: 'held', finalizers: ['suite.pintle.dev/hold'] } }
        await install({ ...base, source: rendered([configMap('one')], [hook(held, ['pre-install', 'pre-upgrade'])]) })
        setTimeout(() => {
          void cluster.patch({ apiVersion: 'batch/v1', kind: 'Job', namespace: ns, name: 'held' }, 'merge', { metadata: { finalizers: null } })
        }, 600)
        await upgrade({ ...base, source: rendered([configMap('one')], [hook(held, ['pre-upgrade'])]) })
      })

      inNamespace('a bare pod right after its namespace', async ({ base, ns }) => {
        await install({ ...base, namespace: `${ns}-new`, createNamespace: true, source: rendered([configMap('one')], [hook(pod('first'), ['pre-install'])]) })
      })

      inNamespace('tests run on demand, filtered, with logs', async ({ base, ns, live }) => {
        const hooks = [hook(pod('good'), ['test'], { deletePolicies: ['hook-succeeded'] }), hook(pod('bad', 'example.com/fail:1'), ['test'])]
        await install({ ...base, source: rendered([configMap('one')], hooks) })
        const one = await runTests({ ...base, filters: { name: ['good'] }, logs: true })
        expect(one.error).toBeUndefined()
        expect(one.logs).toEqual([{ namespace: ns, pod: 'good', container: 'main', text: 'starting main\nmain: done\n' }])
        expect(await live('Pod', 'good')).toBeUndefined()
        const all = await runTests({ ...base, filters: { notName: ['good'] } })
        expect(all.error?.message).toBe(`resource Pod/${ns}/bad not ready. status: Failed, message: pod bad failed`)
        expect(Object.fromEntries((await getRelease(base)).record.hooks.map((h) => [h.name, h.last_run.phase]))).toEqual({ good: 'Succeeded', bad: 'Failed' })
      })
    })

    describe('waiting', () => {
      inNamespace('ends when all is ready, and tells what it waits for', async ({ base, events }) => {
        await install({ ...base, wait: 'watcher', waitForJobs: true, source: rendered([configMap('one'), deployment('app', 'example.com/app:1', 2), job('once')]) })
        const progress = events.filter((e) => e.type === 'progress')
        expect(progress.at(-1)).toMatchObject({ done: 3, total: 3, waiting: [] })
        expect(progress[0]?.waiting.map((w) => w.ref.name).sort()).toEqual(['app', 'once'])
      })

      inNamespace('a timeout says what was not ready and why', async ({ base, ns }) => {
        const error = await failure(install({ ...base, wait: 'watcher', timeout: 2500, source: rendered([deployment('app', 'example.com/slow:1')]) }))
        expect(error.code).toBe('release.timeout')
        expect(error.message).toMatch(new RegExp(`^resource Deployment/${ns}/app not ready\\. status: InProgress, message: .+\\ncontext deadline exceeded$`))
        expect(error.details?.waiting).toMatchObject([{ ref: { kind: 'Deployment', name: 'app' }, status: 'InProgress' }])
      })

      inNamespace('a hopeless pod ends it at once, with its reason', async ({ base }) => {
        const started = Date.now()
        const error = await failure(install({ ...base, wait: 'watcher', timeout: 15_000, source: rendered([deployment('app', 'example.com/invalid image')]) }))
        expect(Date.now() - started).toBeLessThan(10_000)
        expect(error.code).toBe('release.notReady')
        expect(error.hint).toContain('InvalidImageName')
      })

      inNamespace('waits on when asked to, and says the reason then', async ({ base }) => {
        const error = await failure(install({ ...base, wait: 'watcher', timeout: 2500, failEarly: false, source: rendered([deployment('app', 'example.com/invalid image')]) }))
        expect(error.code).toBe('release.timeout')
        expect(error.hint).toMatch(/InvalidImageName(.|\n)*Correct the image/)
      })

      inNamespace('a namespace that is being deleted ends it', async ({ base, ns }) => {
        const started = Date.now()
        const installing = failure(install({ ...base, wait: 'watcher', timeout: 170_000, source: rendered([deployment('app', 'example.com/slow:1')]) }))
        await new Promise((r) => setTimeout(r, 1000))
        await base.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: ns })
        const error = await installing
        // The namespace controller takes its time on a busy machine.
        expect(Date.now() - started).toBeLessThan(150_000)
        expect(error.hint).toContain(`Namespace ${ns} is being deleted`)
      }, 180_000)

      inNamespace('what somebody deletes meanwhile ends it', async ({ base, ns }) => {
        const installing = failure(install({ ...base, wait: 'watcher', timeout: 60_000, source: rendered([deployment('app', 'example.com/slow:1')]) }))
        await new Promise((r) => setTimeout(r, 1000))
        await base.cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'app' }, { propagationPolicy: 'Background' })
        const error = await installing
        expect(error.code).toBe('release.notReady')
        expect(error.hint).toContain('Deployment app was deleted while it was waited for, and nobody made it anew.')
      })

      inNamespace('a failed Job ends it, whatever else is slow', async ({ base }) => {
        const started = Date.now()
        const error = await failure(install({ ...base, wait: 'watcher', timeout: 15_000, source: rendered([deployment('app', 'example.com/slow:1'), job('once', 'example.com/fail:1')]) }))
        expect(Date.now() - started).toBeLessThan(10_000)
        expect(error.code).toBe('release.notReady')
        expect(error.message).toContain('/once not ready. status: Failed, message: Job Failed. failed: 1/1')
        expect(error.hint).toMatch(/^Job once: pod once-\w+ \(main\): Error: container main exited with 1/)
      })

      inNamespace('an early failure has the events, and its limits can be set', async ({ base, ns }) => {
        const error = await failure(install({ ...base, wait: 'watcher', patience: { imagePull: 1500 }, source: rendered([deployment('app', 'example.com/does-not-exist:1')]) }))
        expect(error.code).toBe('release.notReady')
        expect(error.details?.events).toContainEqual(expect.objectContaining({ object: expect.stringMatching(/^Pod\/app-/), reason: 'Failed' }))
        expect(error.message).toMatch(new RegExp(`^resource Deployment/${ns}/app not ready`))
      })

      inNamespace('what was rolled out must stay ready as long as asked, what was not is taken as it is', async ({ base }) => {
        const source = rendered([deployment('app')])
        const started = Date.now()
        await install({ ...base, wait: 'watcher', stableFor: 2000, source })
        expect(Date.now() - started).toBeGreaterThan(2000)
        const again = Date.now()
        await upgrade({ ...base, wait: 'watcher', stableFor: 15_000, source })
        expect(Date.now() - again).toBeLessThan(10_000)
      })

      inNamespace('is cancelled by its signal', async ({ base, statuses }) => {
        const stop = new AbortController()
        setTimeout(() => stop.abort(), 1000)
        const error = await failure(install({ ...base, wait: 'watcher', signal: stop.signal, source: rendered([deployment('app', 'example.com/slow:1')]) }))
        expect(error.code).toBe('release.aborted')
        expect(error.message).toBe('context canceled')
        expect(error.hint).toMatch(/^Revision 1 of .* is stored as failed; what was created by then stays\./)
        expect(await statuses()).toEqual(['1 failed'])
      })
    })

    describe('interrupted runs', () => {
      /** What a run that was killed in the middle of an upgrade leaves. */
      const interrupt = async (ground: Ground, lease: 'expired' | 'fresh' | 'none', note?: RunNote): Promise<void> => {
        const { base, ns } = ground
        await install({ ...base, source: rendered([configMap('one', { a: '1' })]) })
        const storage = new Storage(new KubeDriver(cluster, ns))
        const { record } = await upgrade({ ...base, dryRun: 'server', source: rendered([configMap('one', { a: '2' }), configMap('two')]) })
        await storage.create(record, {}, { note })
        if (lease === 'none') return
        const renewTime = new Date(Date.now() - (lease === 'expired' ? 120_000 : 0)).toISOString().replace('Z', '000Z')
        await cluster.create({
          apiVersion: 'coordination.k8s.io/v1', kind: 'Lease',
          metadata: { name: 'pintle.web', namespace: ns, annotations: { 'pintle.dev/operation': 'upgrade', 'pintle.dev/revision': '2' } },
          spec: { holderIdentity: 'ann@ci-1 00000000-0000-0000-0000-000000000000', leaseDurationSeconds: 30, acquireTime: renewTime, renewTime },
        })
      }
      const locked = 'another operation (install/upgrade/rollback) is in progress'

      inNamespace('without a heartbeat: refused as Helm refuses, freed by repair', async (ground) => {
        const { base, statuses } = ground
        await interrupt(ground, 'none')
        const source = rendered([configMap('one', { a: '3' })])
        const error = await failure(upgrade({ ...base, source }))
        expect([error.code, error.message]).toEqual(['release.pending', locked])
        expect(error.hint).toContain('Revision 2 is pending-upgrade since ')
        expect((await failure(repair(base))).code).toBe('release.pending')
        const report = await repair({ ...base, force: true })
        expect(report).toMatchObject({
          changes: [{ version: 2, from: 'pending-upgrade', to: 'failed', description: 'Interrupted while pending-upgrade; 0 of 2 objects were as its manifest says' }],
          objects: [{ state: 'different' }, { state: 'missing' }], next: 'rollback', rollbackTo: 1,
        })
        expect(await statuses()).toEqual(['1 deployed', '2 failed'])
        await upgrade({ ...base, source })
        expect(await repair(base)).toMatchObject({ changes: [], next: 'nothing' })
      })

      inNamespace('a live run is never disturbed', async (ground) => {
        const { base, statuses } = ground
        await interrupt(ground, 'fresh')
        const source = rendered([configMap('one', { a: '3' })])
        for (const work of [() => upgrade({ ...base, source }), () => rollback({ ...base, version: 1 }), () => repair({ ...base, force: true }), () => uninstall(base)]) {
          const error = await failure(work())
          expect([error.code, error.message]).toEqual(['release.pending', locked])
          expect(error.hint).toMatch(/^ann@ci-1 runs upgrade of revision 2 since /)
        }
        expect(await statuses()).toEqual(['1 deployed', '2 pending-upgrade'])
      })

      inNamespace('a dead one is gone on from', async (ground) => {
        const { base, statuses, live, events } = ground
        await interrupt(ground, 'expired')
        const refused = await failure(upgrade({ ...base, interrupted: 'refuse', source: rendered([configMap('one')]) }))
        expect(refused.hint).toContain('was last heard of at')
        await upgrade({ ...base, source: rendered([configMap('one', { a: '3' })]) })
        expect(await statuses()).toEqual(['1 superseded', '2 failed', '3 deployed'])
        expect((await getRelease({ ...base, version: 2 })).record.info.description).toMatch(/^Interrupted: upgrade by ann@ci-1 was interrupted: last heard of at /)
        expect(events.some((e) => e.type === 'warning' && e.message.startsWith('revision 2 was left pending-upgrade'))).toBe(true)
        expect((await live('ConfigMap', 'one'))?.data).toEqual({ a: '3' })
      })

      inNamespace('a run too short for a heartbeat is known by its note', async (ground) => {
        const { base, statuses } = ground
        const note = { holder: 'ann@ci-1', operation: 'upgrade', process: 'ci-1|pid:[1]|77|1', since: new Date(Date.now() - 5000).toISOString(), heartbeat: 'lease' as const }
        await interrupt(ground, 'none', note)
        const source = rendered([configMap('one', { a: '3' })])
        const waiting = await failure(upgrade({ ...base, source }))
        expect(waiting.hint).toMatch(/^ann@ci-1 runs upgrade of revision 2 since /)
        const storage = new Storage(new KubeDriver(cluster, base.namespace))
        const stuck = storage.open((await storage.history('web')).last!)
        stuck.note = { ...note, since: new Date(Date.now() - 120_000).toISOString() }
        await stuck.save()
        await upgrade({ ...base, source })
        expect(await statuses()).toEqual(['1 superseded', '2 failed', '3 deployed'])
        expect((await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace: base.namespace, name: 'sh.helm.release.v1.web.v3' }))?.metadata.annotations).toBeUndefined()
      })

      inNamespace('a long run keeps a Lease while it lasts', async ({ base, ns }) => {
        const running = failure(install({ ...base, wait: 'watcher', timeout: 7000, identity: 'me', source: rendered([deployment('app', 'example.com/slow:1')]) }))
        await new Promise((resolve) => setTimeout(resolve, 5500))
        expect(await readLease(cluster, ns, 'web')).toMatchObject({ holder: 'me', operation: 'install', revision: 1, expired: false })
        expect((await failure(upgrade({ ...base, source: rendered([configMap('one')]) }))).code).toBe('release.pending')
        await running
        expect(await readLease(cluster, ns, 'web')).toBeUndefined()
      })

      inNamespace('rollback frees a stuck release', async (ground) => {
        const { base, statuses } = ground
        await interrupt(ground, 'expired')
        await rollback({ ...base, version: 1 })
        expect(await statuses()).toEqual(['1 superseded', '2 failed', '3 deployed'])
      })

      inNamespace('two at once: one wins', async ({ base, statuses }) => {
        await install({ ...base, source: rendered([configMap('one', { a: '1' })]) })
        const both = await Promise.allSettled(['2', '3'].map((a) => upgrade({ ...base, source: rendered([configMap('one', { a })], [hook(job('wait'), ['pre-upgrade'])]) })))
        expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected'])
        expect(['release.pending', 'release.exists']).toContain((both.find((r) => r.status === 'rejected')!.reason as PintleError).code)
        expect(await statuses()).toEqual(['1 superseded', '2 deployed'])
      })
    })

    describe('list', () => {
      inNamespace('last revisions, by state, name, label, order and page', async ({ base, ns }) => {
        const source = (name: string): ReturnType<typeof rendered> => rendered([configMap(name)])
        for (const name of ['b', 'a', 'c']) await install({ ...base, name, source: source(name), labels: { tier: name === 'c' ? 'back' : 'front' } })
        await upgrade({ ...base, name: 'a', source: source('a') })
        await uninstall({ ...base, name: 'c', keepHistory: true })
        const names = async (more: Partial<Parameters<typeof listReleases>[0]> = {}): Promise<string[]> =>
          (await listReleases({ cluster, namespace: ns, ...more })).map((r) => `${r.record.name}${r.record.version}`)
        expect(await names()).toEqual(['a2', 'b1', 'c1'])
        expect(await names({ sort: 'name-desc' })).toEqual(['c1', 'b1', 'a2'])
        expect(await names({ statuses: ['deployed'] })).toEqual(['a2', 'b1'])
        expect(await names({ statuses: ['superseded'] })).toEqual(['a1'])
        expect(await names({ filter: /^[bc]$/ })).toEqual(['b1', 'c1'])
        expect(await names({ selector: 'tier in (back)' })).toEqual(['c1'])
        expect(await names({ selector: 'tier!=back', limit: 1, offset: 1 })).toEqual(['b1'])
        expect(await names({ namespace: '', allNamespaces: true, filter: /^[abc]$/ })).toEqual(['a2', 'b1', 'c1'])
      })

      inNamespace('records can be ConfigMaps', async ({ base, ns }) => {
        const driver = new KubeDriver(cluster, ns, 'ConfigMap')
        await install({ ...base, driver, source: rendered([configMap('one')]) })
        await upgrade({ ...base, driver, source: rendered([configMap('one', { a: '1' })]) })
        expect(await listReleases(base)).toEqual([])
        expect((await listReleases({ ...base, driver })).map((r) => r.record.version)).toEqual([2])
        await uninstall({ ...base, driver })
      })
    })
  })
}
