import type { PatchSchema } from './patch-meta.ts'

/**
 * Strategic merge patches: made (client-side apply) and applied (the sandbox's PATCH), by the rules of
 * k8s.io/apimachinery pkg/util/strategicpatch/patch.go. Nothing here changes its arguments.
 */

export type JsonMap = { [key: string]: any }

const directive = '$patch'
const retainKeys = '$retainKeys'
const deletePrefix = '$deleteFromPrimitiveList'
const orderPrefix = '$setElementOrder'

interface DiffRules { changes: boolean; deletions: boolean; retain: boolean }
interface MergeRules { apply: boolean }

/**
 * The patch that brings `current` to `modified`, deleting what `original` had and `modified` has not, and leaving what
 * others added. As CreateThreeWayMergePatch with overwrite.
 */
export function threeWayStrategicPatch(original: JsonMap, modified: JsonMap, current: JsonMap, schema: PatchSchema): JsonMap {
  const delta = diffMaps(current, modified, schema, { changes: true, deletions: false, retain: false })
  const deletions = diffMaps(original, modified, schema, { changes: false, deletions: true, retain: false })
  return mergeMap(deletions, delta, schema, { apply: false })
}

/** The patch that brings `original` to `modified`. */
export function twoWayStrategicPatch(original: JsonMap, modified: JsonMap, schema: PatchSchema): JsonMap {
  return diffMaps(original, modified, schema, { changes: true, deletions: true, retain: false })
}

/** What a server makes of `original` when it receives `patch`. Throws a plain Error with the server's text on a bad patch. */
export function applyStrategicPatch(original: JsonMap, patch: JsonMap, schema: PatchSchema): JsonMap {
  return mergeMap(original, patch, schema, { apply: true })
}

/** A map without a prototype: `__proto__` is an ordinary key in it. */
const emptyMap = (): JsonMap => Object.create(null) as JsonMap
const isMap = (v: unknown): v is JsonMap => typeof v === 'object' && v !== null && !Array.isArray(v)
const has = (map: JsonMap, key: string): boolean => Object.hasOwn(map, key)
const copyMap = (map: JsonMap): JsonMap => Object.assign(emptyMap(), map)

function typeOf(v: unknown): string {
  if (v === null || v === undefined) return 'null'
  return Array.isArray(v) ? 'list' : typeof v
}

/** Whether two JSON values are equal, as reflect.DeepEqual on decoded JSON. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => equalJson(v, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => has(b, key) && equalJson(a[key], b[key]))
}

function diffMaps(original: JsonMap, modified: JsonMap, schema: PatchSchema, rules: DiffRules): JsonMap {
  const patch = emptyMap()
  const retained: string[] = []
  for (const key of Object.keys(modified)) {
    const to = modified[key]
    if (rules.retain && to !== null) retained.push(key)
    if (!has(original, key)) {
      if (rules.changes) patch[key] = to
      continue
    }
    const from = original[key]
    if (typeOf(from) !== typeOf(to)) {
      if (rules.changes) patch[key] = to
    } else if (isMap(to)) {
      const field = schema.field(key)
      if (field.strategy === 'replace') {
        if (rules.changes) patch[key] = to
        continue
      }
      const inner = diffMaps(from, to, field.schema, { ...rules, retain: field.retainKeys })
      if (Object.keys(inner).length > 0) patch[key] = inner
    } else if (Array.isArray(to) && schema.field(key).strategy === 'merge') {
      const field = schema.field(key)
      const { items, deletions, order } = diffLists(from, to, field.schema, field.key, { ...rules, retain: field.retainKeys })
      if (items.length > 0) patch[key] = items
      if (deletions.length > 0) patch[`${deletePrefix}/${key}`] = deletions
      if (order.length > 0) patch[`${orderPrefix}/${key}`] = order
    } else if (rules.changes && !equalJson(from, to)) {
      patch[key] = to
    }
  }
  if (rules.deletions) for (const key of Object.keys(original)) if (!has(modified, key)) patch[key] = null
  if (retained.length > 0) {
    const extra = Object.keys(original).some((key) => original[key] !== null && !has(modified, key))
    if (extra || Object.keys(patch).length > 0) patch[retainKeys] = retained.sort()
  }
  return patch
}

interface ListDiff { items: any[]; deletions: any[]; order: any[] }

function diffLists(original: any[], modified: any[], schema: PatchSchema, key: string, rules: DiffRules): ListDiff {
  if (original.length === 0) {
    return { items: modified.length === 0 || !rules.changes ? [] : modified, deletions: [], order: [] }
  }
  const kind = elementType(original, modified)
  if (kind === 'list') throw new Error('lists of lists are not supported')
  if (kind !== 'object') {
    const { added, removed } = diffScalars(original, modified, rules)
    // diffListsOfScalars has sorted the original list in place by now.
    const changed = (rules.deletions && removed.length > 0) || (rules.changes && !equalJson([...original].sort(byText), modified))
    return { items: sortByOrder(added, modified, ''), deletions: removed, order: changed ? modified : [] }
  }
  requireKey(key, original, modified)
  const { changed, removed } = diffObjects(original, modified, schema, key, rules)
  const sameOrder = original.length === modified.length && original.every((v, i) => v[key] === modified[i][key])
  const items = [...sortByOrder(changed, modified, key), ...removed]
  const ordered = (rules.changes && (items.length > 0 || !sameOrder)) || (rules.deletions && items.length > 0)
  return { items, deletions: [], order: ordered ? modified.map((v) => ({ [key]: v[key] })) : [] }
}

function diffScalars(original: any[], modified: any[], rules: DiffRules): { added: any[]; removed: any[] } {
  const a = [...original].sort(byText)
  const b = [...modified].sort(byText)
  const added: any[] = []
  const removed: any[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const x = i < a.length ? String(a[i]) : undefined
    const y = j < b.length ? String(b[j]) : undefined
    if (x !== undefined && x === y) {
      i++
      j++
    } else if (x === undefined || (y !== undefined && x > y)) {
      if (rules.changes) added.push(b[j])
      j++
    } else {
      if (rules.deletions && !removed.includes(a[i])) removed.push(a[i])
      i++
    }
  }
  return { added, removed }
}

function diffObjects(original: any[], modified: any[], schema: PatchSchema, key: string, rules: DiffRules): { changed: any[]; removed: any[] } {
  const a = sortedByKey(original, key)
  const b = sortedByKey(modified, key)
  const changed: any[] = []
  const removed: any[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const x = i < a.length ? String(a[i][key]) : undefined
    const y = j < b.length ? String(b[j][key]) : undefined
    if (x !== undefined && x === y) {
      const inner = diffMaps(a[i], b[j], schema, rules)
      if (Object.keys(inner).length > 0) {
        inner[key] = b[j][key]
        changed.push(inner)
      }
      i++
      j++
    } else if (x === undefined || (y !== undefined && x > y)) {
      if (rules.changes) changed.push(b[j])
      j++
    } else {
      if (rules.deletions) removed.push({ [key]: a[i][key], [directive]: 'delete' })
      i++
    }
  }
  return { changed, removed }
}

/**
 * Upstream calls an item less than one of the same key too (SortableSliceOfMaps.Less), so that Go's insertion sort turns items round whose
 * keys are the same: two ports of one number with different protocols. Which of them is matched with the live one hangs on that. From 13 items
 * on Go sorts by pdqsort, which leaves such items in an order of its own; here they are turned round all the same.
 */
function sortedByKey(items: any[], key: string): any[] {
  return [...items].reverse().sort((m, n) => byText(m[key], n[key]))
}

const byText = (a: unknown, b: unknown): number => {
  const x = String(a)
  const y = String(b)
  return x < y ? -1 : x > y ? 1 : 0
}

function elementType(...lists: any[][]): string {
  let type: string | undefined
  for (const list of lists) {
    for (const v of list) {
      const t = typeOf(v)
      if (t === 'list') throw new Error('lists of lists are not supported')
      if (type === undefined) type = t
      else if (type !== t) throw new Error(`list element types are not identical: ${JSON.stringify(lists)}`)
    }
  }
  if (type === undefined) throw new Error('no elements in any of the given slices')
  return type
}

function requireKey(key: string, ...lists: any[][]): void {
  for (const list of lists) {
    for (const v of list) {
      if (!isMap(v)) throw new Error(`expected a map[string]interface {}, but received a ${typeOf(v)}`)
      if (!has(v, key)) throw new Error(`map: ${goText(v)} does not contain declared merge key: ${key}`)
    }
  }
}

/** A value as Go's %v prints it. */
function goText(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(goText).join(' ')}]`
  if (!isMap(v)) return v === null ? '<nil>' : String(v)
  return `map[${Object.keys(v).sort().map((key) => `${key}:${goText(v[key])}`).join(' ')}]`
}

const same = (a: any, b: any, key: string): boolean => (key === '' ? a === b : isMap(a) && isMap(b) && a[key] === b[key])
const indexIn = (list: any[], v: any, key: string): number => list.findIndex((other) => same(other, v, key))

/** Items in the order their keys have in `order`; deletions last. */
function sortByOrder(items: any[], order: any[], key: string): any[] {
  const isDeletion = (v: any): boolean => key !== '' && v[directive] === 'delete'
  const kept = items.filter((v) => !isDeletion(v)).map((v, at) => ({ v, at, place: indexIn(order, v, key) }))
  kept.sort((a, b) => (a.place >= 0 && b.place >= 0 ? a.place - b.place : a.at - b.at))
  return [...kept.map((k) => k.v), ...items.filter(isDeletion)]
}

/** Puts the server's own items between the patch's, as near to their old places as both orders allow. */
function interleave(server: any[], patch: any[], serverOrder: any[], key: string): any[] {
  const out: any[] = []
  let i = 0
  let j = 0
  while (i < server.length || j < patch.length) {
    if (j >= patch.length) out.push(server[i++])
    else if (i >= server.length) out.push(patch[j++])
    else {
      const left = indexIn(serverOrder, server[i], key)
      const right = indexIn(serverOrder, patch[j], key)
      if (left >= 0 && right >= 0 && left < right) out.push(server[i++])
      else out.push(patch[j++])
    }
  }
  return out
}

function arrange(merged: any[], patchOrder: any[], serverOrder: any[], key: string): any[] {
  const inPatch = merged.filter((v) => indexIn(patchOrder, v, key) >= 0)
  const serverOnly = merged.filter((v) => indexIn(patchOrder, v, key) < 0)
  return interleave(sortByOrder(serverOnly, serverOrder, key), sortByOrder(inPatch, patchOrder, key), serverOrder, key)
}

/**
 * Merges a patch into a map. With `apply` the map is an object and directives act; without, the map is itself a patch and
 * directives and nulls are kept for the server.
 */
function mergeMap(originalMap: JsonMap | undefined, patchMap: JsonMap, schema: PatchSchema, rules: MergeRules): JsonMap {
  if (has(patchMap, directive)) {
    if (patchMap[directive] === 'delete') return emptyMap()
    if (patchMap[directive] !== 'replace') throw new Error(`unknown patch type: ${goText(patchMap[directive])} in map: ${goText(patchMap)}`)
    const replaced = copyMap(patchMap)
    delete replaced[directive]
    return replaced
  }
  const original = copyMap(originalMap ?? {})
  const patch = copyMap(patchMap)
  applyRetainKeys(original, patch, rules)
  mergeOrderedLists(original, patch, schema, rules)
  for (const patchKey of Object.keys(patch)) {
    const value = patch[patchKey]
    let key = patchKey
    let deleting = false
    if (patchKey.startsWith(deletePrefix)) {
      if (!rules.apply) {
        original[patchKey] = value
        continue
      }
      key = afterPrefix(patchKey, deletePrefix)
      deleting = true
    }
    if (value === null) {
      delete original[key]
      if (rules.apply) continue
    }
    if (!has(original, key) || typeOf(original[key]) !== typeOf(value)) {
      if (deleting) continue
      setWithoutDirectives(original, key, rules.apply ? withoutNulls(value) : value)
    } else if (isMap(value)) {
      const field = schema.field(key)
      original[key] = field.strategy === 'replace' ? value : mergeMap(original[key], value, field.schema, rules)
    } else if (Array.isArray(value)) {
      const field = schema.field(key)
      original[key] = field.strategy === 'merge' || deleting
        ? mergeLists(original[key], value, field.schema, field.key, rules, deleting)
        : value
    } else {
      original[key] = value
    }
  }
  return original
}

function afterPrefix(key: string, prefix: string): string {
  const slash = key.indexOf('/')
  if (slash >= 0 && key.slice(0, slash) === prefix) return key.slice(slash + 1)
  throw new Error(prefix === deletePrefix ? 'invalid patch format of primitive list' : 'invalid patch format of setElementOrder list')
}

function applyRetainKeys(original: JsonMap, patch: JsonMap, rules: MergeRules): void {
  if (!has(patch, retainKeys)) return
  const list = patch[retainKeys]
  delete patch[retainKeys]
  if (!rules.apply) {
    if (!has(original, retainKeys)) original[retainKeys] = list
    return
  }
  if (!Array.isArray(list)) throw new Error('invalid patch format of retainKeys')
  const named = new Set<unknown>(list)
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)) continue
    if (!named.has(key)) throw new Error('invalid patch format of retainKeys')
  }
  for (const key of Object.keys(original)) if (!named.has(key)) delete original[key]
}

function mergeOrderedLists(original: JsonMap, patch: JsonMap, schema: PatchSchema, rules: MergeRules): void {
  for (const orderKey of Object.keys(patch)) {
    if (!orderKey.startsWith(orderPrefix)) continue
    const order = patch[orderKey]
    if (!rules.apply) {
      if (!has(original, orderKey)) original[orderKey] = order
      else if (!equalJson(original[orderKey], order)) throw new Error('invalid patch format of setElementOrder list')
    }
    delete patch[orderKey]
    if (!Array.isArray(order)) throw new Error('invalid patch format of setElementOrder list')
    const key = afterPrefix(orderKey, orderPrefix)
    const field = schema.field(key)
    const live: any[] | undefined = has(original, key) ? original[key] : undefined
    const change: any[] | undefined = has(patch, key) ? patch[key] : undefined
    if ((live !== undefined && !Array.isArray(live)) || (change !== undefined && !Array.isArray(change))) {
      throw new Error('expected a []interface {}')
    }
    if (change !== undefined) requireOrder(change, order, field.key)
    let merged: any[]
    if (live !== undefined && change !== undefined) merged = mergeLists(live, change, field.schema, field.key, rules, false)
    else if (live !== undefined) merged = live
    else if (change !== undefined) merged = withoutDirectives(change) as any[]
    else continue
    original[key] = arrange(merged, order, serverOrder(live ?? [], change ?? [], field.key), field.key)
    delete patch[key]
  }
}

/**
 * The order of the live list, as Go sees it after the merge: deleting from a slice and appending to it writes into the
 * array that the old slice still shows (deleteMatchingEntries, mergeSliceWithoutSpecialElements).
 */
function serverOrder(live: any[], change: any[], key: string): any[] {
  const deleted = key === '' ? [] : change.filter((v) => isMap(v) && v[directive] === 'delete')
  if (deleted.length === 0) return live
  const kept = live.filter((v) => indexIn(deleted, v, key) < 0)
  const appended = change.filter((v) => !has(v, directive) && indexIn(kept, v, key) < 0)
  return [...kept, ...appended].slice(0, live.length)
}

/** The items of a patch must come in the order the patch itself asks for. */
function requireOrder(items: any[], order: any[], key: string): void {
  if (items.length === 0 || order.length === 0) return
  const kept = key === '' ? items : items.filter((v) => !isMap(v) || !has(v, directive))
  let at = 0
  for (const wanted of order) if (at < kept.length && same(kept[at], wanted, key)) at++
  if (at < kept.length) {
    throw new Error(`The order in patch list:\n${goText(items)}\n doesn't match ${orderPrefix} list:\n${goText(order)}\n`)
  }
}

function mergeLists(original: any[], patch: any[], schema: PatchSchema, key: string, rules: MergeRules, deleting: boolean): any[] {
  if (original.length === 0 && patch.length === 0) return original
  const kind = elementType(original, patch)
  if (kind !== 'object') {
    if (rules.apply && deleting) return original.filter((v) => !patch.includes(v))
    return arrange([...new Set([...original, ...patch])], patch, original, '')
  }
  if (key === '') throw new Error('cannot merge lists without merge key for struct')
  let live = original
  let changes: any[] = []
  let replace = false
  for (const v of patch) {
    if (!has(v, directive)) changes.push(v)
    else if (v[directive] === 'delete') {
      requireKey(key, [v])
      live = live.filter((other) => other[key] !== v[key])
    } else if (v[directive] === 'replace') replace = true
    else throw new Error(`unknown patch type: ${goText(v[directive])} in map: ${goText(v)}`)
  }
  if (replace) {
    live = changes
    changes = []
  }
  requireKey(key, changes)
  const merged = [...live]
  for (const change of changes) {
    const at = merged.findIndex((v) => v[key] === change[key])
    if (at >= 0) merged[at] = mergeMap(merged[at], change, schema, rules)
    else merged.push(change)
  }
  return arrange(merged, changes, live, key)
}

function setWithoutDirectives(map: JsonMap, key: string, value: unknown): void {
  const kept = withoutDirectives(value)
  if (kept === undefined) delete map[key]
  else map[key] = kept
}

/** The value without the maps that carry a directive; undefined when it is such a map itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((v) => v !== undefined)
  if (!isMap(value)) return value
  if (has(value, directive)) return undefined
  const out = emptyMap()
  for (const key of Object.keys(value)) setWithoutDirectives(out, key, value[key])
  return out
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isMap(value)) return value
  const out = emptyMap()
  for (const key of Object.keys(value)) if (value[key] !== null) out[key] = withoutNulls(value[key])
  return out
}
