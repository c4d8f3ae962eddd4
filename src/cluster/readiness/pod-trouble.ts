import type { KubeObject } from '../kube/index.ts'
import { oldPod } from './advice.ts'
import { defaultPatience } from './patience.ts'
import type { Patience, Sightings } from './patience.ts'
import { about, conditions, field } from './status-fields.ts'
import type { Trouble } from './types.ts'

export interface PodTroubleOptions {
  /** ms since the epoch. */
  now: number
  /** Default: delivery.md's. */
  patience?: Patience
  /**
   * What was seen at earlier looks. Without it the times in the objects' status are used, which a wrong clock of this machine spoils.
   */
  seen?: Sightings | undefined
  /** When the rollout began, ms since the epoch: what pods and events from before then went through is not its doing. */
  startedAt?: number | undefined
}

/** A kubelet's reasons for a container that waits, and what bounds them. */
const waiting: Readonly<Record<string, keyof Patience>> = {
  InvalidImageName: 'invalidImage',
  ErrImageNeverPull: 'invalidImage',
  SignatureValidationFailed: 'invalidImage',
  CreateContainerConfigError: 'configError',
  CreateContainerError: 'configError',
  RunContainerError: 'configError',
  PreCreateHookError: 'configError',
  PostStartHookError: 'configError',
  ErrImagePull: 'imagePull',
  ImagePullBackOff: 'imagePull',
  ImageInspectError: 'imagePull',
  RegistryUnavailable: 'imagePull',
  CrashLoopBackOff: 'crashRestarts',
}

/**
 * What keeps these pods from becoming ready, the fatal first. Give it the pods of the newest version only (`podsOf`); pods being deleted are passed over.
 * @param events the namespace's events, to explain what a status leaves out
 */
export function podTrouble(pods: readonly KubeObject[], events: readonly KubeObject[], options: PodTroubleOptions): Trouble[] {
  const out: Trouble[] = []
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue
    const before = out.length
    scheduling(pod, options, out)
    containers(pod, options, out)
    if (out.length === before) gates(pod, out)
    if (out.length === before && pod.status?.phase === 'Pending') fromEvents(pod, events, out)
    for (const trouble of out.slice(before)) {
      if (trouble.message !== '') continue
      trouble.message = trouble.reason === 'NotReady' ? notReady(pod, trouble.container!, events) : (lastWarning(pod, events)?.message ?? '')
    }
  }
  return out.sort((a, b) => Number(b.fatal) - Number(a.fatal))
}

/**
 * Pods of an older version that are not ready keep a StatefulSet from making their successors, for ever: it waits for each pod before it goes on
 * (stateful_set_control.go, "Forced rollback" in the documentation). Nothing replaces them but a person.
 */
export function blockingPods(set: KubeObject, pods: readonly KubeObject[], events: readonly KubeObject[], options: PodTroubleOptions): Trouble[] {
  if (set.kind !== 'StatefulSet' || set.spec?.podManagementPolicy === 'Parallel' || set.spec?.updateStrategy?.type === 'OnDelete') return []
  return podTrouble(pods, events, options).map(t => ({
    ...t, reason: oldPod, message: `it is of an older revision and not ready (${t.reason}${t.message === '' ? '' : `: ${t.message}`}), and the StatefulSet makes no new pod before it is`,
  }))
}

function scheduling(pod: KubeObject, options: PodTroubleOptions, out: Trouble[]): void {
  const c = conditions(pod).find(condition => condition.type === 'PodScheduled' && condition.status === 'False')
  if (c?.reason !== 'Unschedulable') return
  const { now, patience: { unschedulable } = defaultPatience } = options
  const fatalAt = since(pod, 'Unschedulable', c.lastTransitionTime, options) + unschedulable
  out.push({ ...about(pod), reason: 'Unschedulable', message: c.message ?? '', fatal: now >= fatalAt, ...until(fatalAt) })
}

function containers(pod: KubeObject, options: PodTroubleOptions, out: Trouble[]): void {
  for (const init of [true, false]) {
    for (const status of list(pod, init ? 'initContainerStatuses' : 'containerStatuses')) {
      const found = containerTrouble(pod, status, init, options)
      if (found !== undefined) out.push(found)
    }
  }
}

function containerTrouble(pod: KubeObject, status: any, init: boolean, options: PodTroubleOptions): Trouble | undefined {
  const name = String(status.name ?? '')
  const restarts = typeof status.restartCount === 'number' ? status.restartCount : 0
  const counted = restarts - restartsBefore(pod, name, restarts, options)
  if (status.ready === true) return undefined
  const { now, patience = defaultPatience } = options
  const trouble = { ...about(pod), container: name, ...(restarts > 0 ? { restarts } : {}), ...(typeof status.image === 'string' ? { image: status.image } : {}) }
  const { running, terminated } = status.state ?? {}
  const last = terminated ?? status.lastState?.terminated
  const wait = status.state?.waiting
  const logs = { container: name, previous: restarts > 0 && terminated === undefined }

  // A container killed for its memory will be so again; the crash loop that follows only hides the reason.
  if (last?.reason === 'OOMKilled' && running === undefined) {
    const kills = counted + (terminated === undefined ? 0 : 1)
    return { ...trouble, reason: 'OOMKilled', message: `container ${name} used more memory than its limit${restarts > 0 ? ` (restarted ${times(restarts)})` : ''}`, fatal: kills >= patience.oomKills, logs }
  }
  const reason = typeof wait?.reason === 'string' ? wait.reason : ''
  const rule = Object.hasOwn(waiting, reason) ? waiting[reason]! : undefined
  if (rule === 'crashRestarts') {
    const message = last === undefined ? String(wait.message ?? '') : `container ${name} exited with ${last.exitCode} ${times(Math.max(1, restarts))}${last.message ? `: ${last.message}` : ''}`
    return { ...trouble, reason, message, fatal: counted >= patience.crashRestarts, logs }
  }
  if (rule !== undefined || /^Err|Error$|BackOff$/.test(reason)) {
    // Argo CD's rule of thumb finds reasons that are not in the table: they are told, but only the timeout decides.
    const lasts = rule === undefined ? Infinity : patience[rule]
    // Reasons that turn into each other are one trouble, and share its patience.
    const fatalAt = since(pod, `${name}/${rule ?? reason}`, startOf(pod, init), options) + lasts
    return { ...trouble, reason, message: String(wait.message ?? ''), fatal: now >= fatalAt, ...until(fatalAt), ...(restarts > 0 ? { logs } : {}) }
  }
  // Ended badly; whether it will be started again the phase says.
  if (terminated !== undefined && terminated.exitCode !== 0) {
    const { exitCode, reason: why, message } = terminated
    return { ...trouble, reason: why ?? 'Error', message: `container ${name} exited with ${exitCode}${message ? `: ${message}` : ''}`, fatal: pod.status?.phase === 'Failed', logs }
  }
  if (running === undefined) return undefined
  if (restarts > 0 && last !== undefined && last.exitCode !== 0) {
    // Between two crashes, or past them: this run may be the one that lasts.
    return { ...trouble, reason: 'NotReady', message: `container ${name} runs again, after it exited with ${last.exitCode} ${times(restarts)}`, fatal: false, logs: { container: name, previous: true } }
  }
  return init ? undefined : { ...trouble, reason: 'NotReady', message: '', fatal: false, logs }
}

/** What a container that runs and is not ready lacks. */
function notReady(pod: KubeObject, container: string, events: readonly KubeObject[]): string {
  const status = list(pod, 'containerStatuses').find(s => s.name === container)
  const spec = (field(pod, 'spec', 'containers') as any[] | undefined)?.find(c => c.name === container)
  const probe = spec?.startupProbe !== undefined && status?.started === false ? 'startup' : 'readiness'
  const failing = lastWarning(pod, events.filter(e => e.reason === 'Unhealthy' && (e.involvedObject?.fieldPath ?? '').includes(`{${container}}`)))
  if (failing !== undefined) return `container ${container} runs and is not ready: ${failing.message}`
  return `container ${container} runs and is not ready yet${spec?.[`${probe}Probe`] === undefined ? '' : `: its ${probe} probe has not succeeded`}`
}

/** All containers are ready and the pod is not: something outside it must say so. */
function gates(pod: KubeObject, out: Trouble[]): void {
  const holds = (type: string): boolean => conditions(pod).some(c => c.type === type && c.status === 'True')
  if (!holds('ContainersReady') || holds('Ready')) return
  const missing = ((field(pod, 'spec', 'readinessGates') as any[] | undefined) ?? []).map(g => String(g.conditionType)).filter(type => !holds(type))
  if (missing.length > 0) out.push({ ...about(pod), reason: 'ReadinessGatesNotReady', message: `its containers are ready, its readiness gate ${missing.join(', ')} is not`, fatal: false })
}

/** How often a container of a pod older than the rollout had restarted when it was first looked at. */
function restartsBefore(pod: KubeObject, container: string, restarts: number, { seen, startedAt }: PodTroubleOptions): number {
  if (seen === undefined || startedAt === undefined || !(Date.parse(pod.metadata.creationTimestamp ?? '') < startedAt)) return 0
  return seen.first(`${pod.metadata.uid}/${container}/restarts`, restarts)
}

const until = (fatalAt: number): { fatalAt?: number } => (fatalAt === Infinity ? {} : { fatalAt })

/** A pod that hangs in Pending without a word in its status: a volume that cannot be mounted, a network that cannot be set up. */
function fromEvents(pod: KubeObject, events: readonly KubeObject[], out: Trouble[]): void {
  const warning = lastWarning(pod, events)
  if (warning !== undefined) out.push({ ...about(pod), reason: String(warning.reason ?? 'Warning'), message: String(warning.message ?? ''), fatal: false })
}

function lastWarning(pod: KubeObject, events: readonly KubeObject[]): KubeObject | undefined {
  let found: KubeObject | undefined
  for (const event of events) {
    if (event.type !== 'Warning' || event.involvedObject?.uid !== pod.metadata.uid) continue
    if (found === undefined || eventTime(event) >= eventTime(found)) found = event
  }
  return found
}

export const eventTime = (event: KubeObject): string => String(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '')

/** When a container could first be started: after the init containers, which may have taken their time. */
function startOf(pod: KubeObject, init: boolean): string | undefined {
  const initialized = init ? undefined : conditions(pod).find(c => c.type === 'Initialized' && c.status === 'True')?.lastTransitionTime
  return initialized ?? (field(pod, 'status', 'startTime') as string | undefined) ?? pod.metadata.creationTimestamp
}

function since(pod: KubeObject, what: string, stated: string | undefined, { seen, now }: PodTroubleOptions): number {
  if (seen !== undefined) return seen.first(`${pod.metadata.uid}/${what}`, now)
  const time = Date.parse(stated ?? '')
  return Number.isNaN(time) ? now : time
}

function list(pod: KubeObject, name: string): any[] {
  const value = field(pod, 'status', name)
  return Array.isArray(value) ? value.filter(s => s !== null && typeof s === 'object') : []
}

const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`)
