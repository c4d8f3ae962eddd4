import { PintleError } from '../../errors/index.ts'
import { equalJson } from '../kube/index.ts'
import type { Cluster, KubeObject, ObjectRef } from '../kube/index.ts'
import { fieldManager } from './apply.ts'
import { messageOf } from './failure.ts'
import { forgetExpiredLease, judgeRun, pendingError } from './lease.ts'
import type { LeaseState } from './lease.ts'
import { readLive } from './live.ts'
import { generatesName, markOwned } from './ownership.ts'
import type { ChangeOptions } from './options.ts'
import { originOf } from './origin.ts'
import { mapParallel } from './parallel.ts'
import { isPending } from './record.ts'
import type { ReleaseRecord, ReleaseStatus } from './record.ts'
import { requireReleaseName } from './release-name.ts'
import { ReleaseRun } from './release-run.ts'
import { rolloutOf } from './rollout-mark.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'
import { notFound } from './storage.ts'
import type { ReleaseHistory } from './storage.ts'

export interface RepairOptions extends Pick<ChangeOptions, 'cluster' | 'namespace' | 'driver' | 'name' | 'signal' | 'onEvent' | 'identity'> {
  /** Look only. */
  dryRun?: boolean
  /** Free the release also when nothing tells whether the run that holds it still lives (no Lease: Helm's own runs). */
  force?: boolean
}

/** An object of the interrupted revision as the cluster has it. */
export interface ObjectState {
  ref: ObjectRef
  /** `applied`: as the manifest says; `different`: it exists otherwise; `missing`; `unknown`: could not be compared. */
  state: 'applied' | 'different' | 'missing' | 'unknown'
  message?: string
}

export interface RepairReport {
  name: string
  /** Statuses that were wrong, and what they became. */
  changes: { version: number; from: ReleaseStatus; to: ReleaseStatus; description: string }[]
  /** The interrupted revision against the cluster; empty when none was. */
  objects: ObjectState[]
  /** The pending revision is an upgrade in stages under way: what it is called. */
  rollout?: string
  /** What is known about the run that was interrupted. */
  lease?: LeaseState
  /** How to go on. */
  next: 'nothing' | 'upgrade' | 'rollback' | 'uninstall' | 'reinstall'
  /** The revision a rollback would return to. */
  rollbackTo?: number
}

/**
 * Frees a release that a crashed run left locked: compares the cluster with the manifest that was being applied, then
 * gives each record the status that is true. Deploys and deletes nothing. Throws release.pending for a live run, and,
 * unless forced, for one nobody can tell about and for a rollout.
 */
export async function repair(options: RepairOptions): Promise<RepairReport> {
  requireReleaseName(options.name, 'release name is invalid')
  const run = new ReleaseRun(options)
  const history = await run.storage.history(options.name, run.call)
  const { last } = history
  if (last === undefined) throw notFound()
  const lease = await judgeRun(options.cluster, options.namespace, last, run.call)
  if (lease !== undefined && !lease.expired) throw pendingError(options.name, lease)
  const stuck = isPending(last.status)
  const rollout = await rolloutOf(options.cluster, options.namespace, last, lease, run.call)
  if (stuck && (lease === undefined || rollout !== undefined) && options.force !== true && options.dryRun !== true) {
    throw pendingError(options.name, lease, { status: last.status, revision: last.version, since: last.record.info.last_deployed, rollout })
  }
  const objects = stuck ? await compareWithCluster(options.cluster, last.record, run.call) : []
  const report: RepairReport = { name: options.name, changes: changesFor(history, objects, lease), objects, ...(rollout !== undefined && { rollout }), ...(lease && { lease }), next: 'nothing' }
  Object.assign(report, adviceFor(history))
  if (options.dryRun === true || report.changes.length === 0) return report
  for (const change of report.changes) {
    const stored = history.version(change.version)!
    await run.storage.open(stored, change.to === 'failed' ? originOf(stored.record.info.description) : undefined).setStatus(change.to, change.description).save(run.call)
    options.onEvent?.({ type: 'record', version: change.version, status: change.to, description: change.description })
  }
  await forgetExpiredLease(options.cluster, options.namespace, options.name)
  return report
}

function changesFor(history: ReleaseHistory, objects: readonly ObjectState[], lease: LeaseState | undefined): RepairReport['changes'] {
  const { last, deployed } = history
  const changes: RepairReport['changes'] = []
  for (const stored of history.revisions) {
    if (stored.readable === undefined) continue
    const { version, status } = stored
    if (isPending(status)) {
      const done = objects.filter((o) => o.state === 'applied').length
      const count = version === last?.version ? `; ${done} of ${objects.length} objects were as its manifest says` : ''
      const who = lease === undefined || lease.revision !== version ? '' : ` (${lease.operation} by ${lease.holder}, last heard of at ${lease.renewed})`
      changes.push({ version, from: status, to: 'failed', description: `Interrupted while ${status}${who}${count}` })
    } else if (status === 'deployed' && version !== deployed?.version) {
      changes.push({ version, from: status, to: 'superseded', description: stored.record.info.description ?? '' })
    }
  }
  return changes
}

function adviceFor(history: ReleaseHistory): Pick<RepairReport, 'next' | 'rollbackTo'> {
  const { last, deployed } = history
  const good = deployed ?? history.withStatus('superseded').at(-1)
  const rollbackTo = good === undefined ? {} : { rollbackTo: good.version }
  if (last === undefined || last.status === 'deployed') return { next: 'nothing' }
  if (last.status === 'uninstalling') return { next: 'uninstall' }
  if (last.status === 'uninstalled') return { next: 'reinstall' }
  if (good !== undefined) return { next: 'rollback', ...rollbackTo }
  return { next: last.status === 'superseded' ? 'nothing' : 'upgrade' }
}

/**
 * Compares by asking: a dry-run apply of the manifest that changes nothing means that the object is as it says, defaults
 * and quantities included.
 */
export async function compareWithCluster(cluster: Cluster, record: ReleaseRecord, call: { signal?: AbortSignal } = {}): Promise<ObjectState[]> {
  const unserved: ObjectState[] = []
  const resources = await buildResources(cluster, record.manifest, record.namespace, {
    ...call,
    anyVersion: true,
    unserved: (object, message) => unserved.push({ ref: refOf(object), state: 'unknown', message }),
  })
  const named = resources.filter((r) => !generatesName(r))
  markOwned(named, record.name, record.namespace)
  const { objects, failures } = await readLive(cluster, named, { ...call, tolerant: true })
  const states = await mapParallel(named, async (resource): Promise<ObjectState> => {
    const { ref } = resource
    if (failures.has(resource)) return { ref, state: 'unknown', message: messageOf(failures.get(resource)) }
    const live = objects.get(resource)
    if (live === undefined) return { ref, state: 'missing' }
    return await compareOne(cluster, resource, live, call)
  })
  return [...states, ...unserved]
}

async function compareOne(cluster: Cluster, resource: Resource, live: KubeObject, call: { signal?: AbortSignal }): Promise<ObjectState> {
  const { ref } = resource
  try {
    const after = await cluster.apply(resource.object, { ...call, fieldManager, force: true, dryRun: true })
    return { ref, state: equalJson(essence(after), essence(live)) ? 'applied' : 'different' }
  } catch (error) {
    if (error instanceof PintleError && call.signal?.aborted !== true) return { ref, state: 'different', message: messageOf(error) }
    throw error
  }
}

const refOf = (object: KubeObject): ObjectRef => {
  const { name = '', namespace } = object.metadata ?? {}
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace && { namespace }) }
}

/** An object without what every write changes. */
function essence(object: KubeObject): unknown {
  const { managedFields: _m, resourceVersion: _r, generation: _g, ...metadata } = object.metadata
  const { status: _s, ...rest } = object
  return { ...rest, metadata }
}
