import { setTimeout as sleep } from 'node:timers/promises'
import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject, ObjectRef } from '../../cluster/kube/index.ts'
import { KubeDriver, Storage, beginStaged, resumeStaged } from '../../cluster/release/index.ts'
import type { ReleaseHistory, ReleaseRecord, StagedUpgrade, StorageDriver, UpgradeOptions } from '../../cluster/release/index.ts'
import { blend, copyOf, stateOf } from './blend.ts'
import { marksOf, requireFreeNames, trackLabel } from './copies.ts'
import { Manifest } from './manifest.ts'
import type { Name } from './manifest.ts'
import { gone, newestRecord, superseding } from './overtaken.ts'
import type { Parts, Workload } from './parts.ts'
import { beginning, promoting, retreating, shifting } from './path.ts'
import type { State, Way } from './path.ts'
import { refused } from './refused.ts'
import { unlisted } from './routers/endpoints.ts'
import { routerFor } from './routers/router-for.ts'
import { refIn } from './routers/router.ts'
import type { Router } from './routers/router.ts'
import { takenFields } from './taken-fields.ts'
import type { TakenField } from './taken-fields.ts'
import type { RolloutTarget } from './target.ts'
import type { Disturbance, MoveEvents, Mover, Observed, RolloutSpec } from './types.ts'
import { isComplete, versionOf } from './versions.ts'
import { findWorkload } from './workload.ts'

/** Who writes what a manifest cannot say: the size of a Deployment that an autoscaler owns. */
export const rolloutManager = 'pintle-rollout'

export interface ReleaseMoverOptions extends Pick<UpgradeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  /** Where release records are kept; Secrets of the namespace when left out. */
  readonly driver?: StorageDriver
  /** The release's. */
  readonly namespace: string
  readonly release: string
  readonly spec: RolloutSpec
  readonly target: RolloutTarget
  /** The revision that serves, and the one that comes: `from` and `to` of the journal. */
  readonly from: number
  readonly to: number
  /** For the Lease: who runs it. */
  readonly identity?: string
  /** Milliseconds between two looks at routes and endpoints. Default 500. */
  readonly every?: number
  /** Milliseconds that proxies take to do what EndpointSlices and routes say: a state is held for so long before pods go. Default 3 s. */
  readonly lag?: number
  /** By how much time is compressed on a simulated cluster, whose proxies have no lag of their own. */
  readonly compression?: number
  /** Milliseconds for which a route that somebody refuses is borne. Default 30 s. */
  readonly refusedFor?: number
}

/**
 * Moves a release from one revision to the next by a router, over an upgrade that is made in stages. Where a rollout stands is read from the record that is pending:
 * a mover that is opened by another process goes on from there.
 */
export class ReleaseMover implements Mover {
  readonly #options: ReleaseMoverOptions
  readonly #router: Router
  #staged: StagedUpgrade | undefined
  #parts: Parts | undefined
  /** What the last stage wrote. */
  #written: { readonly manifest: Manifest; readonly state: State } | undefined
  /** Fields of it that were not the release's right after it was written: what an earlier tool wrote client-side, others' by agreement. By object. */
  #given: ReadonlyMap<string, ReadonlySet<string>> | undefined
  /** Whether the server's books name every field of the release. */
  #serverSide = true

  constructor(options: ReleaseMoverOptions) {
    this.#options = options
    this.#router = routerFor(options.spec.router)
  }

  async begin(on: MoveEvents): Promise<{ readonly revision: number }> {
    const staged = await this.#open(on, true)
    if (staged.state === 'rolling') {
      const parts = this.#parts!
      const from = this.#written?.state
      for (const state of from === undefined ? beginning(this.#way(parts)) : [from]) await this.#go(state, on, `${this.#operation}: the new version beside the old one, without traffic`)
    }
    return { revision: staged.record.version }
  }

  async shift(weight: number, on: MoveEvents): Promise<number> {
    await this.#open(on)
    const parts = this.#parts!
    const from = await this.#confirmed(on)
    for (const state of shifting(this.#way(parts), from, weight)) await this.#go(state, on)
    return this.#written!.state.weight
  }

  async promote(on: MoveEvents): Promise<ReleaseRecord> {
    const staged = await this.#open(on)
    if (staged.state === 'rolling') {
      const from = await this.#confirmed(on)
      for (const state of promoting(this.#way(this.#parts!), from)) await this.#go(state, on)
    }
    const { record } = await staged.finish(undefined, on)
    return record
  }

  async abort(reason: string, events: MoveEvents): Promise<ReleaseRecord | undefined> {
    // Going back must be possible whatever anybody has changed.
    const on = { ...events, takeBack: true }
    const { last } = await this.#history(on)
    if (last === undefined || last.version < this.#options.to) return undefined
    const staged = await this.#open(on)
    if (staged.state === 'rolling' && this.#written !== undefined) {
      const way = this.#way(this.#parts!)
      for (const state of retreating(way, this.#written.state)) await this.#back(state, on)
    }
    const { record } = await staged.abort(reason, on)
    return record
  }

  /** Lets the release go for whoever goes on with it. */
  async leave(): Promise<void> {
    const staged = this.#staged
    this.#staged = undefined
    await staged?.leave()
  }

  async observe(signal?: AbortSignal): Promise<Observed> {
    const { cluster } = this.#options
    const call = { ...(signal && { signal }) }
    const parts = await this.#known(call)
    const [stable, canary, weight] = await Promise.all([versionOf(cluster, parts.workload.name, call), versionOf(cluster, copyOf(parts), call), this.#router.read({ cluster, parts, manifest: this.#written?.manifest ?? parts.stable, ...call })])
    return { weight, stable, canary }
  }

  async disturbances(signal?: AbortSignal): Promise<readonly Disturbance[]> {
    const { cluster, driver, release, namespace, to } = this.#options
    const call = { ...(signal && { signal }) }
    const newest = await newestRecord(cluster, namespace, release, { ...(driver && { driver }), ...call })
    if (newest === undefined) return [gone(namespace, release, to)]
    if (newest.version > to) return [superseding(namespace, release, newest)]
    if (newest.version < to) return []
    const parts = await this.#known(call)
    const written = this.#written
    if (written === undefined || newest.status === 'deployed') return []
    if (this.#given === undefined && !this.#serverSide) this.#given = await this.#takenNow(call)
    return (await Promise.all(this.#watched(parts, written).map((name) => this.#disturbed(name, written, parts, call)))).flat()
  }

  /** Objects that a rollout works with. */
  #watched = (parts: Parts, { manifest }: { manifest: Manifest }): readonly Name[] => [parts.workload.name, copyOf(parts), ...this.#router.routes(manifest, parts)]

  async #takenNow(call: CallOptions): Promise<Map<string, Set<string>>> {
    const [parts, written] = [this.#parts!, this.#written!]
    return new Map(await Promise.all(this.#watched(parts, written).filter((n) => written.manifest.find(n) !== undefined).map(async (name): Promise<[string, Set<string>]> => {
      const live = await this.#options.cluster.get(refIn(written.manifest, name), call)
      return [keyOf(name), new Set(live === undefined ? [] : this.#taken(name, written.manifest.find(name)!, live, parts).map((t) => t.path))]
    })))
  }

  #taken(name: Name, object: KubeObject, live: KubeObject, { workload }: Parts): TakenField[] {
    const isScaled = workload.scalers.length > 0 && name.name === workload.name.name
    return takenFields(object, live, new Set(['helm', rolloutManager]), (path) => isScaled && path === 'spec.replicas')
  }

  async #disturbed(name: Name, { manifest, state }: { manifest: Manifest; state: State }, parts: Parts, call: CallOptions): Promise<Disturbance[]> {
    const object = manifest.find(name)
    if (object === undefined) return []
    const ref = refIn(manifest, name)
    const live = await this.#options.cluster.get(ref, call)
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [{ ref, what: 'it was deleted', fatal: true }]
    const taken = this.#taken(name, object, live, parts).filter((t) => this.#given?.get(keyOf(name))?.has(t.path) !== true)
    const sized = blend(parts, this.#router, state).scale
    if (sized !== undefined && sized.name.name === name.name && name.kind === 'Deployment' && live.spec?.replicas !== sized.replicas) taken.push({ path: 'spec.replicas' })
    return taken.length === 0 ? [] : [{ ref, what: `${taken.map((t) => t.path).join(', ')} changed`, ...(taken.find((t) => t.by !== undefined) && { by: taken.find((t) => t.by !== undefined)!.by! }), fatal: false }]
  }

  /** The upgrade in stages: begun, or taken over from whoever began it. */
  async #open(on: MoveEvents, mayBegin = false): Promise<StagedUpgrade> {
    if (this.#staged !== undefined) return this.#staged
    const { cluster, driver, namespace, release, spec, target, to, identity, failEarly, patience, stableFor } = this.#options
    const { settings: { timeout, historyMax, upgradeCrds }, crds, origin: from } = target
    const shared = {
      cluster, namespace, name: release, operation: spec.strategy, target: target.release, timeout, origin: from, wait: 'watcher' as const, preflight: true,
      ...(driver && { driver }), ...(failEarly !== undefined && { failEarly }), ...(patience && { patience }), ...(stableFor !== undefined && { stableFor }),
      ...(identity !== undefined && { identity }), ...(on.onEvent && { onEvent: on.onEvent }), ...(on.signal && { signal: on.signal }),
    }
    const history = await this.#history(on)
    if (mayBegin && history.last !== undefined && history.last.version < to) {
      // Whatever makes it impossible is found before anything is written.
      const parts = await this.#partsFrom(history.deployed?.record.manifest ?? '', undefined, on)
      this.#router.check(parts)
      const first = blend(parts, this.#router, beginning(this.#way(parts))[0]!).manifest
      requireFreeNames([parts.stable, parts.target], first.objects.filter((o) => o.metadata.labels?.[trackLabel] !== undefined))
      this.#parts = parts
      return this.#staged = await beginStaged({ ...shared, crds, upgradeCrds, maxHistory: historyMax }, history)
    }
    const staged = await resumeStaged({ ...shared, revision: to })
    this.#serverSide = staged.record.apply_method === 'ssa'
    const manifest = Manifest.read(staged.record.manifest, namespace)
    const state = stateOf(manifest)
    this.#parts = await this.#partsFrom(staged.base.manifest, state, on)
    if (state !== undefined) this.#written = { manifest: blend(this.#parts, this.#router, state).manifest, state }
    return this.#staged = staged
  }

  /** What is needed to look at a rollout, whoever runs it. */
  async #known(call: CallOptions): Promise<Parts> {
    if (this.#parts !== undefined) return this.#parts
    const { namespace, from, to } = this.#options
    const history = await this.#history(call)
    const base = history.version(from)?.record.manifest ?? ''
    const pending = history.version(to)?.record.manifest
    this.#serverSide = history.version(to)?.record.apply_method === 'ssa'
    const state = pending === undefined ? undefined : stateOf(Manifest.read(pending, namespace))
    const parts = await this.#partsFrom(base, state, call)
    if (this.#staged === undefined && state !== undefined) this.#written = { manifest: blend(parts, this.#router, state).manifest, state }
    return this.#parts = parts
  }

  async #partsFrom(base: string, state: State | undefined, call: CallOptions): Promise<Parts> {
    const { namespace, spec, target, cluster } = this.#options
    const stable = Manifest.read(base, namespace)
    const next = Manifest.read(target.release.manifest, namespace)
    const found = findWorkload(stable, next, spec)
    if (found.kind === 'nothing to shift') throw refused(`there is nothing to roll out in parts: ${found.why}`, 'Upgrade it as usual, with `strategy: rolling`.')
    const { workload } = found
    const full = state?.full ?? await sizeOf(cluster, stable, workload, call)
    if (full === 0) throw refused(`Deployment ${workload.name.name} has no pods: there is no version to compare with`, 'Scale it up first, or upgrade it with `strategy: rolling`.')
    return { spec, stable, target: next, workload, full, marks: marksOf(stable, workload, { strategy: spec.strategy, router: this.#router }) }
  }

  #way({ full, spec, workload }: Parts): Way {
    return { router: this.#router, spec, full, after: workload.scalers.length > 0 ? full : (workload.target.spec.replicas ?? full), slots: workload.slot !== undefined }
  }

  /** Where it stands; what another process was in the middle of is brought to its end first. */
  async #confirmed(on: MoveEvents): Promise<State> {
    if (this.#written === undefined) {
      const way = this.#way(this.#parts!)
      for (const state of beginning(way)) await this.#go(state, on)
      return this.#written!.state
    }
    await this.#go(this.#written.state, on)
    return this.#written.state
  }

  /** One state, and not before the cluster shows it. */
  async #go(state: State, on: MoveEvents, description = this.#described(state)): Promise<void> {
    const parts = this.#parts!
    const { manifest, scale } = blend(parts, this.#router, state)
    this.#written = { manifest, state }
    await this.#staged!.stage(manifest.toString(), { description, ...on })
    if (scale !== undefined) await this.#scale(scale.name, scale.replicas, on)
    await this.#settle(state, on)
    this.#given = await this.#takenNow(callOf(on))
    await this.#hold(on)
  }

  /** A state on the way back: the new version may be broken, and nobody waits for it. */
  async #back(state: State, on: MoveEvents): Promise<void> {
    const parts = this.#parts!
    const { manifest, scale } = blend(parts, this.#router, state)
    this.#written = { manifest, state }
    await this.#staged!.stage(manifest.toString(), { description: `${this.#operation} aborted: back to revision ${this.#options.from}`, wait: false, ...on })
    if (scale !== undefined) await this.#scale(scale.name, scale.replicas, on)
    if (!state.promoted) {
      const ref: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: parts.workload.name.namespace, name: parts.workload.name.name }
      await this.#until(async () => (isComplete(await this.#options.cluster.get(ref, callOf(on))) ? undefined : { why: `Deployment ${ref.name} of the old version is not ready` }), on)
      await this.#settle(state, on)
    }
    await this.#hold(on)
  }

  /** For proxies that have not heard of it yet. */
  async #hold({ signal }: MoveEvents): Promise<void> {
    const { lag = 3000, compression = 1 } = this.#options
    await sleep(lag / compression, undefined, { ...(signal && { signal }) }).catch((error: unknown) => { throw signal?.reason ?? error })
  }

  async #scale({ namespace, name }: Name, replicas: number, on: MoveEvents): Promise<void> {
    const { cluster } = this.#options
    const ref: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
    await cluster.patch(ref, 'merge', { spec: { replicas } }, { subresource: 'scale', fieldManager: rolloutManager, ...callOf(on) })
    await this.#until(async () => (isComplete(await cluster.get(ref, callOf(on))) ? undefined : { why: `Deployment ${name} does not have its ${replicas} pods ready` }), on)
  }

  async #settle(state: State, on: MoveEvents): Promise<void> {
    const { cluster } = this.#options
    await this.#until(async () => {
      const view = { cluster, parts: this.#parts!, manifest: this.#written!.manifest, ...callOf(on) }
      const why = await unlisted(view)
      if (why !== undefined) return { why }
      const answer = await this.#router.settled(view, state.weight)
      return answer.settled ? undefined : answer
    }, on)
  }

  /** @param ask undefined when it is so */
  async #until(ask: () => Promise<{ readonly why: string; readonly refused?: boolean } | undefined>, on: MoveEvents): Promise<void> {
    const { every = 500, refusedFor = 30_000, target: { settings: { timeout } } } = this.#options
    const end = Date.now() + timeout
    let refusedSince: number | undefined
    for (;;) {
      const answer = await ask()
      if (answer === undefined) return
      const now = Date.now()
      refusedSince = answer.refused === true ? refusedSince ?? now : undefined
      if (now >= end || (refusedSince !== undefined && now - refusedSince >= refusedFor)) throw new PintleError('release.notReady', answer.why, { hint: 'The rollout stays where it is until it is resumed or aborted.' })
      await sleep(every, undefined, { ...(on.signal && { signal: on.signal }) }).catch((error: unknown) => { throw on.signal?.reason ?? error })
    }
  }

  #described({ weight, stable, canary, promoted }: State): string {
    const pods = `${canary} new and ${stable} old pods`
    return promoted ? `${this.#operation}: the new version is promoted` : `${this.#operation} ${Math.round(weight * 10) / 10}%: ${pods}`
  }

  get #operation(): string {
    return this.#options.spec.strategy === 'blue-green' ? 'Blue-green' : 'Canary'
  }

  async #history(call: CallOptions): Promise<ReleaseHistory> {
    const { cluster, driver, namespace, release } = this.#options
    return await new Storage(driver ?? new KubeDriver(cluster, namespace)).history(release, callOf(call))
  }
}

const keyOf = ({ kind, name }: Name): string => `${kind}/${name}`
const callOf = ({ signal }: { signal?: AbortSignal | undefined }): CallOptions => (signal === undefined ? {} : { signal })

/** How many pods a workload is to have: by its manifest, or by the cluster where something else decides. */
export async function sizeOf(cluster: Cluster, stable: Manifest, workload: Workload, call: CallOptions = {}): Promise<number> {
  const { replicas } = workload.stable.spec
  if (typeof replicas === 'number' && workload.scalers.every((s) => stable.find(s) === undefined)) return replicas
  const { namespace, name } = workload.name
  const live = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, call)
  return live?.spec?.replicas ?? replicas ?? 1
}
