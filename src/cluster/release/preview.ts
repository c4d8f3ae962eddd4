import type { CallOptions, KubeObject, ObjectRef } from '../kube/index.ts'
import { fieldManager } from './apply.ts'
import { isAppliedAlready } from './applied-already.ts'
import { clientSidePatch, mergedHere } from './client-side.ts'
import { isConflict, messageOf } from './failure.ts'
import { storageFor } from './options.ts'
import { mapParallel } from './parallel.ts'
import { generatesName, ownershipFault } from './ownership.ts'
import type { StorageDriver } from './storage-driver.ts'
import type { ReleaseHistory } from './storage.ts'
import { survey } from './survey.ts'
import type { SurveyOptions, SurveyedObject } from './survey.ts'
import { reasonOf, trial } from './trial.ts'
import { sameDefinition } from './upgrade-crds.ts'

export interface PreviewOptions extends Omit<SurveyOptions, 'history'> {
  /** Of the revisions up to now; read when it is left out. */
  history?: ReleaseHistory
  serverSide: boolean
  /** Where records are kept; default Secrets of the namespace. */
  driver?: StorageDriver
  /** Objects of the last revision that go and may not be read are told, too: `unread`, without `before`. */
  tellUnread?: boolean
  /** The definitions given are brought up to date before: what only today's refuse is not called refused. */
  upgradesCrds?: boolean
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
  /** Why the cluster would refuse it; of a conflict with another manager `after` is what taking over would give. */
  rejection?: string
  /** Why it could not be asked: its namespace or its CRD does not exist yet, dry runs are not allowed. */
  unchecked?: string
  /** The live object may not be read: whether there is one, and what it is like, is not known. */
  unread?: boolean
  /** `after` was worked out here instead: without the server's defaults, admission and conversions. */
  approximate?: boolean
  /** What was found, and what would be sent. Holds secrets. */
  surveyed: SurveyedObject
}

/**
 * What applying a manifest would change, object by object: the live object against the server's own dry run. Changes nothing.
 * Rejections are results, not exceptions. Hooks are not tried: each is made anew in its turn.
 */
export async function preview(options: PreviewOptions): Promise<PreviewedObject[]> {
  const { name, namespace } = options
  const call: CallOptions = options.signal === undefined ? {} : { signal: options.signal }
  const history = options.history ?? await storageFor(options).history(name, call)
  const found = await survey({ ...options, history })
  const changing = new Set<string>()
  const look = async (surveyed: SurveyedObject): Promise<PreviewedObject | undefined> => {
    const { role, resource, live: before, unserved } = surveyed
    const { ref, object } = resource
    const base: PreviewedObject = { ref, surveyed, ...(before ? { before } : {}), ...(resource.source !== undefined && { source: resource.source }) }
    if (unserved !== undefined) return { ...base, after: object, unchecked: unserved, unserved: true }
    if (role === 'hook') return { ...base, after: object }
    if (role === 'removed') {
      if (surveyed.failure !== undefined && options.tellUnread === true) return { ...base, unchecked: messageOf(surveyed.failure), unread: true }
      if (before === undefined || ownershipFault(before, name, namespace) !== undefined) return undefined
      const kept = before.metadata.annotations?.['helm.sh/resource-policy'] === 'keep' || object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep'
      return { ...base, ...(kept ? { kept } : {}) }
    }
    return await tried(options, surveyed, { ...base, after: object }, changing, call)
  }
  const [definitions, rest] = [found.filter((s) => s.role === 'crd'), found.filter((s) => s.role !== 'crd')]
  const previewed = await mapParallel(definitions, look)
  if (options.upgradesCrds === true) for (const p of previewed) if (p !== undefined && changesDefinition(p)) changing.add(kindDefined(p.surveyed.resource.object))
  return [...previewed, ...await mapParallel(rest, look)].filter((p) => p !== undefined)
}

const changesDefinition = ({ before, after }: PreviewedObject): boolean => before === undefined || after === undefined || !sameDefinition(before, after)
const kindDefined = ({ spec }: KubeObject): string => `${spec?.group} ${spec?.names?.kind}`

/** What the server says to one object of the manifest, or of crds/. */
async function tried(options: PreviewOptions, { role, resource: target, live: before, base: original, failure }: SurveyedObject, base: PreviewedObject, changing: ReadonlySet<string>, call: CallOptions): Promise<PreviewedObject> {
  const { cluster, namespace, name } = options
  if (failure !== undefined) return { ...base, unchecked: messageOf(failure), unread: true }
  if (target.coming === true) return { ...base, unchecked: 'its definition comes with the release' }
  const serverSide = role === 'crd' || options.serverSide
  const fault = before && original === undefined && role === 'target' ? ownershipFault(before, name, namespace) : undefined
  if (fault !== undefined) return { ...base, rejection: `${target.mapping.kind} "${target.ref.name}" exists and cannot be imported into the current release: ${fault}` }
  // What would be written just so again need not be asked about.
  if (before !== undefined && !generatesName(target) && isSettled(target, before, original, serverSide)) return { ...base, after: before }
  // An install moves what Helm wrote client-side over to its own manager first.
  const migrateManagers = role === 'crd' || options.previous === ''
  const asked = await trial(cluster, target, before, original, { serverSide, migrateManagers, ...call })
  // Fields of other managers: applying would fail. What it would look like is worth seeing all the same.
  const conflict = serverSide && asked.rejection !== undefined && isConflict(asked.rejection) ? reasonOf(asked.rejection) : undefined
  const answer = conflict === undefined ? asked : await trial(cluster, target, before, original, { serverSide, forceConflicts: true, ...call })
  const noNamespace = answer.missing === undefined ? {} : { noNamespace: true }
  // A new object is shown as it was written: the server's defaults are noise there.
  if (answer.after !== undefined) return { ...base, ...(before !== undefined && { after: answer.after }), ...(conflict !== undefined && { rejection: conflict }) }
  const redefined = answer.rejection !== undefined && changing.has(`${target.mapping.group} ${target.mapping.kind}`)
  const unchecked = redefined ? 'its definition changes with the release' : answer.unchecked
  if (unchecked !== undefined) {
    // Against the bare manifest, every field the server ever filled in would look removed.
    const merged = before === undefined ? undefined : mergedHere(original, target, before)
    return { ...base, ...(merged && { after: merged, approximate: true }), ...noNamespace, unchecked }
  }
  return answer.rejection === undefined ? { ...base, ...noNamespace } : { ...base, ...noNamespace, rejection: reasonOf(answer.rejection) }
}

/** Applying it would send nothing, or nothing that changes anything. */
function isSettled(target: SurveyedObject['resource'], before: KubeObject, original: KubeObject | undefined, serverSide: boolean): boolean {
  if (serverSide) return isAppliedAlready(target.object, before, fieldManager)
  return original !== undefined && Object.keys(clientSidePatch(original, target, before, false).patch).length === 0
}
