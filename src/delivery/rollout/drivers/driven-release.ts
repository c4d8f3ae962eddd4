import type { Cluster, KubeObject, ObjectRef } from '../../../cluster/kube/index.ts'
import { beginStaged, resumeStaged } from '../../../cluster/release/index.ts'
import type { ReleaseRecord, StagedOptions, StagedUpgrade } from '../../../cluster/release/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { Manifest } from '../manifest.ts'
import { configOf } from '../pod-references.ts'
import { newestRecord, superseding } from '../overtaken.ts'
import type { Disturbance, MoveEvents } from '../types.ts'

/** What a driver of another controller is opened with. */
export interface DriverOptions {
  /** How the release is upgraded, the target included. */
  readonly staged: StagedOptions
  /** The revision that the rollout makes. When it is stored already, it is taken over. */
  readonly revision: number
  /** `Rollout/web`, `Canary/web`; the only one of the release when left out. */
  readonly workload?: string | undefined
  /** Milliseconds without any change after which the controller counts as gone. Default: the release's timeout. */
  readonly patience?: number
  /** Milliseconds between two looks. Default 1000. */
  readonly every?: number
}

/** The release that a controller takes from one version to the next: one pending revision, whose record lists all that runs. */
export class DrivenRelease {
  readonly #options: DriverOptions
  readonly target: Manifest
  #staged: StagedUpgrade | undefined

  constructor(options: DriverOptions) {
    this.#options = options
    this.target = Manifest.read(options.staged.target.manifest, options.staged.namespace)
  }

  get cluster(): Cluster { return this.#options.staged.cluster }
  get namespace(): string { return this.#options.staged.namespace }
  get name(): string { return this.#options.staged.name }
  get every(): number { return this.#options.every ?? 1000 }
  get patience(): number { return this.#options.patience ?? this.#options.staged.timeout ?? 300_000 }

  /** An object as it is. @throws PintleError rollout.controller when it is gone */
  async live(ref: ObjectRef, signal: AbortSignal | undefined): Promise<KubeObject> {
    const object = await this.cluster.get(ref, { ...(signal && { signal }) })
    if (object === undefined) throw new PintleError('rollout.controller', `${ref.kind}/${ref.name} is gone`, { hint: 'Somebody deleted it while its release was rolled out.' })
    return object
  }

  /** Takes the pending revision over. @returns undefined when it was never stored */
  async resume(on: MoveEvents): Promise<StagedUpgrade | undefined> {
    if (this.#staged !== undefined) return this.#staged
    const { serverSide: _side, labels: _labels, maxHistory: _max, upgradeCrds: _crds, forceCrds: _force, crds: _files, ...rest } = this.#options.staged
    this.#staged = await resumeStaged({ ...rest, ...on, revision: this.#options.revision }).catch((error: unknown) => {
      if (isPintleError(error, 'release.notFound')) return undefined
      throw error
    })
    return this.#staged
  }

  async begin(on: MoveEvents): Promise<StagedUpgrade> {
    return this.#staged ??= await beginStaged({ ...this.#options.staged, ...on })
  }

  /** What is pending. @throws PintleError rollout.state when nothing is */
  async pending(on: MoveEvents): Promise<StagedUpgrade> {
    const staged = await this.resume(on)
    if (staged === undefined) throw new PintleError('rollout.state', `revision ${this.#options.revision} of ${this.name} was never begun`)
    return staged
  }

  /**
   * Brings the new version's objects: what is added, what `comes`, and what its pods read. What changes elsewhere, or goes away, waits for the promotion: the
   * old version still uses it.
   */
  async enter(staged: StagedUpgrade, workload: KubeObject, comes: (object: KubeObject) => boolean, description: string, on: MoveEvents): Promise<void> {
    if (staged.state !== 'rolling') return
    const config = configOf(workload)
    const wanted = (object: KubeObject): boolean => comes(object) || config.some((ref) => ref.kind === object.kind && ref.name === object.metadata.name)
    let manifest = Manifest.read(staged.base.manifest, this.namespace).plus(this.target, () => true)
    for (const object of this.target.objects) if (wanted(object)) manifest = manifest.with(object)
    await staged.stage(manifest.toString(), { description, wait: false, ...on })
  }

  async finish(description: string, on: MoveEvents): Promise<ReleaseRecord> {
    return (await (await this.pending(on)).finish(description, on)).record
  }

  /** Lets the release go for whoever goes on with it. */
  async leave(): Promise<void> {
    const staged = this.#staged
    this.#staged = undefined
    await staged?.leave()
  }

  /** Another revision that somebody made meanwhile. */
  async overtaken(signal: AbortSignal | undefined): Promise<Disturbance[]> {
    // What an abort made is no news.
    if (this.#staged !== undefined && this.#staged.state !== 'rolling') return []
    const { staged: { driver }, revision } = this.#options
    const newest = await newestRecord(this.cluster, this.namespace, this.name, { ...(driver && { driver }), ...(signal && { signal }) })
    return newest === undefined || newest.version <= revision ? [] : [superseding(this.namespace, this.name, newest)]
  }

  /** Rolls the release back. @returns undefined when no revision was stored */
  async abort(reason: string, on: MoveEvents): Promise<ReleaseRecord | undefined> {
    return (await (await this.resume(on))?.abort(reason, on))?.record
  }
}

/** The one object of this kind, or the named one. @throws PintleError rule.refused */
export function drivenObject(manifest: Manifest, group: string, kind: string, named?: string): KubeObject {
  const all = manifest.ofKind(kind, group)
  const name = named?.slice(named.indexOf('/') + 1)
  const found = name === undefined ? all : all.filter((o) => o.metadata.name === name)
  if (found.length === 1) return found[0]!
  throw new PintleError('rule.refused', found.length === 0 ? `the chart has no ${kind}${name === undefined ? '' : ` ${name}`} of ${group}` : `the chart has ${found.length} objects of kind ${kind}: ${found.map((o) => o.metadata.name).join(', ')}`, {
    hint: found.length === 0 ? `Choose another router, or add a ${kind}.` : `Set \`workload: ${kind}/NAME\`.`,
  })
}
