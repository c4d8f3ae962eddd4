import { PintleError, isPintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { abandonedResources, unsettledRecords } from './abandoned.ts'
import { ifCancelled } from './cancelled.ts'
import { checkRules, deleteResources, updateResources } from './apply.ts'
import type { ApplyResult, ApplyRules } from './apply.ts'
import { checkRelease } from './check.ts'
import { joined, messageOf, wrapped } from './failure.ts'
import { locatedDetails } from './finding.ts'
import type { Locate } from './finding.ts'
import { install, pendingRecord } from './install.ts'
import type { InstallOptions, ReleaseResult } from './install.ts'
import { freeInterrupted } from './interrupted.ts'
import { markOwned, ownerFor } from './ownership.ts'
import { checkLabels, serverSideFor } from './options.ts'
import { withOrigin } from './origin.ts'
import type { ApplyOptions, CrdOptions, ReleaseSource, ServerSide } from './options.ts'
import { isClientSide, mergeLabels } from './record.ts'
import { fittingRecord } from './record-size.ts'
import { releaseNameFault } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { buildResources, unchangedOf } from './resources.ts'
import type { Resource } from './resources.ts'
import { preflight, requireServedHooks } from './preflight.ts'
import { rollback } from './rollback.ts'
import { noteRecord } from './save.ts'
import { ReleaseHistory } from './storage.ts'
import type { OpenRelease } from './storage.ts'
import type { StoredRelease } from './storage-driver.ts'
import { bringCrds, currentResources, requireFree } from './upgrade-steps.ts'

export interface UpgradeOptions extends ApplyOptions, CrdOptions {
  source: ReleaseSource
  /** Default `auto`. */
  serverSide?: ServerSide
  takeOwnership?: boolean
  /** Return to the last good revision when it fails (--rollback-on-failure). */
  rollbackOnFailure?: boolean
  /** Delete what a failed upgrade created. */
  cleanupOnFail?: boolean
  /** Records to keep; 0 for all. Helm's commands pass 10. */
  maxHistory?: number
  labels?: Record<string, string>
  /**
   * What to do with a revision that a crashed Pintle run left pending: go on from it once its Lease has expired (default),
   * or refuse as for any other pending revision.
   */
  interrupted?: 'continue' | 'refuse'
}

/**
 * Upgrades a release to what `source` renders. Upstream: pkg/action/upgrade.go.
 * Order of writes: record (pending-upgrade), hooks and objects, record deployed, then the old ones superseded, so that a
 * deployed revision exists at every moment (Helm supersedes first).
 */
export async function upgrade(options: UpgradeOptions, known?: ReleaseHistory): Promise<ReleaseResult> {
  const run = new ReleaseRun(options, options.rollbackOnFailure)
  return await new Upgrade(run, options).execute(known).catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

export interface UpgradeOrInstallOptions extends UpgradeOptions, Pick<InstallOptions, 'createNamespace' | 'skipCrds'> {
  /** Told before anything else is done when there is no release to upgrade. */
  onInstall?: () => void
}

/**
 * `upgrade --install`: installs when there is no release, or an uninstalled one whose history was kept.
 * @param known the revisions as somebody read them: when another run made one since, this one fails
 */
export async function upgradeOrInstall(options: UpgradeOrInstallOptions, known?: ReleaseHistory): Promise<ReleaseResult & { installed: boolean }> {
  const fault = releaseNameFault(options.name)
  if (fault !== undefined) throw new PintleError('release.name', `release name is invalid: ${options.name}`, { hint: fault })
  const { createNamespace, skipCrds, onInstall, ...upgradeOptions } = options
  const history = known ?? await new ReleaseRun(options).storage.history(options.name, options.signal === undefined ? {} : { signal: options.signal }).catch((error: unknown) => { throw ifCancelled(error, options.signal) })
  const uninstalled = history.last?.status === 'uninstalled'
  if (history.last !== undefined && !uninstalled) return { ...await upgrade(upgradeOptions, history), installed: false }
  onInstall?.()
  const { serverSide, maxHistory: _max, cleanupOnFail: _cleanup, interrupted: _interrupted, ...rest } = upgradeOptions
  const extra = { ...(createNamespace !== undefined && { createNamespace }), ...(skipCrds !== undefined && { skipCrds }), ...(uninstalled && { replace: true }) }
  return { ...await install({ ...rest, ...extra, serverSide: serverSide !== false }, history), installed: true }
}

interface Start {
  history: ReleaseHistory
  current: StoredRelease
  release: OpenRelease['record']
  encoded: string | undefined
  labels: Record<string, string>
  serverSide: boolean
  locate: Locate | undefined
}

interface Prepared extends Start {
  originals: Resource[]
  targets: Resource[]
  unchanged: Set<Resource>
  abandoned: Resource[]
  adopted: Resource[]
  live: ReadonlyMap<Resource, KubeObject | undefined>
}

/** What holds the rollback up is what a person must mend first. */
function rollbackHint(error: unknown, second: unknown): { hint?: string } {
  if (!isPintleError(second) || second.hint === undefined) return {}
  return { hint: `${isPintleError(error) && error.hint !== undefined ? `${error.hint}\n` : ''}The rollback: ${second.hint}` }
}

class Upgrade {
  readonly #run: ReleaseRun
  readonly #options: UpgradeOptions
  #applying = false

  constructor(run: ReleaseRun, options: UpgradeOptions) {
    this.#run = run
    this.#options = options
  }

  async execute(known: ReleaseHistory | undefined): Promise<ReleaseResult> {
    const { name, dryRun, description, maxHistory = 0, origin, onEvent } = this.#options
    const fault = releaseNameFault(name)
    if (fault !== undefined) throw new PintleError('release.name', `release name is invalid: ${name}`, { hint: fault })
    onEvent?.({ type: 'phase', phase: 'prepare' })
    const base = await this.#start(known)
    if (dryRun === 'server' && this.#options.dryRunApply === true) return await this.#check(base)
    const prepared = await this.#prepare(base)
    const { release: record, encoded, labels, history } = prepared
    if (dryRun !== undefined) {
      record.info.description = description || 'Dry run complete'
      return { record, labels }
    }
    if (this.#options.preflight === true) {
      const { originals, targets, adopted, live } = prepared
      if (this.#options.disableHooks !== true) await requireServedHooks(this.#run.cluster, record, ['pre-upgrade', 'post-upgrade'], { locate: prepared.locate, ...this.#run.call })
      prepared.live = await preflight({ cluster: this.#run.cluster, originals, targets, adopted, live, rules: this.#rules(prepared), locate: prepared.locate })
    }
    try {
      const note = await this.#run.begin('upgrade', record.version)
      this.#run.throwIfEnded()
      const release = await this.#run.storage.create(record, labels, { maxHistory, history, note, encoded, origin })
      this.#run.working(release)
      noteRecord(release, onEvent)
      return await this.#perform(release, prepared)
    } catch (error) {
      throw this.#run.told(error)
    } finally {
      await this.#run.end()
    }
  }

  /** Reads the history and renders. */
  async #start(known: ReleaseHistory | undefined): Promise<Start> {
    const { name, labels: desired, dryRun, source, conflicts } = this.#options
    let history = known ?? await this.#run.storage.history(name, this.#run.call)
    history = await freeInterrupted(this.#run, history, this.#options.interrupted ?? 'continue', dryRun !== undefined)
    const { last, current } = this.#baseOf(history)
    const namespace = current.record.namespace
    const revision = last.version + 1
    const serverSide = serverSideFor(this.#options.serverSide ?? 'auto', last.record.apply_method)
    checkRules({ serverSide, conflicts, forceConflicts: this.#options.forceConflicts === true, forceReplace: this.#options.forceReplace === true })
    const withCrds = dryRun === undefined && await bringCrds(this.#run, { ...this.#options, files: source.crds ?? [], chart: source.chart?.bind(source), namespace, version: revision })
    const rendered = await source.render({ name, namespace, revision, isInstall: false, isUpgrade: true, current: current.record, ...(dryRun && { dryRun }) })
    checkLabels(desired)
    const release = pendingRecord(rendered, {
      name, namespace, version: revision, serverSide, status: 'pending-upgrade', description: withOrigin('Preparing upgrade', this.#options.origin),
      firstDeployed: current.record.info.first_deployed,
    })
    const encoded = dryRun === 'client' ? undefined : fittingRecord(release, this.#run.storage.driver, this.#options.onEvent, withCrds ? "only the chart's CRDs were upgraded" : undefined)
    return { history, current, release, encoded, labels: mergeLabels(last.customLabels, desired), serverSide, locate: rendered.locate }
  }

  async #prepare(start: Start): Promise<Prepared> {
    const { name } = this.#options
    const { history, current, release } = start
    const { namespace } = release
    const targets = await buildResources(this.#run.cluster, release.manifest, namespace, { ...this.#run.call, definesKinds: this.#options.definesKinds === true }).catch((error: unknown) => {
      throw wrapped(error, (m) => m, locatedDetails(error, start.locate))
    })
    const originals = await currentResources(this.#run, start.current.record)
    const unchanged = isClientSide(current.record.apply_method) ? new Set<Resource>() : unchangedOf(originals, targets)
    const abandoned = await abandonedResources(this.#run.cluster, unsettledRecords(history, current.version), [...originals, ...targets], this.#run.call)
    markOwned(targets, name, namespace)
    const { adopted, live } = await requireFree(this.#run, originals, targets, namespace, this.#options.takeOwnership === true)
    return { ...start, originals, targets, unchanged, abandoned, adopted, live }
  }

  /** The revision to start from: the deployed one, or a failed or superseded last one when nothing is deployed. */
  #baseOf(history: ReleaseHistory): { last: StoredRelease; current: StoredRelease } {
    const { last, deployed } = history
    if (last !== undefined && deployed !== undefined) return { last, current: last.status === 'deployed' ? last : deployed }
    if (last !== undefined && (last.status === 'failed' || last.status === 'superseded')) return { last, current: last }
    throw new PintleError('release.noDeployed', `"${this.#options.name}" has no deployed releases`, last === undefined ? {} : { hint: `Its last revision is ${last.status}.${last.status === 'uninstalling' ? ` \`pintle uninstall ${this.#options.name}\` again ends that.` : ''}` })
  }

  async #perform(release: OpenRelease, prepared: Prepared): Promise<ReleaseResult> {
    const { description } = this.#options
    const { serverSide, targets, history, labels } = prepared
    let applied: ApplyResult = { created: [], updated: [], deleted: [] }
    try {
      await this.#run.hooks(release, 'pre-upgrade', serverSide).catch((error: unknown) => {
        throw wrapped(error, (m) => `pre-upgrade hooks failed: ${m}`)
      })
      applied = await this.#apply(prepared)
      if (applied.error !== undefined) throw applied.error
      await this.#run.waitReady(targets)
      await this.#run.hooks(release, 'post-upgrade', serverSide).catch((error: unknown) => {
        throw wrapped(error, (m) => `post-upgrade hooks failed: ${m}`)
      })
    } catch (error) {
      throw await this.#fail(release, ifCancelled(error, this.#options.signal, this.#standing(release, prepared)), applied.created)
    }
    await this.#run.saveDeployed(release, description || 'Upgrade complete')
    const old = history.revisions.filter((s) => s.status === 'deployed' || s.version === prepared.current.version)
    for (const stored of old) await this.#run.saveOutcome(this.#run.storage.open(stored).setStatus('superseded'))
    return { record: release.record, labels, applied }
  }

  #rules({ serverSide, current }: Start): ApplyRules {
    const { forceReplace = false, forceConflicts = false, conflicts, onEvent } = this.#options
    return { serverSide, forceReplace, forceConflicts, conflicts, onEvent, migrateManagers: serverSide && isClientSide(current.record.apply_method), ...this.#run.call }
  }

  async #apply(prepared: Prepared): Promise<ApplyResult> {
    const { originals, targets, unchanged, abandoned, adopted, live, release, locate } = prepared
    const { cleanupOnFail = false, onEvent } = this.#options
    onEvent?.({ type: 'phase', phase: 'apply' })
    this.#applying = true
    const applied = await updateResources(this.#run.cluster, originals, targets, {
      ...this.#rules(prepared), adopted, live, unchanged,
      abandoned: { resources: abandoned, release: release.name, namespace: release.namespace },
      needCreated: cleanupOnFail,
    })
    return applied.error === undefined ? applied : { ...applied, error: wrapped(applied.error, (m) => m, locatedDetails(applied.error, locate)) }
  }

  /** `--dry-run=server` that asks the server for every object. */
  async #check(start: Start): Promise<ReleaseResult> {
    const { name, description, takeOwnership = false, source, disableHooks = false, upgradeCrds } = this.#options
    const { release: record, labels } = start
    const originals = await currentResources(this.#run, start.current.record)
    markOwned(originals, name, record.namespace)
    const checked = await checkRelease({
      cluster: this.#run.cluster, namespace: record.namespace, manifest: record.manifest, hooks: disableHooks ? [] : record.hooks, events: ['pre-upgrade', 'post-upgrade'],
      crds: upgradeCrds === true ? (source.crds ?? []) : [], createsNamespace: false, originals, rules: this.#rules(start), locate: start.locate,
      own: ownerFor(originals, name, record.namespace, takeOwnership),
      ...this.#run.call,
    })
    record.info.description = description || 'Dry run complete'
    return { record, labels, ...checked }
  }

  /** Where a cancelled upgrade leaves the release. */
  #standing(release: OpenRelease, { history, current }: Prepared): string {
    const { name } = this.#options
    const objects = this.#applying ? 'some objects may be written already' : 'none of its objects was changed'
    const before = history.deployed === undefined ? '' : `, and revision ${current.version} is still the deployed one`
    return `Revision ${release.record.version} of ${name} is stored as failed; ${objects}${before}. \`pintle upgrade ${name} CHART\` goes on from here, \`pintle rollback ${name} ${current.version}\` goes back.`
  }

  async #fail(release: OpenRelease, error: unknown, created: readonly Resource[]): Promise<Error> {
    const { name, cleanupOnFail, rollbackOnFailure } = this.#options
    this.#run.throwIfLost()
    release.setStatus('failed', `Upgrade "${name}" failed: ${messageOf(error)}`)
    await this.#run.saveOutcome(release)
    if (cleanupOnFail === true && created.length > 0) {
      this.#options.onEvent?.({ type: 'phase', phase: 'cleanup' })
      const errors = await deleteResources(this.#run.cluster, created, { propagation: 'Background' })
      if (errors.length > 0) {
        return wrapped(error, (m) => `an error occurred while cleaning up resources. original upgrade error: ${m}: unable to cleanup resources: ${joined(errors, ', ').message}`)
      }
    }
    if (rollbackOnFailure === true) return await this.#rollBack(error)
    return wrapped(error, (m) => m)
  }

  async #rollBack(error: unknown): Promise<Error> {
    const { name, onEvent } = this.#options
    await this.#run.end()
    // The rollback runs to its end also when the upgrade was cancelled, and watches nothing longer than it must.
    const { signal: _cancelled, source: _source, labels: _labels, takeOwnership: _take, description: _text, origin: _origin, dryRun: _none, maxHistory: _max, cleanupOnFail: _cleanup, stableFor: _stable, preflight: _looked, ...rest } = this.#options
    try {
      const good = new ReleaseHistory(name, (await this.#run.storage.history(name)).withStatus('superseded', 'deployed')).last
      if (good === undefined) {
        return wrapped(error, (m) => `unable to find a previously successful release when attempting to rollback. original upgrade error: ${m}`)
      }
      onEvent?.({ type: 'phase', phase: 'rollback', detail: `revision ${good.version}` })
      await rollback({ ...rest, version: good.version, wait: this.#run.strategy })
    } catch (second) {
      return wrapped(error, (m) => `an error occurred while rolling back the release. original upgrade error: ${m}: ${messageOf(second)}`, {
        code: 'release.failed',
        ...rollbackHint(error, second),
        details: { rollback: messageOf(second) },
      })
    }
    return wrapped(error, (m) => `release ${name} failed, and has been rolled back due to rollback-on-failure being set: ${m}`, {
      code: 'release.rolledBack',
      ...(this.#options.signal?.aborted ? { hint: `\`pintle history ${name}\` shows the revision it was rolled back to.` } : {}),
    })
  }
}
