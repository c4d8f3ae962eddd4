import { PintleError } from '../../errors/index.ts'
import type { FileFormat } from './file-format.ts'
import type { KeyEntry } from './key-entry.ts'
import type { Metadata, Selection } from './metadata.ts'
import { Branch, Scalar, type Tree } from './tree.ts'
import { unflatten } from './unflatten.ts'

const name = 'sops'
const prefix = 'sops_'

/** Metadata as it is written: the keys as the metadata has them. */
export interface WrittenMetadata extends Omit<Metadata, 'groups' | 'threshold'> {
  readonly groups: readonly (readonly KeyEntry[])[]
}

/** Whether a document has what SOPS keeps in it. Upstream: HasSopsTopLevelKey of each store. */
export function hasMetadata(branch: Branch, format: FileFormat): boolean {
  return branch.entries.some(({ key }) => (format === 'dotenv' ? key?.startsWith(prefix) : key === name))
}

/**
 * Takes the metadata out of documents; every document has it, and the first one's counts. Upstream: ExtractMetadata in stores/metadata.go.
 * @returns undefined when there is none
 * @throws PintleError secrets.format
 */
export function takeMetadata(branches: readonly Branch[], format: FileFormat): unknown {
  if (format === 'dotenv') {
    const own = take(branches[0]!, (key) => key.startsWith(prefix))
    return own.length === 0 ? undefined : unflatten(flatFields(own.map(({ key, value }) => [key!.slice(prefix.length), (value as Scalar).text])))
  }
  const [first] = branches.map((branch) => take(branch, (key) => key === name))
  if (first === undefined || first.length === 0) return undefined
  if (first.length > 1) throw new PintleError('secrets.format', 'the file has metadata of SOPS twice')
  const value = first[0]!.value
  if (!(value instanceof Branch)) throw new PintleError('secrets.format', '"sops" is no map: the file is not encrypted')
  if (format !== 'ini') return plain(value)
  return unflatten(flatFields(value.entries.filter(({ key }) => key !== undefined).map(({ key, value: text }) => [key!, (text as Scalar).text.replaceAll('\\n', '\n')])))
}

function flatFields(entries: readonly (readonly [string, string])[]): Map<string, string> {
  const fields = new Map(entries)
  if (fields.size < entries.length) throw new PintleError('secrets.format', 'the metadata has an entry twice')
  return fields
}

function take(branch: Branch, test: (key: string) => boolean): Branch['entries'] {
  const own = branch.entries.filter(({ key }) => key !== undefined && test(key))
  if (own.length > 0) branch.entries.splice(0, branch.entries.length, ...branch.entries.filter((entry) => !own.includes(entry)))
  return own
}

function plain(value: Tree): unknown {
  if (value instanceof Branch) return Object.fromEntries(value.entries.filter(({ key }) => key !== undefined).map(({ key, value: inner }) => [key, plain(inner)]))
  if (Array.isArray(value)) return value.filter((item) => !(item instanceof Scalar && item.isComment)).map(plain)
  if (value === null) return null
  if (value.type === 'bool') return value.text === 'True'
  return value.type === 'int' ? Number(value.text) : value.text
}

/**
 * Documents with the metadata in them, by the way of the format. Upstream: SerializeMetadata in stores/metadata.go.
 * @throws PintleError secrets.format for a document with a key that is the metadata's
 */
export function withMetadata(branches: readonly Branch[], metadata: WrittenMetadata, format: FileFormat): Branch[] {
  const own = metadataEntries(metadata, format)
  return branches.map((branch) => {
    const taken = branch.entries.find(({ key }) => (format === 'dotenv' ? key?.startsWith(prefix) : key === name))
    if (taken !== undefined) throw new PintleError('secrets.format', `the key ${JSON.stringify(taken.key)} is the one under which SOPS keeps its metadata`)
    const out = new Branch()
    out.entries.push(...branch.entries, ...own)
    return out
  })
}

function metadataEntries(metadata: WrittenMetadata, format: FileFormat): Branch['entries'] {
  const tree = metadataTree(metadata)
  if (format !== 'dotenv' && format !== 'ini') return [{ key: name, value: tree }]
  const flat = new Branch()
  flatten(tree, format === 'dotenv' ? prefix : '', flat)
  if (format === 'dotenv') return flat.entries
  for (const entry of flat.entries) if (entry.value instanceof Scalar) entry.value.text = entry.value.text.replaceAll('\n', '\\n')
  return [{ key: name, value: flat }]
}

/** Upstream: flattenTreeBranch in stores/flatten.go. */
function flatten(branch: Branch, start: string, out: Branch): void {
  for (const { key, value } of branch.entries) flattenValue(value, start + key!, out)
}

function flattenValue(value: Tree, path: string, out: Branch): void {
  if (value instanceof Branch) flatten(value, `${path}__map_`, out)
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) flattenValue(item, `${path}__list_${i}`, out)
  else out.add(path, value)
}

const selectionNames: Readonly<Record<keyof Selection, string>> = {
  unencryptedSuffix: 'unencrypted_suffix', encryptedSuffix: 'encrypted_suffix', unencryptedRegex: 'unencrypted_regex', encryptedRegex: 'encrypted_regex',
  unencryptedCommentRegex: 'unencrypted_comment_regex', encryptedCommentRegex: 'encrypted_comment_regex',
}

/** In the order of the names, without what is empty. Upstream: metadataFromInternal in stores/stores.go. */
function metadataTree({ groups, shamirThreshold, lastModified, mac, macOnlyEncrypted, select, version }: WrittenMetadata): Branch {
  const fields = new Map<string, Tree>([['lastmodified', text(lastModified)], ['mac', text(mac)], ['version', text(version)]])
  if (shamirThreshold > 0) fields.set('shamir_threshold', new Scalar('int', String(shamirThreshold)))
  if (macOnlyEncrypted) fields.set('mac_only_encrypted', new Scalar('bool', 'True'))
  for (const [rule, field] of Object.entries(selectionNames)) if (select[rule as keyof Selection] !== '') fields.set(field, text(select[rule as keyof Selection]))
  if (groups.length === 1) for (const [kind, keys] of keysOf(groups[0]!)) fields.set(kind, keys)
  // These two stand in every group, whether it has such keys or not.
  else fields.set('key_groups', groups.map((group) => sorted(new Map<string, Tree>([['age', []], ['hc_vault', []], ...keysOf(group)]))))
  return sorted(fields)
}

function keysOf(group: readonly KeyEntry[]): Map<string, Tree> {
  const kinds = new Map<string, Tree>()
  for (const { kind, fields } of group) {
    const key = sorted(new Map(Object.entries(fields).map(([field, value]) => [field, typeof value === 'string' ? text(value) : sorted(new Map(Object.entries(value).map(([k, v]) => [k, text(v)])))])))
    kinds.set(kind, [...((kinds.get(kind) as Tree[] | undefined) ?? []), key])
  }
  return kinds
}

const text = (value: string): Scalar => new Scalar('str', value)

function sorted(fields: ReadonlyMap<string, Tree>): Branch {
  const branch = new Branch()
  for (const key of [...fields.keys()].sort()) branch.add(key, fields.get(key)!)
  return branch
}
