import { clone, equal, isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { ApiError, badRequest, goQuote } from '../status.ts'
import { FieldSet, fieldPaths, pathText } from './field-set.ts'
import type { PathElement } from './field-set.ts'
import { TypedError, compareTyped, mergeTyped, removeItems, toFieldSet, validateTyped, withNamedFields } from './typed.ts'

/**
 * Who owns which field: apimachinery's pkg/util/managedfields over structured-merge-diff's merge/update.go.
 */
export interface FieldManagerInput {
  schema: Schema
  /** group/version of the request. */
  apiVersion: string
  subresource?: string
  manager: string
  /** RFC 3339, seconds. */
  now: string
  /** Fields this endpoint resets, never owned through it. */
  reset?: FieldSet
  /** What an object of the kind is before anything is written into it; Go's zero values for built-in kinds. */
  blank: JsonMap
  /** The schemas of other versions managers wrote in, with a conversion of the object; undefined when there is none. */
  otherVersion?: (apiVersion: string) => { schema: Schema; convert: (object: JsonMap) => JsonMap } | undefined
}

interface Entry { manager: string; operation: 'Apply' | 'Update'; apiVersion: string; subresource?: string; time?: string; set: FieldSet }

const neverOwned = fieldPaths('apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.namespace', 'metadata.creationTimestamp', 'metadata.selfLink',
  'metadata.uid', 'metadata.clusterName', 'metadata.generation', 'metadata.managedFields', 'metadata.resourceVersion')

const identifier = (e: { manager: string; operation: string; apiVersion: string; subresource?: string }): string =>
  JSON.stringify([e.manager, e.operation, e.operation === 'Apply' ? '' : e.apiVersion, e.subresource ?? ''])

function decodeEntries(list: unknown): Map<string, Entry> | undefined {
  const out = new Map<string, Entry>()
  if (!Array.isArray(list)) return out
  for (const raw of list) {
    if (!isMap(raw) || (raw.operation !== 'Apply' && raw.operation !== 'Update') || !raw.apiVersion || raw.fieldsType !== 'FieldsV1') return undefined
    const entry: Entry = {
      manager: String(raw.manager ?? ''), operation: raw.operation, apiVersion: String(raw.apiVersion), set: FieldSet.fromJson(raw.fieldsV1),
      ...(raw.subresource ? { subresource: String(raw.subresource) } : {}), ...(raw.time ? { time: String(raw.time) } : {}),
    }
    out.set(identifier(entry), entry)
  }
  return out
}

function encodeEntries(entries: Map<string, Entry>): JsonMap[] {
  const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...entries.values()].sort((a, b) => text(a.operation, b.operation) || text(a.time ?? '', b.time ?? '') || text(a.manager, b.manager)
    || text(a.apiVersion, b.apiVersion) || text(a.subresource ?? '', b.subresource ?? '')).map((e) => ({
    manager: e.manager, operation: e.operation, apiVersion: e.apiVersion, ...(e.time ? { time: e.time } : {}), fieldsType: 'FieldsV1', fieldsV1: e.set.toJson(),
    ...(e.subresource ? { subresource: e.subresource } : {}),
  }))
}

function withoutManaged(object: JsonMap): JsonMap {
  const { managedFields: _dropped, ...metadata } = isMap(object.metadata) ? object.metadata : {}
  return { ...object, metadata }
}

function setManaged(object: JsonMap, entries: Map<string, Entry>): JsonMap {
  const bare = withoutManaged(object)
  return entries.size === 0 ? bare : { ...bare, metadata: { ...bare.metadata, managedFields: encodeEntries(entries) } }
}

/** Takes ownership for a create, update or patch: returns `next` with its managedFields. */
export function trackUpdate(live: JsonMap | undefined, next: JsonMap, input: FieldManagerInput): JsonMap {
  const liveManaged = live?.metadata?.managedFields
  const given = next.metadata?.managedFields
  let entries: Map<string, Entry> | undefined
  if (input.subresource) entries = decodeEntries(liveManaged) ?? new Map()
  else if (Array.isArray(given) && (given.length === 0 || (given.length === 1 && Object.keys(given[0] as object).length === 0))) entries = new Map()
  else {
    entries = decodeEntries(given)
    if (entries === undefined || entries.size === 0) entries = decodeEntries(liveManaged) ?? new Map()
  }
  // A server tracks from the first write on; objects whose managedFields were reset stay untracked until an apply.
  if (entries.size === 0 && live !== undefined) return withoutManaged(next)
  const before = live === undefined ? input.blank : withoutManaged(live)
  try {
    return setManaged(next, update(entries, before, withoutManaged(next), input))
  } catch (error) {
    // An object that does not fit its schema keeps its owners; validation will have its say (UpdateNoErrors).
    if (!(error instanceof TypedError)) throw error
    return Array.isArray(liveManaged) ? { ...next, metadata: { ...next.metadata, managedFields: liveManaged } } : withoutManaged(next)
  }
}

function update(entries: Map<string, Entry>, before: JsonMap, after: JsonMap, input: FieldManagerInput): Map<string, Entry> {
  const comparisons = compareIn(before, after, input)
  const mine = comparisons(input.apiVersion)!
  for (const [id, entry] of entries) {
    const theirs = comparisons(entry.apiVersion)
    if (theirs === undefined) { entries.delete(id); continue }
    const taken = entry.set.intersection(theirs.modified.union(theirs.added))
    let set = taken.empty ? entry.set : entry.set.difference(taken)
    if (!theirs.removed.empty) set = set.difference(theirs.removed)
    if (set.empty) entries.delete(id)
    else if (set !== entry.set) entries.set(id, { ...entry, set })
  }
  let own = mine.modified.union(mine.added)
  if (input.reset) own = own.recursiveDifference(input.reset)
  own = own.difference(neverOwned)
  if (!own.empty) {
    const entry: Entry = { manager: input.manager, operation: 'Update', apiVersion: input.apiVersion, ...(input.subresource ? { subresource: input.subresource } : {}), ...(input.now ? { time: input.now } : {}), set: own }
    const id = identifier(entry)
    const previous = entries.get(id)
    entries.set(id, previous === undefined ? entry : { ...entry, set: own.union(previous.set) })
  }
  return capUpdates(entries)
}

/** More than ten updaters are merged into `ancient-changes`, oldest first. */
function capUpdates(entries: Map<string, Entry>): Map<string, Entry> {
  const updaters = [...entries].filter(([, e]) => e.operation === 'Update')
  let count = updaters.length
  if (count <= 10) return entries
  updaters.sort(([ai, a], [bi, b]) => ((a.time ?? '') < (b.time ?? '') ? -1 : (a.time ?? '') > (b.time ?? '') ? 1 : ai < bi ? -1 : 1))
  const first = new Map<string, string>()
  for (const [id, e] of updaters) {
    if (count <= 10) break
    const earlier = first.get(e.apiVersion)
    if (earlier === undefined) { first.set(e.apiVersion, id); continue }
    const bucket: Entry = { manager: 'ancient-changes', operation: 'Update', apiVersion: e.apiVersion, set: new FieldSet() }
    const bucketId = identifier(bucket)
    if (!entries.has(bucketId)) {
      entries.set(bucketId, { ...bucket, set: entries.get(earlier)!.set })
      entries.delete(earlier)
    }
    entries.set(bucketId, { ...bucket, set: entries.get(bucketId)!.set.union(e.set), ...(e.time ? { time: e.time } : {}) })
    entries.delete(id)
    count--
  }
  return entries
}

type Compared = { added: FieldSet; modified: FieldSet; removed: FieldSet }

function compareIn(before: JsonMap, after: JsonMap, input: FieldManagerInput): (apiVersion: string) => Compared | undefined {
  const cache = new Map<string, Compared | undefined>()
  const filter = (c: Compared): Compared => (input.reset === undefined ? c : {
    added: c.added.recursiveDifference(input.reset), modified: c.modified.recursiveDifference(input.reset), removed: c.removed.recursiveDifference(input.reset),
  })
  return (apiVersion) => {
    if (cache.has(apiVersion)) return cache.get(apiVersion)
    let result: Compared | undefined
    if (apiVersion === input.apiVersion) result = filter(compareTyped(before, after, input.schema))
    else {
      const other = input.otherVersion?.(apiVersion)
      if (other !== undefined) result = filter(compareTyped(other.convert(before), other.convert(after), other.schema))
    }
    cache.set(apiVersion, result)
    return result
  }
}

export interface ApplyInput extends FieldManagerInput { force: boolean }

/**
 * Server-side apply. `live` is undefined for a create.
 * @returns the merged object before defaulting, with managedFields; undefined when nothing changes but ownership might not have
 */
export function applyConfiguration(live: JsonMap | undefined, config: JsonMap, input: ApplyInput): JsonMap {
  if (config.metadata?.managedFields !== undefined && config.metadata.managedFields !== null) throw badRequest('metadata.managedFields must be nil')
  try {
    validateTyped(config, input.schema)
  } catch (error) {
    if (!(error instanceof TypedError)) throw error
    const name = (config.metadata?.name as string | undefined) ?? ''
    const namespace = (config.metadata?.namespace as string | undefined) ?? ''
    throw new ApiError(500, '', `failed to create typed patch object (${namespace}/${name}; ${String(config.apiVersion).includes('/') ? '' : '/'}${config.apiVersion}, Kind=${config.kind}): ${error.message}`)
  }
  let entries = live === undefined ? new Map<string, Entry>() : decodeEntries(live.metadata.managedFields) ?? new Map<string, Entry>()
  const before = live === undefined ? input.blank : withoutManaged(live)
  if (entries.size === 0 && live !== undefined) {
    entries = update(entries, input.blank, before, { ...input, manager: 'before-first-apply', subresource: '' })
  }
  const applied = tryApply(entries, before, config, input)
  // kubectl keeps its own annotation in step (lastappliedupdater.go).
  const key = 'kubectl.kubernetes.io/last-applied-configuration'
  if (input.manager !== 'kubectl' || !applied.metadata?.annotations?.[key]) return applied
  const { [key]: _old, ...annotations } = (config.metadata?.annotations ?? {}) as JsonMap
  const shown = { ...config, metadata: { ...config.metadata, ...(config.metadata?.annotations ? { annotations } : {}) } }
  return { ...applied, metadata: { ...applied.metadata, annotations: { ...applied.metadata.annotations, [key]: `${JSON.stringify(sorted(shown))}\n` } } }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMap(value)) return value
  return Object.fromEntries(Object.keys(value).sort().map((k) => [k, sorted(value[k])]))
}

function tryApply(entries: Map<string, Entry>, before: JsonMap, config: JsonMap, input: ApplyInput): JsonMap {
  try {
    return merge(entries, before, config, input)
  } catch (error) {
    if (!(error instanceof Conflicts) || input.manager !== 'kubectl') throw error instanceof Conflicts ? conflictError(error.list) : error
    // kubectl moves from client-side apply: what its annotation says and the object still has is its own.
    const allowed = allowedFromLastApplied(before, input)
    if (allowed === undefined) throw conflictError(error.list)
    const left = error.list.filter((c) => !allowed.has(c.path))
    if (left.length > 0) throw conflictError(left)
    return merge(entries, before, config, { ...input, force: true })
  }
}

interface Conflict { entry: Entry; path: PathElement[] }
class Conflicts extends Error {
  readonly list: Conflict[]
  constructor(list: Conflict[]) {
    super('conflicts')
    this.list = list
  }
}

function merge(given: Map<string, Entry>, before: JsonMap, config: JsonMap, input: ApplyInput): JsonMap {
  const entries = new Map(given)
  const schema = input.schema
  let merged = mergeTyped(before, config, schema) as JsonMap
  let set = toFieldSet(config, schema)
  if (input.reset) set = set.recursiveDifference(input.reset)
  const mine: Entry = { manager: input.manager, operation: 'Apply', apiVersion: input.apiVersion, ...(input.subresource ? { subresource: input.subresource } : {}), set }
  const id = identifier(mine)
  const last = entries.get(id)
  entries.set(id, { ...mine, ...(last?.time ? { time: last.time } : {}) })
  if (last !== undefined && !last.set.empty) merged = prune(merged, entries, last, input)

  const comparisons = compareIn(before, merged, input)
  const conflicts: Conflict[] = []
  const next = new Map<string, Entry>()
  for (const [otherId, entry] of entries) {
    if (otherId === id) { next.set(otherId, entry); continue }
    const theirs = comparisons(entry.apiVersion)
    if (theirs === undefined) continue
    const taken = entry.set.intersection(theirs.modified.union(theirs.added))
    if (!taken.empty) for (const path of taken.paths()) conflicts.push({ entry, path })
    const rest = entry.set.difference(taken).difference(theirs.removed)
    if (!rest.empty) next.set(otherId, { ...entry, set: rest })
  }
  if (conflicts.length > 0 && !input.force) throw new Conflicts(conflicts)
  const own = next.get(id)!
  const stripped = own.set.difference(neverOwned)
  // A change of ownership alone leaves the time as it was: a new manager has none.
  const changed = !equal(before, merged)
  if (stripped.empty) next.delete(id)
  else next.set(id, { ...own, set: stripped, ...(changed ? { time: input.now } : {}) })
  return setManaged(merged, next)
}

/** Removes what this manager applied last time and no longer does, unless somebody else owns it. */
function prune(merged: JsonMap, entries: Map<string, Entry>, last: Entry, input: ApplyInput): JsonMap {
  const schema = input.schema
  if (last.apiVersion !== input.apiVersion) return merged
  let pruned = (removeItems(merged, withNamedFields(last.set, schema), schema) ?? {}) as JsonMap
  let managed = new FieldSet()
  for (const entry of entries.values()) if (entry.apiVersion === input.apiVersion) managed = managed.union(entry.set)
  const mergedSet = withNamedFields(toFieldSet(merged, schema), schema)
  const prunedSet = withNamedFields(toFieldSet(pruned, schema), schema)
  pruned = (removeItems(merged, mergedSet.difference(prunedSet.union(withNamedFields(managed, schema))), schema) ?? {}) as JsonMap
  const finalSet = withNamedFields(toFieldSet(pruned, schema), schema)
  return (removeItems(merged, mergedSet.difference(finalSet).intersection(withNamedFields(last.set, schema)), schema) ?? {}) as JsonMap
}

function allowedFromLastApplied(live: JsonMap, input: ApplyInput): FieldSet | undefined {
  const text = live.metadata?.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] as string | undefined
  if (!text) return undefined
  try {
    const applied = JSON.parse(text) as JsonMap
    if (applied.apiVersion !== input.apiVersion) return undefined
    const compared = compareTyped(applied, live, input.schema)
    return toFieldSet(applied, input.schema).difference(compared.modified).difference(compared.added).difference(compared.removed)
  } catch {
    return undefined
  }
}

function managerText(e: Entry): string {
  let text = goQuote(e.manager)
  if (e.subresource) text = `${text} with subresource ${goQuote(e.subresource)}`
  if (e.operation === 'Update') text = `${text} using ${e.apiVersion}`
  return text
}

function conflictError(list: Conflict[]): ApiError {
  const ordered = [...list]
  let message: string
  if (ordered.length === 1) message = `Apply failed with 1 conflict: conflict with ${managerText(ordered[0]!.entry)}: ${pathText(ordered[0]!.path)}`
  else {
    const by = new Map<string, Conflict[]>()
    for (const c of ordered) {
      const key = identifier(c.entry)
      by.set(key, [...(by.get(key) ?? []), c])
    }
    const lines: string[] = []
    for (const [, conflicts] of [...by].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(`conflicts with ${managerText(conflicts[0]!.entry)}:`)
      for (const c of conflicts) lines.push(`- ${pathText(c.path)}`)
    }
    message = `Apply failed with ${ordered.length} conflicts: ${lines.join('\n')}`
  }
  return new ApiError(409, 'Conflict', message, {
    causes: ordered.map((c) => ({ reason: 'FieldManagerConflict', message: `conflict with ${managerText(c.entry)}`, field: pathText(c.path) })),
  })
}

/** Whether two objects differ only in the times of their managedFields. */
export function sameButManagedTimes(a: JsonMap, b: JsonMap): boolean {
  const strip = (o: JsonMap): JsonMap => {
    const copy = clone(o)
    if (Array.isArray(copy.metadata?.managedFields)) for (const e of copy.metadata.managedFields as JsonMap[]) delete e.time
    return copy
  }
  return equal(strip(a), strip(b))
}
