import type { CallOptions, Cluster, KubeObject, ObjectRef } from '../kube/index.ts'
import { abandonedResources, unsettledRecords } from './abandoned.ts'
import { mergedHere } from './client-side.ts'
import { messageOf } from './failure.ts'
import { readLive } from './live.ts'
import { storageFor } from './options.ts'
import { mapParallel } from './parallel.ts'
import { generatesName, markOwned, ownershipFault } from './ownership.ts'
import { buildResources, without } from './resources.ts'
import type { Resource } from './resources.ts'
import type { StorageDriver } from './storage-driver.ts'
import { reasonOf, trial } from './trial.ts'

export interface PreviewOptions extends CallOptions {
  cluster: Cluster
  namespace: string
  name: string
  /** The manifest that would be applied. */
  manifest: string
  /** The manifest of the last revision; '' for an install. */
  previous: string
  serverSide: boolean
  /** Where records are kept; default Secrets of the namespace. Failed revisions may have left objects that go as well. */
  driver?: StorageDriver
}

/** One object as it is and as it would be. */
export interface PreviewedObject {
  ref: ObjectRef
  /** Live; undefined when it would be created. Holds secrets. */
  before?: KubeObject
  /** As the cluster says it would become (a dry run), or as the manifest has it where the cluster could not be asked. Holds secrets. */
  after?: KubeObject
  /** Template it comes from. */
  source?: string
  /** Leaves the release but stays: `helm.sh/resource-policy: keep`. */
  kept?: boolean
  /** The cluster does not serve its kind (yet). */
  unserved?: boolean
  /** Its namespace does not exist yet. */
  noNamespace?: boolean
  /** Why the cluster would refuse it. */
  rejection?: string
  /** Why it could not be asked: its namespace or its CRD does not exist yet, dry runs are not allowed. */
  unchecked?: string
  /** `after` was worked out here instead: without the server's defaults, admission and conversions. */
  approximate?: boolean
}

/**
 * What applying a manifest would change, object by object: the live object against the server's own dry run. Changes nothing.
 * Rejections are results, not exceptions.
 */
export async function preview(options: PreviewOptions): Promise<PreviewedObject[]> {
  const { cluster, namespace, name } = options
  const call: CallOptions = options.signal === undefined ? {} : { signal: options.signal }
  const unserved: PreviewedObject[] = []
  const build = (manifest: string, old: boolean) =>
    buildResources(cluster, manifest, namespace, {
      ...call,
      anyVersion: old,
      unserved: (object, message, source) => {
        if (old) return
        const ref = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata?.name ?? '' }
        unserved.push({ ref, after: object, unchecked: message.split('\n')[0]!, unserved: true, ...(source !== undefined && { source }) })
      },
    })
  const targets = await build(options.manifest, false)
  const originals = options.previous === '' ? [] : await build(options.previous, true)
  markOwned(targets, name, namespace)
  markOwned(originals, name, namespace)
  const abandoned = await abandonedOf(options, [...originals, ...targets], call)
  const gone = [...without(originals, targets), ...abandoned]
  const { objects: live, failures } = await readLive(cluster, [...targets, ...gone].filter((r) => !generatesName(r)), { ...call, tolerant: true })
  const bases = new Map(originals.map((o) => [o.id, o.object]))

  const changed = await mapParallel(targets, async (target): Promise<PreviewedObject> => {
    const before = live.get(target)
    const base: PreviewedObject = { ref: target.ref, after: target.object, ...(before ? { before } : {}), ...(target.source !== undefined && { source: target.source }) }
    if (failures.has(target)) return { ...base, unchecked: messageOf(failures.get(target)) }
    const fault = before && !bases.has(target.id) ? ownershipFault(before, name, namespace) : undefined
    if (fault !== undefined) return { ...base, rejection: `${target.mapping.kind} "${target.ref.name}" exists and cannot be imported into the current release: ${fault}` }
    // Conflicts are reported by the apply itself; here the question is what the object would look like.
    const tried = await trial(cluster, target, before, bases.get(target.id), { serverSide: options.serverSide, forceConflicts: options.serverSide, ...call })
    const noNamespace = tried.missing === undefined ? {} : { noNamespace: true }
    // A new object is shown as it was written: the server's defaults are noise there.
    if (tried.after !== undefined) return before === undefined ? base : { ...base, after: tried.after }
    if (tried.unchecked !== undefined) {
      // Against the bare manifest, every field the server ever filled in would look removed.
      const merged = before === undefined ? undefined : mergedHere(bases.get(target.id), target, before)
      return { ...base, ...(merged && { after: merged, approximate: true }), ...noNamespace, unchecked: tried.unchecked }
    }
    return tried.rejection === undefined ? { ...base, ...noNamespace } : { ...base, ...noNamespace, rejection: reasonOf(tried.rejection) }
  })
  const removed = gone.flatMap((resource): PreviewedObject[] => {
    const before = live.get(resource)
    if (before === undefined || ownershipFault(before, name, namespace) !== undefined) return []
    const kept = before.metadata.annotations?.['helm.sh/resource-policy'] === 'keep' || resource.object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep'
    return [{ ref: resource.ref, before, ...(kept ? { kept } : {}) }]
  })
  return [...changed, ...unserved, ...removed]
}

/** What failed or interrupted revisions left behind: an upgrade removes it. */
async function abandonedOf(options: PreviewOptions, known: readonly Resource[], call: CallOptions): Promise<Resource[]> {
  const history = await storageFor(options).history(options.name, call)
  const base = history.deployed ?? history.last
  return base === undefined ? [] : await abandonedResources(options.cluster, unsettledRecords(history, base.version), known, call)
}
