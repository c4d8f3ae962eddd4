import type { JsonMap } from '../kube/index.ts'

interface ManagedFields { manager?: string; operation?: string; apiVersion?: string; subresource?: string; fieldsV1?: JsonMap }

/**
 * The managedFields with which an object last written by client-side apply can be applied server-side: the fields of
 * the manager's Update entries go over to its Apply entry. Undefined when there is nothing to move.
 * Upstream: client-go util/csaupgrade/upgrade.go, with one name for both managers.
 */
export function upgradedManagers(entries: readonly ManagedFields[] | undefined, manager: string): ManagedFields[] | undefined {
  if (entries === undefined) return undefined
  const isOwn = (entry: ManagedFields, operation: string): boolean =>
    entry.manager === manager && entry.operation === operation && (entry.subresource ?? '') === ''
  if (!entries.some((entry) => isOwn(entry, 'Update'))) return undefined
  const out = [...entries]
  let target = out.findIndex((entry) => isOwn(entry, 'Apply'))
  if (target < 0) {
    target = out.findIndex((entry) => isOwn(entry, 'Update'))
    out[target] = { ...out[target], operation: 'Apply' }
  }
  const apply = out[target]!
  const update = out.find((entry) => isOwn(entry, 'Update') && entry.apiVersion === apply.apiVersion)
  if (update !== undefined) out[target] = { ...apply, fieldsV1: union(apply.fieldsV1 ?? {}, update.fieldsV1 ?? {}, true) }
  return out.filter((entry) => !isOwn(entry, 'Update'))
}

/** Union of two field sets as tries: an empty node is a field itself, `.` marks one that also has children. */
function union(a: JsonMap, b: JsonMap, root = false): JsonMap {
  const emptyA = Object.keys(a).length === 0
  const emptyB = Object.keys(b).length === 0
  if (emptyA && emptyB) return {}
  if (emptyA) return root ? b : { '.': {}, ...b }
  if (emptyB) return root ? a : { '.': {}, ...a }
  const out = Object.assign(Object.create(null) as JsonMap, a)
  for (const key of Object.keys(b)) out[key] = Object.hasOwn(a, key) ? union(a[key], b[key]) : b[key]
  return out
}
