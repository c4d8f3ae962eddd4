import { PintleError, isPintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { abandonedResources, unsettledRecords } from './abandoned.ts'
import { ifCancelled } from './cancelled.ts'
import { checkRules, deleteResources, updateResources } from './apply.ts'
import type { ApplyRules } from './apply.ts'
import { checkRelease } from './check.ts'
import { joined, messageOf, wrapped } from './failure.ts'
import { goNow } from './go-time.ts'
import type { ReleaseResult } from './install.ts'
import { requireIdle } from './interrupted.ts'
import { forgetExpiredLease } from './lease.ts'
import { readLive } from './live.ts'
import { adoptable, generatesName, markOwned, ownerFor } from './ownership.ts'
import { preflight, requireServedHooks } from './preflight.ts'
import { serverSideFor } from './options.ts'
import type { ApplyOptions, ServerSide } from './options.ts'
import { isClientSide, isPending } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { fittingRecord } from './record-size.ts'
import { requireReleaseName } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { buildResources, goneText, unchangedOf, without } from './resources.ts'
import { rolloutOf } from './rollout-mark.ts'
import type { Resource } from './resources.ts'
import { noteRecord } from './save.ts'
import { notFound } from './storage.ts'
import type { OpenRelease, ReleaseHistory } from './storage.ts'
import type { StoredRelease } from './storage-driver.ts'

export interface RollbackOptions extends ApplyOptions {
  /** The revision to return to; 0 or left out for the one before the last. */
  version?: number
  /** Default `auto`: as the target revision was applied. */
  serverSide?: ServerSide
  cleanupOnFail?: boolean
  /** Records to keep; 0 for all. */
  maxHistory?: number
}

/** What is to be written over what; `live` as far as the preflight has read it. */
interface Written {
  originals: Resource[]
  targets: Resource[]
  abandoned: Resource[]
  live: ReadonlyMap<Resource, KubeObject | undefined> | undefined
}

const maxDescription = 256

/**
 * Makes a new revision out of an old one. Works on a stuck release too: that is how Helm's users free one.
 * Upstream: pkg/action/rollback.go. Unlike Helm, a failing hook marks the new revision failed instead of leaving it pending.
 */
export async function rollback(options: RollbackOptions): Promise<ReleaseResult> {
  const run = new ReleaseRun(options)
  return await new Rollback(run, options).execute().catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

/**
 * The same as the last part of a run that holds the release: what left the manifest serves until what comes back is ready.
 * @param run ends with it
 */
export async function rollbackWithin(run: ReleaseRun, options: RollbackOptions): Promise<ReleaseResult> {
  return await new Rollback(run, options, true).execute().catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

class Rollback {
  readonly #run: ReleaseRun
  readonly #options: RollbackOptions
  /** The run holds the release already. */
  readonly #isPart: boolean
  /** Nothing is deleted before what comes back is ready. */
  #readyFirst: boolean

  constructor(run: ReleaseRun, options: RollbackOptions, isPart = false) {
    this.#run = run
    this.#options = options
    this.#isPart = this.#readyFirst = isPart
  }

  async execute(): Promise<ReleaseResult> {
    const { name, version = 0, description = '', dryRun, maxHistory = 0, onEvent } = this.#options
    const length = [...description].length
    if (length > maxDescription) throw new PintleError('release.options', `description must be ${maxDescription} characters or less, got ${length}`)
    requireReleaseName(name, 'prepareRollback: Release name is invalid')
    if (version < 0) throw new PintleError('release.options', 'invalid release revision')
    onEvent?.({ type: 'phase', phase: 'prepare' })
    const history = await this.#run.storage.history(name, this.#run.call)
    const { last, target } = this.#choose(history)
    if (!this.#isPart) await this.#requireIdle(last)
    const serverSide = serverSideFor(this.#options.serverSide ?? 'auto', target.record.apply_method)
    checkRules({ serverSide, conflicts: this.#options.conflicts, forceConflicts: this.#options.forceConflicts === true, forceReplace: this.#options.forceReplace === true })
    const record = this.#newRecord(last.record, target, serverSide)
    const labels = target.customLabels
    if (dryRun === 'server' && this.#options.dryRunApply === true) return await this.#check(last, record, labels, serverSide)
    if (dryRun !== undefined) return { record, labels }
    const encoded = fittingRecord(record, this.#run.storage.driver, onEvent)
    const originals = await this.#build(last.record, 'current')
    const targets = await this.#build(record, 'new')
    const live = this.#options.preflight === true ? await this.#preflight(last, record, originals, targets, serverSide) : undefined
    const abandoned = await abandonedResources(this.#run.cluster, unsettledRecords(history, last.version), [...originals, ...targets], this.#run.call)
    try {
      const note = await this.#run.begin('rollback', record.version)
      this.#run.throwIfEnded()
      const release = await this.#run.storage.create(record, labels, { maxHistory, history, note, encoded })
      this.#run.working(release)
      noteRecord(release, onEvent)
      const result = await this.#perform(release, last, { originals, targets, abandoned, live }, serverSide).catch(async (error: unknown) => { throw await this.#ended(release, error) })
      await this.#supersede(history, record.version)
      return { ...result, labels }
    } catch (error) {
      throw this.#run.told(error)
    } finally {
      await this.#run.end()
    }
  }

  /** Of a rollout that nobody drives, both versions may be serving. */
  async #requireIdle(last: StoredRelease): Promise<void> {
    const run = await requireIdle(this.#run, last)
    const { name, namespace, dryRun, onEvent } = this.#options
    const rollout = await rolloutOf(this.#run.cluster, namespace, last, run, this.#run.call)
    if (rollout === undefined || dryRun !== undefined) return
    this.#readyFirst = true
    onEvent?.({ type: 'warning', message: `revision ${last.version} is a ${rollout} under way: nothing of it is deleted before the objects of the rollback are ready. \`pintle rollout abort ${name}\` takes its traffic back first` })
  }

  #choose(history: ReleaseHistory): { last: StoredRelease; target: StoredRelease } {
    const { last } = history
    if (last === undefined) throw notFound()
    const version = this.#options.version || last.version - 1
    const target = history.version(version)
    if (target === undefined) {
      const have = history.revisions.map((s) => s.version).join(', ')
      throw new PintleError('release.notFound', `release has no ${version} version`, { hint: `It has ${have}.` })
    }
    return { last, target }
  }

  #newRecord(current: ReleaseRecord, target: StoredRelease, serverSide: boolean): ReleaseRecord {
    const { record } = target
    const { first_deployed } = current.info
    return {
      ...record,
      name: this.#options.name,
      namespace: current.namespace,
      version: current.version + 1,
      hooks: record.hooks.map((hook) => ({ ...hook })),
      apply_method: serverSide ? 'ssa' : 'csa',
      info: {
        ...(first_deployed && { first_deployed }),
        last_deployed: goNow(),
        status: 'pending-rollback',
        description: this.#options.description || `Rollback to ${target.version}`,
        rollback_revision: target.version,
        ...(record.info.notes && { notes: record.info.notes }),
      },
    }
  }

  /** Helm rolls back over whatever is there; here objects that a later revision gave up, and somebody else has by now, are refused too. */
  async #preflight(last: StoredRelease, record: ReleaseRecord, originals: Resource[], targets: Resource[], serverSide: boolean): Promise<ReadonlyMap<Resource, KubeObject | undefined>> {
    // The stored manifests carry no marks of ownership; both sides lack them alike.
    const added = without(targets, originals).filter((r) => !generatesName(r))
    try {
      const { objects: live } = await readLive(this.#run.cluster, added, this.#run.call)
      if (this.#options.disableHooks !== true) await requireServedHooks(this.#run.cluster, record, ['pre-rollback', 'post-rollback'], this.#run.call)
      const adopted = adoptable(added, live, this.#options.name, record.namespace, false)
      return await preflight({ cluster: this.#run.cluster, originals, targets, adopted, live, rules: this.#rules(last, serverSide) })
    } catch (error) {
      throw wrapped(error, (m) => (isPintleError(error, 'release.ownership') ? `unable to continue with rollback: ${m}` : m))
    }
  }

  async #check(last: StoredRelease, record: ReleaseRecord, labels: Record<string, string>, serverSide: boolean): Promise<ReleaseResult> {
    const { name, disableHooks = false } = this.#options
    const originals = await this.#build(last.record, 'current')
    markOwned(originals, name, record.namespace)
    const checked = await checkRelease({
      cluster: this.#run.cluster, namespace: record.namespace, manifest: record.manifest, hooks: disableHooks ? [] : record.hooks, events: ['pre-rollback', 'post-rollback'],
      crds: [], createsNamespace: false, originals, rules: this.#rules(last, serverSide), own: ownerFor(originals, name, record.namespace, false), ...this.#run.call,
    })
    return { record, labels, ...checked }
  }

  #rules(last: StoredRelease, serverSide: boolean): ApplyRules {
    const { onEvent, forceReplace = false, forceConflicts = false, conflicts } = this.#options
    // Objects of a server-side revision have no client-side fields left to move.
    return { serverSide, forceReplace, forceConflicts, conflicts, onEvent, migrateManagers: serverSide && isClientSide(last.record.apply_method), ...this.#run.call }
  }

  async #build(record: ReleaseRecord, which: 'current' | 'new'): Promise<Resource[]> {
    const skipping = which === 'current'
      ? { anyVersion: true, unserved: (object: KubeObject) => this.#options.onEvent?.({ type: 'warning', message: goneText(object, 'current') }) }
      : { definesKinds: this.#options.definesKinds === true }
    return await buildResources(this.#run.cluster, record.manifest, record.namespace, { ...this.#run.call, ...skipping }).catch((error: unknown) => {
      throw wrapped(error, (m) => `unable to build kubernetes objects from ${which} release manifest: ${m}`, {
        fallback: 'release.build',
        ...(which === 'new' && isPintleError(error, 'release.build') && {
          hint: 'What was stored cannot be applied any more. Go forward instead: upgrade with the chart and values of that revision, its apiVersions changed to what the cluster serves.',
        }),
      })
    })
  }

  async #perform(release: OpenRelease, last: StoredRelease, written: Written, serverSide: boolean): Promise<Omit<ReleaseResult, 'labels'>> {
    const { name, onEvent, cleanupOnFail = false } = this.#options
    const { originals, targets, abandoned, live } = written
    await this.#hooks(release, 'pre-rollback', serverSide)
    const unchanged = isClientSide(last.record.apply_method) ? new Set<Resource>() : unchangedOf(originals, targets)
    markOwned(targets, name, release.record.namespace)
    onEvent?.({ type: 'phase', phase: 'apply' })
    const waited = (run: ReleaseRun) => run.waitReady(targets).catch(async (error: unknown) => {
      this.#run.throwIfLost()
      release.setStatus('failed', `Release "${name}" failed: ${messageOf(error)}`)
      await this.#run.saveOutcome(release)
      throw wrapped(error, (m) => `release ${name} failed: ${m}`)
    })
    const beforePrune = (): Promise<void> => waited(this.#run.strategy === 'hookOnly' ? this.#run.within({ wait: 'watcher' }) : this.#run)
    const applied = await updateResources(this.#run.cluster, originals, targets, {
      ...this.#rules(last, serverSide), unchanged, ...(live !== undefined && { live }),
      abandoned: { resources: abandoned, release: name, namespace: release.record.namespace },
      needCreated: cleanupOnFail, ...(this.#readyFirst && { beforePrune }),
    })
    if (applied.error !== undefined) throw await this.#failUpdate(release, last, applied.created, applied.error)
    if (!this.#readyFirst) await waited(this.#run)
    await this.#hooks(release, 'post-rollback', serverSide)
    await this.#run.saveDeployed(release)
    return { record: release.record, applied }
  }

  /** All earlier deployments are superseded (helm/helm#2941); a revision that was stuck did not succeed. */
  async #supersede(history: ReleaseHistory, version: number): Promise<void> {
    for (const stored of history.withStatus('deployed')) await this.#run.saveOutcome(this.#run.storage.open(stored).setStatus('superseded'))
    const { last } = history
    if (last !== undefined && isPending(last.status)) {
      await forgetExpiredLease(this.#run.cluster, this.#options.namespace, this.#options.name)
      await this.#run.saveOutcome(this.#run.storage.open(last).setStatus('failed', `Interrupted while ${last.status}; followed by the rollback in revision ${version}`))
    }
  }

  async #hooks(release: OpenRelease, event: 'pre-rollback' | 'post-rollback', serverSide: boolean): Promise<void> {
    await this.#run.hooks(release, event, serverSide).catch(async (error: unknown) => {
      this.#run.throwIfLost()
      release.setStatus('failed', `Rollback "${this.#options.name}" failed: ${messageOf(error)}`)
      await this.#run.saveOutcome(release)
      throw error
    })
  }

  async #failUpdate(release: OpenRelease, last: StoredRelease, created: readonly Resource[], error: unknown): Promise<Error> {
    this.#run.throwIfLost()
    const current = this.#run.storage.open(last).setStatus('superseded')
    release.setStatus('failed', `Rollback "${this.#options.name}" failed: ${messageOf(error)}`)
    await this.#run.saveOutcome(release)
    await this.#run.saveOutcome(current)
    if (this.#options.cleanupOnFail === true && created.length > 0) {
      const errors = await deleteResources(this.#run.cluster, created, { propagation: 'Background' })
      if (errors.length > 0) {
        return new PintleError('release.failed', `an error occurred while cleaning up resources. original rollback error: unable to cleanup resources: ${joined(errors, ', ').message}`, { cause: error })
      }
    }
    return wrapped(error, (m) => m)
  }

  /** A cancelled rollback must not stay pending. */
  async #ended(release: OpenRelease, error: unknown): Promise<unknown> {
    const { name, signal } = this.#options
    if (signal?.aborted !== true) return error
    this.#run.throwIfLost()
    const { record } = release
    const target = record.info.rollback_revision ?? ''
    const cancelled = ifCancelled(error, signal, `Revision ${record.version} of ${name}, the rollback to ${target}, is stored as failed; some objects may be written already. \`pintle rollback ${name} ${target}\` does it again, \`pintle upgrade ${name} CHART\` goes forward.`)
    await this.#run.saveOutcome(release.setStatus('failed', `Rollback "${name}" failed: ${messageOf(cancelled)}`))
    return cancelled
  }
}
