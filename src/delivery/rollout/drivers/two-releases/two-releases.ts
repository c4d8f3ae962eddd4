import type { CallOptions, KubeObject, ObjectRef } from '../../../../cluster/kube/index.ts'
import { statusOf } from '../../../../cluster/kube/index.ts'
import { getRelease, releaseHistory, uninstall, upgradeOrInstall } from '../../../../cluster/release/index.ts'
import type { ReadRelease, ReleaseRecord, StagedOptions } from '../../../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../../../errors/index.ts'
import { Manifest } from '../../manifest.ts'
import { endpointsOf, isReady } from '../../routers/endpoints.ts'
import type { Disturbance, MoveEvents, Mover, Observed, VersionState } from '../../types.ts'
import { refused } from '../../refused.ts'
import type { DriverOptions } from '../driven-release.ts'
import { imagesOf } from '../pods-of-hash.ts'
import { until } from '../until.ts'
import { findColours, flippedService, workloadsBehind } from './colours.ts'
import type { ColourOptions } from './colours.ts'

export interface TwoReleasesOptions extends DriverOptions {
  /** The Service outside of both releases, and the label of its selector that is flipped. */
  readonly flip: { readonly service: string; readonly label: string }
}

/**
 * Blue-green between two releases: the idle one is installed and made ready, the Service is flipped to it, and the one before goes. Each has a record of its own. Which is live is
 * read from the Service, never assumed.
 */
export class TwoReleases implements Mover {
  readonly #options: TwoReleasesOptions
  readonly #staged: StagedOptions
  /** The value of the label on the pods that come. */
  readonly #colour: string
  readonly #where: ColourOptions
  readonly #ref: ObjectRef

  constructor(options: TwoReleasesOptions) {
    const { staged, flip } = options
    this.#options = options
    this.#staged = staged
    this.#where = { namespace: staged.namespace, ...flip }
    this.#ref = { apiVersion: 'v1', kind: 'Service', name: flip.service, namespace: staged.namespace }
    this.#colour = colourOf(Manifest.read(staged.target.manifest, staged.namespace), flip)
  }

  async begin(on: MoveEvents): Promise<{ readonly revision: number }> {
    const there = await this.#installed(on)
    if (there !== undefined) return { revision: there.record.version }
    await this.#check(callOf(on))
    const { target, crds, operation: _operation, ...rest } = this.#staged
    const source = { render: () => target, ...(crds && { crds }) }
    const { record } = await upgradeOrInstall({ ...rest, ...on, source, wait: rest.wait === undefined || rest.wait === 'hookOnly' ? 'watcher' : rest.wait, rollbackOnFailure: false })
    return { revision: record.version }
  }

  /** Nothing has changed yet. */
  async #check(call: CallOptions): Promise<void> {
    const { cluster, name, target } = this.#staged
    const { live, idle } = await findColours(cluster, { ...this.#where, ...call })
    if (idle.release !== name || idle.colour !== this.#colour) throw refused(`${live.colour} is live, and the release to come is ${name} with ${this.#where.label}: ${this.#colour}`, `It is to be ${idle.release} with ${idle.colour}: make the plan anew.`)
    const { service } = await flippedService(cluster, { ...this.#where, ...call })
    const wanted = { ...(service.spec.selector as Record<string, string>), [this.#where.label]: this.#colour }
    const isSelected = (o: KubeObject): boolean => Object.entries(wanted).every(([key, value]) => o.spec?.template?.metadata?.labels?.[key] === value)
    if (!Manifest.read(target.manifest, this.#staged.namespace).objects.some((o) => (o.kind === 'Deployment' || o.kind === 'StatefulSet') && isSelected(o))) {
      throw refused(`no workload of ${name} has pods with the labels that Service ${this.#ref.name} selects by (${Object.entries(wanted).map(([k, v]) => `${k}=${v}`).join(', ')}): a flip would leave it without pods`)
    }
    const left = await this.#record(name, call)
    if (left !== undefined && left.record.info.status === 'deployed') throw refused(`release ${name} is deployed already beside the live ${live.release}`, `It is what a rollout left, or somebody uses it: \`pintle uninstall ${name}\` makes room.`)
    const old = await this.#record(live.release, call)
    if (old?.record.info.status !== 'deployed') throw refused(`release ${live.release}, which is live, is ${old?.record.info.status ?? 'not there'}`, 'There is no safe way back to it.')
  }

  async shift(weight: number, on: MoveEvents): Promise<number> {
    if (weight > 0 && weight < 100) throw refused(`a Service selects all or nothing: ${weight}% cannot be`, 'Use weights 0 and 100.')
    const { cluster } = this.#staged
    const call = callOf(on)
    const { colour } = await flippedService(cluster, { ...this.#where, ...call })
    if (weight === 0) {
      if (colour === this.#colour) await this.#flip(colour, await this.#other(call), on)
      return 0
    }
    if (colour !== this.#colour) await this.#flip(colour, this.#colour, on)
    return 100
  }

  async promote(on: MoveEvents): Promise<ReleaseRecord> {
    const call = callOf(on)
    const { colour } = await flippedService(this.#staged.cluster, { ...this.#where, ...call })
    if (colour !== this.#colour) throw new PintleError('rollout.state', `Service ${this.#ref.name} selects ${colour}: ${this.#colour} has no traffic yet`)
    const record = (await this.#installed(on))?.record
    if (record === undefined) throw new PintleError('rollout.state', `release ${this.#staged.name} is not deployed any more`)
    for (const old of await this.#others(call)) await this.#remove(old, `${this.#staged.name} has the traffic now`, on)
    return record
  }

  async abort(reason: string, on: MoveEvents): Promise<undefined> {
    const call = callOf(on)
    const { colour } = await flippedService(this.#staged.cluster, { ...this.#where, ...call })
    if (colour === this.#colour) await this.#flip(colour, await this.#other(call), on)
    await this.#remove(this.#staged.name, reason, on)
    return undefined
  }

  async observe(signal?: AbortSignal): Promise<Observed> {
    const call = signal === undefined ? {} : { signal }
    const { service, colour } = await flippedService(this.#staged.cluster, { ...this.#where, ...call })
    const [old] = await this.#others(call)
    const oldColour = colour === this.#colour ? await this.#other(call).catch(() => undefined) : colour
    const version = async (name: string | undefined, of: string | undefined): Promise<VersionState> => {
      if (of === undefined) return { workload: name ?? '', ready: 0, wanted: 0, images: [] }
      const workloads = await workloadsBehind(this.#staged.cluster, service, { ...this.#where, colour: of, ...call })
      const ready = await this.#ready(service, of, call)
      return { workload: workloads[0]?.metadata.name ?? name ?? of, ready, wanted: workloads.reduce((n, w) => n + (w.spec?.replicas ?? 1), 0), images: workloads.flatMap((w) => imagesOf(w.spec?.template)) }
    }
    const [stable, canary] = await Promise.all([version(old, oldColour), version(this.#staged.name, this.#colour)])
    return { weight: colour === this.#colour ? 100 : 0, stable, canary }
  }

  async disturbances(signal?: AbortSignal): Promise<readonly Disturbance[]> {
    const { cluster, namespace } = this.#staged
    const call = signal === undefined ? {} : { signal }
    const service = await cluster.get(this.#ref, call)
    if (service === undefined) return [{ ref: this.#ref, what: 'it was deleted', fatal: true }]
    const colour = service.spec?.selector?.[this.#where.label]
    const known = [this.#colour, ...(await workloadsBehind(cluster, service, { namespace, label: this.#where.label, ...call })).map((w) => w.spec.template.metadata.labels[this.#where.label] as string)]
    return known.includes(colour) ? [] : [{ ref: this.#ref, what: `its selector has ${this.#where.label}: ${String(colour)}, which no release has`, fatal: false }]
  }

  /** Capacity first: what gets the traffic has no fewer ready pods than what has it now. The selector changes only if it is as it was seen. */
  async #flip(from: string, to: string, on: MoveEvents): Promise<void> {
    const { cluster } = this.#staged
    const call = callOf(on)
    const { service } = await flippedService(cluster, { ...this.#where, ...call })
    await this.#until(`pods with ${this.#where.label}: ${to} to be as many as those of ${from}`, on, async () => {
      const [ready, needed] = await Promise.all([this.#ready(service, to, call), this.#ready(service, from, call)])
      return ready >= Math.max(1, needed) ? { done: undefined } : { waiting: `${ready} of ${Math.max(1, needed)} are ready` }
    })
    const path = `/spec/selector/${this.#where.label.replaceAll('~', '~0').replaceAll('/', '~1')}`
    await cluster.patch(this.#ref, 'json', [{ op: 'test', path, value: from }, { op: 'replace', path, value: to }], { ...call, fieldManager: 'pintle' }).catch(async (error: unknown) => {
      // Somebody flipped it: done, or not where it was.
      if ((await flippedService(cluster, { ...this.#where, ...call })).colour === to) return
      throw statusOf(error)?.code === 422 ? new PintleError('rollout.state', `somebody changed the selector of Service ${this.#ref.name}`, { cause: error }) : error
    })
    await this.#until(`Service ${this.#ref.name} to send its traffic to ${to}`, on, async () => {
      const { behind, ready } = await endpointsOf(cluster, { kind: 'Service', group: '', namespace: this.#staged.namespace, name: this.#ref.name }, call)
      const names = ready.map((p) => p.metadata.name!)
      return behind.size > 0 && names.length === behind.size && names.every((n) => behind.has(n)) ? { done: undefined } : { waiting: `${behind.size} pods are behind it, ${names.length} are ready` }
    })
  }

  async #ready(service: KubeObject, colour: string, call: CallOptions): Promise<number> {
    const labels = { ...(service.spec.selector as Record<string, string>), [this.#where.label]: colour }
    const { items } = await this.#staged.cluster.list('v1', 'Pod', { ...call, namespace: this.#staged.namespace, labelSelector: Object.entries(labels).map(([k, v]) => `${k}=${v}`).join(',') })
    return items.filter(isReady).length
  }

  /** Other releases whose pods the Service could select. */
  async #others(call: CallOptions): Promise<string[]> {
    return [...(await this.#otherWorkloads(call)).values()].filter((r): r is string => r !== undefined && r !== this.#staged.name)
  }

  async #other(call: CallOptions): Promise<string> {
    const colours = [...(await this.#otherWorkloads(call)).keys()]
    if (colours.length === 1) return colours[0]!
    throw new PintleError('rollout.state', colours.length === 0 ? `no other colour than ${this.#colour} is there to go back to` : `which colour to go back to is not certain: ${colours.join(', ')}`)
  }

  /** Colour -> release. */
  async #otherWorkloads(call: CallOptions): Promise<Map<string, string | undefined>> {
    const { cluster } = this.#staged
    const { service } = await flippedService(cluster, { ...this.#where, ...call })
    const workloads = await workloadsBehind(cluster, service, { namespace: this.#where.namespace, label: this.#where.label, ...call })
    return new Map(workloads.map((w) => [w.spec.template.metadata.labels[this.#where.label] as string, w.metadata.annotations?.['meta.helm.sh/release-name']] as const).filter(([colour]) => colour !== this.#colour))
  }

  async #record(name: string, call: CallOptions): Promise<ReadRelease | undefined> {
    const { cluster, namespace, driver } = this.#staged
    return await getRelease({ cluster, namespace, name, ...(driver && { driver }), ...call }).catch((error: unknown) => {
      if (isPintleError(error, 'release.notFound')) return undefined
      throw error
    })
  }

  /** The new release, where this rollout has installed it already. */
  async #installed(on: MoveEvents): Promise<ReadRelease | undefined> {
    const there = await this.#record(this.#staged.name, callOf(on))
    return there?.record.info.status === 'deployed' && there.record.version >= this.#options.revision ? there : undefined
  }

  /** Its records stay: the history says what ran, and why it went. */
  async #remove(name: string, description: string, on: MoveEvents): Promise<void> {
    const { cluster, namespace, driver, timeout, identity } = this.#staged
    const base = { cluster, namespace, name, ...(driver && { driver }), ...callOf(on) }
    const last = (await releaseHistory(base).catch((error: unknown) => {
      if (isPintleError(error, 'release.notFound')) return []
      throw error
    })).at(-1)
    if (last === undefined || last.record.info.status === 'uninstalled') return
    await uninstall({ ...base, ...on, ...(timeout !== undefined && { timeout }), ...(identity !== undefined && { identity }), keepHistory: true, description, wait: 'watcher' })
  }

  async #until<T>(what: string, on: MoveEvents, look: Parameters<typeof until<T>>[1]): Promise<T> {
    return await until({ what, every: this.#options.every ?? 500, timeout: this.#options.patience ?? this.#staged.timeout ?? 300_000, signal: on.signal }, look)
  }
}

/** The colour of the pods that the chart makes with these values. */
function colourOf(target: Manifest, { label }: TwoReleasesOptions['flip']): string {
  const colours = new Set(target.objects.filter((o) => o.kind === 'Deployment' || o.kind === 'StatefulSet').flatMap((o) => o.spec?.template?.metadata?.labels?.[label] ?? []) as string[])
  if (colours.size === 1) return [...colours][0]!
  throw refused(colours.size === 0 ? `no pods of the chart have the label ${label}` : `pods of the chart have several values of the label ${label}: ${[...colours].join(', ')}`, `The colour comes from the release's values: its pods carry \`${label}\`.`)
}

const callOf = (on: MoveEvents): CallOptions => (on.signal === undefined ? {} : { signal: on.signal })
