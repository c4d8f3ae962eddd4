import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import type { OnEvent, WaitingObject } from './events.ts'
import { messageOf } from './failure.ts'
import { Sightings, defaultPatience, explainedAs } from '../readiness/index.ts'
import type { Patience } from '../readiness/index.ts'
import { eventsAbout, troubleLogs, warningsAbout } from './diagnose.ts'
import { PodWatch } from './pod-watch.ts'
import { assess } from './assess.ts'
import { reasonText } from './events.ts'
import type { Assessment, Goal } from './assess.ts'
import type { Resource } from './resources.ts'
import { SecretWatch } from './secret-watch.ts'
import { Watched } from './watched.ts'

/**
 * How to wait, as Helm's --wait names it: `watcher` for readiness by kstatus' rules, `legacy` by Helm 3's, `hookOnly` not
 * at all (hooks are waited for all the same).
 */
export type WaitStrategy = 'watcher' | 'hookOnly' | 'legacy'

export interface WaitOptions extends CallOptions {
  /** Milliseconds; 0 is Helm's default of 30 s. */
  timeout: number
  onEvent?: OnEvent | undefined
  /** Give up as soon as a reason is known that time will not mend. Default true. */
  failEarly?: boolean
  /** How long each trouble is borne before that; what is left out is delivery.md's. */
  patience?: Partial<Patience> | undefined
  /** Milliseconds a workload that was rolled out must stay ready, its own minReadySeconds included. Default 0. */
  stableFor?: number | undefined
  /** When the rollout began, ms since the epoch. Default: now. */
  startedAt?: number | undefined
  /** What operators make into Secrets is ready when it has been; false takes Helm's word for it, which looks at a Ready condition alone. Default true. */
  secretOperators?: boolean | undefined
  /** Takes secret values out of what pods and logs say. */
  clean?: ((text: string) => string) | undefined
}

const defaultTimeout = 30_000
/** Rollouts that are over sooner cost no pod watches. */
const podWatchDelay = 700

/**
 * Waits until every resource has reached the goal, or one cannot any more and the others have ended.
 * Throws release.notReady or release.timeout with Helm's text; the reasons are in `details.waiting`.
 * Upstream: pkg/kube/statuswait.go, with watches that look at pods as well.
 */
export async function waitFor(cluster: Cluster, resources: readonly Resource[], goal: Goal, options: WaitOptions): Promise<void> {
  const waited = goal === 'hook' || goal === 'legacyHook' || goal === 'gone' ? [...resources] : resources.filter((r) => !isPaused(r.object))
  if (waited.length === 0) return
  const deadline = AbortSignal.timeout(options.timeout > 0 ? options.timeout : defaultTimeout)
  const ended = new AbortController()
  const outer = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  const stop = AbortSignal.any([outer, ended.signal])
  const explained = options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal])
  const wait = new Wait(cluster, waited, goal, options, { stop, explained })
  let abortReason: unknown
  try {
    await wait.run()
    if (outer.aborted) abortReason = options.signal?.aborted ? options.signal.reason : deadline.reason
    await wait.explain()
  } finally {
    ended.abort()
  }
  await wait.throwUnlessDone(abortReason)
}

/** What was written a moment before the wait began counts as its doing, and cluster times have whole seconds. */
const slack = 2000
/** Many changes come at once: they are looked at together, this long (ms) after the first. */
const together = 20

/** What was deleted may be made anew within so many ms; namespaces are looked at again after half of it. */
const replacing = 10_000
const lookAgain = replacing / 2
/** The longest, ms, that reading pods for an explanation may hold up the failure. */
const explaining = 5000
/** setTimeout takes what is longer for nothing at all. */
const longestTimer = 2 ** 31 - 1

/** Helm 3's rules look at replica sets and pods themselves. */
const needsPods = (goal: Goal): boolean => goal === 'legacy' || goal === 'legacyWithJobs'
/** Kinds that come and go by pods: these may fall back after they were ready. */
const rolledOut = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'])
const isPaused = (object: KubeObject): boolean => object.kind === 'Deployment' && object.spec?.paused === true

class Wait {
  readonly #cluster: Cluster
  readonly #resources: readonly Resource[]
  readonly #goal: Goal
  readonly #options: WaitOptions
  readonly #stop: AbortSignal
  readonly #states = new Map<Resource, Assessment>()
  readonly #seen = new Map<Resource, Sightings>()
  readonly #patience: Patience
  readonly #startedAt: number
  readonly #clean: (text: string) => string
  /** What is being rolled out, and since when it has been ready. */
  readonly #readySince = new Map<Resource, number | undefined>()
  #watched: Watched | undefined
  #pods: PodWatch | undefined
  readonly #secrets: SecretWatch | undefined
  #events: readonly KubeObject[] | undefined
  #shown = ''
  #failure: unknown
  /** When namespaces were last looked at because something in them had vanished. */
  readonly #lookedAt = new Map<string, number>()
  /** Since when what was there is not there any more. */
  readonly #goneSince = new Map<Resource, number>()
  /** Why nothing can become ready any more. */
  #doom: string | undefined

  constructor(cluster: Cluster, resources: readonly Resource[], goal: Goal, options: WaitOptions, { stop, explained }: { stop: AbortSignal; explained: AbortSignal }) {
    this.#cluster = cluster
    this.#resources = resources
    this.#goal = goal
    this.#options = options
    this.#stop = stop
    this.#patience = { ...defaultPatience, ...options.patience }
    this.#startedAt = (options.startedAt ?? Date.now()) - slack
    this.#clean = options.clean ?? ((text) => text)
    // Helm 3's rules look at no custom resource, and hooks need not be ready.
    if (goal.startsWith('ready') && options.secretOperators !== false) this.#secrets = new SecretWatch(cluster, explained, () => resources.flatMap((r) => this.#watched?.objects.get(r) ?? r.live ?? []))
  }

  async run(): Promise<void> {
    // What the apply answered may be ready already: objects of most kinds always are.
    for (const r of this.#resources) this.#states.set(r, this.#goal === 'gone' ? unknown : this.#assess(r, r.live))
    const open = this.#resources.filter((r) => !this.#isDone(r))
    if (this.#goal.startsWith('ready')) for (const r of open) if (rolledOut.has(r.ref.kind)) this.#readySince.set(r, undefined)
    this.#report()
    if (open.length === 0 || this.#stop.aborted) return
    await new Promise<void>((resolve) => {
      let recheck: NodeJS.Timeout | undefined
      let soon: NodeJS.Timeout | undefined
      let podTimer: NodeJS.Timeout | undefined
      const end = (): void => {
        for (const timer of [recheck, soon, podTimer]) clearTimeout(timer)
        resolve()
      }
      const look = (): void => {
        soon = undefined
        for (const r of open) if (this.#watched?.objects.has(r)) this.#states.set(r, this.#assess(r, this.#watched.objects.get(r)))
        this.#settle(Date.now())
        this.#report()
        void this.#lookAtNamespaces(open).then((doomed) => { if (doomed) end() })
        clearTimeout(recheck)
        if (this.#isOver()) return end()
        const next = Math.min(...open.map((r) => Math.min(this.#states.get(r)?.recheckAfter ?? Infinity, this.#steadyIn(r, Date.now()) || Infinity)))
        if (next !== Infinity) recheck = setTimeout(look, Math.min(Math.max(next, 50), longestTimer))
      }
      const changed = (): void => {
        soon ??= setTimeout(look, together)
      }
      const failed = (error: unknown): void => {
        this.#failure = error
        end()
      }
      if (this.#secrets !== undefined) this.#secrets.changed = changed
      this.#stop.addEventListener('abort', end, { once: true })
      this.#watched = new Watched(this.#cluster, this.#stop, changed, failed)
      this.#watched.start(open)
      if (this.#goal !== 'gone') {
        podTimer = setTimeout(() => {
          this.#pods = new PodWatch(this.#cluster, this.#stop, changed)
          this.#pods.start(open.filter((r) => !this.#isDone(r)))
        }, needsPods(this.#goal) ? 0 : podWatchDelay)
      }
    })
  }

  /** What was applied a moment ago and is gone: the namespace may be on its way out, and takes all with it. */
  async #lookAtNamespaces(open: readonly Resource[]): Promise<boolean> {
    if (this.#goal === 'gone' || this.#options.failEarly === false) return false
    for (const r of open) {
      const name = r.ref.namespace
      if (name === undefined || Date.now() - (this.#lookedAt.get(name) ?? -Infinity) < lookAgain || !this.#watched?.objects.has(r) || this.#watched.objects.get(r) !== undefined) continue
      this.#lookedAt.set(name, Date.now())
      const namespace = await this.#cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }, { signal: this.#stop }).catch(() => null)
      if (namespace === null || (namespace !== undefined && namespace.metadata.deletionTimestamp === undefined)) continue
      this.#doom = `Namespace ${name} is being deleted, and the release with it: wait until it is gone, then install anew.`
      return true
    }
    return false
  }

  #assess(resource: Resource, live: KubeObject | undefined): Assessment {
    if (live === undefined && this.#goal !== 'gone' && this.#seen.has(resource)) return this.#vanished(resource)
    this.#goneSince.delete(resource)
    const pods = this.#pods
    if (live !== undefined && !this.#seen.has(resource)) this.#seen.set(resource, new Sightings())
    return assess(live, this.#goal, {
      ...(pods?.of(resource) ?? { pods: [], replicaSets: [] }), events: this.#events ?? pods?.events ?? [], budgets: pods && (() => pods.budgets(resource.ref.namespace ?? '')),
      secrets: this.#secrets, clean: this.#clean, patience: this.#patience, seen: this.#seen.get(resource), startedAt: this.#startedAt, now: Date.now(),
    })
  }

  /** Somebody may be replacing it; who only deleted it ends the wait. */
  #vanished(resource: Resource): Assessment {
    const now = Date.now()
    const since = this.#goneSince.get(resource) ?? now
    this.#goneSince.set(resource, since)
    const state: Assessment = { status: 'NotFound', message: 'Resource not found' }
    if (now - since < replacing) return { ...state, recheckAfter: since + replacing - now }
    const { kind, name } = resource.ref
    if (this.#options.failEarly !== false) this.#doom ??= `${kind} ${name} was deleted while it was waited for, and nobody made it anew.`
    return { ...state, fatal: true }
  }

  #settle(now: number): void {
    for (const [r, since] of this.#readySince) this.#readySince.set(r, this.#states.get(r)?.status === 'Current' ? (since ?? now) : undefined)
  }

  /** Milliseconds a ready workload must still stay so. */
  #steadyIn(resource: Resource, now: number): number {
    const since = this.#readySince.get(resource)
    const { stableFor = 0 } = this.#options
    if (since === undefined || stableFor === 0) return 0
    // To be available it has been ready for minReadySeconds already.
    return Math.max(0, since + stableFor - 1000 * (resource.object.spec?.minReadySeconds ?? 0) - now)
  }

  #isDone(resource: Resource): boolean {
    const { status } = this.#states.get(resource) ?? unknown
    return this.#goal === 'gone' ? status === 'NotFound' : status === 'Current' || status === 'Failed'
  }

  #isOver(): boolean {
    const stuck = (this.#options.failEarly ?? true) && this.#goal !== 'gone' && this.#resources.some((r) => this.#isHopeless(r))
    return stuck || this.#resources.every((r) => this.#isDone(r) && this.#steadyIn(r, Date.now()) === 0)
  }

  /** Helm waits for the others when one object has failed: a failed Job then costs the whole timeout when anything else is slow. */
  #isHopeless(resource: Resource): boolean {
    const { status, fatal } = this.#states.get(resource) ?? unknown
    return (fatal === true && status !== 'Current') || (status === 'Failed' && (resource.ref.kind !== 'Pod' || this.#goal === 'hook' || this.#goal === 'legacyHook'))
  }

  #waiting(settling = false): WaitingObject[] {
    const good = this.#goal === 'gone' ? 'NotFound' : 'Current'
    return this.#resources.flatMap((r) => {
      const state = this.#states.get(r) ?? unknown
      if (state.status === good) {
        if (!settling || this.#steadyIn(r, Date.now()) === 0) return []
        return [{ ref: r.ref, status: state.status, message: `ready, and must stay so for ${Math.round((this.#options.stableFor ?? 0) / 1000)}s` }]
      }
      return [{ ref: r.ref, status: state.status, message: state.message, ...(state.pods?.length ? { pods: state.pods } : {}) }]
    })
  }

  #report(): void {
    if (this.#options.onEvent === undefined) return
    const waiting = this.#waiting(true)
    const total = this.#resources.length
    const shown = JSON.stringify(waiting)
    if (shown === this.#shown) return
    this.#shown = shown
    this.#options.onEvent({ type: 'progress', done: total - waiting.length, total, waiting })
  }

  /** Asks for the events about what is not ready, when they were not followed: a volume that cannot be mounted is told nowhere else. */
  async explain(): Promise<void> {
    if (this.#goal === 'gone' || this.#options.signal?.aborted || this.#waiting().length === 0) return
    const open = this.#resources.filter((r) => this.#states.get(r)?.status !== 'Current')
    const pods = (this.#pods ??= new PodWatch(this.#cluster, AbortSignal.timeout(explaining), () => {}))
    await pods.read(open.filter((r) => pods.of(r).pods.length === 0))
    this.#events = pods.followsEvents ? pods.events : await warningsAbout(this.#cluster, open)
    // What explains may itself have to be asked for.
    for (const r of open) this.#assess(r, this.#watched?.objects.get(r) ?? r.live)
    await Promise.race([this.#secrets?.answered(), new Promise((resolve) => { setTimeout(resolve, explaining).unref() })])
    for (const r of open) {
      const { pods: reasons, troubles } = this.#assess(r, this.#watched?.objects.get(r) ?? r.live)
      this.#states.set(r, { ...(this.#states.get(r) ?? unknown), ...(reasons && { pods: reasons }), ...(troubles && { troubles }) })
    }
  }

  async throwUnlessDone(abortReason: unknown): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const told = this.#waiting()
    if (told.length === 0) return
    const lines = this.#lines(told, abortReason)
    // Helm's text goes by the order of the manifest; explained is first what explains others.
    const waiting = told.toSorted((a, b) => explainedAs(a.ref.kind) - explainedAs(b.ref.kind))
    const canceled = this.#options.signal?.aborted === true
    const timedOut = abortReason !== undefined && !canceled
    const troubles = this.#resources.flatMap((r) => this.#states.get(r)?.troubles ?? [])
    const reason = this.#reason(waiting)
    const logs = canceled ? [] : await troubleLogs(this.#cluster, troubles, this.#clean)
    const events = eventsAbout(this.#events ?? [], troubles, this.#clean)
    throw new PintleError(canceled ? 'release.aborted' : timedOut ? 'release.timeout' : 'release.notReady', lines.join('\n'), {
      ...(reason === undefined ? {} : { hint: reason }),
      details: { waiting, ...(logs.length > 0 && { logs }), ...(events.length > 0 && { events }) },
    })
  }

  /** The worst that is known, and what to try. */
  #reason(waiting: readonly WaitingObject[]): string | undefined {
    if (this.#doom !== undefined) return this.#doom
    const all = waiting.flatMap(({ ref, pods = [] }) => pods.map((pod) => ({ ref, pod })))
    const failed = waiting.find((w) => w.status === 'Failed')
    const worst = all.find(({ pod }) => pod.fatal) ?? all.find(({ ref }) => failed === undefined || ref === failed.ref)
    if (worst === undefined) return failed === undefined ? undefined : `${failed.ref.kind} ${failed.ref.name}: ${failed.message}`
    const { ref: { kind, name }, pod } = worst
    return `${pod.pod === `${kind}/${name}` ? '' : `${kind} ${name}: `}${reasonText(pod)}${pod.advice === undefined ? '' : `\n${pod.advice}`}`
  }

  #lines(waiting: readonly WaitingObject[], abortReason: unknown): string[] {
    const ended = abortReason === undefined ? [] : [messageOf(abortReason)]
    if (!this.#goal.startsWith('legacy')) return [...waiting.map((w) => this.#line(w)), ...ended]
    const failed = waiting.filter((w) => w.status === 'Failed').map((w) => w.message)
    if (failed.length > 0) return failed
    // watchtools.UntilWithSync and PollUntilContextCancel name their ends differently.
    if (ended.length > 0) return this.#goal === 'legacyHook' && !this.#options.signal?.aborted ? ['timed out waiting for the condition'] : ended
    return waiting.map((w) => this.#line(w))
  }

  #line(waiting: WaitingObject): string {
    const { kind, namespace = '', name } = waiting.ref
    const what = this.#goal === 'gone' ? 'still exists' : 'not ready'
    return `resource ${kind}/${namespace}/${name} ${what}. status: ${waiting.status}, message: ${waiting.message}`
  }
}

const unknown: Assessment = { status: 'Unknown', message: '' }
