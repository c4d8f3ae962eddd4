import { PintleError } from '../../errors/index.ts'
import type { KubeObject } from '../kube/index.ts'
import { checkRules, createResources, updateResources } from './apply.ts'
import type { ApplyResult, ApplyRules } from './apply.ts'
import { ifCancelled } from './cancelled.ts'
import { checkRelease } from './check.ts'
import type { ReleaseCheck } from './check.ts'
import { installCrds } from './crds.ts'
import { isForbidden, joined, wrapped } from './failure.ts'
import { locatedDetails } from './finding.ts'
import type { Locate } from './finding.ts'
import { readLive } from './live.ts'
import { adoptable, generatesName, markOwned, ownerFor } from './ownership.ts'
import { checkLabels } from './options.ts'
import type { ApplyOptions, CrdOptions, ReleaseSource, RenderedRelease } from './options.ts'
import { withOrigin } from './origin.ts'
import { isPending, newRecord } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { preflight, requireServedHooks } from './preflight.ts'
import { fittingRecord, requireFittingChart } from './record-size.ts'
import { releaseNameFault } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { buildResources, toResource } from './resources.ts'
import type { Resource } from './resources.ts'
import { noteRecord } from './save.ts'
import { OpenRelease } from './storage.ts'
import type { ReleaseHistory } from './storage.ts'
import { uninstall } from './uninstall.ts'
import { upgradeCrds } from './upgrade-crds.ts'

export interface InstallOptions extends ApplyOptions, CrdOptions {
  source: ReleaseSource
  /** Default true. */
  serverSide?: boolean
  createNamespace?: boolean
  /** Reuse the name of an uninstalled or failed release. */
  replace?: boolean
  skipCrds?: boolean
  takeOwnership?: boolean
  /** Uninstall again when it fails (--rollback-on-failure). */
  rollbackOnFailure?: boolean
  labels?: Record<string, string>
}

/** What an action left behind. */
export interface ReleaseResult {
  record: ReleaseRecord
  labels: Record<string, string>
  /** Objects by what happened to them, or would have in a dry run that asked the server; `live` is what it made of them. */
  applied?: Pick<ApplyResult, 'created' | 'updated' | 'deleted'>
  /** What the server said to every object, when it was asked. */
  check?: ReleaseCheck
}

/**
 * Installs a release. Upstream: pkg/action/install.go.
 * Order of writes: CRDs, namespace, record (pending-install), hooks and objects, record (deployed or failed). Killed at
 * any point it leaves what Helm can continue from: upgrade, uninstall, or install --replace after `repair`.
 */
export async function install(options: InstallOptions, known?: ReleaseHistory): Promise<ReleaseResult> {
  const run = new ReleaseRun(options, options.rollbackOnFailure)
  return await new Install(run, options).execute(known).catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

/** What is to be written, and what of it is there. */
interface Written {
  resources: readonly Resource[]
  adopted: Resource[]
  live: ReadonlyMap<Resource, KubeObject | undefined>
  locate: Locate | undefined
}

class Install {
  readonly #run: ReleaseRun
  readonly #options: InstallOptions
  readonly #serverSide: boolean
  #applying = false

  constructor(run: ReleaseRun, options: InstallOptions) {
    this.#run = run
    this.#options = options
    this.#serverSide = options.serverSide ?? true
  }

  async execute(known: ReleaseHistory | undefined): Promise<ReleaseResult> {
    const { name, namespace, dryRun, source, labels = {}, onEvent } = this.#options
    onEvent?.({ type: 'phase', phase: 'prepare' })
    const history = await this.#requireName(known)
    checkLabels(labels)
    checkRules({ serverSide: this.#serverSide, conflicts: this.#options.conflicts })
    const withCrds = dryRun === undefined && await this.#crds()
    const last = this.#options.replace === true ? history?.last : undefined
    const revision = (last?.version ?? 0) + 1
    const rendered = await source.render({ name, namespace, revision: 1, isInstall: true, isUpgrade: false, ...(dryRun && { dryRun }) })
    const record = pendingRecord(rendered, { name, namespace, version: revision, serverSide: this.#serverSide, status: 'pending-install', description: withOrigin('Initial install underway', this.#options.origin) })
    if (dryRun === 'client') return dryRunResult(record, labels)
    const encoded = fittingRecord(record, this.#run.storage.driver, onEvent, withCrds ? "only the chart's CRDs were installed" : undefined)
    if (dryRun === 'server' && this.#options.dryRunApply === true) return await this.#check(record, labels, rendered.locate)

    const resources = await this.#build(record, rendered.locate)
    markOwned(resources, name, namespace)
    const { adopted, live } = await this.#requireFree(resources)
    if (dryRun === 'server') return dryRunResult(record, labels)
    if (this.#options.preflight === true) {
      if (this.#options.disableHooks !== true) await requireServedHooks(this.#run.cluster, record, ['pre-install', 'post-install'], { locate: rendered.locate, ...this.#run.call })
      await preflight({ cluster: this.#run.cluster, originals: [], targets: resources, adopted, live, rules: this.#rules(), locate: rendered.locate })
    }

    if (this.#options.createNamespace === true) await this.#createNamespace()
    try {
      const note = await this.#run.begin('install', revision)
      if (last !== undefined && last.status !== 'failed') {
        await this.#run.storage.open(last).setStatus('superseded', 'superseded by new release').save(this.#run.call)
      }
      this.#run.throwIfEnded()
      const release = await this.#run.storage.create(record, labels, { note, encoded, origin: this.#options.origin })
      this.#run.working(release)
      noteRecord(release, onEvent)
      return await this.#perform(release, { resources, adopted, live, locate: rendered.locate }, labels)
    } catch (error) {
      throw this.#run.told(error)
    } finally {
      await this.#run.end()
    }
  }

  /** Helm 4 applies them over those that are there, whatever is lost (and leaves them alone client-side); here the preflight looks first. @returns whether there are any */
  async #crds(): Promise<boolean> {
    const { name, namespace, source, skipCrds = false, upgradeCrds: asked = false, forceCrds: force = false, forceConflicts = false, conflicts, preflight: looking = false, onEvent } = this.#options
    const files = source.crds ?? []
    if (skipCrds || files.length === 0) return false
    const { cluster, storage, call } = this.#run
    if (source.chart !== undefined) requireFittingChart(source.chart(), { name, namespace, version: 1 }, storage.driver)
    if (asked || (looking && this.#serverSide)) await upgradeCrds(cluster, files, { namespace, force, forceConflicts, conflicts, onEvent, ...call })
    else await installCrds(cluster, files, { serverSide: this.#serverSide, forceConflicts, namespace, onEvent, ...call })
    return true
  }

  /** The name must be valid, and free unless it may be replaced. */
  async #requireName(known: ReleaseHistory | undefined): Promise<ReleaseHistory | undefined> {
    const { name, dryRun, replace } = this.#options
    const fault = releaseNameFault(name)
    if (fault !== undefined) throw new PintleError('release.name', `release name check failed: release name "${name}": ${fault}`)
    if (dryRun !== undefined) return undefined
    // Who may not look goes on, as in Helm (availableName in install.go): what is wanting is told by the first object that cannot be read.
    const history = known ?? await this.#run.storage.history(name, this.#run.call).catch((error: unknown) => (isForbidden(error) ? undefined : Promise.reject(error)))
    const last = history?.last
    if (last === undefined || (replace === true && (last.status === 'uninstalled' || last.status === 'failed'))) return history
    throw new PintleError('release.exists', 'release name check failed: cannot reuse a name that is still in use', {
      hint: `Revision ${last.version} of ${name} is ${last.status}.${isPending(last.status) ? ` If nobody works on it, \`pintle upgrade --install ${name}\` goes on from there, or \`pintle repair ${name}\` frees it.` : ''}`,
      details: { status: last.status, revision: last.version },
    })
  }

  /** `--dry-run=server` that asks the server for every object. */
  async #check(record: ReleaseRecord, labels: Record<string, string>, locate: Locate | undefined): Promise<ReleaseResult> {
    const { name, namespace, source, takeOwnership = false, skipCrds = false, createNamespace = false, disableHooks = false } = this.#options
    const checked = await checkRelease({
      cluster: this.#run.cluster, namespace, manifest: record.manifest, originals: [], hooks: disableHooks ? [] : record.hooks, events: ['pre-install', 'post-install'],
      crds: skipCrds ? [] : (source.crds ?? []), createsNamespace: createNamespace, rules: this.#rules(), locate,
      own: ownerFor([], name, namespace, takeOwnership),
      ...this.#run.call,
    })
    return { ...dryRunResult(record, labels), ...checked }
  }

  async #build(record: ReleaseRecord, locate: Locate | undefined): Promise<Resource[]> {
    return await buildResources(this.#run.cluster, record.manifest, record.namespace, { ...this.#run.call, definesKinds: this.#options.definesKinds === true }).catch((error: unknown) => {
      throw wrapped(error, (m) => `unable to build kubernetes objects from release manifest: ${m}`, { fallback: 'release.build', ...locatedDetails(error, locate) })
    })
  }

  /** Objects that exist must be the release's, or be taken: else uninstalling it would delete what it never made. */
  async #requireFree(resources: readonly Resource[]): Promise<{ adopted: Resource[]; live: Map<Resource, KubeObject | undefined> }> {
    const { name, namespace, takeOwnership = false } = this.#options
    try {
      const { objects: live } = await readLive(this.#run.cluster, resources.filter((r) => !generatesName(r)), { ...this.#run.call, metadataOnly: true })
      return { adopted: adoptable(resources, live, name, namespace, takeOwnership), live }
    } catch (error) {
      throw wrapped(error, (m) => `unable to continue with install: ${m}`)
    }
  }

  async #createNamespace(): Promise<void> {
    const { namespace } = this.#options
    const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { name: namespace } } }
    const mapping = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false, verbs: [] }
    const rules = { serverSide: this.#serverSide, onEvent: this.#options.onEvent, ...this.#run.call }
    const { error } = await createResources(this.#run.cluster, [toResource(object, mapping, '')], rules)
    if (error !== undefined && !/already exists/.test(error.message)) throw error
  }

  async #perform(release: OpenRelease, written: Written, labels: Record<string, string>): Promise<ReleaseResult> {
    const { description, onEvent } = this.#options
    const { resources } = written
    let applied: ApplyResult
    try {
      await this.#run.hooks(release, 'pre-install', this.#serverSide).catch((error: unknown) => {
        throw wrapped(error, (m) => `failed pre-install: ${m}`)
      })
      applied = await this.#apply(written)
      await this.#run.waitReady(resources)
      await this.#run.hooks(release, 'post-install', this.#serverSide).catch((error: unknown) => {
        throw wrapped(error, (m) => `failed post-install: ${m}`)
      })
    } catch (error) {
      onEvent?.({ type: 'phase', phase: 'record' })
      throw await this.#fail(release, error)
    }
    await this.#run.saveDeployed(release, description || 'Install complete')
    return { record: release.record, labels, applied }
  }

  /** How objects that exist already are updated. */
  #rules(): ApplyRules {
    const { onEvent, forceReplace = false, forceConflicts = false, conflicts, takeOwnership = false } = this.#options
    return { serverSide: this.#serverSide, forceReplace, forceConflicts, conflicts, onEvent, threeWayCustom: takeOwnership && !this.#serverSide, migrateManagers: true, ...this.#run.call }
  }

  async #apply({ resources, adopted, live, locate }: Written): Promise<ApplyResult> {
    const { onEvent, conflicts } = this.#options
    if (resources.length === 0) return { created: [], updated: [], deleted: [] }
    onEvent?.({ type: 'phase', phase: 'apply' })
    this.#applying = true
    const result = adopted.length === 0
      ? await createResources(this.#run.cluster, resources, { serverSide: this.#serverSide, conflicts, onEvent, ...this.#run.call })
      : await updateResources(this.#run.cluster, adopted, resources, { ...this.#rules(), adopted, live })
    if (result.error !== undefined) throw wrapped(result.error, (m) => m, locatedDetails(result.error, locate))
    return result
  }

  async #fail(release: OpenRelease, failure: unknown): Promise<Error> {
    const { name, rollbackOnFailure = false, onEvent } = this.#options
    this.#run.throwIfLost()
    const error = ifCancelled(failure, this.#options.signal, `Revision ${release.record.version} of ${name} is stored as failed; ${this.#applying ? 'what was created by then stays' : 'none of its objects was created'}. \`pintle upgrade ${name} CHART\` goes on from here, \`pintle uninstall ${name}\` removes it.`)
    release.setStatus('failed', `Release "${name}" failed: ${joined([error]).message}`)
    await this.#run.saveOutcome(release)
    if (!rollbackOnFailure) return wrapped(error, (m) => m)
    onEvent?.({ type: 'phase', phase: 'rollback', detail: 'uninstall' })
    await this.#run.end()
    const { signal: _cancelled, description: _text, dryRun: _none, ...rest } = this.#options
    try {
      await uninstall({ ...rest, wait: this.#run.strategy, keepHistory: false })
    } catch (second) {
      return wrapped(error, (m) => `an error occurred while uninstalling the release. original install error: ${m}: ${joined([second]).message}`, { code: 'release.failed' })
    }
    return wrapped(error, (m) => `release ${name} failed, and has been uninstalled due to rollback-on-failure being set: ${m}`, {
      code: 'release.rolledBack',
      ...(this.#options.signal?.aborted ? { hint: 'Nothing of it is left.' } : {}),
    })
  }
}

const dryRunResult = (record: ReleaseRecord, labels: Record<string, string>): ReleaseResult => {
  record.info.description = 'Dry run complete'
  return { record, labels }
}

/** A rendered release as a record that says work is under way. */
export function pendingRecord(rendered: RenderedRelease, facts: { name: string; namespace: string; version: number; serverSide: boolean; status: 'pending-install' | 'pending-upgrade'; description: string; firstDeployed?: string | undefined }): ReleaseRecord {
  const { name, namespace, version, serverSide, status, description, firstDeployed } = facts
  return newRecord({
    name, namespace, version,
    chart: rendered.chart,
    config: rendered.config,
    manifest: rendered.manifest,
    hooks: rendered.hooks.map((hook) => ({
      name: hook.name, kind: hook.kind, path: hook.path, manifest: hook.manifest,
      events: [...hook.events],
      last_run: { phase: '' },
      ...(hook.weight !== 0 && { weight: hook.weight }),
      ...(hook.deletePolicies.length > 0 && { delete_policies: [...hook.deletePolicies] }),
      ...(hook.outputLogPolicies.length > 0 && { output_log_policies: [...hook.outputLogPolicies] }),
    })),
    apply_method: serverSide ? 'ssa' : 'csa',
    info: { status, description, ...(firstDeployed && { first_deployed: firstDeployed }), ...(rendered.notes !== '' && { notes: rendered.notes }) },
  })
}

