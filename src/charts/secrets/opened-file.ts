import { randomBytes } from 'node:crypto'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { dataKey, wrapDataKey } from './data-key.ts'
import { decryptTree, fillIn } from './decrypt-tree.ts'
import { encryptTree } from './encrypt-tree.ts'
import { inFile } from './in-file.ts'
import { defaultIndents, emitEncrypted, readEncrypted, readPlain, type FileFormat, type Indents } from './file-format.ts'
import { IvStash } from './iv-stash.ts'
import { entryOf, type KeyEntry } from './key-entry.ts'
import type { KeyOptions, KnownKeys } from './key-source.ts'
import type { KeySpec } from './key-spec.ts'
import { MasterKeys } from './master-keys.ts'
import { hasMetadata, takeMetadata, withMetadata } from './metadata-tree.ts'
import { readMetadata, type Metadata, type Selection } from './metadata.ts'
import type { Branch } from './tree.ts'

/** The sops whose format is written. */
export const formatVersion = '3.13.2'

/** A larger file is no file of values. */
const maxFile = 64 << 20

export interface OpenOptions extends KeyOptions {
  /** For messages and places of errors. */
  readonly file: string
  readonly format: FileFormat
  readonly ignoreMac?: boolean
  /** Kinds of key that are tried first. Default: SOPS_DECRYPTION_ORDER. */
  readonly decryptionOrder?: string
}

/** What is kept beside the values of a file that is to be written. */
export interface Sealing extends Pick<Metadata, 'select' | 'macOnlyEncrypted' | 'version'> {
  readonly groups: readonly (readonly KeyEntry[])[]
  readonly shamirThreshold: number
}

/** A file in plain text, with what it takes to encrypt it again. To be kept in memory only. */
export interface OpenedFile extends Sealing {
  readonly branches: Branch[]
  /** Whose keys open it, group by group. */
  readonly specs: readonly (readonly KeySpec[])[]
  readonly key: Uint8Array
  readonly ivs: IvStash
}

/** Who can open a new file, and what is encrypted in it. */
export interface Creation {
  readonly groups: readonly (readonly KeySpec[])[]
  readonly shamirThreshold: number
  readonly select: Selection
  readonly macOnlyEncrypted: boolean
}

/**
 * Decrypts a file that SOPS encrypted, and checks that nothing was changed, removed or put elsewhere since.
 * @throws PintleError secrets.format, secrets.key when no key opens it, secrets.tampered when it is not whole, yaml.parse; none of them has a value of the file
 */
export async function openFile(text: string, options: OpenOptions): Promise<OpenedFile> {
  return inFile(options.file, async () => {
    const { branches, metadata } = readParts(text, options.format)
    const key = await openKey(metadata, options)
    const ivs = new IvStash()
    fillIn(decryptTree(branches, metadata, key, { ivs, ...(options.ignoreMac !== undefined && { ignoreMac: options.ignoreMac }) }))
    return { branches, key, ivs, specs: metadata.groups, ...sealingOf(metadata) }
  })
}

const sealingOf = ({ groups, shamirThreshold, select, macOnlyEncrypted, version }: Metadata): Sealing => ({ groups: groups.map((group) => group.map(entryOf)), shamirThreshold, select, macOnlyEncrypted, version })

/**
 * The documents of an encrypted file as they are, without their metadata.
 * @throws PintleError secrets.format, yaml.parse
 */
export function readParts(text: string, format: FileFormat): { branches: Branch[]; metadata: Metadata; restore: ReturnType<typeof readEncrypted>['restore'] } {
  if (text.length > maxFile) throw new PintleError('secrets.format', `the file is larger than ${maxFile >> 20} MiB`)
  const { branches, restore } = readEncrypted(text, format)
  return { branches, restore, metadata: readMetadata(takeMetadata(branches, format)) }
}

/** The key that the values of a file are encrypted with. @throws PintleError secrets.key, secrets.format */
export async function openKey(metadata: Metadata, { decryptionOrder, ...options }: KeyOptions & Pick<OpenOptions, 'decryptionOrder'>): Promise<Uint8Array> {
  return withKeys(options, (keys) => dataKey(metadata, keys, decryptionOrder || (options.env ?? process.env).SOPS_DECRYPTION_ORDER))
}

async function withKeys<T>(options: KeyOptions, use: (keys: KnownKeys) => Promise<T>): Promise<T> {
  const keys = options.keys ?? new MasterKeys(options)
  try {
    return await use(keys)
  } finally {
    if (options.keys === undefined) keys.close()
  }
}

/**
 * Takes a file in plain text apart that is to be encrypted.
 * @throws PintleError secrets.encrypted when SOPS' metadata is in it, secrets.format, yaml.parse; none of them has a value of the file
 */
export function readUnencrypted(text: string, { file, format }: Pick<OpenOptions, 'file' | 'format'>): Branch[] {
  return inFile(file, () => {
    if (text.length > maxFile) throw new PintleError('secrets.format', `the file is larger than ${maxFile >> 20} MiB`)
    const branches = readPlain(text, format)
    checkUnencrypted(branches, format)
    return branches
  })
}

/** @param format it is to be written in @throws PintleError secrets.encrypted, secrets.format */
export function checkUnencrypted(branches: readonly Branch[], format: FileFormat): void {
  if (branches.length === 0) throw new PintleError('secrets.format', 'the file is empty: it must have at least one document', { details: { empty: true } })
  if (hasMetadata(branches[0]!, format)) {
    throw new PintleError('secrets.encrypted', format === 'dotenv' ? 'it has a name that begins with "sops_": it is encrypted already' : 'it has "sops" at the top: it is encrypted already', { hint: 'Change an encrypted file with `pintle secrets edit`. If it is not encrypted, give that entry another name.' })
  }
}

/**
 * A file with a new key, encrypted for those who may open it.
 * @throws PintleError secrets.key when it cannot be encrypted for one of them, secrets.format
 */
export async function newFile(branches: Branch[], { groups, shamirThreshold, select, macOnlyEncrypted }: Creation, options: KeyOptions): Promise<OpenedFile> {
  const key = randomBytes(32)
  return { branches, key, ivs: new IvStash(), specs: groups, select, macOnlyEncrypted, version: formatVersion, ...(await wrapFor(key, groups, shamirThreshold, options)) }
}

/** Encrypts the key of a file for those who may open it. @throws PintleError secrets.key, secrets.format */
export async function wrapFor(key: Uint8Array, groups: readonly (readonly KeySpec[])[], shamirThreshold: number, options: KeyOptions): Promise<Pick<Sealing, 'groups' | 'shamirThreshold'>> {
  const threshold = groups.length > 1 && shamirThreshold === 0 ? groups.length : shamirThreshold
  return { groups: await withKeys(options, (keys) => wrapDataKey(key, groups, threshold, keys)), shamirThreshold: threshold }
}

/**
 * Encrypts a file and writes it; its documents are not in plain text any more then. What comes out was read again.
 * @throws PintleError secrets.format for what the format cannot have
 */
export function sealFile(opened: OpenedFile, format: FileFormat, indents: Indents = defaultIndents): string {
  checkUnencrypted(opened.branches, format)
  const text = writeSealed(opened.branches, { ...opened, ...encryptTree(opened.branches, opened.key, opened) }, format, indents)
  readBack(text, format, opened.key)
  return text
}

/** A file that is about to take the place of another one must open: comments that belong to another place when they are read again change what is encrypted, and some values no format can hold. */
function readBack(text: string, format: FileFormat, key: Uint8Array): void {
  try {
    const { branches, metadata } = readParts(text, format)
    decryptTree(branches, metadata, key)
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw new PintleError('secrets.format', 'what would be written could not be read again, and is not written', {
      hint: 'Comments that are written belong to another place when they are read: put them above keys of maps, at the same indentation. Or a value that stays in plain text cannot be written in this format.', details: { readBack: error.message },
    })
  }
}

/**
 * A file with a new key, for those whose keys are given; its values are the same. Upstream: rotate in cmd/sops/rotate.go.
 * @throws PintleError secrets.key when it cannot be encrypted for one of them, secrets.format
 */
export async function rotateFile(opened: OpenedFile, specs: readonly (readonly KeySpec[])[], options: KeyOptions): Promise<OpenedFile> {
  const key = randomBytes(32)
  return { ...opened, key, specs, ...(await wrapFor(key, specs, opened.shamirThreshold, options)) }
}

/** Whose keys open an encrypted file, and what else its metadata says. @throws PintleError secrets.format, yaml.parse */
export function readSealed(text: string, { file, format }: Pick<OpenOptions, 'file' | 'format'>): { branches: Branch[]; metadata: Metadata } {
  return inFile(file, () => readParts(text, format))
}

/** The key of an encrypted file. @throws PintleError secrets.key, secrets.format */
export async function openSealed({ metadata }: ReturnType<typeof readSealed>, options: OpenOptions): Promise<Uint8Array> {
  return inFile(options.file, () => openKey(metadata, options))
}

/**
 * The same file for others: its key is encrypted for them, its values stay as they are. Upstream: updateFile in cmd/sops/subcommand/updatekeys.
 * @throws PintleError secrets.key when it cannot be encrypted for one of them, secrets.format
 */
export async function rewrapFile({ branches, metadata }: ReturnType<typeof readSealed>, key: Uint8Array, specs: readonly (readonly KeySpec[])[], shamirThreshold: number, { format, indents, ...options }: KeyOptions & { readonly format: FileFormat; readonly indents: Indents }): Promise<string> {
  const { lastModified, mac } = metadata
  const text = writeSealed(branches, { ...sealingOf(metadata), lastModified, mac, ...(await wrapFor(key, specs, shamirThreshold, options)) }, format, indents)
  // One that was not whole before stays as it is.
  if (isWhole(branches, metadata, key)) readBack(text, format, key)
  return text
}

function isWhole(branches: readonly Branch[], metadata: Metadata, key: Uint8Array): boolean {
  try {
    decryptTree(branches, metadata, key)
    return true
  } catch {
    return false
  }
}

/** Whether a file has all that SOPS keeps in a file. Upstream: cmd/sops/subcommand/filestatus. @throws PintleError secrets.format, yaml.parse for what cannot be read */
export function isSealed(text: string, { file, format }: Pick<OpenOptions, 'file' | 'format'>): boolean {
  return inFile(file, () => {
    const fields = takeMetadata(readEncrypted(text, format).branches, format) as { mac?: unknown; version?: unknown } | undefined
    if (fields === undefined || !fields.mac || !fields.version) return false
    readMetadata(fields)
    return true
  })
}

/** Writes documents that are encrypted already. */
function writeSealed(branches: readonly Branch[], sealing: Sealing & Pick<Metadata, 'lastModified' | 'mac'>, format: FileFormat, indents: Indents): string {
  return emitEncrypted(withMetadata(branches, sealing, format), format, indents)
}
