import { gunzipSync, gzipSync } from 'node:zlib'
import { statusOf, type CallOptions, type Cluster, type KubeObject, type ObjectRef } from '../../cluster/kube/index.ts'
import { plainJson, readLease, readPlainJson, type LeaseState } from '../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { boundedJournal, isEnded } from './journal.ts'
import type { RolloutTarget } from './target.ts'
import type { Journal, RolloutRequest } from './types.ts'

/**
 * A rollout as the cluster keeps it: one Secret beside the release's records. `journal` and `target` are the runner's to write, `requests` everybody's; all writes name the
 * version they are for.
 */
export interface StoredJournal {
  readonly journal: Journal
  readonly resourceVersion: string
  readonly uid: string
  /** Who runs it, by its Lease; undefined when nobody does, or it may not be read. */
  readonly runner?: LeaseState
  /** Id of the record of evidence, once somebody kept one. */
  readonly evidence?: string
}

const secretType = 'pintle.dev/rollout.v1'
const label = 'pintle.dev/rollout'
/** A Secret holds 1 MiB, in base64 included; the target is written beside. */
const mostJournal = 300_000
const mostUnpacked = 64 << 20
const mostRequests = 50
/** The record of evidence, noted once the rollout is over: no part of the journal, which nobody writes any more then. */
const evidenceNote = 'pintle.dev/evidence'

export const journalRef = (namespace: string, release: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Secret', namespace, name: `pintle.rollout.${release}` })
/** The Lease of the process that runs a rollout, as the release room names Leases. */
export const leaseName = (release: string): string => `rollout.${release}`

/** @returns undefined when none was kept. @throws PintleError rollout.invalid, kube.* */
export async function readJournal(cluster: Cluster, namespace: string, release: string, call: CallOptions = {}): Promise<StoredJournal | undefined> {
  const object = await cluster.get(journalRef(namespace, release), call)
  if (object === undefined) return undefined
  const runner = await readLease(cluster, namespace, leaseName(release), call)
  return { ...opened(object), ...(runner && { runner }) }
}

/** Those of a namespace, or of all: newest first. What cannot be read is left out. */
export async function listJournals(cluster: Cluster, namespace: string | undefined, call: CallOptions = {}): Promise<StoredJournal[]> {
  const { items } = await cluster.list('v1', 'Secret', { ...call, ...(namespace !== undefined && { namespace }), labelSelector: label })
  const out = await Promise.all(items.map(async (object) => {
    try {
      const stored = opened(object)
      const runner = isEnded(stored.journal) ? undefined : await readLease(cluster, stored.journal.namespace, leaseName(stored.journal.release), call)
      return { ...stored, ...(runner && { runner }) }
    } catch (error) {
      if (isPintleError(error, 'rollout.invalid')) return undefined
      throw error
    }
  }))
  return out.filter((s) => s !== undefined).sort((a, b) => b.journal.started.localeCompare(a.journal.started))
}

/** What the rollout leads to. @throws PintleError rollout.invalid */
export async function readTarget(cluster: Cluster, namespace: string, release: string, call: CallOptions = {}): Promise<RolloutTarget> {
  const object = await cluster.get(journalRef(namespace, release), call)
  if (object === undefined) throw new PintleError('rollout.none', `no rollout of ${release} is kept in namespace ${namespace}`)
  const target = unpacked(object, 'target') as RolloutTarget
  if (typeof target?.release?.manifest !== 'string') throw invalid(object, 'its target is no release')
  return target
}

/**
 * Keeps a new rollout. One that ended is replaced.
 * @throws PintleError rollout.state when one is under way
 */
export async function createJournal(cluster: Cluster, journal: Journal, target: RolloutTarget, call: CallOptions = {}): Promise<StoredJournal> {
  const ref = journalRef(journal.namespace, journal.release)
  const object: KubeObject = {
    apiVersion: 'v1', kind: 'Secret', type: secretType,
    metadata: { name: ref.name, namespace: journal.namespace, labels: { 'app.kubernetes.io/managed-by': 'pintle', [label]: labelOf(journal.release) }, annotations: revisionOf(journal) },
    data: { journal: packed(boundedJournal(journal, mostJournal)), target: packed(target), requests: packed([]) },
  }
  const recognise = (stored: KubeObject): boolean => stored.data?.journal === object.data.journal
  try {
    return opened(await cluster.create(object, { ...call, recognise }))
  } catch (error) {
    if (statusOf(error)?.reason !== 'AlreadyExists') throw error
  }
  const before = await cluster.get(ref, call)
  if (before !== undefined && !isEnded(opened(before).journal)) throw underWay(opened(before).journal)
  if (before?.metadata.resourceVersion !== undefined) object.metadata.resourceVersion = before.metadata.resourceVersion
  return opened(await (before === undefined ? cluster.create(object, { ...call, recognise }) : cluster.replace(object, { ...call, recognise })))
}

export const underWay = (journal: Journal): PintleError => new PintleError('rollout.state', `a ${journal.spec.strategy} of ${journal.release} is under way: revision ${journal.to.revision}, ${journal.phase} at ${journal.achieved}%`, {
  hint: `\`pintle rollout status ${journal.release} -n ${journal.namespace}\` shows it; \`pintle rollout abort\` ends it.`, details: { unchanged: true },
})

/**
 * Writes the next state of a journal that this process runs. Requests that came meanwhile stay.
 * @param taken ids of requests that this state has seen to: they go in the same write
 * @throws PintleError rollout.taken when somebody else wrote the journal since
 */
export async function writeJournal(cluster: Cluster, before: StoredJournal, journal: Journal, { taken = [], ...call }: CallOptions & { taken?: readonly string[] } = {}): Promise<StoredJournal> {
  const ref = journalRef(journal.namespace, journal.release)
  const data = { journal: packed(boundedJournal({ ...journal, requests: [] }, mostJournal)) }
  for (let known = before, attempt = 0; ; attempt++) {
    try {
      const requests = taken.length === 0 ? {} : { requests: packed(known.journal.requests.filter((r) => !taken.includes(r.id))) }
      return opened(await cluster.patch(ref, 'merge', { metadata: { resourceVersion: known.resourceVersion, uid: known.uid, annotations: revisionOf(journal) }, data: { ...data, ...requests } }, call))
    } catch (error) {
      if (!isPintleError(error, 'kube.conflict', 'kube.notFound', 'kube.invalid') || attempt >= 8) throw error
      const live = await cluster.get(ref, call)
      if (live !== undefined && live.data?.journal === data.journal) return opened(live)
      // Somebody only asked for something: what this process wrote last still stands.
      if (live === undefined || live.metadata.uid !== before.uid || textOf(opened(live).journal) !== textOf(before.journal)) {
        throw new PintleError('rollout.taken', `the rollout of ${journal.release} was taken over, or its journal removed, by somebody else`, { cause: error })
      }
      known = opened(live)
    }
  }
}

const textOf = (journal: Journal): string => JSON.stringify({ ...journal, requests: [] })

/** Asks the process that runs a rollout for something. @throws PintleError rollout.none, rollout.state */
export async function askRollout(cluster: Cluster, namespace: string, release: string, request: RolloutRequest, call: CallOptions = {}): Promise<StoredJournal> {
  const ref = journalRef(namespace, release)
  for (let attempt = 0; ; attempt++) {
    const live = await cluster.get(ref, call)
    if (live === undefined) throw new PintleError('rollout.none', `no rollout of ${release} is kept in namespace ${namespace}`)
    const { journal, resourceVersion } = opened(live)
    if (isEnded(journal)) throw new PintleError('rollout.state', `the rollout of ${release} ended: ${journal.phase}`)
    if (journal.requests.length >= mostRequests) throw new PintleError('rollout.state', `${journal.requests.length} requests to the rollout of ${release} have not been taken yet`)
    try {
      return opened(await cluster.patch(ref, 'merge', { metadata: { resourceVersion }, data: { requests: packed([...journal.requests, request]) } }, call))
    } catch (error) {
      if (!isPintleError(error, 'kube.conflict') || attempt >= 8) throw error
    }
  }
}

/**
 * Notes beside the journal of a rollout that its evidence is kept, and as which record.
 * @returns false when the journal is of another rollout by now
 */
export async function noteEvidence(cluster: Cluster, { namespace, release, id }: Pick<Journal, 'namespace' | 'release' | 'id'>, record: string, call: CallOptions = {}): Promise<boolean> {
  const ref = journalRef(namespace, release)
  for (let attempt = 0; ; attempt++) {
    const live = await cluster.get(ref, call)
    if (live === undefined) return false
    const { journal, resourceVersion } = opened(live)
    if (journal.id !== id) return false
    try {
      await cluster.patch(ref, 'merge', { metadata: { resourceVersion, annotations: { [evidenceNote]: record } } }, call)
      return true
    } catch (error) {
      if (!isPintleError(error, 'kube.conflict') || attempt >= 8) throw error
    }
  }
}

function opened(object: KubeObject): StoredJournal {
  const journal = unpacked(object, 'journal') as Journal
  const requests = object.data?.requests === undefined ? [] : unpacked(object, 'requests')
  if (journal?.schema !== 'pintle.dev/rollout/v1' || !Array.isArray(journal.spec?.steps) || !Array.isArray(journal.transitions) || !Array.isArray(journal.steps) || !Number.isSafeInteger(journal.step) || !Array.isArray(requests)) throw invalid(object, 'its journal is of another form')
  if (journalRef(journal.namespace, journal.release).name !== object.metadata.name || journal.namespace !== object.metadata.namespace) throw invalid(object, 'its journal is of another release')
  const evidence = object.metadata.annotations?.[evidenceNote]
  return { journal: { ...journal, requests: requests as RolloutRequest[] }, resourceVersion: object.metadata.resourceVersion ?? '', uid: object.metadata.uid ?? '', ...(evidence !== undefined && { evidence }) }
}

const packed = (value: unknown): string => gzipSync(plainJson(value)).toString('base64')

function unpacked(object: KubeObject, key: string): unknown {
  try {
    return readPlainJson(gunzipSync(Buffer.from(String(object.data?.[key] ?? ''), 'base64'), { maxOutputLength: mostUnpacked }).toString('utf8'))
  } catch {
    throw invalid(object, `its ${key} cannot be unpacked`)
  }
}

const invalid = (object: KubeObject, why: string): PintleError => new PintleError('rollout.invalid', `Secret ${object.metadata.namespace}/${object.metadata.name} holds no rollout: ${why}`)

/** Tells the release room which pending revision is a rollout, and no upgrade that crashed. */
const revisionOf = ({ to }: Journal): Record<string, string> => ({ 'pintle.dev/revision': String(to.revision) })

/** Names of releases may be longer than values of labels never are: 53 characters. */
const labelOf = (release: string): string => release.slice(0, 63)
