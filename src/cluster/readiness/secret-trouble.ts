import type { KubeObject } from '../kube/index.ts'
import { eventTime } from './pod-trouble.ts'
import type { PodTroubleOptions } from './pod-trouble.ts'
import { defaultPatience } from './patience.ts'
import { isSecretSource, madeSecret, remoteKeys, storesOf } from './secret-references.ts'
import type { StoreRef } from './secret-references.ts'
import { notReconciled, notSynced, secretAbsent, secretSourceStatus, storeAbsent, verdictOf } from './secret-sources.ts'
import { about, field } from './status-fields.ts'
import type { Related, Trouble } from './types.ts'

export interface SecretTroubleOptions extends PodTroubleOptions {
  related?: Related
  /** A store as it is in the cluster, `absent` when there is none; undefined when it is not known. */
  store?: ((ref: StoreRef, namespace: string) => KubeObject | 'absent' | undefined) | undefined
}

/**
 * Why an operator has not made a Secret of this object: what is wrong with its stores first, then its own trouble. Empty when nothing is.
 * @param events warnings, which tell what the provider said: the conditions do not
 */
export function secretTrouble(object: KubeObject, events: readonly KubeObject[], options: SecretTroubleOptions): Trouble[] {
  if (!isSecretSource(object)) return []
  const state = secretSourceStatus(object, options.related ?? {}, options.now)
  if (state === undefined || state.status === 'current') return []
  const reason = state.reason ?? ''
  if (reason === notReconciled || reason === notSynced || reason === secretAbsent) {
    return [{ ...about(object), reason, message: reason === notReconciled ? `${state.message}: it has no status` : state.message, ...lasting(object, reason, 'secretController', options) }]
  }
  const verdict = verdictOf(object)
  // Being asked, or about to settle.
  if (verdict === undefined || reason === 'Looking' || reason === 'NotValidated') return []
  const detail = lastWarning(object, events, options)
  const said = [verdict.message ?? '', failedNamespaces(object), detail].filter((text) => text !== '')
  const own: Trouble = {
    ...about(object), reason, message: [...new Set(said)].join(': ') + asked(object),
    ...lasting(object, `${reason} ${said.join(' ').replaceAll(volatile, '')}`, 'secretSync', options),
  }
  return [...storesOf(object).flatMap((ref) => storeTrouble(object, ref, own, events, options)), own]
}

/** What differs between two tellings of one error: identifiers of requests, times, counts. */
const volatile = /[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+/gi
const longest = 600

function lasting(object: KubeObject, what: string, rule: 'secretSync' | 'secretController', { now, seen, patience = defaultPatience }: SecretTroubleOptions): Pick<Trouble, 'fatal' | 'fatalAt'> {
  const fatalAt = (seen?.first(`${object.metadata.uid}/${what}`, now) ?? now) + patience[rule]
  return { fatal: now >= fatalAt, ...(fatalAt !== Infinity && { fatalAt }) }
}

/** A store that is not there or not ready explains the failures of all that read it, and lasts as long as theirs. */
function storeTrouble(object: KubeObject, ref: StoreRef, { fatal, fatalAt }: Trouble, events: readonly KubeObject[], options: SecretTroubleOptions): Trouble[] {
  const namespace = ref.kind === 'SecretStore' ? (object.metadata.namespace ?? '') : ''
  const store = options.store?.(ref, object.metadata.namespace ?? '')
  const base = { kind: ref.kind, namespace, name: ref.name, fatal, ...(fatalAt !== undefined && { fatalAt }) }
  if (store === 'absent') return [{ ...base, reason: storeAbsent, message: `${object.kind} ${object.metadata.name} reads it, and it does not exist${namespace === '' ? '' : ` in namespace ${namespace}`}` }]
  if (store === undefined) return []
  const verdict = verdictOf(store)
  if (verdict === undefined) return [{ ...base, reason: notReconciled, message: 'no controller has looked at it yet: it has no status' }]
  if (verdict.status === 'True') return []
  const detail = lastWarning(store, events, options)
  return [{ ...base, reason: verdict.reason || 'NotReady', message: [verdict.message ?? '', detail].filter((text) => text !== '').join(': ') }]
}

/** Which store and which keys an ExternalSecret asked. */
function asked(object: KubeObject): string {
  const stores = storesOf(object).map(({ kind, name }) => `${kind} ${name}`)
  const keys = remoteKeys(object)
  const parts = [...stores, ...(keys.length === 0 ? [] : [`${keys.length === 1 ? 'key' : 'keys'} ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? `, and ${keys.length - 3} more` : ''}`])]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function failedNamespaces(object: KubeObject): string {
  const failed = field(object, 'status', 'failedNamespaces')
  if (!Array.isArray(failed)) return ''
  const told = failed.slice(0, 3).map((f) => `namespace ${String(f?.namespace ?? '')}: ${String(f?.reason ?? '')}`)
  return [...told, ...(failed.length > 3 ? [`and ${failed.length - 3} more`] : [])].join('; ')
}

/** The newest warning about an object from this rollout: controllers put into events what the provider answered. */
function lastWarning(object: KubeObject, events: readonly KubeObject[], { startedAt }: SecretTroubleOptions): string {
  let found: KubeObject | undefined
  for (const event of events) {
    if (event.type !== 'Warning' || event.involvedObject?.uid !== object.metadata.uid) continue
    if (startedAt !== undefined && Date.parse(eventTime(event)) < startedAt) continue
    if (found === undefined || eventTime(event) >= eventTime(found)) found = event
  }
  const text = String(found?.message ?? '').replaceAll(/\s+/g, ' ').trim()
  return text.length > longest ? `${text.slice(0, longest)}...` : text
}

/** The words of a kubelet for a Secret, or a key of one, that is not there (kubelet_pods.go, the volume plugins). */
const missing = [/\bsecrets? "([^"]+)" not found/, /couldn't find key .* in Secret [^/\s]+\/(\S+)/]

/**
 * Explains pods that hang for a Secret by what should make it: the makers' troubles come before the pod's, and the pod is not given up while its maker may still
 * succeed.
 * @param makers objects of operators in the pods' namespace
 */
export function explainedByMakers(troubles: readonly Trouble[], makers: (namespace: string) => readonly KubeObject[], events: readonly KubeObject[], options: SecretTroubleOptions): Trouble[] {
  const before = new Map<string, Trouble>()
  const pods = troubles.map((trouble): Trouble => {
    const name = trouble.kind === 'Pod' ? missing.map((words) => words.exec(trouble.message)?.[1]).find((found) => found !== undefined) : undefined
    const maker = name === undefined ? undefined : makers(trouble.namespace).find((m) => madeSecret(m) === name)
    if (maker === undefined) return trouble
    const own = secretTrouble(maker, events, options)
    for (const t of own) before.set(`${t.kind}/${t.name}`, t)
    const { fatalAt: _, ...rest } = trouble
    const makes = `${maker.kind} ${maker.metadata.name} makes it`
    if (own.length > 0) return { ...rest, message: `${trouble.message}; ${makes}, and has not: ${own.at(-1)!.reason}`, fatal: false }
    // It may have been made a moment ago; a kubelet looks again within seconds.
    const { now, seen, patience = defaultPatience } = options
    const fatalAt = (seen?.first(`${maker.metadata.uid}/made`, now) ?? now) + patience.configError
    return { ...rest, message: `${trouble.message}; ${makes}, and says it is ready`, fatal: trouble.fatal && now >= fatalAt, ...(fatalAt !== Infinity && { fatalAt }) }
  })
  return [...before.values(), ...pods]
}
