import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { install, upgrade } from '../../src/cluster/release/index.ts'
import type { InstallOptions, ReleaseEvent, WaitingObject } from '../../src/cluster/release/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { onCluster, type Ground } from './on-cluster.ts'
import { deployment, rendered } from './release-fixtures.ts'

const v1 = 'external-secrets.io/v1'
const defaultStore = { provider: { fake: { data: [{ key: 'prod/db', value: 'first' }, { key: 'prod/other', value: 'second' }] } } }
const store = (name: string, spec: object = defaultStore, kind = 'SecretStore'): KubeObject => ({ apiVersion: v1, kind, metadata: { name }, spec })
const external = (name: string, key: string, more: { spec?: object; target?: object; store?: object; annotations?: Record<string, string>; apiVersion?: string } = {}): KubeObject => ({
  apiVersion: more.apiVersion ?? v1, kind: 'ExternalSecret', metadata: { name, ...(more.annotations && { annotations: more.annotations }) },
  spec: { refreshInterval: '1h', secretStoreRef: { kind: 'SecretStore', name: 'vault', ...more.store }, target: { name: `${name}-made`, ...more.target }, data: [{ secretKey: 'password', remoteRef: { key } }], ...more.spec },
})
/** Its pod does not start before the Secret is there. */
const needy = (name: string, secret: string): KubeObject => {
  const object = deployment(name)
  const { template } = object.spec
  template.metadata.annotations = { 'sandbox.pintle.dev/secrets': 'required' }
  template.spec.containers[0].env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: 'password' } } }]
  return object
}
const slow = (seconds: number): Record<string, string> => ({ 'sandbox.pintle.dev/delay-seconds': String(seconds) })

type Failure = { code: string; message: string; hint: string; details: { waiting: WaitingObject[] } }

/**
 * A release whose Secrets an operator makes: on the sandbox, and on a real control plane where a test does the operators' part.
 * @param borne ms a trouble is borne
 */
export function secretOperatorsSuite(title: string, borne: number, start: () => Promise<ClusterUnderTest | undefined>): void {
  describe(title, () => {
    const on = onCluster(start, 'operators')
    const options = ({ cluster, ns }: Ground, objects: readonly KubeObject[], more: Partial<InstallOptions> = {}): InstallOptions =>
      ({ cluster, namespace: ns, name: 'shop', wait: 'watcher', timeout: 30_000, patience: { secretSync: borne, secretController: borne, configError: borne }, source: rendered(objects), ...more })
    const installed = (ground: Ground, objects: readonly KubeObject[], more: Partial<InstallOptions> = {}) => install(options(ground, objects, more))
    const upgraded = (ground: Ground, objects: readonly KubeObject[], more: Partial<InstallOptions> = {}) => upgrade(options(ground, objects, more))
    const failure = async (run: Promise<unknown>): Promise<Failure> => {
      const error = await run.then(() => undefined, (e: unknown) => e as Failure)
      if (error === undefined) throw new Error('it did not fail')
      return error
    }
    const patient: Partial<InstallOptions> = { patience: { secretSync: 10_000, secretController: 10_000 } }
    /** What is explained, worst first: `Kind/name Reason: message`. */
    const told = ({ details }: Failure): string[] => details.waiting.flatMap(({ pods = [] }) => pods.map((p) => `${p.pod.includes('/') ? p.pod : 'Pod'} ${p.reason}: ${p.message}`))
    const get = ({ cluster, ns }: Ground, kind: string, name: string) => cluster.get({ apiVersion: kind === 'Secret' ? 'v1' : v1, kind, namespace: ns, name })
    const password = async (ground: Ground, name: string) => Buffer.from((await get(ground, 'Secret', name))?.data?.password ?? '', 'base64').toString()

    on('store, secret and workload in one release: ready when the Secret is there and the pods run', async (ground) => {
      await installed(ground, [needy('app', 'db-made'), external('db', 'prod/db'), store('vault')])
      expect(await password(ground, 'db-made')).toBe('first')
      expect((await ground.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ground.ns, name: 'app' }))?.status?.readyReplicas).toBe(1)
    })

    on('v1beta1 and a ClusterSecretStore', async (ground) => {
      const name = `global-${ground.id}`
      await installed(ground, [external('db', 'prod/db', { apiVersion: 'external-secrets.io/v1beta1', store: { kind: 'ClusterSecretStore', name } }), store(name, undefined, 'ClusterSecretStore')])
      expect(await password(ground, 'db-made')).toBe('first')
    })

    on('an upgrade waits for the new spec, not for the Ready of the one before', async (ground) => {
      await installed(ground, [store('vault'), external('db', 'prod/db')])
      await upgraded(ground, [store('vault'), external('db', 'prod/other', { annotations: slow(1.5) })], patient)
      expect(await password(ground, 'db-made')).toBe('second')
      expect((await get(ground, 'ExternalSecret', 'db'))?.status?.syncedResourceVersion).toMatch(/^2-/)
    })

    on('as Helm waits, that would have passed at once', async (ground) => {
      await installed(ground, [store('vault'), external('db', 'prod/db')])
      await upgraded(ground, [store('vault'), external('db', 'prod/other', { annotations: slow(1.5) })], { secretOperators: false })
      expect(await password(ground, 'db-made')).toBe('first')
    })

    on('what is never synced again is not waited for', async (ground) => {
      const once = (key: string): KubeObject => external('db', key, { spec: { refreshPolicy: 'CreatedOnce' } })
      await installed(ground, [store('vault'), once('prod/db')])
      await upgraded(ground, [store('vault'), once('prod/other')])
      expect(await password(ground, 'db-made')).toBe('first')
    })

    on('a key that is not there: store, key and the words of the provider, before the timeout', async (ground) => {
      await installed(ground, [store('vault'), external('db', 'prod/db')])
      const started = Date.now()
      const error = await failure(upgraded(ground, [store('vault'), external('db', 'prod/nothing')]))
      expect(Date.now() - started).toBeLessThan(15_000)
      expect(error.code).toBe('release.notReady')
      expect(error.message).toContain(`resource ExternalSecret/${ground.ns}/db not ready. status: InProgress, message: could not get secret data from provider`)
      expect(told(error)).toEqual(['ExternalSecret/db SecretSyncedError: could not get secret data from provider: error processing spec.data[0] (key: prod/nothing), err: Secret does not exist (SecretStore vault, key prod/nothing)'])
      expect(error.hint).toBe(`${told(error)[0]!.replace(' ', ': ')}\nCheck that the keys are in the store, and that its credentials may read them: kubectl describe externalsecret -n ${ground.ns} db`)
    })

    on('credentials that are refused: the store comes before its secret, both before the workload', async (ground) => {
      const error = await failure(installed(ground, [needy('app', 'db-made'), external('db', 'prod/db'), store('vault', { provider: { aws: { service: 'SecretsManager', region: 'eu-central-1', role: 'refused' } } })]))
      expect(error.details.waiting.map((w) => w.ref.kind)).toEqual(['SecretStore', 'ExternalSecret', 'Deployment'])
      expect(told(error)[0]).toBe('SecretStore/vault InvalidProviderConfig: unable to validate store: could not validate provider: permission denied: the credentials were refused')
      expect(error.hint).toMatch(/^SecretStore\/vault: InvalidProviderConfig: /)
      expect(error.hint).toContain(`Check the provider and the credentials it names, and what these may do: kubectl describe secretstore -n ${ground.ns} vault`)
      // Helm's text goes by the manifest.
      expect(error.message.indexOf('Deployment/')).toBeLessThan(error.message.indexOf('SecretStore/'))
    })

    on('no such store', async (ground) => {
      const error = await failure(installed(ground, [external('db', 'prod/db', { store: { name: 'nowhere' } })]))
      expect(told(error)).toEqual([
        `SecretStore/nowhere StoreNotFound: ExternalSecret db reads it, and it does not exist in namespace ${ground.ns}`,
        expect.stringContaining('ExternalSecret/db SecretSyncedError: could not get secret data from provider: error processing spec.data[0] (key: prod/db), err: could not get SecretStore "nowhere"'),
      ])
      expect(error.hint).toContain('Create SecretStore nowhere, or correct the name and kind in secretStoreRef.')
    })

    on('a store that comes in time', async (ground) => {
      const { cluster, ns } = ground
      const timer = setTimeout(() => void cluster.create({ ...store('vault'), metadata: { name: 'vault', namespace: ns } }), 1200)
      await installed(ground, [external('db', 'prod/db')], patient)
      clearTimeout(timer)
      expect(await password(ground, 'db-made')).toBe('first')
    })

    on('nobody looks at it: said by name', async (ground) => {
      const error = await failure(installed(ground, [store('vault', { ...defaultStore, controller: 'somebody' }), external('db', 'prod/db')]))
      expect(error.code).toBe('release.notReady')
      expect(told(error)).toEqual(['SecretStore/vault', 'ExternalSecret/db'].map((what) => `${what} NotReconciled: no controller has looked at it yet: it has no status`))
      expect(error.hint).toContain('Check that External Secrets runs in this cluster, and that it is meant to look at this store (spec.controller)')
    })

    on('a new spec that nobody looks at', async (ground) => {
      await installed(ground, [store('vault'), external('db', 'prod/db')])
      const error = await failure(upgraded(ground, [store('vault'), external('db', 'prod/other', { annotations: slow(600) })]))
      expect(told(error)).toEqual(['ExternalSecret/db NotSynced: generation 2 is not synced yet, 1 was the last'])
    })

    on('Ready, and the Secret is gone', async (ground) => {
      const { cluster, ns } = ground
      await installed(ground, [store('vault'), external('db', 'prod/db')])
      // From here on nobody makes it anew.
      await cluster.patch({ apiVersion: v1, kind: 'SecretStore', namespace: ns, name: 'vault' }, 'merge', { spec: { controller: 'somebody' } })
      await cluster.delete({ apiVersion: 'v1', kind: 'Secret', namespace: ns, name: 'db-made' })
      const error = await failure(upgraded(ground, [store('vault', { ...defaultStore, controller: 'somebody' }), external('db', 'prod/db')]))
      expect(told(error)).toContain('ExternalSecret/db SecretNotThere: Secret db-made is not there')
    })

    on('a workload that waits for the Secret of another release', async (ground) => {
      const { cluster, ns } = ground
      await cluster.create({ ...external('db', 'prod/nothing'), metadata: { name: 'db', namespace: ns } })
      await cluster.create({ ...store('vault'), metadata: { name: 'vault', namespace: ns } })
      const error = await failure(installed(ground, [needy('app', 'db-made')]))
      expect(error.code).toBe('release.notReady')
      expect(told(error)).toEqual([
        expect.stringMatching(/^ExternalSecret\/db SecretSyncedError: .*Secret does not exist \(SecretStore vault, key prod\/nothing\)$/),
        'Pod CreateContainerConfigError: secret "db-made" not found; ExternalSecret db makes it, and has not: SecretSyncedError',
      ])
      expect(error.hint).toMatch(/^Deployment app: ExternalSecret\/db: SecretSyncedError: /)
      expect(error.hint).toContain('Check that the keys are in the store')
    })

    on('the pod is borne while its maker may still succeed', async (ground) => {
      await installed(ground, [needy('app', 'db-made'), store('vault'), external('db', 'prod/db', { annotations: slow(3) })], { patience: { ...patient.patience, configError: 500 } })
      expect(await password(ground, 'db-made')).toBe('first')
    }, 20_000)

    on('progress says it while it lasts', async (ground) => {
      const events: ReleaseEvent[] = []
      await failure(installed(ground, [store('vault'), external('db', 'prod/nothing')], { onEvent: (e) => events.push(e) }))
      const reasons = events.flatMap((e) => (e.type === 'progress' ? e.waiting.flatMap((w) => (w.pods ?? []).map((p) => `${p.reason} ${p.fatal === true ? 'fatal' : p.fatalAt === undefined ? '' : 'soon'}`)) : []))
      expect(reasons).toContain('SecretSyncedError soon')
      expect(reasons.at(-1)).toBe('SecretSyncedError fatal')
    })

    on('what a provider repeats of a secret of the release is not shown', async (ground) => {
      const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData: { a: 'planted-value' } }
      const error = await failure(installed(ground, [secret, store('vault'), external('db', 'planted-value')]))
      expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('planted-value')
      expect(told(error)[0]).toContain('key: REDACTED')
    })

    on('PushSecret, ClusterExternalSecret, SealedSecret', async (ground) => {
      const { ns, id } = ground
      const push = (secret: string): KubeObject => ({ apiVersion: 'external-secrets.io/v1alpha1', kind: 'PushSecret', metadata: { name: 'out' }, spec: { refreshInterval: '1h', secretStoreRefs: [{ name: 'vault' }], selector: { secret: { name: secret } }, data: [{ match: { secretKey: 'password', remoteRef: { remoteKey: 'out' } } }] } })
      const everywhere = (namespaces: readonly string[]): KubeObject => ({ apiVersion: v1, kind: 'ClusterExternalSecret', metadata: { name: `all-${id}` }, spec: { namespaces, externalSecretName: 'everywhere', externalSecretSpec: external('x', 'prod/db').spec } })
      const sealed = (value: string): KubeObject => ({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'sealed' }, spec: { encryptedData: { password: value } } })
      await installed(ground, [store('vault'), external('db', 'prod/db'), push('db-made'), everywhere([ns]), sealed('AgBy')])
      expect(await password(ground, 'sealed')).toBe('simulated password')
      const error = await failure(upgraded(ground, [store('vault'), external('db', 'prod/db'), push('nothing'), everywhere([ns, 'nowhere']), sealed('foreign')]))
      expect(told(error)).toEqual(expect.arrayContaining([
        'PushSecret/out Errored: could not get source secret (SecretStore vault)',
        expect.stringMatching(new RegExp(`^ClusterExternalSecret/all-${id} NotReady: one or more namespaces failed: namespace nowhere: namespaces "nowhere" not found`)),
        expect.stringMatching(/^SealedSecret\/sealed NotReady: no key could decrypt secret \(password\)/),
      ]))
    }, 30_000)
  })
}
