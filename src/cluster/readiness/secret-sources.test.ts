import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { explainedByMakers } from './secret-trouble.ts'
import { advice, explainedAs, isSecretSource, madeSecret, readiness, secretTrouble, Sightings, storesOf } from './index.ts'
import type { Trouble } from './index.ts'

const now = Date.parse('2026-06-01T12:00:00Z')
const iso = (ms: number): string => new Date(ms).toISOString()
type Fields = Record<string, unknown>
const object = (kind: string, spec: Fields, status?: Fields, metadata: Fields = {}, apiVersion = 'external-secrets.io/v1'): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'db', namespace: 'shop', uid: 'u', generation: 2, ...metadata }, spec, ...(status && { status }) })
const external = (status?: Fields, spec: Fields = {}): KubeObject => object('ExternalSecret', { secretStoreRef: { name: 'vault' }, data: [{ secretKey: 'a', remoteRef: { key: 'prod/db', property: 'p' } }], ...spec }, status)
const ready = (more: Fields = {}, verdict: Fields = {}): Fields => ({ conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced', message: 'secret synced', ...verdict }], syncedResourceVersion: '2-abc', ...more })
const state = (o: KubeObject, there?: boolean): string => {
  const { status, reason = '', message } = readiness(o, { now, ...(there !== undefined && { related: { secretThere: () => there } }) })
  return `${status} ${reason}: ${message}`
}

test('an ExternalSecret is ready when this generation is synced and its Secret is there', () => {
  expect(state(external())).toBe('inProgress NotReconciled: no controller has looked at it yet')
  expect(state(external({}))).toMatch(/^inProgress NotReconciled/)
  expect(state(external(ready()))).toBe('current : secret synced')
  expect(state(external(ready()), true)).toBe('current : secret synced')
  expect(state(external(ready()), false)).toBe('inProgress SecretNotThere: Secret db is not there')
  expect(readiness(external(ready()), { related: { secretThere: () => undefined } }).status).toBe('inProgress')
  expect(state(external(ready({ syncedResourceVersion: '1-abc' })))).toBe('inProgress NotSynced: generation 2 is not synced yet, 1 was the last')
  expect(state(external(ready({}, { status: 'False', reason: 'SecretSyncedError', message: 'no' })))).toBe('inProgress SecretSyncedError: no')
  // Nothing to make, and nothing at the provider: Ready, and no Secret.
  for (const reason of ['SecretMissing', 'SecretDeleted']) expect(state(external(ready({}, { reason, message: 'm' })))).toBe(`inProgress ${reason}: m`)
  expect(state(object('ExternalSecret', {}, ready(), { deletionTimestamp: iso(now) }))).toMatch(/^terminating/)
})

test('what is not synced again by its policy is ready as it is', () => {
  const old = ready({ syncedResourceVersion: '1-abc' })
  for (const spec of [{ refreshPolicy: 'CreatedOnce' }, { refreshInterval: '0' }, { refreshInterval: '0h0m' }]) expect(state(external(old, spec))).toMatch(/^current/)
  for (const spec of [{ refreshPolicy: 'OnChange', refreshInterval: '0' }, { refreshInterval: '10m' }, { refreshInterval: '1h' }]) expect(state(external(old, spec))).toMatch(/^inProgress NotSynced/)
})

test('no Secret is looked for where none is made', () => {
  for (const target of [{ creationPolicy: 'None' }, { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } }]) expect(state(external(ready(), { target }), false)).toMatch(/^current/)
})

test('a store that was changed is believed when it was validated since, or after a while', () => {
  const store = (changed: number, judged: number, generation = 2): KubeObject => object('SecretStore', {}, ready({}, { reason: 'Valid', lastTransitionTime: iso(judged) }), {
    generation, managedFields: [{ manager: 'helm', time: iso(changed), fieldsV1: { 'f:spec': {} } }, { manager: 'eso', time: iso(now), fieldsV1: { 'f:metadata': {} } }],
  })
  expect(state(store(now - 60_000, now - 90_000))).toMatch(/^current/)
  expect(state(store(now - 2000, now - 1000))).toMatch(/^current/)
  expect(state(store(now - 2000, now - 90_000))).toMatch(/^inProgress NotValidated/)
  expect(readiness(store(now - 2000, now - 90_000), { now }).recheckAt).toBe(now + 4000)
  expect(state(store(now - 2000, now - 90_000, 1))).toMatch(/^current/)
  // A clock that is far ahead.
  expect(state(store(now + 3_600_000, now - 90_000))).toMatch(/^current/)
  expect(state(object('ClusterSecretStore', {}))).toMatch(/^inProgress NotReconciled/)
})

test('a SealedSecret, also of a controller that writes no status', () => {
  const sealed = (status?: Fields): KubeObject => object('SealedSecret', {}, status, {}, 'bitnami.com/v1alpha1')
  expect(state(sealed())).toMatch(/^inProgress NotReconciled/)
  expect(state(sealed(), true)).toBe('current : its Secret is there')
  expect(state(sealed({ observedGeneration: 1, conditions: [{ type: 'Synced', status: 'True' }] }))).toMatch(/LatestGenerationNotObserved/)
  expect(state(sealed({ observedGeneration: 2, conditions: [{ type: 'Synced', status: 'False', message: 'no key could decrypt secret (a)' }] }))).toBe('inProgress NotReady: no key could decrypt secret (a)')
  expect(state(sealed({ observedGeneration: 2, conditions: [{ type: 'Synced', status: 'True' }] }), true)).toMatch(/^current/)
})

test("as Helm waits, a status of before passes", () => {
  expect(readiness(external(), { asHelm: true }).status).toBe('current')
  expect(readiness(external(ready({ syncedResourceVersion: '1-abc' })), { asHelm: true }).status).toBe('current')
})

const failing = external({ conditions: [{ type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'could not get secret data from provider' }] })
const event = (message: string, at = now, uid = 'u'): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: {}, type: 'Warning', reason: 'UpdateFailed', message, lastTimestamp: iso(at), involvedObject: { uid } })

test('a failure becomes fatal when it stays the same, told by anything but numbers of requests', () => {
  const seen = new Sightings()
  const patience = { ...({ invalidImage: 0, imagePull: 0, configError: 0, unschedulable: 0, quota: 0, crashRestarts: 1, oomKills: 1 }), secretSync: 1000, secretController: 5000 }
  const at = (ms: number, message: string): Trouble => {
    const [trouble] = secretTrouble(failing, [event(message, now + ms)], { now: now + ms, seen, patience })
    seen.turn()
    return trouble!
  }
  expect(at(0, 'AccessDenied, RequestID: 1f0c9a7e-12ab-4c3d-8e9f-001122334455')).toMatchObject({ fatal: false, fatalAt: now + 1000 })
  expect(at(900, 'AccessDenied, RequestID: 00ffaa11-9999-4c3d-8e9f-665544332211').fatal).toBe(false)
  expect(at(1000, 'AccessDenied, RequestID: 77ffaa11-9999-4c3d-8e9f-665544332211').fatal).toBe(true)
  expect(at(1100, 'Secret does not exist')).toMatchObject({ fatal: false, fatalAt: now + 2100 })
})

test('the message names store and keys, and what the provider said in this rollout', () => {
  const [trouble] = secretTrouble(failing, [event('Secret does not exist'), event('long ago', now - 60_000), event('of another', now, 'other')], { now, startedAt: now - 1000 })
  expect(trouble!.message).toBe('could not get secret data from provider: Secret does not exist (SecretStore vault, key prod/db (p))')
  expect(advice(trouble!)).toContain('kubectl describe externalsecret -n shop db')
  const long = secretTrouble(failing, [event('x'.repeat(100_000))], { now })[0]!
  expect(long.message.length).toBeLessThan(800)
})

test('stores come before what reads them', () => {
  const bad = object('SecretStore', {}, { conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidProviderConfig', message: 'unable to create client' }] }, { name: 'vault', uid: 's' })
  expect(secretTrouble(failing, [event('403', now, 's')], { now, store: () => bad }).map((t) => `${t.kind}/${t.name} ${t.reason}: ${t.message}`)[0]).toBe('SecretStore/vault InvalidProviderConfig: unable to create client: 403')
  expect(secretTrouble(failing, [], { now, store: () => 'absent' })[0]).toMatchObject({ kind: 'SecretStore', reason: 'StoreNotFound' })
  expect(secretTrouble(failing, [], { now, store: () => undefined })).toHaveLength(1)
  expect(['Deployment', 'ExternalSecret', 'ClusterSecretStore'].sort((a, b) => explainedAs(a) - explainedAs(b))).toEqual(['ClusterSecretStore', 'ExternalSecret', 'Deployment'])
})

test('pods are explained by what should make their Secret', () => {
  const pod = (message: string): Trouble => ({ kind: 'Pod', namespace: 'shop', name: 'p', reason: 'CreateContainerConfigError', message, fatal: true })
  const explained = (message: string, maker = failing): string[] => explainedByMakers([pod(message)], () => [maker], [], { now }).map((t) => `${t.kind} ${t.fatal} ${t.message}`)
  expect(explained('secret "db" not found')).toEqual([expect.stringMatching(/^ExternalSecret false could not get/), 'Pod false secret "db" not found; ExternalSecret db makes it, and has not: SecretSyncedError'])
  expect(explained("couldn't find key a in Secret shop/db")).toHaveLength(2)
  expect(explained('MountVolume.SetUp failed for volume "v" : secret "db" not found')).toHaveLength(2)
  expect(explained('secret "other" not found')).toEqual(['Pod true secret "other" not found'])
  expect(explained('configmap "db" not found')).toEqual(['Pod true configmap "db" not found'])
  expect(explained('secret "db" not found', external(ready()))).toEqual(['Pod false secret "db" not found; ExternalSecret db makes it, and says it is ready'])
})

test('what is named by whom', () => {
  expect(madeSecret(external(undefined, { target: { name: 'other' } }))).toBe('other')
  expect(madeSecret(object('SealedSecret', { template: { metadata: { name: 's' } } }, undefined, {}, 'bitnami.com/v1alpha1'))).toBe('s')
  expect(madeSecret(object('Certificate', { secretName: 'tls' }, undefined, {}, 'cert-manager.io/v1'))).toBe('tls')
  expect(madeSecret(object('Secret', {}, undefined, {}, 'v1'))).toBeUndefined()
  expect(storesOf(external(undefined, { data: [{ sourceRef: { storeRef: { name: 'b', kind: 'ClusterSecretStore' } } }, null, 7], dataFrom: [{ sourceRef: { storeRef: { name: 'vault' } } }] }))).toEqual([{ kind: 'SecretStore', name: 'vault' }, { kind: 'ClusterSecretStore', name: 'b' }])
  expect(storesOf(object('PushSecret', { secretStoreRefs: [{ name: 'a' }] }))).toEqual([{ kind: 'SecretStore', name: 'a' }])
  expect(isSecretSource({ apiVersion: 'external-secrets.io/v1beta1', kind: 'ExternalSecret' })).toBe(true)
  expect(isSecretSource({ apiVersion: 'example.com/v1', kind: 'ExternalSecret' })).toBe(false)
})
