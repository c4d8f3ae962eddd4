import type { KubeObject } from '../kube/index.ts'
import { madeSecret } from './secret-references.ts'
import type { Readiness, Related } from './types.ts'
import type { Condition } from './status-fields.ts'
import { conditions, current, field, inProgress, text } from './status-fields.ts'

type Rule = (object: KubeObject, related: Related, now: number) => Readiness

/** Their controllers say nothing of the generation they looked at: after a change an old verdict may stand this long, in ms, before it is believed. */
const unsettled = 5000

/**
 * Readiness of what External Secrets and Sealed Secrets make into Secrets. Helm takes an object without a status for ready, and a condition from before an
 * upgrade for one about it; here an object is ready when its controller has done what it asks now, and its Secret is there.
 * Upstream: external-secrets pkg/controllers, sealed-secrets pkg/controller.
 */
export function secretSourceStatus(object: KubeObject, related: Related, now: number): Readiness | undefined {
  const group = object.apiVersion.slice(0, Math.max(0, object.apiVersion.indexOf('/')))
  const rule = rules.get(`${group}/${object.kind}`)
  return rule?.(object, related, now)
}

/** No controller has written a status. */
export const notReconciled = 'NotReconciled'
/** The status is about an older generation. */
export const notSynced = 'NotSynced'
/** All is said to be well, and the Secret is not there. */
export const secretAbsent = 'SecretNotThere'

/** The store that is named is not in the cluster. */
export const storeAbsent = 'StoreNotFound'

const untouched = (): Readiness => inProgress(notReconciled, 'no controller has looked at it yet')

/** The condition that tells whether it worked: `Ready`, a SealedSecret's is `Synced`. */
export function verdictOf(object: KubeObject): Condition | undefined {
  const type = object.kind === 'SealedSecret' ? 'Synced' : 'Ready'
  return conditions(object).find((c) => c.type === type)
}

/** These reasons stand on a Ready condition that is True, and mean that there is no Secret: nothing at the provider, or nothing to merge into. */
const withoutSecret = new Set(['SecretDeleted', 'SecretMissing', 'ResourceDeleted', 'ResourceMissing'])

const externalSecret: Rule = (o, related) => {
  const verdict = verdictOf(o)
  if (verdict === undefined) return untouched()
  if (verdict.status !== 'True') return failing(verdict)
  const stale = olderSync(o, !syncsOnce(o))
  if (stale !== undefined) return stale
  if (withoutSecret.has(verdict.reason ?? '')) return failing(verdict)
  return made(o, related, `${verdict.message ?? 'Resource is Ready'}`)
}

const pushSecret: Rule = (o) => {
  const verdict = verdictOf(o)
  if (verdict === undefined) return untouched()
  return verdict.status === 'True' ? (olderSync(o, true) ?? current(verdict.message ?? 'Resource is Ready')) : failing(verdict)
}

const store: Rule = (o, _, now) => {
  const verdict = verdictOf(o)
  if (verdict === undefined) return untouched()
  if (verdict.status !== 'True') return failing(verdict)
  return changedLately(o, verdict, now) ?? current(verdict.message ?? 'Resource is Ready')
}

const sealedSecret: Rule = (o, related) => {
  const verdict = verdictOf(o)
  // A controller may be told not to write statuses (--update-status=false): then the Secret speaks for it.
  if (verdict === undefined) return related.secretThere?.(o.metadata.namespace ?? '', madeSecret(o) ?? '') === true ? current('its Secret is there') : untouched()
  return verdict.status === 'True' ? made(o, related, 'SealedSecret is unsealed') : failing(verdict)
}

const rules: ReadonlyMap<string, Rule> = new Map([
  ['external-secrets.io/ExternalSecret', externalSecret],
  ['external-secrets.io/ClusterExternalSecret', store],
  ['external-secrets.io/PushSecret', pushSecret],
  ['external-secrets.io/SecretStore', store],
  ['external-secrets.io/ClusterSecretStore', store],
  ['bitnami.com/SealedSecret', sealedSecret],
])

const failing = ({ reason, message }: Condition): Readiness => inProgress(reason || 'NotReady', message ?? '')

function made(object: KubeObject, { secretThere }: Related, message: string): Readiness {
  const name = madeSecret(object)
  if (name === undefined || secretThere === undefined) return current(message)
  const there = secretThere(object.metadata.namespace ?? '', name)
  if (there === undefined) return inProgress('Looking', `whether Secret ${name} is there is being asked`)
  return there ? current(message) : inProgress(secretAbsent, `Secret ${name} is not there`)
}

/** `status.syncedResourceVersion` is `GENERATION-HASH`, the hash that of labels and annotations (controllers/util GetResourceVersion). */
function olderSync(object: KubeObject, follows: boolean): Readiness | undefined {
  const synced = /^(\d+)-/.exec(text(object, 'status.syncedResourceVersion', ''))?.[1]
  const generation = field(object, 'metadata', 'generation')
  if (!follows || synced === undefined || typeof generation !== 'number' || Number(synced) === generation) return undefined
  return inProgress(notSynced, `generation ${generation} is not synced yet, ${synced} was the last`)
}

/** Whether its controller leaves it alone after the first time, also when it is changed (externalsecret_controller.go shouldRefresh). */
function syncsOnce(object: KubeObject): boolean {
  const policy = text(object, 'spec.refreshPolicy', 'Periodic')
  return policy === 'CreatedOnce' || (policy !== 'OnChange' && /^[^1-9]+$/.test(text(object, 'spec.refreshInterval', '1h')))
}

/** A spec that was written after the condition was last set: what the condition says may be about the one before. */
function changedLately(object: KubeObject, verdict: Condition, now: number): Readiness | undefined {
  const written = Math.max(...(object.metadata.managedFields ?? []).map((m) => (m?.fieldsV1?.['f:spec'] === undefined ? -Infinity : Date.parse(m.time ?? ''))).filter((t) => !Number.isNaN(t)))
  const judged = Date.parse(verdict.lastTransitionTime ?? '')
  // What was never changed can only have been judged as it is. Clocks that differ by more than that say nothing.
  if (object.metadata.generation === 1 || written === -Infinity || judged >= written || now - written > unsettled || written - now > unsettled) return undefined
  return { ...inProgress('NotValidated', 'it was changed, and the store was not validated since'), recheckAt: written + unsettled + 1000 }
}
