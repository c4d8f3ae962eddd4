import { PintleError, isPintleError } from '../../errors/index.ts'
import type { ObjectRef } from '../kube/index.ts'
import { abandonedResources, unsettledRecords } from './abandoned.ts'
import { deleteResources } from './apply.ts'
import { ifCancelled } from './cancelled.ts'
import { joined, messageOf, serverFailed, wrapped } from './failure.ts'
import { goNow } from './go-time.ts'
import { hooksFor } from './hooks.ts'
import { requireIdle } from './interrupted.ts'
import { leftHooks } from './left-hooks.ts'
import type { LeftHook } from './left-hooks.ts'
import { readLive } from './live.ts'
import { ownershipFault } from './ownership.ts'
import type { ChangeOptions } from './options.ts'
import { inParallel } from './parallel.ts'
import type { ReleaseRecord } from './record.ts'
import { requireReleaseName } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { rolloutSecret } from './rollout-mark.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'
import { saveQuietly } from './save.ts'
import { notFound } from './storage.ts'
import type { OpenRelease, ReleaseHistory } from './storage.ts'
import type { StoredRelease } from './storage-driver.ts'
import { inUninstallOrder } from './uninstall-order.ts'

export interface UninstallOptions extends Omit<ChangeOptions, 'waitForJobs' | 'failEarly'> {
  keepHistory?: boolean
  ignoreNotFound?: boolean
  cascade?: 'background' | 'foreground' | 'orphan'
  dryRun?: boolean
  /** Look for what hooks of the release left in the cluster, and delete it. Default: neither, as Helm. */
  leftHooks?: 'report' | 'delete'
}

export interface UninstallResult {
  record: ReleaseRecord
  /** What Helm prints about objects that were left. */
  info: string
  deleted: ObjectRef[]
  kept: { ref: ObjectRef; reason: string }[]
  /** What hooks left, when it was asked for. */
  leftHooks?: LeftHook[]
}

/**
 * Uninstalls a release: its objects in reverse order, then its records (or marks them with keepHistory).
 * Only objects that carry the release's marks are deleted. Upstream: pkg/action/uninstall.go.
 * @returns undefined when there was nothing and that was allowed
 */
export async function uninstall(options: UninstallOptions): Promise<UninstallResult | undefined> {
  const run = new ReleaseRun(options)
  return await new Uninstall(run, options).execute().catch((error: unknown) => { throw ifCancelled(error, options.signal) })
}

class Uninstall {
  readonly #run: ReleaseRun
  readonly #options: UninstallOptions

  constructor(run: ReleaseRun, options: UninstallOptions) {
    this.#run = run
    this.#options = options
  }

  async execute(): Promise<UninstallResult | undefined> {
    const { name, dryRun, ignoreNotFound, keepHistory } = this.#options
    requireReleaseName(name, dryRun === true ? 'releaseContent: Release name is invalid' : 'uninstall: Release name is invalid')
    const history = await this.#run.storage.history(name, this.#run.call)
    const last = history.last
    if (last === undefined) {
      if (ignoreNotFound === true) return undefined
      if (dryRun === true) throw notFound()
      throw wrapped(notFound(), (m) => `uninstall: Release not loaded: ${name}: ${m}`)
    }
    const leftovers = unsettledRecords(history, last.version)
    if (dryRun === true) return await this.#withLeftHooks((await this.#plan(last.record, leftovers)).result, history)
    if (last.status === 'uninstalled') {
      if (keepHistory === true) throw new PintleError('release.exists', `the release named "${name}" is already deleted`)
      await this.#purge(history)
      return { record: last.record, info: '', deleted: [], kept: [] }
    }
    await requireIdle(this.#run, last)
    const release = this.#run.storage.open(last)
    try {
      release.note = await this.#run.begin('uninstall', last.version)
      this.#run.working(release)
      return await this.#perform(release, history, leftovers)
    } catch (error) {
      throw this.#run.told(ifCancelled(error, this.#options.signal, release.stored.status === 'uninstalling'
        ? `${name} is stored as uninstalling; some of its objects may be gone. \`pintle uninstall ${name}\` goes on from here.`
        : `${name} is as it was: none of its objects was removed.`))
    } finally {
      await this.#run.end()
    }
  }

  async #perform(release: OpenRelease, history: ReleaseHistory, leftovers: readonly ReleaseRecord[]): Promise<UninstallResult> {
    const { description, keepHistory, onEvent } = this.#options
    release.setStatus('uninstalling', 'Deletion in progress (or silently failed)').record.info.deleted = goNow()
    // Of two at once only one may run the hooks: the other would delete their objects from under it.
    if (this.#options.disableHooks !== true && hooksFor(release.record.hooks, 'pre-delete').length > 0) await saveQuietly(release, { ...this.#run.call, onEvent })
    await this.#run.hooks(release, 'pre-delete', true)
    await saveQuietly(release, { ...this.#run.call, onEvent })
    onEvent?.({ type: 'phase', phase: 'delete' })
    const { result, resources } = await this.#delete(release.record, leftovers)
    const errors: unknown[] = []
    await this.#run.waitGone(resources).catch((error: unknown) => errors.push(error))
    await this.#run.hooks(release, 'post-delete', true).catch((error: unknown) => errors.push(error))
    const told = await this.#withLeftHooks(result, history)
    this.#run.throwIfLost()
    this.#run.throwIfEnded()
    release.setStatus('uninstalled', description || 'Uninstallation complete')
    if (keepHistory === true) {
      await saveQuietly(release, { ...this.#run.call, onEvent })
      await this.#supersede(history.withStatus('deployed').filter((stored) => stored.version !== release.record.version))
    } else {
      await this.#purge(history).catch((error: unknown) => {
        errors.push(wrapped(error, (m) => `uninstall: Failed to purge the release: ${m}`, { fallback: 'release.storage' }))
      })
    }
    if (errors.length > 0) throw wrapped(joined(errors, '; '), (m) => `uninstallation completed with ${errors.length} error(s): ${m}`)
    return told
  }

  /** Adds what hooks left. That cannot be told once the records are gone, and is no reason to keep them. */
  async #withLeftHooks(result: UninstallResult, history: ReleaseHistory): Promise<UninstallResult> {
    const { leftHooks: wanted, dryRun = false, onEvent } = this.#options
    if (wanted === undefined) return result
    try {
      const records = history.revisions.flatMap((stored) => stored.readable ?? [])
      return { ...result, leftHooks: await leftHooks(this.#run.cluster, records, { ...this.#run.call, remove: wanted === 'delete' && !dryRun }) }
    } catch (error) {
      onEvent?.({ type: 'warning', message: `what hooks left could not be looked for: ${messageOf(error)}` })
      return result
    }
  }

  async #supersede(deployed: readonly StoredRelease[]): Promise<void> {
    for (const stored of deployed) {
      await saveQuietly(this.#run.storage.open(stored).setStatus('superseded'), { ...this.#run.call, onEvent: this.#options.onEvent })
    }
  }

  /** Removes the records, and what is known of a rollout; the last one goes last, so that an interrupted purge can be repeated. */
  async #purge(history: ReleaseHistory): Promise<void> {
    const { storage: { driver }, cluster, call } = this.#run
    const { name, namespace } = this.#options
    // Where Secrets are not this run's to delete, there was no rollout of its own.
    const rollout = cluster.delete({ apiVersion: 'v1', kind: 'Secret', namespace, name: rolloutSecret(name) }, call).catch(() => false)
    const errors = await inParallel(history.revisions.slice(0, -1), (stored) => driver.delete(stored.key, call))
    await rollout
    if (errors.length > 0) throw errors[0]
    await driver.delete(history.revisions.at(-1)!.key, call)
  }

  async #delete(record: ReleaseRecord, leftovers: readonly ReleaseRecord[]): Promise<{ result: UninstallResult; resources: Resource[] }> {
    const { name, cascade, onEvent } = this.#options
    const { result, resources } = await this.#plan(record, leftovers)
    const propagation = cascade === 'orphan' ? 'Orphan' : cascade === 'foreground' ? 'Foreground' : 'Background'
    const errors = await deleteResources(this.#run.cluster, resources, {
      ...this.#run.call, propagation,
      deleted: (r) => onEvent?.({ type: 'object', action: 'deleted', ref: r.ref }),
    })
    if (errors.length > 0) {
      if (isPintleError(errors[0], 'release.aborted') || this.#options.signal?.aborted) throw errors[0]
      throw new PintleError('release.failed', `failed to delete release: ${name}`, {
        cause: errors[0],
        hint: joined(errors, '; ').message,
        details: { errors: errors.map(messageOf) },
      })
    }
    return { result, resources }
  }

  /** What would go and what would stay. */
  async #plan(record: ReleaseRecord, leftovers: readonly ReleaseRecord[]): Promise<{ result: UninstallResult; resources: Resource[] }> {
    const all = await this.#build(record)
    all.push(...await abandonedResources(this.#run.cluster, leftovers, all, this.#run.call))
    const ordered = inUninstallOrder(all, (r) => r.object.kind)
    const { onEvent } = this.#options
    const policyOf = (r: Resource): string | undefined => r.object.metadata.annotations?.['helm.sh/resource-policy']?.trim().toLowerCase()
    const keptByPolicy = ordered.filter((r) => policyOf(r) === 'keep')
    const candidates = ordered.filter((r) => policyOf(r) === undefined)
    const reading = await readLive(this.#run.cluster, candidates, { ...this.#run.call, tolerant: true })
    const owned: Resource[] = []
    const unowned: Resource[] = []
    for (const r of candidates) {
      const live = reading.objects.get(r)
      if (live === undefined) continue
      r.live = live
      if (ownershipFault(live, record.name, record.namespace) === undefined) owned.push(r)
      else unowned.push(r)
    }
    // What may not be looked at is left and named, as Helm does. A server that fails is no reason to leave things behind.
    const broken = [...reading.failures.values()].find(serverFailed)
    if (broken !== undefined) throw wrapped(broken, (m) => `failed to delete release: ${record.name}: ${m}`)
    const unread = [...reading.failures].map(([r, error]) => ({ r, text: messageOf(error) }))
    for (const r of [...keptByPolicy, ...unowned]) onEvent?.({ type: 'object', action: 'kept', ref: r.ref })
    const line = (r: Resource, more = ''): string => `[${r.mapping.kind}] ${r.ref.name}${more}\n`
    const blocks = [
      keptByPolicy.length > 0 ? `These resources were kept due to the resource policy:\n${keptByPolicy.map((r) => line(r)).join('')}` : '',
      unowned.length > 0 ? `${unowned.length} resource(s) were not deleted because they are not owned by this release:\n${unowned.map((r) => line(r)).join('')}` : '',
      unread.length > 0 ? `${unread.length} resource(s) were not deleted because their ownership could not be verified:\n${unread.map(({ r, text }) => line(r, `: ${text}`)).join('')}` : '',
    ]
    const kept = [
      ...keptByPolicy.map((r) => ({ ref: r.ref, reason: 'resource policy' })),
      ...unowned.map((r) => ({ ref: r.ref, reason: 'not owned by this release' })),
      ...unread.map(({ r, text }) => ({ ref: r.ref, reason: text })),
    ]
    return { resources: owned, result: { record, info: blocks.filter((b) => b !== '').join('\n'), deleted: owned.map((r) => r.ref), kept } }
  }

  async #build(record: ReleaseRecord): Promise<Resource[]> {
    const { name, onEvent } = this.#options
    return await buildResources(this.#run.cluster, record.manifest, record.namespace, {
      ...this.#run.call,
      anyVersion: true,
      unserved: (_object, message) => onEvent?.({ type: 'warning', message: `skipped, for the cluster does not serve it any more: ${message}` }),
    }).catch((error: unknown) => {
      throw wrapped(error, () => `failed to delete release: ${name}`, { hint: `unable to build kubernetes objects for delete: ${messageOf(error)}` })
    })
  }
}
