import { timestamp } from './clock.ts'
import { equal } from './json.ts'
import type { JsonMap } from './json.ts'
import { ordered } from './object-form.ts'
import type { Caller, DeleteQuery, Target } from './requests.ts'
import type { ResourceType } from './resources.ts'
import { conflict, invalid, notFound } from './status.ts'
import type { ApiError, FieldError } from './status.ts'
import type { Store } from './store.ts'

/** What a deletion needs of the Api. */
export interface Shelf {
  readonly store: Store
  /** A stored object in the version of the type. */
  view(type: ResourceType, stored: JsonMap): JsonMap
  /** An object in the form it is stored in. */
  stored(type: ResourceType, object: JsonMap): JsonMap
}

/** What keeps a CustomResourceDefinition until its objects are gone. */
export const crdCleanup = 'customresourcecleanup.apiextensions.k8s.io'

/** Returns the object when it is still there (terminating), else undefined when it has gone. */
export function deleteObject(api: Shelf, target: Target, query: DeleteQuery, caller: Caller): { object: JsonMap; gone: boolean } {
  const { type, namespace, name } = target
  const stored = api.store.get(type.table, type.namespaced ? namespace : '', name)
  if (stored === undefined) throw notFound(type.group, type.plural, name)
  const live = api.view(type, stored)
  const { uid, resourceVersion } = query.preconditions ?? {}
  // The registry names the kind here, not the resource.
  const refuse = (why: string): ApiError => conflict(type.group, type.kind, name, why)
  if (uid !== undefined && uid !== live.metadata.uid) {
    throw refuse(`the UID in the precondition (${uid}) does not match the UID in record (${live.metadata.uid}). The object might have been deleted and then recreated`)
  }
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
    throw refuse(`the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion}). The object might have been modified`)
  }
  const wrong = (error: FieldError): ApiError => invalid('meta.k8s.io', 'DeleteOptions', '', [error])
  if (query.propagationPolicy !== undefined && query.orphanDependents !== undefined) {
    throw wrong({ type: 'FieldValueInvalid', field: 'propagationPolicy', value: query.propagationPolicy, detail: 'orphanDependents and deletionPropagation cannot be both set' })
  }
  if (query.propagationPolicy !== undefined && !['Background', 'Foreground', 'Orphan'].includes(query.propagationPolicy)) {
    throw wrong({ type: 'FieldValueNotSupported', field: 'propagationPolicy', value: query.propagationPolicy, detail: 'supported values: "Foreground", "Background", "Orphan", "nil"' })
  }
  const metadata: JsonMap = { ...live.metadata }
  const policy = query.propagationPolicy ?? (query.orphanDependents === true ? 'Orphan' : query.orphanDependents === undefined ? type.strategy.defaultPropagation : undefined)
  if (type.table === 'batch/jobs' && query.propagationPolicy === undefined && query.orphanDependents === undefined) {
    caller.warnings?.push('child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning')
  }
  let finalizers = ((metadata.finalizers ?? []) as string[])
  if (type.table === 'apiextensions.k8s.io/customresourcedefinitions' && !finalizers.includes(crdCleanup)) finalizers = [...finalizers, crdCleanup]
  if (policy !== undefined) {
    finalizers = finalizers.filter((f) => f !== 'orphan' && f !== 'foregroundDeletion')
    if (policy === 'Orphan') finalizers = [...finalizers, 'orphan']
    if (policy === 'Foreground') finalizers = [...finalizers, 'foregroundDeletion']
  }
  if (finalizers.length > 0) metadata.finalizers = finalizers
  else delete metadata.finalizers
  const grace = type.strategy.gracePeriod?.(live, query.gracePeriodSeconds) ?? 0
  const isNamespace = type.table === '/namespaces'
  const pending = finalizers.length > 0 || (isNamespace && (live.spec?.finalizers?.length ?? 0) > 0)
  const graceful = type.strategy.gracePeriod !== undefined
  const mark = (): void => {
    metadata.deletionTimestamp = timestamp(Date.now() + grace * 1000)
    metadata.deletionGracePeriodSeconds = grace
    if (type.strategy.generation && metadata.generation !== undefined) metadata.generation = (metadata.generation as number) + 1
  }
  if (grace === 0 && !pending) {
    if (graceful && metadata.deletionTimestamp === undefined) mark()
    const last = ordered({ ...live, metadata })
    if (!caller.dryRun) api.store.remove(type.table, type.namespaced ? namespace : '', name, api.stored(type, last))
    return { object: last, gone: true }
  }
  if (metadata.deletionTimestamp === undefined) {
    mark()
  } else if (grace < ((metadata.deletionGracePeriodSeconds as number | undefined) ?? 0)) {
    metadata.deletionGracePeriodSeconds = grace
  } else if (equal(metadata.finalizers, live.metadata.finalizers)) {
    return { object: live, gone: false }
  }
  const next = ordered({ ...live, metadata })
  if (caller.dryRun) return { object: next, gone: false }
  if (isNamespace) next.status = { ...live.status, phase: 'Terminating' }
  return { object: api.view(type, api.store.put(type.table, api.stored(type, next))), gone: false }
}
