import { PintleError } from '../../errors/index.ts'
import { unsettledRecords } from './abandoned.ts'
import { checkRules } from './apply.ts'
import { ifCancelled } from './cancelled.ts'
import { messageOf, wrapped } from './failure.ts'
import { locatedDetails } from './finding.ts'
import { hooksFor } from './hooks.ts'
import { pendingRecord } from './install.ts'
import { freeInterrupted, requireIdle } from './interrupted.ts'
import { checkLabels, serverSideFor } from './options.ts'
import { originOf, withOrigin } from './origin.ts'
import { markOwned } from './ownership.ts'
import { preflight, requireServedHooks } from './preflight.ts'
import { isClientSide, isPending, mergeLabels } from './record.ts'
import { fittingRecord } from './record-size.ts'
import { requireReleaseName } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { buildResources } from './resources.ts'
import { noteRecord } from './save.ts'
import { StagedRun, overtaken } from './staged-run.ts'
import type { ResumeOptions, StagedOptions, StagedState, StagedUpgrade } from './staged.ts'
import type { OpenRelease, ReleaseHistory } from './storage.ts'
import type { StoredRelease } from './storage-driver.ts'
import { unionManifest } from './union-manifest.ts'
import { bringCrds, currentResources, requireFree } from './upgrade-steps.ts'

/**
 * Begins an upgrade in stages: CRDs, what `preflight` of an upgrade finds, the pending revision, pre-upgrade hooks of the target. No object of the chart
 * has changed then. Throws what `upgrade` throws, and release.noDeployed when nothing is deployed.
 * @param known the revisions as somebody read them: when another run made one since, this one fails
 */
export async function beginStaged(options: StagedOptions, known?: ReleaseHistory): Promise<StagedUpgrade> {
  const run = runOf(options)
  return await begin(run, options, known).catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

/**
 * Takes over the revision of a run that ended: the same guarantees from wherever it ended. Pre-upgrade hooks that had not ended run again.
 * Throws release.pending while that run lives, release.notFound when the revision was never stored, release.conflict when other revisions followed it.
 */
export async function resumeStaged(options: ResumeOptions): Promise<StagedUpgrade> {
  const run = runOf(options)
  return await resume(run, options).catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

/** Stages are waited for, whatever Helm would do. */
const runOf = (options: ResumeOptions | StagedOptions): ReleaseRun => new ReleaseRun({ ...options, wait: options.wait ?? 'watcher' })

async function begin(run: ReleaseRun, options: StagedOptions, known: ReleaseHistory | undefined): Promise<StagedUpgrade> {
  const { name, operation, target, origin, onEvent, maxHistory = 0, conflicts, forceConflicts = false, forceReplace = false } = options
  requireReleaseName(name, 'release name is invalid')
  onEvent?.({ type: 'phase', phase: 'prepare' })
  const history = await freeInterrupted(run, known ?? await run.storage.history(name, run.call), 'continue', false)
  const { last, deployed: base } = history
  if (last === undefined || base === undefined) throw new PintleError('release.noDeployed', `"${name}" has no deployed releases`, { hint: `A ${operation} rollout puts a new version beside one that runs: install the release first.` })
  const { namespace } = base.record
  const version = last.version + 1
  const serverSide = serverSideFor(options.serverSide ?? 'auto', last.record.apply_method)
  checkRules({ serverSide, conflicts: conflicts ?? [], forceConflicts, forceReplace })
  checkLabels(options.labels)
  const withCrds = await bringCrds(run, { ...options, files: options.crds ?? [], chart: () => target.chart, namespace, version })
  const record = pendingRecord({ ...target, manifest: base.record.manifest }, {
    name, namespace, version, serverSide, status: 'pending-upgrade', description: withOrigin(`Preparing ${operation} rollout`, origin), firstDeployed: base.record.info.first_deployed,
  })
  const changed = withCrds ? "only the chart's CRDs were upgraded" : undefined
  fittingRecord({ ...record, manifest: unionManifest(base.record.manifest, target.manifest, namespace) }, run.storage.driver, onEvent, changed)
  await examine(run, options, base, record.hooks.length > 0 ? record : undefined, serverSide)
  try {
    const note = await run.begin(operation, version, true)
    run.throwIfEnded()
    const release = await run.storage.create(record, mergeLabels(last.customLabels, options.labels), { maxHistory, history, note, origin, ...run.call })
    run.working(release)
    noteRecord(release, onEvent)
    await preUpgrade(run, release)
    await release.setStatus('pending-upgrade', `${operation === 'canary' ? 'Canary' : 'Blue-green'} rollout begun`).save(run.call)
    noteRecord(release, onEvent)
    return new StagedRun(run, options, { release, base, state: 'rolling', last: undefined, deployed: deployedBesides(history, version), unsettled: unsettledRecords(history, base.version) })
  } catch (error) {
    await run.end()
    throw run.told(error)
  }
}

/** What an upgrade to the target would be refused for, before anything is written. */
async function examine(run: ReleaseRun, options: StagedOptions, base: StoredRelease, hooked: OpenRelease['record'] | undefined, serverSide: boolean): Promise<void> {
  const { target: { manifest, locate }, definesKinds = false, takeOwnership = false, forceReplace = false, forceConflicts = false, conflicts, onEvent } = options
  const { namespace } = base.record
  const targets = await buildResources(run.cluster, manifest, namespace, { ...run.call, definesKinds }).catch((error: unknown) => {
    throw wrapped(error, (m) => m, locatedDetails(error, locate))
  })
  const originals = await currentResources(run, base.record)
  markOwned(targets, options.name, namespace)
  const { adopted, live } = await requireFree(run, originals, targets, namespace, takeOwnership)
  if (options.preflight !== true) return
  if (options.disableHooks !== true && hooked !== undefined) await requireServedHooks(run.cluster, hooked, ['pre-upgrade', 'post-upgrade'], { locate, ...run.call })
  const rules = { serverSide, forceReplace, forceConflicts, conflicts, onEvent, migrateManagers: serverSide && isClientSide(base.record.apply_method), ...run.call }
  await preflight({ cluster: run.cluster, originals, targets, adopted, live, rules, locate })
}

/** A hook that fails ends it: nothing else was changed. */
async function preUpgrade(run: ReleaseRun, release: OpenRelease): Promise<void> {
  const { name, signal } = run.options
  await run.hooks(release, 'pre-upgrade', !isClientSide(release.record.apply_method)).catch(async (failure: unknown) => {
    run.throwIfLost()
    const error = ifCancelled(wrapped(failure, (m) => `pre-upgrade hooks failed: ${m}`), signal, `Revision ${release.record.version} of ${name} is stored as failed; none of its objects was changed.`)
    await run.saveOutcome(release.setStatus('failed', `Upgrade "${name}" failed: ${messageOf(error)}`))
    throw error
  })
}

async function resume(run: ReleaseRun, options: ResumeOptions): Promise<StagedUpgrade> {
  const { name, operation, revision, onEvent } = options
  onEvent?.({ type: 'phase', phase: 'prepare' })
  const history = await run.storage.history(name, run.call)
  const found = standing(history, name, revision)
  await requireIdle(run, history.last!)
  try {
    const note = await run.begin(operation, revision, true)
    const release = run.storage.open(found.ours, options.origin ?? originOf(found.ours.record.info.description))
    release.note = note
    run.working(release)
    if (found.state === 'rolling') {
      // Of two that take it over one writes first, also where no Lease can be had.
      await release.save(run.call)
      noteRecord(release, onEvent)
      if (!isBegun(release, found.base)) {
        await preUpgrade(run, release)
        await release.save(run.call)
      }
    }
    const { base, state, last } = found
    return new StagedRun(run, options, { release, base, state, last, deployed: deployedBesides(history, (last ?? found.ours).version), unsettled: unsettledRecords(history, revision) })
  } catch (error) {
    await run.end()
    throw error
  }
}

/** Whether its hooks had run: a stage followed, or the record says so of each of them. */
function isBegun({ record }: OpenRelease, base: StoredRelease): boolean {
  return record.manifest !== base.record.manifest || hooksFor(record.hooks, 'pre-upgrade').every((hook) => hook.last_run.phase === 'Succeeded')
}

const deployedBesides = (history: ReleaseHistory, version: number): StoredRelease[] => history.withStatus('deployed').filter((stored) => stored.version !== version)

/** How far an upgrade in stages had come, by what is stored. */
function standing(history: ReleaseHistory, name: string, revision: number): { ours: StoredRelease; base: StoredRelease; state: StagedState; last: StoredRelease | undefined } {
  const ours = history.version(revision)
  const { last } = history
  if (ours?.readable === undefined || last === undefined) throw new PintleError('release.notFound', `revision ${revision} of ${name} was never stored`, { hint: `\`pintle history ${name}\` shows what is.` })
  const before = history.revisions.filter((stored) => stored.version < revision && stored.readable !== undefined)
  const base = before.findLast(({ status }) => status === 'deployed') ?? before.findLast(({ status }) => status === 'superseded')
  if (base === undefined) throw new PintleError('release.noDeployed', `"${name}" has no deployed revision before ${revision}`)
  const is = (state: StagedState, by?: StoredRelease): ReturnType<typeof standing> => ({ ours, base, state, last: by })
  if (last.version === revision) {
    if (ours.status === 'pending-upgrade') return is('rolling')
    if (ours.status === 'deployed') return is('finished')
    if (ours.status === 'failed') return is('aborting')
  } else if (returnsTo(last, base)) {
    if (last.status === 'deployed') return is('aborted', last)
    if (last.status === 'failed' || isPending(last.status)) return is('aborting')
  }
  throw overtaken(name, revision, last)
}

/** Whether a revision is a rollback to the base: Helm 3 says so in its description only (rollback.go, prepareRollback). */
function returnsTo({ record }: StoredRelease, base: StoredRelease): boolean {
  const { rollback_revision: to, description = '' } = record.info
  return to === undefined ? new RegExp(`^Rollback to ${base.version}\\b`).test(description) : to === base.version
}
