import type { KubeObject, ObjectRef } from '../../../../cluster/kube/index.ts'
import { statusOf } from '../../../../cluster/kube/index.ts'
import type { ReleaseRecord } from '../../../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../../../errors/index.ts'
import { Manifest } from '../../manifest.ts'
import type { Disturbance, MoveEvents, Mover, Observed } from '../../types.ts'
import { DrivenRelease, drivenObject } from '../driven-release.ts'
import type { DriverOptions } from '../driven-release.ts'
import { imagesOf, ownedSets, versionOf } from '../pods-of-hash.ts'
import { until } from '../until.ts'
import type { Look } from '../until.ts'
import { controllersFields } from './controllers-fields.ts'
import { rolloutState, stopsOf } from './rollout-state.ts'
import type { RolloutState } from './rollout-state.ts'

const group = 'argoproj.io'
/** Pauses that the strategy asks for; every other is the controller's own doubt, which Pintle never decides. */
const ownPauses: readonly string[] = ['CanaryPauseStep', 'BlueGreenPause']

/**
 * Argo Rollouts moves; Pintle upgrades the release, lets the Rollout go on from pause to pause, and rolls the release back, so that its record always says what runs: neither
 * `set image` nor `undo`.
 */
export class ArgoRollouts implements Mover {
  readonly #release: DrivenRelease
  readonly #chart: KubeObject
  readonly #ref: ObjectRef

  constructor(options: DriverOptions) {
    const { staged, workload } = options
    this.#chart = drivenObject(Manifest.read(staged.target.manifest, staged.namespace), group, 'Rollout', workload)
    this.#release = new DrivenRelease({ ...options, staged: { ...staged, conflicts: [...controllersFields(this.#chart), ...(staged.conflicts ?? [])] } })
    this.#ref = { apiVersion: this.#chart.apiVersion, kind: 'Rollout', name: this.#chart.metadata.name!, namespace: this.#chart.metadata.namespace ?? this.#release.namespace }
  }

  async begin(on: MoveEvents): Promise<{ readonly revision: number }> {
    const staged = await this.#release.resume(on) ?? await this.#beginAtRest(on)
    await this.#release.enter(staged, this.#workload(), (o) => o.apiVersion.startsWith(`${group}/`) || this.#isWorkload(o), `${this.#ref.kind} ${this.#ref.name} begins`, on)
    await this.#until('to see the new version', on, (state) => (state.observed ? { done: undefined } : { waiting: state.message }))
    return { revision: staged.record.version }
  }

  /** A rollout that somebody else began is not continued as if it were this one. */
  async #beginAtRest(on: MoveEvents): Promise<Awaited<ReturnType<DrivenRelease['begin']>>> {
    const live = await this.#release.cluster.get(this.#ref, on.signal === undefined ? {} : { signal: on.signal })
    if (live === undefined) throw refused(`${this.#text} is not in the cluster: there is no stable version to begin from`, 'Release it once with `strategy: rolling`.')
    // Its controller may be about to see what itself did last: it scales the Deployment that a Rollout refers to.
    const unseen = 'its controller has not seen it as it is'
    const why = await this.#until('to be at rest', on, (state) => ({ done: state.promoted && state.phase === 'Healthy' ? undefined : waitingIn(state).waiting }), Math.min(this.#release.patience, 10_000)).catch((error: unknown) => {
      if (!isPintleError(error, 'rollout.controller')) throw error
      return unseen
    })
    if (why !== undefined) throw refused(`${this.#text} is not at rest: ${why}`, 'A rollout begins from a healthy Rollout; see `kubectl argo rollouts get rollout NAME`.')
    return await this.#release.begin(on)
  }

  async shift(weight: number, on: MoveEvents): Promise<number> {
    return await this.#until(`to reach ${weight}%`, on, async (state, live): Promise<Look<number>> => {
      this.#requireSound(state)
      if (state.promoted) return state.phase === 'Healthy' ? { done: 100 } : waitingIn(state)
      const isUp = state.strategy === 'canary' ? state.weight >= weight && (weight > 0 || state.pauses.length > 0 || state.index > 0) : state.weight >= weight && state.pauses.length > 0
      if (isUp) return { done: weight === 100 ? 100 : (await this.observe(on.signal)).weight }
      if (state.halted) return { waiting: 'it is paused by hand (spec.paused)', bounded: false }
      if (state.pauses.some((p) => !ownPauses.includes(p))) return { waiting: doubt(state), bounded: false }
      const stop = stopsOf(live).find((s) => s.index === (state.strategy === 'canary' ? state.index : 0))
      if (state.pauses.length > 0 && stop !== undefined && stop.seconds === undefined) await this.#goOn(live, on)
      const step = `${state.index} steps are done, ${state.phase}${state.message === '' ? '' : `: ${state.message}`}`
      return { waiting: step, ...(isLong(live, state) && { bounded: false }) }
    })
  }

  async promote(on: MoveEvents): Promise<ReleaseRecord> {
    await this.#until('to be promoted', on, async (state, live) => {
      this.#requireSound(state)
      if (state.promoted) return state.phase === 'Healthy' ? { done: undefined } : waitingIn(state)
      if (live.status?.promoteFull !== true) await this.#tell(live, { promoteFull: true }, on)
      return waitingIn(state)
    })
    return await this.#release.finish(`${this.#text} promoted`, on)
  }

  async abort(reason: string, on: MoveEvents): Promise<ReleaseRecord | undefined> {
    if (await this.#release.resume(on) === undefined) return undefined
    // A controller that does not answer must not keep the release from being rolled back.
    await this.#until('to take its traffic back', on, async (state, live) => {
      if (state.promoted) return { done: undefined }
      if (!state.aborted) await this.#tell(live, { abort: true }, on)
      else if (state.phase === 'Degraded' && (state.routed ?? 0) === 0 && await this.#stableServes(live, state, on.signal)) return { done: undefined }
      return waitingIn(state)
    }, Math.min(this.#release.patience, 60_000)).catch((error: unknown) => this.#warn(error, on))
    const record = await this.#release.abort(reason, on)
    await this.settle(on)
    return record
  }

  async settle(on: MoveEvents): Promise<void> {
    await this.#until('to run the old version again', on, async (state, live) => {
      if (state.promoted && state.phase === 'Healthy') return { done: undefined }
      // The new version had become the stable one: the way back needs no canary.
      if (!state.promoted && !state.aborted && live.status?.promoteFull !== true) await this.#tell(live, { promoteFull: true }, on)
      return waitingIn(state)
    }).catch((error: unknown) => this.#warn(error, on))
  }

  async leave(): Promise<void> {
    await this.#release.leave()
  }

  async observe(signal?: AbortSignal): Promise<Observed> {
    const live = await this.#release.live(this.#ref, signal)
    const state = await this.#stateOf(live, signal)
    const sets = await ownedSets(this.#release.cluster, live, signal)
    const version = (hash: string): Promise<Observed['stable']> => versionOf(this.#release.cluster, sets.find((s) => s.metadata.labels?.['rollouts-pod-template-hash'] === hash), `${this.#ref.name}-${hash}`, hash, signal)
    const [stable, canary] = await Promise.all([version(state.stableHash), version(state.currentHash)])
    const share = stable.ready + canary.ready === 0 ? 0 : Math.round((100 * canary.ready) / (stable.ready + canary.ready))
    return { weight: state.promoted ? 100 : state.routed ?? share, stable, canary }
  }

  async disturbances(signal?: AbortSignal): Promise<readonly Disturbance[]> {
    const live = await this.#release.cluster.get(this.#ref, signal === undefined ? {} : { signal })
    const told = (what: string, fatal: boolean): Disturbance => ({ ref: this.#ref, what, fatal })
    const overtaken = await this.#release.overtaken(signal)
    if (overtaken.length > 0) return overtaken
    if (live === undefined) return [told('it was deleted', true)]
    const state = await this.#stateOf(live, signal)
    if (!state.observed) return []
    const failure = failureOf(state)
    if (failure !== undefined) return [told(failure, true)]
    const [wanted, has] = [imagesOf(this.#workload().spec?.template), imagesOf((await this.#liveWorkload(live, signal)).spec?.template)]
    return [
      ...(state.halted ? [told('it is paused by hand (spec.paused)', false)] : []),
      ...(state.pauses.some((p) => !ownPauses.includes(p)) ? [told(`${doubt(state)}: \`kubectl argo rollouts promote ${this.#ref.name}\` goes on, \`pintle rollout abort\` goes back`, false)] : []),
      ...(wanted.join() === has.join() ? [] : [told(`its images are ${has.join(', ')}, and the release has ${wanted.join(', ')}`, false)]),
    ]
  }

  get #text(): string { return `Rollout/${this.#ref.name}` }

  /** What has the pod template: the Rollout, or the Deployment that it refers to. */
  #workload(): KubeObject {
    const ref = this.#workloadRef()
    return ref === undefined ? this.#chart : this.#release.target.objects.find((o) => o.kind === ref.kind && o.metadata.name === ref.name) ?? this.#chart
  }

  #workloadRef(): ObjectRef | undefined {
    const ref = this.#chart.spec?.workloadRef
    return typeof ref?.name === 'string' ? { apiVersion: String(ref.apiVersion), kind: String(ref.kind), name: ref.name, namespace: this.#ref.namespace! } : undefined
  }

  #isWorkload(object: KubeObject): boolean {
    const ref = this.#workloadRef()
    return ref !== undefined && object.kind === ref.kind && object.metadata.name === ref.name
  }

  async #liveWorkload(live: KubeObject, signal: AbortSignal | undefined): Promise<KubeObject> {
    const ref = this.#workloadRef()
    return ref === undefined ? live : await this.#release.live(ref, signal)
  }

  async #stateOf(live: KubeObject, signal: AbortSignal | undefined): Promise<RolloutState> {
    return rolloutState(live, this.#workloadRef() === undefined ? undefined : await this.#liveWorkload(live, signal))
  }

  async #until<T>(what: string, on: MoveEvents, look: (state: RolloutState, live: KubeObject) => Look<T> | Promise<Look<T>>, patience = this.#release.patience): Promise<T> {
    return await until({ what: `${this.#text} ${what}`, every: this.#release.every, timeout: patience, signal: on.signal }, async () => {
      const live = await this.#release.live(this.#ref, on.signal)
      const state = await this.#stateOf(live, on.signal)
      return state.observed ? await look(state, live) : { waiting: 'its controller has not seen it as it is' }
    })
  }

  /** Everything that can go before is ready again: the old version at its full size. */
  async #stableServes(live: KubeObject, state: RolloutState, signal: AbortSignal | undefined): Promise<boolean> {
    const set = (await ownedSets(this.#release.cluster, live, signal)).find((s) => s.metadata.labels?.['rollouts-pod-template-hash'] === state.stableHash)
    return (set?.status?.readyReplicas ?? 0) >= (live.spec?.replicas ?? 1)
  }

  #requireSound(state: RolloutState): void {
    const failure = failureOf(state)
    if (failure !== undefined) throw new PintleError('rollout.controller', `${this.#text}: ${failure}`)
  }

  async #goOn(live: KubeObject, on: MoveEvents): Promise<void> {
    await this.#tell(live, { pauseConditions: null }, on)
  }

  /** Bound to the state that was looked at: a word that comes too late must not open the next pause. */
  async #tell(live: KubeObject, status: object, on: MoveEvents): Promise<void> {
    await this.#release.cluster.patch(this.#ref, 'merge', { metadata: { resourceVersion: live.metadata.resourceVersion }, status }, { subresource: 'status', fieldManager: 'pintle', ...(on.signal && { signal: on.signal }) }).catch((error: unknown) => {
      if (statusOf(error)?.code !== 409) throw error
    })
  }

  #warn(error: unknown, on: MoveEvents): void {
    on.signal?.throwIfAborted()
    on.onEvent?.({ type: 'warning', message: (error as Error).message })
  }
}

/** Why the controller will not bring the new version further. */
function failureOf(state: RolloutState): string | undefined {
  if (state.aborted) return `it was aborted${state.message === '' ? '' : `: ${state.message}`}`
  return state.phase === 'Degraded' ? state.message || 'Degraded' : undefined
}

const waitingIn = (state: RolloutState): { readonly waiting: string } => ({ waiting: `${state.phase}${state.message === '' ? '' : `: ${state.message}`}` })
const doubt = (state: RolloutState): string => `the controller cannot decide (${state.pauses.filter((p) => !ownPauses.includes(p)).join(', ')})`

/** Steps that take their own time. */
function isLong(live: KubeObject, state: RolloutState): boolean {
  const stop = stopsOf(live).find((s) => s.index === state.index)
  const step = live.spec?.strategy?.canary?.steps?.[state.index]
  return stop?.seconds !== undefined || step?.analysis !== undefined || step?.experiment !== undefined || step?.plugin !== undefined || live.spec?.strategy?.blueGreen?.prePromotionAnalysis !== undefined || live.spec?.strategy?.blueGreen?.postPromotionAnalysis !== undefined
}

const refused = (message: string, hint: string): PintleError => new PintleError('rule.refused', message, { hint })
