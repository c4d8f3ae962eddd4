import { equalJson } from '../../../../cluster/kube/index.ts'
import type { KubeObject, ObjectRef } from '../../../../cluster/kube/index.ts'
import { parseConflictRule } from '../../../../cluster/release/index.ts'
import type { ReleaseRecord, StagedUpgrade } from '../../../../cluster/release/index.ts'
import { newReplicaSet } from '../../../../cluster/readiness/index.ts'
import { PintleError } from '../../../../errors/index.ts'
import type { Disturbance, MoveEvents, Mover, Observed, VersionState } from '../../types.ts'
import { DrivenRelease, drivenObject } from '../driven-release.ts'
import type { DriverOptions } from '../driven-release.ts'
import { Manifest } from '../../manifest.ts'
import { withReferences } from '../../pod-references.ts'
import { imagesOf, ownedSets, versionOf } from '../pods-of-hash.ts'
import { until } from '../until.ts'
import type { Look } from '../until.ts'
import { canaryState, intervalOf, targetOf } from './canary-state.ts'
import type { CanaryState } from './canary-state.ts'
import { Gatekeeper, confirmations } from './gate-hooks.ts'
import type { HookType } from './gate-hooks.ts'

const group = 'flagger.app'

/**
 * Flagger moves; Pintle upgrades the release, opens Flagger's gates one step at a time where the Canary has gates that it can open, and rolls the release back when Flagger or a
 * gate of its own fails the new version. Where there are none it follows.
 */
export class Flagger implements Mover {
  readonly #release: DrivenRelease
  readonly #canary: KubeObject
  readonly #ref: ObjectRef
  readonly #gates: Gatekeeper

  constructor(options: DriverOptions) {
    const { staged, workload } = options
    this.#canary = drivenObject(Manifest.read(staged.target.manifest, staged.namespace), group, 'Canary', workload)
    const { kind, name } = targetOf(this.#canary)
    // Flagger scales the workload; its number of pods is Flagger's, and whatever the chart says of it must not be forced upon it.
    this.#release = new DrivenRelease({ ...options, staged: { ...staged, conflicts: [parseConflictRule(`${kind}/${name}:spec.replicas=yield`), ...(staged.conflicts ?? [])] } })
    this.#ref = { apiVersion: this.#canary.apiVersion, kind: 'Canary', name: this.#canary.metadata.name!, namespace: this.#canary.metadata.namespace ?? staged.namespace }
    this.#gates = new Gatekeeper(this.#release.cluster, this.#canary, this.#ref.namespace!)
  }

  async begin(on: MoveEvents): Promise<{ readonly revision: number }> {
    const call = callOf(on)
    // Before anything else: where the gates cannot be shut, nothing is begun.
    await this.#gates.close([...confirmations, 'rollback'], call)
    const staged = await this.#release.resume(on) ?? await this.#beginAtRest(on)
    const { kind, name } = targetOf(this.#canary)
    await this.#release.enter(staged, this.#target() ?? this.#canary, (o) => o.apiVersion.startsWith(`${group}/`) || (o.kind === kind && o.metadata.name === name), `${this.#text} begins`, on)
    await this.#until('to see the new version', on, staged, async (state): Promise<Look<void>> => {
      if (state.phase !== 'Waiting') return { done: undefined }
      if (!this.#gates.holds('confirm-rollout')) return { done: undefined }
      await this.#gates.open('confirm-rollout', call)
      return waitingIn(state)
    })
    await this.#gates.close(confirmations, call)
    return { revision: staged.record.version }
  }

  async #beginAtRest(on: MoveEvents): Promise<StagedUpgrade> {
    const live = await this.#release.cluster.get(this.#ref, callOf(on))
    if (live === undefined) throw refused(`${this.#text} is not in the cluster: there is no stable version to begin from`, 'Release it once with `strategy: rolling`.')
    const state = canaryState(live)
    if (!state.resting) throw refused(`${this.#text} is not at rest: ${state.phase}${state.message === '' ? '' : `: ${state.message}`}`, 'A rollout begins when Flagger has ended the one before.')
    await this.#untilForgotten(on)
    return await this.#release.begin(on)
  }

  /** A version that it failed is a new one for it only after it has seen the old one again: the same version at once would never be looked at. */
  async #untilForgotten(on: MoveEvents): Promise<void> {
    const patience = Math.min(this.#release.patience, 3 * intervalOf(this.#canary))
    await until({ what: `${this.#text} to see the version that is deployed`, every: this.#release.every, timeout: patience, signal: on.signal }, async () => {
      const state = canaryState(await this.#release.live(this.#ref, on.signal))
      return state.phase !== 'Failed' || state.even ? { done: undefined } : { waiting: 'it has seen the one it failed last' }
    }).catch((error: unknown) => this.#warn(error, on))
  }

  async shift(weight: number, on: MoveEvents): Promise<number> {
    const staged = await this.#release.pending(on)
    return await this.#until(`to reach ${weight}%`, on, staged, async (state): Promise<Look<number>> => {
      this.#requireSound(state)
      if (state.phase === 'Succeeded') {
        await this.#gates.close(confirmations, callOf(on))
        return { done: 100 }
      }
      const isThere = weight < 100 && state.weight >= weight && (state.phase === 'Progressing' || state.phase === 'WaitingPromotion') && (weight > 0 || await this.#isUp(on))
      if (isThere) {
        await this.#gates.close(confirmations, callOf(on))
        return { done: state.weight }
      }
      const gate = gateBefore(state, weight)
      if (gate !== undefined) for (const type of gate) await this.#gates.open(type, callOf(on))
      // From here on nothing asks any more.
      if (state.phase === 'Promoting' || state.phase === 'Finalising') await this.#gates.close(confirmations, callOf(on))
      const isOthers = state.phase === 'Waiting' ? !this.#gates.holds('confirm-rollout') : state.phase === 'WaitingPromotion' && !this.#gates.holds('confirm-promotion')
      return { ...waitingIn(state), ...(isOthers && { bounded: false as const }) }
    })
  }

  async promote(on: MoveEvents): Promise<ReleaseRecord> {
    await this.shift(100, on)
    return await this.#release.finish(`${this.#text} promoted`, on)
  }

  async abort(reason: string, on: MoveEvents): Promise<ReleaseRecord | undefined> {
    const staged = await this.#release.resume(on)
    if (staged === undefined) return undefined
    const call = callOf(on)
    await this.#gates.close(confirmations, call).catch((error: unknown) => this.#warn(error, on))
    await this.#back(staged, on).catch((error: unknown) => this.#warn(error, on))
    const record = await this.#release.abort(reason, on)
    await this.settle(on)
    return record
  }

  /** Tells Flagger to take the traffic back, where it has given any and can be told. */
  async #back(staged: StagedUpgrade, on: MoveEvents): Promise<void> {
    const state = canaryState(await this.#release.live(this.#ref, on.signal))
    if (state.resting || state.weight === 0) return
    if (!this.#gates.holds('rollback')) {
      on.onEvent?.({ type: 'warning', message: `${this.#text} has no rollback gate: ${state.weight}% of the traffic stays with its pods, which become the old version's` })
      return
    }
    await this.#gates.open('rollback', callOf(on))
    // Flagger asks at every look, but for one thing: pods that are not ready. The rollback of the release mends those.
    const patience = Math.min(this.#release.patience, 3 * intervalOf(this.#canary))
    await this.#until('to take its traffic back', on, staged, (now): Look<void> => (now.resting || now.weight === 0 ? { done: undefined } : waitingIn(now)), patience)
  }

  /** By its gate for going back, or by judging the old version: against itself, or, where the new one was promoted already, as any new version. */
  async settle(on: MoveEvents): Promise<void> {
    const call = callOf(on)
    try {
      await this.#gates.close(['rollback'], call)
      await until({ what: `${this.#text} to come to rest`, every: this.#release.every, timeout: this.#release.patience, signal: on.signal }, async (): Promise<Look<void>> => {
        const state = canaryState(await this.#release.live(this.#ref, on.signal))
        const behind = await this.#isBehind(on)
        if (state.resting && behind && state.phase === 'Failed') throw new PintleError('rollout.controller', `${this.#text}: Flagger failed the old version: what was rolled back still has the traffic`)
        if (state.resting && !behind) return { done: undefined }
        if (!behind && this.#gates.holds('rollback') && state.phase !== 'Promoting' && state.phase !== 'Finalising') {
          await this.#gates.open('rollback', call)
          if (state.phase === 'Waiting') await this.#gates.open('confirm-rollout', call)
        } else for (const type of confirmations) await this.#gates.open(type, call)
        return waitingIn(state)
      })
      await this.#gates.close([...confirmations, 'rollback'], call)
    } catch (error) {
      this.#warn(error, on)
    }
  }

  /** It had promoted the version that is gone from the release: what it serves is not what the release has. */
  async #isBehind(on: MoveEvents): Promise<boolean> {
    const { kind, name } = targetOf(this.#canary)
    const [primary, target] = await Promise.all([`${name}-primary`, name].map((n) => this.#release.cluster.get({ apiVersion: 'apps/v1', kind, name: n, namespace: this.#ref.namespace! }, callOf(on))))
    // Flagger gives the primary copies of its configuration.
    const containers = (workload: KubeObject | undefined): unknown => withReferences(workload?.spec?.template, (ref) => ref.name.replace(/-primary$/, ''))?.spec?.containers
    return !equalJson(containers(primary), containers(target))
  }

  async leave(): Promise<void> {
    await this.#release.leave()
  }

  async observe(signal?: AbortSignal): Promise<Observed> {
    const state = canaryState(await this.#release.live(this.#ref, signal))
    const { name } = targetOf(this.#canary)
    const [stable, canary] = await Promise.all([this.#version(`${name}-primary`, signal), this.#version(name, signal)])
    const done = state.phase === 'Succeeded' && canary.wanted === 0
    return done ? { weight: 100, stable, canary: stable } : { weight: state.weight, stable, canary }
  }

  async #version(name: string, signal: AbortSignal | undefined): Promise<VersionState> {
    const { cluster } = this.#release
    const workload = await cluster.get({ apiVersion: 'apps/v1', kind: targetOf(this.#canary).kind, name, namespace: this.#ref.namespace! }, signal === undefined ? {} : { signal })
    if (workload === undefined) return { workload: name, ready: 0, wanted: 0, images: [] }
    if (workload.kind !== 'Deployment') {
      const { numberReady = 0, desiredNumberScheduled = 0 } = workload.status ?? {}
      return { workload: name, ready: numberReady, wanted: desiredNumberScheduled, images: imagesOf(workload.spec?.template) }
    }
    const set = newReplicaSet(workload, await ownedSets(cluster, workload, signal))
    return await versionOf(cluster, set, name, set?.metadata.labels?.['pod-template-hash'], signal)
  }

  async disturbances(signal?: AbortSignal): Promise<readonly Disturbance[]> {
    const call = signal === undefined ? {} : { signal }
    const { kind, name } = targetOf(this.#canary)
    const target: ObjectRef = { apiVersion: 'apps/v1', kind, name, namespace: this.#ref.namespace! }
    const [canary, workload] = await Promise.all([this.#release.cluster.get(this.#ref, call), this.#release.cluster.get(target, call)])
    const overtaken = await this.#release.overtaken(signal)
    if (overtaken.length > 0) return overtaken
    if (canary === undefined) return [{ ref: this.#ref, what: 'it was deleted', fatal: true }]
    if (workload === undefined) return [{ ref: target, what: 'it was deleted', fatal: true }]
    const staged = await this.#release.resume({ ...call })
    const state = canaryState(canary)
    const [wanted, has] = [imagesOf(this.#target()?.spec?.template), imagesOf(workload.spec?.template)]
    return [
      ...(staged !== undefined && hasAnswered(state, staged) && state.phase === 'Failed' ? [{ ref: this.#ref, what: `Flagger failed it: ${state.message}`, fatal: true }] : []),
      ...(canary.spec?.suspend === true ? [{ ref: this.#ref, what: 'it is suspended (spec.suspend)', fatal: false }] : []),
      ...(wanted.join() === has.join() ? [] : [{ ref: target, what: `its images are ${has.join(', ')}, and the release has ${wanted.join(', ')}`, fatal: false }]),
    ]
  }

  get #text(): string { return `Canary/${this.#ref.name}` }

  #target(): KubeObject | undefined {
    const { kind, name } = targetOf(this.#canary)
    return this.#release.target.objects.find((o) => o.kind === kind && o.metadata.name === name)
  }

  async #isUp(on: MoveEvents): Promise<boolean> {
    const { canary } = await this.observe(on.signal)
    return canary.wanted > 0 && canary.ready >= canary.wanted
  }

  async #until<T>(what: string, on: MoveEvents, staged: StagedUpgrade, look: (state: CanaryState) => Look<T> | Promise<Look<T>>, patience = this.#release.patience): Promise<T> {
    return await until({ what: `${this.#text} ${what}`, every: this.#release.every, timeout: patience, signal: on.signal }, async () => {
      const state = canaryState(await this.#release.live(this.#ref, on.signal))
      return hasAnswered(state, staged) ? await look(state) : { waiting: `Flagger has not looked at it yet (${state.phase})` }
    })
  }

  #requireSound(state: CanaryState): void {
    if (state.phase === 'Failed') throw new PintleError('rollout.controller', `${this.#text}: Flagger failed it${state.message === '' ? '' : `: ${state.message}`}`)
    if (state.phase === 'Terminating' || state.phase === 'Terminated') throw new PintleError('rollout.controller', `${this.#text} is being deleted`)
  }

  #warn(error: unknown, on: MoveEvents): void {
    on.signal?.throwIfAborted()
    on.onEvent?.({ type: 'warning', message: (error as Error).message })
  }
}

/** Whether the status is about the pending revision: something is under way, or its phase turned since the revision began. */
function hasAnswered(state: CanaryState, staged: StagedUpgrade): boolean {
  return !state.resting || state.turned > Math.floor(Date.parse(staged.record.info.last_deployed ?? '') / 1000) * 1000
}

/** The gates that stand between a phase and the weight that is asked for. */
function gateBefore(state: CanaryState, weight: number): readonly HookType[] | undefined {
  if (state.phase === 'Waiting') return ['confirm-rollout']
  if (state.phase === 'WaitingPromotion') return weight === 100 ? ['confirm-promotion'] : undefined
  if (state.phase !== 'Progressing' || weight === 0) return undefined
  return weight === 100 ? ['confirm-traffic-increase', 'confirm-promotion'] : ['confirm-traffic-increase']
}

const waitingIn = (state: CanaryState): { readonly waiting: string } => ({ waiting: `${state.phase} at ${state.weight}%, iteration ${state.iterations}, ${state.failedChecks} failed checks${state.message === '' ? '' : `: ${state.message}`}` })

const callOf = (on: MoveEvents): { signal?: AbortSignal } => (on.signal === undefined ? {} : { signal: on.signal })
const refused = (message: string, hint: string): PintleError => new PintleError('rule.refused', message, { hint })
