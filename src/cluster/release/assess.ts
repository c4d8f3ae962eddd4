import type { KubeObject } from '../kube/index.ts'
import { advice, blockingPods, budgetInTheWay, creationTrouble, eventTime, explainedByMakers, isSecretSource, podTrouble, podsOf, readiness, secretTrouble } from '../readiness/index.ts'
import type { Patience, PodTroubleOptions, ReadyStatus, ReadinessOptions, Sightings, Trouble } from '../readiness/index.ts'
import type { PodReason } from './events.ts'
import type { SecretWatch } from './secret-watch.ts'

/**
 * What is waited for: readiness (with Jobs done or only started), a hook's end, both by Helm 3's rules, or being gone.
 */
export type Goal = 'ready' | 'readyWithJobs' | 'hook' | 'legacy' | 'legacyWithJobs' | 'legacyHook' | 'gone'

export interface Assessment {
  /** kstatus' words, as Helm prints them. */
  status: 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown'
  message: string
  /** Time will not mend it. */
  fatal?: boolean
  pods?: PodReason[]
  troubles?: Trouble[]
  /** When time alone may change the verdict: milliseconds from now. */
  recheckAfter?: number
}

export interface AssessContext {
  pods: readonly KubeObject[]
  replicaSets: readonly KubeObject[]
  events?: readonly KubeObject[]
  /** The namespace's disruption budgets; asked only where one could matter. */
  budgets?: (() => readonly KubeObject[]) | undefined
  /** What operators make Secrets of, beside the objects of the release. Left out: only what Helm looks at counts. */
  secrets?: Pick<SecretWatch, 'there' | 'store' | 'makers'> | undefined
  /** Takes secret values out of a text. */
  clean?: ((text: string) => string) | undefined
  patience?: Patience
  /** Of this object alone. */
  seen?: Sightings | undefined
  /** When the rollout began, ms since the epoch. */
  startedAt?: number | undefined
  now: number
}

const words: Record<ReadyStatus, Assessment['status']> = {
  current: 'Current', inProgress: 'InProgress', failed: 'Failed', notFound: 'NotFound', terminating: 'Terminating', unknown: 'Unknown',
}

/** A pod has this long to be scheduled before kstatus calls it failed. */
const scheduling = 15_000

/** The state of one object with respect to a goal. */
export function assess(live: KubeObject | undefined, goal: Goal, context: AssessContext): Assessment {
  if (live === undefined) return { status: 'NotFound', message: 'Resource not found' }
  const { pods, replicaSets, now, secrets } = context
  const { status, message, recheckAt } = readiness(live, { ...rulesOf(goal), asHelm: secrets === undefined, related: { pods, replicaSets, ...(secrets && { secretThere: secrets.there }) }, now })
  const verdict: Assessment = { status: words[status], message: context.clean?.(message) ?? message, ...(recheckAt !== undefined && { recheckAfter: Math.max(0, recheckAt - now) }) }
  if (verdict.status === 'Current' || goal === 'gone') return verdict
  return { ...verdict, ...reasons(live, verdict, context) }
}

function rulesOf(goal: Goal): ReadinessOptions {
  switch (goal) {
    case 'hook': return { mode: 'hook' }
    case 'legacyHook': return { mode: 'legacyHook' }
    case 'legacy': return { mode: 'legacy' }
    case 'legacyWithJobs': return { mode: 'legacy', jobs: true }
    case 'readyWithJobs': return { mode: 'watcher', jobs: true }
    default: return { mode: 'watcher' }
  }
}

function reasons(live: KubeObject, verdict: Assessment, context: AssessContext): Partial<Assessment> {
  const { now, patience, seen, startedAt, events = [], clean = (text) => text } = context
  const options = { now, seen, startedAt, ...(patience && { patience }) }
  const troubles = troublesOf(live, context, events, options).map((t) => ({ ...t, message: clean(t.message) }))
  seen?.turn()
  const counts = (t: Trouble): boolean => !retriedByItself(live, t)
  const due = troubles.flatMap((t) => (!t.fatal && t.fatalAt !== undefined && counts(t) ? [t.fatalAt - now] : []))
  if (live.kind === 'Pod' && verdict.status === 'InProgress') due.push(scheduling)
  return {
    fatal: troubles.some((t) => t.fatal && counts(t)),
    ...(troubles.length > 0 && { pods: troubles.map((t) => toReason(t, counts(t))), troubles }),
    ...(due.length > 0 && { recheckAfter: Math.max(0, Math.min(...due)) }),
  }
}

function troublesOf(live: KubeObject, { pods, replicaSets, budgets, secrets }: AssessContext, events: readonly KubeObject[], options: PodTroubleOptions): Trouble[] {
  const reading = { ...options, ...(secrets && { related: { secretThere: secrets.there }, store: secrets.store }) }
  if (secrets !== undefined && isSecretSource(live)) return secretTrouble(live, events, reading)
  if (live.kind === 'PersistentVolumeClaim') return claimTrouble(live, events)
  const own = live.kind === 'Pod' ? [live] : podsOf(live, pods, replicaSets)
  const creation = creationTrouble(live, { pods, replicaSets }, events, options)
  const troubles = [...(creation === undefined ? [] : [creation]), ...podTrouble(own, events, options)]
  for (const t of troubles) {
    // Cordoned nodes: what keeps them from being emptied keeps the pod waiting.
    if (t.reason !== 'Unschedulable' || !t.message.includes('unschedulable') || budgets === undefined) continue
    const why = budgetInTheWay(own.find((pod) => pod.metadata.name === t.name)!, budgets())
    if (why !== undefined) t.message = `${t.message.replace(/\.$/, '')}; ${why}`
  }
  if (troubles.length > 0) return secrets === undefined ? troubles : explainedByMakers(troubles, secrets.makers, events, reading)
  return blockingPods(live, pods.filter((pod) => ownedBy(pod, live) && !own.includes(pod)), events, { ...options, startedAt: undefined })
}

/** Why a claim has no volume is told in events alone, some of them of type Normal. */
function claimTrouble(claim: KubeObject, events: readonly KubeObject[]): Trouble[] {
  const last = events.filter((e) => e.involvedObject?.uid === claim.metadata.uid).sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1)).at(-1)
  if (last === undefined) return []
  return [{ kind: claim.kind, namespace: claim.metadata.namespace ?? '', name: claim.metadata.name ?? '', reason: String(last.reason ?? ''), message: String(last.message ?? ''), fatal: false }]
}

/** A Job counts its own failures; a pod of it that crashed may be followed by one that does not. */
function retriedByItself(live: KubeObject, trouble: Trouble): boolean {
  return (live.kind === 'Job' || live.kind === 'Pod') && (trouble.restarts !== undefined || ['CrashLoopBackOff', 'OOMKilled', 'Error'].includes(trouble.reason))
}

const ownedBy = (object: KubeObject, owner: KubeObject): boolean =>
  (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === owner.metadata.uid)

function toReason(trouble: Trouble, counts: boolean): PodReason {
  const { kind, name, container, reason, message, fatal, fatalAt, restarts } = trouble
  const advised = advice(trouble)
  return {
    pod: kind === 'Pod' ? name : `${kind}/${name}`, ...(container && { container }), reason, ...(message && { message }), fatal: fatal && counts,
    ...(counts && !fatal && fatalAt !== undefined && { fatalAt: new Date(fatalAt).toISOString() }), ...(restarts && { restarts }), ...(advised !== undefined && { advice: advised }),
  }
}
