import { nameFields, type KeyKind, type KeySpec } from './key-spec.ts'
import type { MasterKey } from './metadata.ts'

/** A key of the metadata as SOPS stores it: fields in its order, which is that of their names. */
export interface KeyEntry {
  readonly kind: KeyKind
  readonly fields: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/**
 * What the metadata says of a key. Upstream: the ...KeysFromGroup functions in stores/stores.go.
 * @param createdAt RFC 3339 in seconds; age has none
 */
export function keyEntry(spec: KeySpec, enc: string, createdAt: string): KeyEntry {
  const fields: Record<string, string | Readonly<Record<string, string>>> = { enc }
  for (const name of nameFields[spec.kind]) if (name !== 'role' || spec.fields.role) fields[name] = spec.fields[name] ?? ''
  if (spec.kind !== 'age') fields.created_at = createdAt
  if (spec.context !== undefined && Object.keys(spec.context).length > 0) fields.context = sorted(spec.context)
  return { kind: spec.kind, fields: sorted(fields) }
}

/** The entry of a key that stays as it is. */
export const entryOf = (key: MasterKey): KeyEntry => keyEntry(key, key.enc, key.createdAt)

const sorted = <T>(map: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
