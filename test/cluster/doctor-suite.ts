import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HttpClient } from '../../src/charts/http/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { KubeDriver, install, pendingRecord } from '../../src/cluster/release/index.ts'
import { examine, type Check, type ExamineOptions, type Examination } from '../../src/delivery/doctor/index.ts'
import { allRules, makePolicy } from '../../src/delivery/policy/index.ts'
import { configMap, demoChart, deployment, rendered } from './release-fixtures.ts'

/** What a limited user may do, in one namespace. */
export const limitedRules = [{ apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] }]
export const limitedNamespace = 'doctor-limited'

export interface DoctorGround {
  readonly admin: Cluster
  /** A user who has `limitedRules` in `limitedNamespace`, which exists, and nothing else. */
  readonly limited: Cluster
  /** A user who may do nothing. */
  readonly nobody: Cluster
  stop(): Promise<void>
}

const definition = (group: string, kind: string, plural: string, version: string): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.${group}` },
  spec: {
    group, scope: 'Namespaced', names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
  },
})

/** A doctor's visit on a cluster: what is found, and what is honestly unknown. */
export function doctorSuite(name: string, start: () => Promise<DoctorGround | undefined>): void {
  describe(name, () => {
    let ground: DoctorGround | undefined
    let number = 0
    const folder = mkdtempSync(join(tmpdir(), 'pintle-doctor-'))
    const http = new HttpClient({ env: {}, userAgent: 'test', patience: 0 })
    beforeAll(async () => { ground = await start() }, 600_000)
    afterAll(async () => {
      http.close()
      rmSync(folder, { recursive: true })
      await ground?.stop()
    })

    const manifest = (...objects: object[]): string => objects.map((o) => `---\n${JSON.stringify(o)}\n`).join('')
    const visit = (cluster: Cluster, namespace: string, objects: object[] | undefined, more: Partial<ExamineOptions> = {}, target: object = {}): Promise<Examination> => examine({
      environment: 'prod', service: 'shop', now: new Date(), run: { operator: 'ada', ciRequired: false }, folder, hasChart: true, policy: makePolicy({ pack: 'production', rules: allRules }),
      target: {
        cluster, driver: new KubeDriver(cluster, namespace), release: 'shop', namespace, context: 'prod', simulated: false, namespaceExplicit: true, http, env: {},
        planned: objects && { chart: 'shop', manifest: manifest(...objects), hooks: [], crds: [] }, ...target,
      },
      ...more,
    })
    const check = ({ checks }: Examination, id: string): Check => checks.find((c) => c.id === id) ?? { id, status: 'unknown', messages: ['no such check'] }
    const on = (title: string, run: (ground: DoctorGround, ns: string) => Promise<void>): void => {
      test(title, async (context) => {
        if (ground === undefined) return context.skip('no cluster here')
        const ns = `doctor-${++number}`
        await ground.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
        await run(ground, ns)
      })
    }

    on('a release that is not there yet', async ({ admin }, ns) => {
      const found = await visit(admin, ns, [configMap('a')])
      expect(check(found, 'target/release-state')).toMatchObject({ status: 'ok', messages: ['not installed yet'] })
      expect(check(found, 'target/rights').messages[0]).toMatch(/^all \d+ rights that are needed$/)
      expect(check(found, 'target/gitops-owner').status).toBe('ok')
      expect(check(found, 'target/one-owner').status).toBe('ok')
      // Who made the cluster may do everything.
      expect(check(found, 'target/no-cluster-admin').status).toBe('stop')
      expect(check(found, 'target/expected-cluster').status).toBe('unknown')
      expect(found.stop).toBe(true)
      expect((await visit(admin, ns, [configMap('a')], { policy: makePolicy({ pack: 'baseline', rules: allRules }) })).stop).toBe(false)
    })

    on('a store of External Secrets that nobody has', async ({ admin }, ns) => {
      const kind = (name: string, plural: string): KubeObject => definition('external-secrets.io', name, plural, 'v1')
      for (const object of [kind('SecretStore', 'secretstores'), kind('ExternalSecret', 'externalsecrets')]) await admin.create(object)
      for (let tries = 0; await admin.mapping('external-secrets.io/v1', 'SecretStore') === undefined && tries < 100; tries++) await new Promise((resolve) => { setTimeout(resolve, 100) })
      const external = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'db' }, spec: { secretStoreRef: { name: 'vault' } } }
      const found = await visit(admin, ns, [external])
      expect(check(found, 'inputs/secret-stores')).toMatchObject({ status: 'stop', messages: [`ExternalSecret/db: it reads SecretStore/vault, which is neither in the release nor in namespace ${ns}`] })
      await admin.create({ apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'vault', namespace: ns }, spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } })
      expect(check(await visit(admin, ns, [external]), 'inputs/secret-stores').status).toBe('ok')
    })

    on('the cluster that is expected, and another', async ({ admin }, ns) => {
      const uid = (await admin.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))!.metadata.uid
      expect(check(await visit(admin, ns, [], {}, { expected: { context: 'prod', clusterUid: uid } }), 'target/expected-cluster').status).toBe('ok')
      const other = await visit(admin, ns, [], {}, { expected: { context: 'east', clusterUid: 'another' } })
      expect(check(other, 'target/expected-cluster')).toMatchObject({ status: 'stop', messages: [`the kube-system namespace has UID ${uid}, prod expects another`] })
      expect(check(other, 'target/expected-context').status).toBe('stop')
    })

    on('a release that is deployed, objects of others, objects of nobody', async ({ admin }, ns) => {
      await install({ cluster: admin, namespace: ns, name: 'shop', source: rendered([configMap('mine')]) })
      await install({ cluster: admin, namespace: ns, name: 'other', source: rendered([configMap('theirs')]) })
      await admin.create({ ...configMap('bare'), metadata: { name: 'bare', namespace: ns } })
      const found = await visit(admin, ns, [configMap('mine'), configMap('theirs'), configMap('bare'), configMap('new')])
      expect(check(found, 'target/release-state').messages).toEqual(['revision 1 is deployed'])
      expect(check(found, 'target/one-owner')).toMatchObject({ status: 'stop', messages: [`ConfigMap/theirs: it belongs to release other in namespace ${ns}`, expect.stringContaining('ConfigMap/bare: it belongs to no release')] })
    })

    on('a pending release, with and without a run that lives', async ({ admin }, ns) => {
      const driver = new KubeDriver(admin, ns)
      const record = pendingRecord({ chart: demoChart, config: {}, manifest: '', hooks: [], notes: '' }, { name: 'shop', namespace: ns, version: 1, serverSide: true, status: 'pending-install', description: '' })
      await driver.create('sh.helm.release.v1.shop.v1', record, {})
      const found = await visit(admin, ns, [configMap('a')])
      expect(check(found, 'target/release-state')).toMatchObject({ status: 'stop', messages: ['revision 1 of shop is pending-install'], fix: expect.stringContaining('pintle repair shop') })
      expect(check(found, 'target/concurrent-run').status).toBe('ok')
      const time = new Date().toISOString().replace('Z', '000Z')
      await admin.create({
        apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'pintle.shop', namespace: ns, annotations: { 'pintle.dev/operation': 'install', 'pintle.dev/revision': '1' } },
        spec: { holderIdentity: 'ci@runner 0b0e8c2e-0000-4000-8000-000000000000', leaseDurationSeconds: 30, acquireTime: time, renewTime: time },
      })
      expect(check(await visit(admin, ns, [configMap('a')]), 'target/concurrent-run')).toMatchObject({ status: 'stop', messages: [expect.stringContaining('ci@runner (install since')] })
    })

    on('a failed release in business hours', async ({ admin }, ns) => {
      const driver = new KubeDriver(admin, ns)
      const record = pendingRecord({ chart: demoChart, config: {}, manifest: '', hooks: [], notes: '' }, { name: 'shop', namespace: ns, version: 1, serverSide: true, status: 'pending-install', description: '' })
      record.info.status = 'failed'
      await driver.create('sh.helm.release.v1.shop.v1', record, {})
      const businessHours = { days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 24, zone: 'UTC' }
      const found = await visit(admin, ns, [], { run: { operator: 'ada', ciRequired: true, businessHours } })
      expect(check(found, 'target/release-state')).toMatchObject({ status: 'stop', fix: expect.stringContaining('pintle rollback shop') })
      expect(check(found, 'target/business-hours').status).toBe('stop')
      expect(check(found, 'target/ci-only')).toMatchObject({ status: 'stop', messages: [expect.stringContaining('ada releases from outside of CI')] })
    })

    on('an object that Argo CD tracks, one that Flux applies', async ({ admin }, ns) => {
      const tracked = { ...configMap('a'), metadata: { name: 'a', namespace: ns, annotations: { 'argocd.argoproj.io/tracking-id': `web:/ConfigMap:${ns}/a` } } }
      await admin.create(tracked)
      await admin.apply({ ...configMap('b'), metadata: { name: 'b', namespace: ns } }, { fieldManager: 'kustomize-controller' })
      const found = await visit(admin, ns, [configMap('a'), configMap('b')], { policy: makePolicy({ pack: 'baseline', rules: allRules }) })
      expect(check(found, 'target/gitops-owner')).toMatchObject({
        status: 'stop', fix: expect.stringContaining('pintle gitops'),
        messages: ['ConfigMap/a: Application web (Argo CD) owns it: annotation argocd.argoproj.io/tracking-id', 'ConfigMap/b: kustomize-controller (Flux) owns it: field manager kustomize-controller'],
      })
    })

    on('Applications and HelmReleases that name the release', async ({ admin, limited }, ns) => {
      for (const crd of [definition('argoproj.io', 'Application', 'applications', 'v1alpha1'), definition('helm.toolkit.fluxcd.io', 'HelmRelease', 'helmreleases', 'v2')]) await admin.create(crd)
      await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } })
      const made = async (object: KubeObject): Promise<void> => {
        for (let i = 0; ; i++) {
          try {
            await admin.create(object)
            return
          } catch (error) {
            // Established a moment later.
            if (i === 100) throw error
            await new Promise((done) => setTimeout(done, 50))
          }
        }
      }
      await made({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'web', namespace: 'argocd' }, spec: { destination: { server: 'https://kubernetes.default.svc', namespace: ns }, source: { chart: 'shop' } } })
      await made({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'shop', namespace: ns }, spec: {} })
      const found = check(await visit(admin, ns, []), 'target/gitops-owner')
      expect(found.status).toBe('stop')
      expect([...found.messages].sort()).toEqual([`Application argocd/web (Argo CD) owns it: it releases chart shop into ${ns}`, `HelmRelease ${ns}/shop (Flux) owns it: it releases shop into ${ns}`])
      // Who may not list them cannot say that nobody owns it.
      const unknown = check(await visit(limited, limitedNamespace, []), 'target/gitops-owner')
      expect(unknown).toMatchObject({ status: 'unknown', messages: [expect.stringContaining('applications.argoproj.io may not be listed in all namespaces')] })
    })

    on('a quota that is too small', async ({ admin }, ns) => {
      await admin.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: ns }, spec: { hard: { pods: '2', configmaps: '100' } } })
      expect(check(await visit(admin, ns, [deployment('web', 'example.com/app:1', 3)]), 'manifests/quota')).toMatchObject({ status: 'stop', messages: ['ResourceQuota/small: pods: 0 of 2 used, the release needs 4 in all'] })
      expect(check(await visit(admin, ns, [deployment('web', 'example.com/app:1', 1)]), 'manifests/quota').status).toBe('ok')
    })

    on('a user with few rights: what is missing is named, what is unknown is not ok', async ({ limited }) => {
      const found = await visit(limited, limitedNamespace, [configMap('a'), deployment('web')])
      const rights = check(found, 'target/rights')
      expect(rights.status).toBe('stop')
      expect(rights.messages).toContain(`may not create deployments.apps in ${limitedNamespace} (deployments of the chart)`)
      expect(rights.messages.filter((m) => /secrets|configmaps/.test(m))).toEqual([])
      expect(check(found, 'target/no-cluster-admin').status).toBe('ok')
      expect(check(found, 'target/release-state').messages).toEqual(['not installed yet'])
      expect(check(found, 'target/one-owner')).toMatchObject({ status: 'unknown', messages: ['deployments may not be read'] })
      expect(check(found, 'manifests/quota').status).toBe('unknown')
      // Enough for ConfigMaps alone; what only explains is told.
      const enough = check(await visit(limited, limitedNamespace, [configMap('a')]), 'target/rights')
      expect(enough).toMatchObject({ status: 'ok', messages: [expect.stringMatching(/^all \d+ rights that are needed; without .* less is told$/)] })
    })

    on('a user without any rights: nothing is ok that must be looked at', async ({ nobody }, ns) => {
      const found = await visit(nobody, ns, [configMap('a')], {}, { expected: { clusterUid: 'x' } })
      const status = (id: string) => check(found, id).status
      for (const id of ['target/expected-cluster', 'target/release-state', 'target/concurrent-run', 'target/one-owner', 'target/business-hours', 'manifests/quota']) expect([id, status(id)]).toEqual([id, 'unknown'])
      expect(status('target/gitops-owner')).not.toBe('ok')
      expect(status('target/rights')).toBe('stop')
      expect(status('target/server-version')).toBe('ok')
    })

    on('incidents, the checklist, credentials', async ({ admin }, ns) => {
      const found = await visit(admin, ns, [], {
        process: { checklist: [{ item: 'On-call told', done: false }, { item: 'Tested', done: true }], onCallTold: false },
        config: { server: '', namespace: ns, namespaceOverridden: true, context: 'prod', tls: { insecure: false }, disableCompression: false, token: `e30.${Buffer.from(JSON.stringify({ iat: 1000, exp: 2000 })).toString('base64url')}.x` },
      }, { incidents: { command: 'echo checkout is slow' }, env: { PATH: process.env.PATH } })
      expect(check(found, 'target/open-incident')).toMatchObject({ status: 'stop', messages: ['command: checkout is slow (1)'] })
      expect(check(found, 'process/checklist')).toMatchObject({ status: 'stop', messages: ['open: On-call told'] })
      expect(check(found, 'process/on-call').status).toBe('stop')
      expect(check(found, 'continuous/token-age').status).toBe('warn')
      expect(check(found, 'stack/credentials')).toMatchObject({ status: 'warn', messages: ['the token ends at 1970-01-01T00:33:20.000Z'] })
    })
  })
}
