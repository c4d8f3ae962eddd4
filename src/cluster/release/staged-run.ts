import { PintleError, isPintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { abandonedResources } from './abandoned.ts'
import { updateResources } from './apply.ts'
import type { ApplyResult, ApplyRules } from './apply.ts'
import { ifCancelled } from './cancelled.ts'
import { messageOf, wrapped } from './failure.ts'
import { locatedDetails } from './finding.ts'
import type { ReleaseResult } from './install.ts'
import { markOwned } from './ownership.ts'
import { isClientSide } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { fittingRecord } from './record-size.ts'
import type { ReleaseRun } from './release-run.ts'
import { buildResources, unchangedOf, without } from './resources.ts'
import type { Resource } from './resources.ts'
import { rollbackWithin } from './rollback.ts'
import { noteRecord } from './save.ts'
import type { StageOptions, StagedOptions, StagedState, StagedUpgrade, StepOptions } from './staged.ts'
import type { OpenRelease } from './storage.ts'
import { recordKey } from './storage-driver.ts'
import type { StoredRelease } from './storage-driver.ts'
import { unionManifest } from './union-manifest.ts'
import { currentResources, requireFree } from './upgrade-steps.ts'

/** What an upgrade in stages begins with. */
export interface StagedStart {
  release: OpenRelease
  base: StoredRelease
  state: StagedState
  /** The newest revision, where that is the one an abort made. */
  last: StoredRelease | undefined
  /** Revisions that are marked deployed and were not to be any more once this ends. */
  deployed: readonly StoredRelease[]
  /** Of revisions that ended early since the base. */
  unsettled: readonly ReleaseRecord[]
}

type Options = Omit<StagedOptions, 'serverSide' | 'crds'>

/** See StagedUpgrade. */
export class StagedRun implements StagedUpgrade {
  readonly #run: ReleaseRun
  readonly #options: Options
  readonly #start: StagedStart
  readonly #release: OpenRelease
  /** What this very object brought the cluster to; what another run wrote down last it may not have brought. */
  #reached: string | undefined
  /** Objects without a state of their own, as this object wrote them last. */
  readonly #written = new Map<string, { text: string; live: KubeObject }>()
  #unsettled: readonly ReleaseRecord[]
  #applied: ApplyResult = { created: [], updated: [], deleted: [] }
  state: StagedState

  constructor(run: ReleaseRun, options: Options, start: StagedStart) {
    this.#run = run
    this.#options = options
    this.#start = start
    this.#release = start.release
    this.#unsettled = start.unsettled
    this.state = start.state
  }

  get record(): ReleaseRecord {
    return this.#release.record
  }
  get base(): ReleaseRecord {
    return this.#start.base.record
  }
  get lost(): AbortSignal {
    return this.#run.lost
  }

  async stage(manifest: string, options: StageOptions): Promise<void> {
    await this.#part(options, (run) => this.#stage(run, manifest, options))
  }

  async describe(description: string, options: StepOptions = {}): Promise<void> {
    await this.#part(options, async (run) => {
      this.#require('rolling')
      await this.#write(run, this.record.manifest, description)
    })
  }

  async finish(description?: string, options: StepOptions = {}): Promise<ReleaseResult> {
    return await this.#part(options, async (run) => {
      if (this.state !== 'finished') {
        const { manifest } = this.#options.target
        if (this.#reached !== manifest) await this.#stage(run, manifest, { description: 'Promoting' })
        else await this.#requireNewest(run)
        await run.hooks(this.#release, 'post-upgrade', this.#serverSide).catch((error: unknown) => {
          throw wrapped(error, (m) => `post-upgrade hooks failed: ${m}`)
        })
        run.throwIfEnded()
        this.#release.setStatus('deployed', description ?? 'Upgrade complete')
        // Written to its end, whoever cancels: what is deployed for one must be so for all.
        await this.#save(run.within({ signal: undefined }))
        this.state = 'finished'
      }
      const result = { record: this.record, labels: this.#release.stored.customLabels, applied: this.#applied }
      await this.#supersede(run)
      await this.#run.end()
      return result
    })
  }

  async abort(reason: string, { takeBack = false, ...options }: StepOptions = {}): Promise<ReleaseResult> {
    return await this.#part(options, async (run) => {
      if (this.state === 'finished') this.#require('rolling')
      const { last } = this.#start
      if (this.state === 'rolling' || this.#release.stored.status === 'pending-upgrade') {
        this.#release.setStatus('failed', reason)
        await this.#save(run)
      }
      if (this.state === 'aborted' && last !== undefined) {
        await this.#supersede(run)
        await this.#run.end()
        return { record: last.record, labels: last.customLabels }
      }
      this.state = 'aborting'
      const { target: _target, labels: _labels, takeOwnership: _take, origin: _origin, preflight: _looked, operation: _operation, signal: _signal, ...rest } = this.#options
      const result = await rollbackWithin(run, { ...rest, ...options, ...this.#rulesBack(takeBack), version: this.base.version, description: shortened(`Rollback to ${this.base.version}: ${reason}`) })
      this.state = 'aborted'
      return result
    })
  }

  /** The rollback is written as its target was. */
  #rulesBack(takeBack: boolean): { forceConflicts?: true } {
    return takeBack && !isClientSide(this.base.apply_method) && this.#options.forceReplace !== true ? { forceConflicts: true } : {}
  }

  async leave(): Promise<void> {
    const { note } = this.#release
    if (note !== undefined && this.state === 'rolling' && !this.lost.aborted) {
      this.#release.note = { ...note, left: new Date().toISOString() }
      // What cannot be written down, the Lease that is gone tells.
      await this.#save(this.#run.within({ signal: AbortSignal.timeout(15_000) })).catch((error: unknown) => {
        this.#options.onEvent?.({ type: 'warning', message: `that revision ${this.record.version} was left on purpose could not be written down: ${messageOf(error)}` })
      })
    }
    await this.#run.end()
  }

  /** One step, by its own signal and events. */
  async #part<T>({ signal, onEvent = this.#options.onEvent }: StepOptions, work: (run: ReleaseRun) => Promise<T>): Promise<T> {
    const run = this.#run.within({ signal, onEvent })
    run.throwIfEnded()
    const { name, version } = this.record
    return await work(run).catch((error: unknown) => {
      throw ifCancelled(error, signal, `Revision ${version} of ${name} stays ${this.#release.stored.status}, and lists all that may exist.`)
    })
  }

  #require(state: StagedState): void {
    if (this.state === state) return
    throw new PintleError('release.conflict', `revision ${this.record.version} of ${this.record.name} does not come in stages any more: it is ${this.state}`)
  }

  get #serverSide(): boolean {
    return !isClientSide(this.record.apply_method)
  }

  #rules(run: ReleaseRun, takeBack: boolean): ApplyRules {
    const { forceReplace = false, forceConflicts = false, conflicts } = this.#options
    return { serverSide: this.#serverSide, forceReplace, forceConflicts: forceConflicts || (takeBack && this.#serverSide && !forceReplace), conflicts, onEvent: run.options.onEvent, migrateManagers: this.#serverSide && isClientSide(this.base.apply_method), ...run.call }
  }

  async #stage(run: ReleaseRun, manifest: string, { description, wait = true, takeBack = false }: StageOptions): Promise<void> {
    this.#require('rolling')
    const { record } = this
    const { name, namespace } = record
    const { onEvent } = run.options
    const { definesKinds = false, takeOwnership = false, target: { locate, manifest: last } } = this.#options
    await this.#requireNewest(run)
    const originals = await currentResources(run, record)
    const targets = await buildResources(run.cluster, manifest, namespace, { ...run.call, definesKinds }).catch((error: unknown) => {
      throw wrapped(error, (m) => m, locatedDetails(error, locate))
    })
    const unchanged = isClientSide(this.base.apply_method) ? new Set<Resource>() : unchangedOf(originals, targets)
    const abandoned = await this.#abandoned(run, [...originals, ...targets])
    markOwned(targets, name, namespace)
    const { adopted, live } = await requireFree(run, originals, targets, namespace, takeOwnership)
    const union = unionManifest(record.manifest, manifest, namespace)
    fittingRecord({ ...record, manifest: union }, run.storage.driver, onEvent, 'nothing of this stage was changed')
    await this.#write(run, union, description)
    onEvent?.({ type: 'phase', phase: 'apply', detail: description })
    const applied = await updateResources(run.cluster, originals, targets, {
      ...this.#rules(run, takeBack), adopted, live, unchanged,
      // The last stage leaves nothing to trust.
      settled: manifest === last ? new Set() : this.#settled(targets),
      abandoned: { resources: abandoned, release: name, namespace },
      beforePrune: async () => { if (wait) await run.waitReady(targets) },
    })
    if (applied.error !== undefined) throw wrapped(applied.error, (m) => m, locatedDetails(applied.error, locate))
    await this.#requireNewest(run)
    await this.#write(run, manifest, description)
    this.#reached = manifest
    this.#unsettled = []
    this.#remember(targets, applied)
  }

  /** What revisions left that ended early, but for what comes in the end anyway. */
  async #abandoned(run: ReleaseRun, known: readonly Resource[]): Promise<Resource[]> {
    if (this.#unsettled.length === 0) return []
    const { definesKinds = false, target } = this.#options
    const coming = await buildResources(run.cluster, target.manifest, this.record.namespace, { ...run.call, definesKinds })
    return without(await abandonedResources(run.cluster, this.#unsettled, known, run.call), coming)
  }

  #settled(targets: readonly Resource[]): Set<Resource> {
    const settled = new Set<Resource>()
    for (const target of targets) {
      const written = this.#written.get(target.id)
      if (written === undefined || written.text !== JSON.stringify(target.object)) continue
      target.live = written.live
      settled.add(target)
    }
    return settled
  }

  /** What has a status of its own may change without a writer, and is written, and looked at, in every stage. */
  #remember(targets: readonly Resource[], { created, updated, deleted }: ApplyResult): void {
    for (const { id, object, live } of targets) {
      if (live !== undefined && live.status === undefined) this.#written.set(id, { text: JSON.stringify(object), live })
    }
    for (const { id } of deleted) this.#written.delete(id)
    this.#applied = { created: [...this.#applied.created, ...created], updated, deleted: [...this.#applied.deleted, ...deleted] }
  }

  /** Helm looks at no Lease: a rollback of its own may have made a revision that this run knows nothing of. */
  async #requireNewest(run: ReleaseRun): Promise<void> {
    run.throwIfLost()
    const { name, version } = this.record
    const next = await run.storage.driver.get(recordKey(name, version + 1), run.call)
    if (next !== undefined) throw overtaken(name, version, next)
  }

  async #write(run: ReleaseRun, manifest: string, description: string): Promise<void> {
    const { record } = this
    const before = record.info.description
    const { status } = record.info
    this.#release.setStatus(status, description)
    if (manifest === record.manifest && record.info.description === before) return
    record.manifest = manifest
    await this.#save(run)
  }

  /** Writes the record. Somebody who runs `helm test` meanwhile writes to it too, and takes the note off it: that is no other run. */
  async #save(run: ReleaseRun): Promise<void> {
    run.throwIfLost()
    const release = this.#release
    try {
      await release.save(run.call)
    } catch (error) {
      if (!isPintleError(error, 'release.conflict')) throw error
      const stored = await run.storage.driver.get(release.stored.key, run.call)
      const ours = stored?.note === undefined || stored.note.since === release.note?.since
      if (stored?.status !== 'pending-upgrade' || !ours) throw error
      await run.confirmHeld()
      for (const hook of release.record.hooks) {
        const theirs = stored.readable?.hooks.find(({ name, path }) => name === hook.name && path === hook.path)
        if (theirs !== undefined && hook.events.includes('test')) hook.last_run = theirs.last_run
      }
      release.rebase(stored)
      await release.save(run.call)
    }
    noteRecord(release, run.options.onEvent)
  }

  async #supersede(run: ReleaseRun): Promise<void> {
    for (const stored of this.#start.deployed) await run.saveOutcome(run.storage.open(stored).setStatus('superseded'))
  }
}

export const overtaken = (name: string, version: number, by: StoredRelease): PintleError => new PintleError('release.conflict', `revision ${version} of ${name} is not the last one any more: revision ${by.version} (${by.status}) was made meanwhile`, {
  hint: `\`pintle history ${name}\` shows who went on from there. Nothing more is written.`,
})

/** As long as the description of a revision may be. */
function shortened(text: string): string {
  const characters = [...text]
  return characters.length <= 256 ? text : `${characters.slice(0, 255).join('')}…`
}
