import { PintleError } from '../../errors/index.ts'
import { keyKinds, nameFields, type KeyKind, type KeySpec } from './key-spec.ts'

/** A key that the data key, or a part of it, was encrypted for. */
export interface MasterKey extends KeySpec {
  readonly enc: string
  /** RFC 3339; '' for age. */
  readonly createdAt: string
}

/** What SOPS keeps beside the values. Upstream: stores/stores.go. */
export interface Metadata {
  /** A key of each group is needed, or of as many groups as `threshold` says. */
  readonly groups: readonly (readonly MasterKey[])[]
  readonly threshold: number
  /** `threshold` as it is written; 0 where it is not. */
  readonly shamirThreshold: number
  readonly lastModified: string
  /** '' in a file that has lost it. */
  readonly mac: string
  readonly macOnlyEncrypted: boolean
  readonly select: Selection
  /** Of the sops that made it: '' in files that tell none. */
  readonly version: string
}

/** The rule of what is encrypted: at most one of these is not ''. Without one, as in binary files, everything is. */
export type Selection = Readonly<Record<'unencryptedSuffix' | 'encryptedSuffix' | 'unencryptedRegex' | 'encryptedRegex' | 'unencryptedCommentRegex' | 'encryptedCommentRegex', string>>

/** More keys than anybody has. */
const maxKeys = 1000

type Fields = Readonly<Record<string, unknown>>

/** @throws PintleError secrets.format for metadata that no SOPS wrote */
export function readMetadata(value: unknown): Metadata {
  const fields = record(value)
  if (fields === undefined) throw new PintleError('secrets.format', 'the file has no metadata of SOPS: it is not encrypted')
  const given = fields.key_groups
  const groups = Array.isArray(given) && given.length > 0 ? given.map((group) => keysOf(record(group) ?? {})) : [keysOf(fields)]
  const count = groups.reduce((sum, group) => sum + group.length, 0)
  if (count === 0 || count > maxKeys) throw new PintleError('secrets.format', `the file is encrypted for ${count} keys`)
  const threshold = Number(fields.shamir_threshold ?? 0)
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > groups.length) throw new PintleError('secrets.format', 'shamir_threshold is no number of key groups')
  const mac = text(fields.mac)
  const lastModified = text(fields.lastmodified)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(lastModified)) throw new PintleError('secrets.format', 'lastmodified is missing from the metadata, or is no time')
  const select = {
    unencryptedSuffix: text(fields.unencrypted_suffix), encryptedSuffix: text(fields.encrypted_suffix), unencryptedRegex: text(fields.unencrypted_regex), encryptedRegex: text(fields.encrypted_regex),
    unencryptedCommentRegex: text(fields.unencrypted_comment_regex), encryptedCommentRegex: text(fields.encrypted_comment_regex),
  }
  const chosen = Object.values(select).filter((v) => v !== '').length
  if (chosen > 1) throw new PintleError('secrets.format', 'the metadata has more than one rule of what is encrypted')
  // Files of old versions name no rule, and mean this one.
  if (chosen === 0) select.unencryptedSuffix = '_unencrypted'
  return { groups, threshold: threshold || groups.length, shamirThreshold: threshold, version: text(fields.version), lastModified, mac, macOnlyEncrypted: fields.mac_only_encrypted === true || fields.mac_only_encrypted === 'true', select }
}

function keysOf(fields: Fields): MasterKey[] {
  return keyKinds.flatMap((kind) => {
    const list = fields[kind]
    return Array.isArray(list) ? list.map((item) => masterKey(kind, record(item) ?? {})) : []
  })
}

function masterKey(kind: KeyKind, fields: Fields): MasterKey {
  const context = record(fields.context)
  return {
    kind, fields: Object.fromEntries(nameFields[kind].map((name) => [name, text(fields[name])])), enc: text(fields.enc), createdAt: text(fields.created_at),
    ...(context !== undefined && { context: Object.fromEntries(Object.entries(context).map(([name, value]) => [name, text(value)])) }),
  }
}

const record = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
