import { PintleError, isPintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject, WriteOptions } from '../kube/index.ts'
import { isAppliedAlready } from './applied-already.ts'
import { clientSidePatch } from './client-side.ts'
import { conflictFindings, conflictsOf, settleConflict } from './conflicts.ts'
import type { ConflictRule } from './conflicts.ts'
import { waitEstablished } from './established.ts'
import type { OnEvent } from './events.ts'
import { apiStatus, isConflict, isNotFound, joined, messageOf, serverFailed, wrapped } from './failure.ts'
import { findingsOf } from './finding.ts'
import { upgradedManagers } from './managed-fields.ts'
import { inParallel, runsOf } from './parallel.ts'
import { listable, readLive } from './live.ts'
import { generatesName, ownershipFault } from './ownership.ts'
import { objectText, without } from './resources.ts'
import type { Resource } from './resources.ts'

/** Who owns the fields that Pintle writes: Helm's name, so that both tools are one manager. */
export const fieldManager = 'helm'
const retries = 5
/** At a tenth of a second each. */
const youngRetries = 30

export interface ApplyRules extends CallOptions {
  serverSide: boolean
  forceConflicts?: boolean
  /** PUT instead of patches; client-side only. */
  forceReplace?: boolean
  /** Client-side: merge custom resources three-way too (install with take-ownership). */
  threeWayCustom?: boolean
  /** Move the fields of earlier client-side applies over to server-side apply first. */
  migrateManagers?: boolean
  /** Of a single write, see `tryResource`. */
  dryRun?: boolean
  /** What to do about fields that other managers own; server-side only. */
  conflicts?: readonly ConflictRule[] | undefined
  onEvent?: OnEvent | undefined
}

export interface UpdateRules extends ApplyRules {
  /** Live objects, where they have been read already; their metadata is enough. */
  live?: ReadonlyMap<Resource, KubeObject | undefined>
  /** Objects taken over: their own manifest is the base of their patch. */
  adopted?: readonly Resource[]
  /** Targets that are written as in the last revision, applied server-side then: if the cluster still agrees, they are left alone. */
  unchanged?: ReadonlySet<Resource>
  /** Targets that this very run wrote so before: left alone without asking. */
  settled?: ReadonlySet<Resource>
  /** Between the last write and the first deletion: what it throws ends it there. */
  beforePrune?: () => Promise<void>
  /** Objects of revisions that ended early, to be deleted if they are there and the release's. */
  abandoned?: { resources: readonly Resource[]; release: string; namespace: string }
  /** Tell created objects from updated ones in the result even if that costs requests. */
  needCreated?: boolean
}

export interface ApplyResult { created: Resource[]; updated: Resource[]; deleted: Resource[]; error?: PintleError }

/** Refuses options that contradict each other, in Helm's words. */
export function checkRules(rules: ApplyRules): void {
  const refuse = (message: string): never => { throw new PintleError('release.options', message) }
  if (!rules.serverSide && (rules.conflicts?.length ?? 0) > 0) refuse('rules for conflicts need server-side apply: the client-side path knows no field managers')
  if (!rules.serverSide && rules.forceConflicts) refuse('invalid client update option(s): forceConflicts enabled when serverSideApply disabled')
  if (rules.forceConflicts && rules.forceReplace) refuse('invalid operation: cannot use force conflicts and force replace together')
  if (rules.serverSide && rules.forceReplace) refuse('invalid operation: cannot use server-side apply and force replace together')
}

/** Creates everything, kind by kind; a failure does not stop the rest. Upstream: pkg/kube/client.go, Create and perform. */
export async function createResources(cluster: Cluster, resources: readonly Resource[], rules: ApplyRules): Promise<ApplyResult> {
  const errors: unknown[] = []
  for (const run of runsOf(resources, (r) => r.mapping.kind)) {
    rules.signal?.throwIfAborted()
    errors.push(...await inParallel(run, (resource) => createResource(cluster, resource, rules)))
    await waitDefined(cluster, run, resources, rules)
  }
  return { created: [...resources], updated: [], deleted: [], ...(errors.length > 0 && { error: joined(errors) }) }
}

/** Before objects of kinds that were just defined: until these are established. */
async function waitDefined(cluster: Cluster, applied: readonly Resource[], all: readonly Resource[], rules: ApplyRules): Promise<void> {
  if (all.some((r) => r.coming === true)) await waitEstablished(cluster, applied, { onEvent: rules.onEvent, ...call(rules) })
}

/**
 * Brings the cluster from the originals to the targets: creates, updates, then deletes what is left over and not kept by
 * `helm.sh/resource-policy`. The first object that cannot be created ends it; failed updates are collected.
 * Upstream: pkg/kube/client.go, update. Helm goes one by one and reads each object first; here the objects of one kind go
 * at once, and server-side apply reads nothing.
 */
export async function updateResources(cluster: Cluster, originals: readonly Resource[], targets: readonly Resource[], rules: UpdateRules): Promise<ApplyResult> {
  checkRules(rules)
  const result: ApplyResult = { created: [], updated: [], deleted: [] }
  const live = await liveFor(cluster, targets.filter((target) => rules.settled?.has(target) !== true), rules)
  const bases = new Map(originals.map((r) => [r.id, r.object]))
  for (const r of rules.adopted ?? []) bases.set(r.id, r.object)
  const settled = await settledAlready(cluster, rules)
  const errors = new Map<Resource, unknown>()
  for (const run of runsOf(targets, (r) => r.mapping.kind)) {
    rules.signal?.throwIfAborted()
    let fatal: unknown
    await inParallel(run, async (target) => {
      if (fatal !== undefined) return
      if (settled.has(target)) {
        result.updated.push(target)
        rules.onEvent?.({ type: 'object', action: 'unchanged', ref: target.ref })
        return
      }
      const known = live?.has(target) === true
      const current = live?.get(target)
      if ((known && current === undefined) || generatesName(target)) {
        result.created.push(target)
        await createResource(cluster, target, rules).catch((error: unknown) => { fatal ??= cannotCreate(error) })
        return
      }
      try {
        await updateResource(cluster, target, current, bases.get(target.id), rules)
        result.updated.push(target)
      } catch (error) {
        rules.onEvent?.({ type: 'object', action: 'failed', ref: target.ref, reason: (error as Error).message })
        // Server-side apply does not say whether it was to create or to update.
        if (!known && !await exists(cluster, target, rules)) {
          result.created.push(target)
          fatal ??= cannotCreate(error)
        } else {
          result.updated.push(target)
          errors.set(target, error)
        }
      }
    })
    if (fatal !== undefined) return { ...result, error: joined([fatal]) }
    await waitDefined(cluster, run, targets, rules)
  }
  if (errors.size > 0) return { ...result, error: joined(targets.flatMap((t) => (errors.has(t) ? [errors.get(t)] : [])), ' && ') }
  await rules.beforePrune?.()
  const leftovers = without(originals, targets)
  const pruned = await pruneResources(cluster, [...leftovers, ...without(rules.abandoned?.resources ?? [], targets)], leftovers.length, rules)
  return { ...result, ...pruned }
}

/**
 * Which of the unchanged targets the cluster already has just so. Asked only where one list answers for several objects:
 * a single read costs what an apply costs.
 */
async function settledAlready(cluster: Cluster, rules: UpdateRules): Promise<Set<Resource>> {
  const settled = new Set(rules.settled)
  if (!rules.serverSide || rules.unchanged === undefined) return settled
  const candidates = listable([...rules.unchanged].filter((target) => !settled.has(target)))
  const { objects } = await readLive(cluster, candidates, { ...call(rules), tolerant: true })
  for (const target of candidates) {
    const live = objects.get(target)
    if (live === undefined || !isAppliedAlready(target.object, live, fieldManager)) continue
    target.live = live
    settled.add(target)
  }
  return settled
}

const cannotCreate = (error: unknown): PintleError => wrapped(error, (m) => `failed to create resource: ${m}`, { fallback: 'release.apply' })

async function exists(cluster: Cluster, resource: Resource, rules: ApplyRules): Promise<boolean> {
  return await cluster.get(resource.ref, call(rules)).then((object) => object !== undefined, () => true)
}

async function liveFor(cluster: Cluster, targets: readonly Resource[], rules: UpdateRules): Promise<ReadonlyMap<Resource, KubeObject | undefined> | undefined> {
  const needed = !rules.serverSide || rules.migrateManagers === true || rules.needCreated === true
  if (!needed) return rules.live
  // Of an object that was looked at for its owner only the metadata is known: too little for a patch made here.
  const isKnown = (r: Resource): boolean => rules.live?.has(r) === true && (rules.serverSide || rules.live.get(r) === undefined)
  const unknown = targets.filter((r) => !isKnown(r) && !generatesName(r))
  const { objects } = await readLive(cluster, unknown, call(rules))
  return new Map([...rules.live ?? [], ...objects])
}

const call = (rules: CallOptions): CallOptions => (rules.signal === undefined ? {} : { signal: rules.signal })

async function createResource(cluster: Cluster, resource: Resource, rules: ApplyRules): Promise<void> {
  const note = rules.onEvent
  try {
    if (rules.serverSide && !generatesName(resource)) await applyServerSide(cluster, resource, rules)
    else resource.live = await retrying(isConflict, () => cluster.create(resource.object, { ...call(rules), fieldManager, recognise: asManifestSays(resource), ...(rules.dryRun && { dryRun: true }) }), resource.coming === true)
    note?.({ type: 'object', action: 'created', ref: resource.ref })
  } catch (error) {
    note?.({ type: 'object', action: 'failed', ref: resource.ref, reason: (error as Error).message })
    throw wrapped(error, (m) => m, { fallback: 'release.apply', details: { ref: resource.ref } })
  }
}

async function updateResource(cluster: Cluster, target: Resource, current: KubeObject | undefined, base: KubeObject | undefined, rules: UpdateRules): Promise<void> {
  const { onEvent: note, dryRun } = rules
  const write = { ...call(rules), fieldManager, ...(dryRun === true && { dryRun }) }
  if (rules.forceReplace) {
    await replaceResource(cluster, target, current, write)
    note?.({ type: 'object', action: 'replaced', ref: target.ref })
    return
  }
  if (rules.serverSide) {
    if (rules.migrateManagers && current !== undefined) await migrateManagers(cluster, target, current, rules)
    await applyServerSide(cluster, target, rules)
    note?.({ type: 'object', action: 'applied', ref: target.ref })
    return
  }
  const { type, patch } = clientSidePatch(base ?? current!, target, current!, rules.threeWayCustom === true)
  if (Object.keys(patch).length === 0) {
    target.live = current
    note?.({ type: 'object', action: 'unchanged', ref: target.ref })
    return
  }
  try {
    target.live = await cluster.patch(target.ref, type, patch, write)
  } catch (error) {
    throw wrapped(error, (m) => `cannot patch "${target.ref.name}" with kind ${target.mapping.kind}: ${m}`, { fallback: 'release.apply', details: { ref: target.ref } })
  }
  note?.({ type: 'object', action: 'applied', ref: target.ref })
}

/** What the server would make of one object, and would it take it; nothing is changed. */
export async function tryResource(cluster: Cluster, resource: Resource, current: KubeObject | undefined, base: KubeObject | undefined, rules: ApplyRules): Promise<KubeObject> {
  const target = { ...resource }
  // Moving managers is a write of its own, which a dry run would not see: what the release owned client-side is taken as its own.
  const own = rules.migrateManagers === true && rules.serverSide
  const dry = { ...rules, dryRun: true, onEvent: undefined, migrateManagers: false, ...(own && { forceConflicts: true }) }
  if (generatesName(target) || (!rules.serverSide && current === undefined)) await createResource(cluster, target, dry)
  else await updateResource(cluster, target, current, base, dry)
  return target.live ?? target.object
}

/** Whether a stored object has all that the manifest says: applying it once more would change nothing. */
const asManifestSays = (resource: Resource) => (stored: KubeObject): boolean => Object.keys(clientSidePatch(resource.object, resource, stored, true).patch).length === 0

/** Replaces over whatever is there: a status written since it was read is no reason to fail, a version that the chart names is. */
async function replaceResource(cluster: Cluster, target: Resource, current: KubeObject | undefined, write: WriteOptions): Promise<void> {
  const { resourceVersion } = target.object.metadata
  for (let live = current, attempt = 1; ; attempt++) {
    const metadata = { ...target.object.metadata, resourceVersion: resourceVersion ?? live?.metadata.resourceVersion }
    try {
      target.live = await cluster.replace({ ...target.object, metadata } as KubeObject, { ...write, fieldValidation: 'Strict', recognise: asManifestSays(target) })
      return
    } catch (error) {
      if (resourceVersion !== undefined || !isConflict(error) || attempt >= retries) {
        throw wrapped(error, (m) => `failed to replace object: ${m}`, { fallback: 'release.apply', details: { ref: target.ref } })
      }
      live = await cluster.get(target.ref, call(write))
    }
  }
}

async function applyServerSide(cluster: Cluster, resource: Resource, rules: ApplyRules): Promise<void> {
  const options = { ...call(rules), fieldManager, fieldValidation: 'Strict' as const, force: rules.forceConflicts === true, ...(rules.dryRun && { dryRun: true }) }
  try {
    resource.live = await retrying(isQuotaConflict, () => cluster.apply(resource.object, options), resource.coming === true).catch(async (error: unknown) => {
      const answer = isConflict(error) ? settleConflict(resource, error, rules.conflicts ?? []) : undefined
      if (answer === undefined) throw error
      rules.onEvent?.({ type: 'object', action: 'settled', ref: resource.ref, reason: answer.reason })
      return await cluster.apply(answer.object, { ...options, force: answer.force })
    })
  } catch (error) {
    if (rules.signal?.aborted) throw error
    const details = { ref: resource.ref }
    if (apiStatus(error).code === 415) throw wrapped(error, (m) => `server-side apply not available on the server: ${m}`, { details })
    if (isConflict(error)) {
      throw wrapped(error, (m) => `conflict occurred while applying object ${objectText(resource)}: ${m}`, {
        code: 'release.conflict',
        hint: 'Another manager owns these fields: answer for each with --conflict, leave them out of the chart, or take all over with --force-conflicts.',
        details: { ...details, conflicts: conflictsOf(error), findings: await conflictFindings(cluster, resource, error, call(rules)) },
      })
    }
    throw wrapped(error, (m) => `server-side apply failed for object ${objectText(resource)}: ${m}`, { code: 'release.apply', details: { ...details, findings: findingsOf(error, resource) } })
  }
}

/** Quota admission races with itself; the server asks to try again (client.go, isResourceQuotaConflict). */
function isQuotaConflict(error: unknown): boolean {
  const { message = '' } = apiStatus(error)
  return isConflict(error) && message.includes('Operation cannot be fulfilled on resourcequotas') && message.includes('the object has been modified')
}

/** A kind just established takes a moment until discovery and its path are there. */
const isYoungKind = (error: unknown): boolean => isPintleError(error, 'kube.noMatch') || (isNotFound(error) && apiStatus(error).message === 'the server could not find the requested resource')

/** A namespace just made has no service account yet for the first moments, and takes no pods until then. */
function isYoungNamespace(error: unknown): boolean {
  const { reason, message = '' } = apiStatus(error)
  return reason === 'Forbidden' && /error looking up service account \S+: serviceaccount "default" not found/.test(message)
}

async function retrying<T>(again: (error: unknown) => boolean, work: () => Promise<T>, coming = false): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const young = isYoungNamespace(error) || (coming && isYoungKind(error))
      if (young ? attempt > youngRetries : attempt >= retries || !again(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, young ? 100 : 10 * attempt))
    }
  }
}

async function migrateManagers(cluster: Cluster, target: Resource, current: KubeObject, rules: ApplyRules): Promise<void> {
  let object: KubeObject | undefined = current
  for (let attempt = 1; object !== undefined; attempt++) {
    const managedFields = upgradedManagers(object.metadata.managedFields, fieldManager)
    if (managedFields === undefined) return
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ]
    try {
      await cluster.patch(target.ref, 'json', patch, { ...call(rules), fieldManager, fieldValidation: 'Strict' })
      return
    } catch (error) {
      if (!isConflict(error) || attempt >= retries) {
        throw wrapped(error, (m) => `failed to patch object to upgrade CSA field manager ${objectText(target)}: ${m}`, { fallback: 'release.apply' })
      }
      object = await cluster.get(target.ref, call(rules))
    }
  }
}

/**
 * Deletes what the release no longer has; its live annotations decide what is kept.
 * @param sure how many of the leftovers, from the front, are the release's without asking
 */
async function pruneResources(cluster: Cluster, leftovers: readonly Resource[], sure: number, rules: UpdateRules): Promise<Pick<ApplyResult, 'deleted' | 'error'>> {
  const deleted: Resource[] = []
  const errors = await inParallel(leftovers, async (resource, index) => {
    const object = await cluster.get(resource.ref, call(rules)).catch((error: unknown) => {
      // Helm leaves what it cannot read, in silence. Here that is said, and a server that fails is no reason to.
      if (serverFailed(error)) throw notPruned(resource, error)
      rules.onEvent?.({ type: 'warning', message: `${objectText(resource)} left the chart and stays, for it cannot be read: ${messageOf(error)}` })
      return undefined
    })
    if (object === undefined) return
    if (index >= sure && ownershipFault(object, rules.abandoned!.release, rules.abandoned!.namespace) !== undefined) return
    if (object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') {
      rules.onEvent?.({ type: 'object', action: 'kept', ref: resource.ref, reason: 'helm.sh/resource-policy: keep' })
      return
    }
    try {
      await cluster.delete(resource.ref, { ...call(rules), ...onlyThis(object), propagationPolicy: 'Background' })
      deleted.push(resource)
      rules.onEvent?.({ type: 'object', action: 'deleted', ref: resource.ref })
    } catch (error) {
      if (!isNotFound(error)) throw notPruned(resource, error)
    }
  })
  return { deleted, ...(errors.length > 0 && { error: joined(errors, ' && ') }) }
}

function notPruned(resource: Resource, error: unknown): PintleError {
  const { namespace = '', name } = resource.ref
  return wrapped(error, (m) => `failed to delete resource namespace=${namespace}, name=${name}, kind=${resource.mapping.kind}: ${m}`, { fallback: 'release.apply' })
}

/** A deletion of the object that was looked at, and of no other that took its name meanwhile: it may be sent again. */
const onlyThis = ({ metadata: { uid } }: KubeObject): { preconditions?: { uid: string } } => (uid === undefined ? {} : { preconditions: { uid } })

/**
 * Deletes all, kind by kind, collecting failures. Upstream: pkg/kube/client.go, Delete.
 * @param options.deleted called for each object that was there
 */
export async function deleteResources(
  cluster: Cluster,
  resources: readonly Resource[],
  options: CallOptions & { propagation: 'Background' | 'Foreground' | 'Orphan'; deleted?: (resource: Resource) => void },
): Promise<unknown[]> {
  const errors: unknown[] = []
  for (const run of runsOf(resources, (r) => r.mapping.kind)) {
    errors.push(...await inParallel(run, async (resource) => {
      const there = await cluster.delete(resource.ref, { ...call(options), ...(resource.live && onlyThis(resource.live)), propagationPolicy: options.propagation })
      if (there) options.deleted?.(resource)
    }))
  }
  return errors
}
