/**
 * What External Secrets and Sealed Secrets make of their objects where neither runs: in the sandbox, and on the control plane the tests start. Both read this
 * one table. Reasons, messages and the order of looks are those of external-secrets 1.3 (pkg/controllers).
 *
 * Values are those of the provider `fake`; of any other provider they are made up. Failures are asked for by words: `refused` in a store's provider lets it refuse
 * the credentials, `does-not-exist` in a key has none under it, `foreign` in a sealed value was sealed for another cluster. A store with `spec.controller` belongs
 * to nobody here. Templates of Secrets are not rendered.
 */
import { createHash } from 'node:crypto'
import { delayAnnotation, saysWord } from './behaviours.ts'
import type { JsonMap } from './json.ts'

/** What is in the cluster: `namespace` is '' for kinds without one. */
export type Look = (kind: 'SecretStore' | 'ClusterSecretStore' | 'Secret' | 'Namespace', namespace: string, name: string) => JsonMap | undefined

export interface OperatorWork {
  status: JsonMap
  /** What must be there afterwards. */
  makes: readonly JsonMap[]
  events: readonly { type: 'Normal' | 'Warning'; reason: string; message: string }[]
  /** It is tried again, ever more seldom. */
  failed: boolean
}

/** The kinds that are worked on, by group and plural. */
export const operatorTables = [
  'external-secrets.io/secretstores', 'external-secrets.io/clustersecretstores', 'external-secrets.io/externalsecrets', 'external-secrets.io/clusterexternalsecrets', 'external-secrets.io/pushsecrets',
  'bitnami.com/sealedsecrets',
] as const

/** How long it takes before an object is looked at, in ms. */
export const operatorDelay = (object: JsonMap): number => Math.max(0, Number(object.metadata.annotations?.[delayAnnotation] ?? 0) || 0) * 1000

/**
 * What its controller does to an object now. Depends on nothing else.
 * @param now RFC 3339
 * @returns undefined when it is left alone
 */
export function operatorWork(object: JsonMap, look: Look, now: string): OperatorWork | undefined {
  switch (object.kind) {
    case 'SecretStore': case 'ClusterSecretStore': return storeWork(object, now)
    case 'ExternalSecret': return externalSecretWork(object, look, now)
    case 'ClusterExternalSecret': return clusterWork(object, look)
    case 'PushSecret': return pushWork(object, look, now)
    case 'SealedSecret': return sealedWork(object, now)
    default: return undefined
  }
}

const refusal = 'could not validate provider: permission denied: the credentials were refused'
const isForeign = (store: JsonMap): boolean => (store.spec?.controller ?? '') !== ''
const refuses = (store: JsonMap): boolean => saysWord(JSON.stringify(store.spec?.provider ?? {}), 'refused')

function storeWork(store: JsonMap, now: string): OperatorWork | undefined {
  if (isForeign(store)) return undefined
  const bad = refuses(store)
  const [status, reason, message] = bad ? ['False', 'InvalidProviderConfig', 'unable to validate store'] as const : ['True', 'Valid', 'store validated'] as const
  return {
    status: { ...store.status, conditions: withVerdict(store, { type: 'Ready', status, reason, message }, now), ...(!bad && { capabilities: 'ReadOnly' }) }, makes: [], failed: bad,
    events: [{ type: bad ? 'Warning' : 'Normal', reason, message: bad ? refusal : message }],
  }
}

function externalSecretWork(object: JsonMap, look: Look, now: string): OperatorWork | undefined {
  const { namespace, name } = object.metadata
  const target = object.spec.target ?? {}
  const secretName = (target.name as string | undefined) ?? (name as string)
  const refs = refsOf(object.spec)
  const stores = refs.map((ref) => look(kindOf(ref), ref.kind === 'ClusterSecretStore' ? '' : (namespace as string), ref.name as string))
  if (stores.some((s) => s !== undefined && isForeign(s))) return undefined
  const existing = look('Secret', namespace as string, secretName)
  if (!needsSync(object) && existing !== undefined) return undefined
  const ready = (status: string, reason: string, message: string): JsonMap[] => withVerdict(object, { type: 'Ready', status, reason, message }, now)
  try {
    const data = valuesOf(object, (ref) => stores[refs.findIndex((r) => r.name === ref.name && kindOf(r) === kindOf(ref))])
    const synced = { refreshTime: now, syncedResourceVersion: versionOf(object) }
    if (target.creationPolicy === 'Merge' && existing === undefined) return done({ ...object.status, ...synced, conditions: ready('True', 'SecretMissing', 'secret will not be created due to CreationPolicy=Merge') })
    const secret = {
      apiVersion: 'v1', kind: 'Secret', type: target.template?.type ?? 'Opaque',
      metadata: {
        name: secretName, namespace, labels: { 'reconcile.external-secrets.io/managed': 'true' },
        ...((target.creationPolicy ?? 'Owner') === 'Owner' && { ownerReferences: [{ apiVersion: object.apiVersion, kind: object.kind, name, uid: object.metadata.uid, controller: true, blockOwnerDeletion: true }] }),
      },
      data,
    }
    return done({ ...object.status, ...synced, binding: { name: secretName }, conditions: ready('True', 'SecretSynced', 'secret synced') }, [secret], [{ type: 'Normal', reason: existing === undefined ? 'Created' : 'Updated', message: existing === undefined ? 'secret created' : 'secret updated' }])
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ...done({ ...object.status, conditions: ready('False', 'SecretSyncedError', 'could not get secret data from provider') }, [], [{ type: 'Warning', reason: 'UpdateFailed', message: error.message }]), failed: true }
  }
}

class Fault extends Error {}

/** The Secret's data in base64, or why there is none. */
function valuesOf(object: JsonMap, storeOf: (ref: JsonMap) => JsonMap | undefined): JsonMap {
  const out: JsonMap = {}
  const read = (ref: JsonMap, remote: JsonMap): string => {
    const store = storeOf(ref)
    const kind = kindOf(ref)
    if (store === undefined) throw new Fault(`could not get ${kind} ${JSON.stringify(ref.name)}, ${kind}.external-secrets.io ${JSON.stringify(ref.name)} not found`)
    if (refuses(store)) throw new Fault('permission denied: the credentials were refused')
    const fake = store.spec?.provider?.fake?.data as { key: string; value: string }[] | undefined
    const value = fake === undefined ? (saysWord(String(remote.key), 'does-not-exist') ? undefined : `simulated ${remote.key}`) : fake.find((d) => d.key === remote.key)?.value
    if (value === undefined) throw new Fault('Secret does not exist')
    return value
  }
  for (const [i, entry] of ((object.spec.dataFrom ?? []) as JsonMap[]).entries()) {
    const told = (error: string): Fault => new Fault(`error processing spec.dataFrom[${i}].${entry.extract === undefined ? 'find' : 'extract'}, err: ${error}`)
    if (entry.extract === undefined) throw told('not simulated here')
    try {
      for (const [key, value] of Object.entries(JSON.parse(read(entry.sourceRef?.storeRef ?? object.spec.secretStoreRef, entry.extract)) as JsonMap)) out[key] = base64(String(value))
    } catch (error) {
      throw told((error as Error).message)
    }
  }
  for (const [i, entry] of ((object.spec.data ?? []) as JsonMap[]).entries()) {
    try {
      out[entry.secretKey as string] = base64(read(entry.sourceRef?.storeRef ?? object.spec.secretStoreRef, entry.remoteRef))
    } catch (error) {
      throw new Fault(`error processing spec.data[${i}] (key: ${entry.remoteRef?.key}), err: ${(error as Error).message}`)
    }
  }
  return out
}

/** shouldRefresh, but for the passing of time: here a Secret is read anew only when its object changes. */
function needsSync({ spec, status, metadata }: JsonMap): boolean {
  const synced = (status?.syncedResourceVersion as string | undefined) ?? ''
  const policy = spec.refreshPolicy as string | undefined
  if (synced === '' || status?.conditions?.[0]?.status !== 'True') return true
  if (policy === 'CreatedOnce' || (policy !== 'OnChange' && /^[^1-9]+$/.test((spec.refreshInterval as string | undefined) ?? '1h'))) return false
  return synced !== versionOf({ metadata })
}

/** controllers/util GetResourceVersion. */
function versionOf({ metadata }: JsonMap): string {
  const digest = createHash('sha256').update(JSON.stringify([metadata.labels ?? {}, metadata.annotations ?? {}])).digest('hex')
  return `${metadata.generation ?? 0}-${digest.slice(0, 32)}`
}

function clusterWork(object: JsonMap, look: Look): OperatorWork {
  const name = (object.spec.externalSecretName as string | undefined) ?? (object.metadata.name as string)
  const failed: JsonMap[] = []
  const makes: JsonMap[] = []
  for (const namespace of (object.spec.namespaces ?? []) as string[]) {
    if (look('Namespace', '', namespace) === undefined) failed.push({ namespace, reason: `namespaces ${JSON.stringify(namespace)} not found` })
    else makes.push({ apiVersion: object.apiVersion, kind: 'ExternalSecret', metadata: { name, namespace }, spec: object.spec.externalSecretSpec })
  }
  const condition = { type: 'Ready', status: failed.length === 0 ? 'True' : 'False', ...(failed.length > 0 && { message: 'one or more namespaces failed' }) }
  return { ...done({ externalSecretName: name, conditions: [condition], provisionedNamespaces: makes.map((m) => m.metadata.namespace), ...(failed.length > 0 && { failedNamespaces: failed }) }, makes), failed: failed.length > 0 }
}

function pushWork(object: JsonMap, look: Look, now: string): OperatorWork {
  const { namespace } = object.metadata
  const refs = (object.spec.secretStoreRefs ?? []) as JsonMap[]
  const absent = refs.find((ref) => look(kindOf(ref), ref.kind === 'ClusterSecretStore' ? '' : (namespace as string), ref.name as string) === undefined)
  const source = object.spec.selector?.secret?.name as string | undefined
  const fault = source === undefined || look('Secret', namespace as string, source) === undefined ? 'could not get source secret'
    : absent === undefined ? undefined : `could not get ${kindOf(absent)} ${JSON.stringify(absent.name)}, ${kindOf(absent)}.external-secrets.io ${JSON.stringify(absent.name)} not found`
  const condition = { type: 'Ready', status: fault === undefined ? 'True' : 'False', reason: fault === undefined ? 'Synced' : 'Errored', message: fault ?? 'PushSecret synced successfully' }
  const status = { ...object.status, conditions: withVerdict(object, condition, now), ...(fault === undefined && { refreshTime: now, syncedResourceVersion: versionOf(object) }) }
  return { ...done(status, [], [{ type: fault === undefined ? 'Normal' : 'Warning', reason: condition.reason, message: condition.message }]), failed: fault !== undefined }
}

function sealedWork(object: JsonMap, now: string): OperatorWork {
  const entries = Object.entries((object.spec.encryptedData ?? {}) as Record<string, string>)
  const foreign = entries.find(([, value]) => saysWord(value, 'foreign'))
  const template = object.spec.template ?? {}
  const secret = {
    apiVersion: 'v1', kind: 'Secret', type: template.type ?? 'Opaque', data: Object.fromEntries(entries.map(([key]) => [key, base64(`simulated ${key}`)])),
    metadata: { name: template.metadata?.name ?? object.metadata.name, namespace: object.metadata.namespace, ownerReferences: [{ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, uid: object.metadata.uid, controller: true, blockOwnerDeletion: true }] },
  }
  const condition = foreign === undefined ? { type: 'Synced', status: 'True' } : { type: 'Synced', status: 'False', message: `no key could decrypt secret (${foreign[0]})` }
  const status = { observedGeneration: object.metadata.generation, conditions: withVerdict(object, condition, now) }
  return { ...done(status, foreign === undefined ? [secret] : [], foreign === undefined ? [] : [{ type: 'Warning', reason: 'ErrUnsealFailed', message: `Failed to unseal: no key could decrypt secret (${foreign[0]})` }]), failed: foreign !== undefined }
}

const done = (status: JsonMap, makes: readonly JsonMap[] = [], events: OperatorWork['events'] = []): OperatorWork => ({ status, makes, events, failed: false })
const kindOf = (ref: JsonMap): 'SecretStore' | 'ClusterSecretStore' => (ref?.kind === 'ClusterSecretStore' ? 'ClusterSecretStore' : 'SecretStore')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

function refsOf(spec: JsonMap): JsonMap[] {
  const all = [spec.secretStoreRef, ...[...((spec.data ?? []) as JsonMap[]), ...((spec.dataFrom ?? []) as JsonMap[])].map((e) => e.sourceRef?.storeRef)] as (JsonMap | undefined)[]
  return all.filter((ref): ref is JsonMap => ref?.name !== undefined)
}

/** The conditions with this one set: its time moves only with its status. */
function withVerdict(object: JsonMap, condition: JsonMap, now: string): JsonMap[] {
  const before = ((object.status?.conditions ?? []) as JsonMap[]).find((c) => c.type === condition.type)
  return [...((object.status?.conditions ?? []) as JsonMap[]).filter((c) => c.type !== condition.type), { ...condition, lastTransitionTime: before?.status === condition.status ? before?.lastTransitionTime : now }]
}
