import { createHash } from 'node:crypto'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { encodeUtf8 } from '../../language/go/index.ts'
import { dataKey } from './data-key.ts'
import { readDotenv } from './dotenv-file.ts'
import { decryptValue, type TypedText } from './encrypted-value.ts'
import type { FileFormat } from './file-format.ts'
import type { KeyOptions } from './key-source.ts'
import type { Leaf, ParsedFile } from './leaf.ts'
import { MasterKeys } from './master-keys.ts'
import { readMetadata, type Metadata } from './metadata.ts'
import { selection } from './selection.ts'
import { readStructured } from './structured-file.ts'

export interface DecryptOptions extends KeyOptions {
  /** For messages and places of errors. */
  readonly file: string
  readonly format: FileFormat
}

/** What is in an encrypted file. To be kept in memory only. */
export interface Decrypted {
  /** The file as it was before: same order, comments, lines. */
  readonly text: string
  /** The values that were encrypted, each once: what must not be shown. */
  readonly secrets: readonly string[]
}

/** A larger file is no file of values. */
const maxFile = 64 << 20

/** Those with `mac_only_encrypted` begin with these bytes. Upstream: MACOnlyEncryptedInitialization in sops.go. */
const macOnlyEncryptedStart = Buffer.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69', 'hex')

/**
 * Decrypts a file that SOPS encrypted, and checks that nothing was changed, removed or put elsewhere since.
 * @throws PintleError secrets.format, secrets.key when no key opens it, secrets.tampered when it is not whole, yaml.parse; none of them has a value of the file
 */
export async function decryptFile(text: string, options: DecryptOptions): Promise<Decrypted> {
  try {
    if (text.length > maxFile) throw new PintleError('secrets.format', `the file is larger than ${maxFile >> 20} MiB`)
    const parsed = parse(text, options.format)
    const metadata = readMetadata(parsed.metadata)
    const key = await openDataKey(metadata, options)
    const values = openLeaves(parsed, metadata, key)
    const secrets = new Set([...values].filter(([, value]) => value.type !== 'comment' && value.text !== '' && value.type !== 'bool').map(([, value]) => value.text))
    return { text: options.format === 'binary' ? binary(values) : parsed.write(values), secrets: [...secrets] }
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw new PintleError(error.code, `${options.file}: ${error.message}`, { place: { file: options.file }, ...(error.hint !== undefined && { hint: error.hint }) })
  }
}

async function openDataKey(metadata: Metadata, options: KeyOptions): Promise<Uint8Array> {
  const keys = new MasterKeys(options)
  try {
    return await dataKey(metadata, keys, (options.env ?? process.env).SOPS_DECRYPTION_ORDER)
  } finally {
    keys.close()
  }
}

function parse(text: string, format: FileFormat): ParsedFile {
  return format === 'dotenv' ? readDotenv(text) : readStructured(text, format !== 'yaml')
}

/** Decrypts what is encrypted, and compares the digest of all with the one that was signed with it. */
function openLeaves({ leaves }: ParsedFile, metadata: Metadata, key: Uint8Array): Map<Leaf, TypedText> {
  const hash = createHash('sha512')
  if (metadata.macOnlyEncrypted) hash.update(macOnlyEncryptedStart)
  const isEncrypted = selection(metadata.select)
  const values = new Map<Leaf, TypedText>()
  for (const leaf of leaves) {
    const encrypted = isEncrypted(leaf)
    const value = encrypted ? open(leaf, key) : leaf
    if (encrypted) values.set(leaf, value)
    // Comments in lists are values of their own type; sops does not count them when it encrypts, and then does when it decrypts, so that it refuses its own files.
    if (!leaf.comment && value.type !== 'comment' && (encrypted || !metadata.macOnlyEncrypted)) hash.update(encodeUtf8(value.text))
  }
  const stored = decryptMac(metadata, key)
  if (hash.digest('hex').toUpperCase() !== stored) {
    throw new PintleError('secrets.tampered', 'the MAC does not fit: values were added, removed, reordered or, where they are not encrypted, changed', { hint: 'Take the file from Git as it was, and change it with `sops edit`.' })
  }
  return values
}

function open(leaf: Leaf, key: Uint8Array): TypedText {
  if (leaf.text === '') return leaf
  const where = leaf.path.join('.')
  if (leaf.comment) {
    try {
      return decryptValue(leaf.text, key, `${leaf.path.join(':')}:`)
    } catch (error) {
      // Old versions left comments alone; so does who adds one by hand. The MAC does not count them.
      if (!leaf.text.startsWith('ENC[')) return leaf
      throw new PintleError('secrets.tampered', `a comment ${where === '' ? 'of the file' : `at ${where}`} was changed or moved`, { cause: error })
    }
  }
  if (leaf.type !== 'str') throw new PintleError('secrets.tampered', `${where} should be encrypted and is not`)
  try {
    return decryptValue(leaf.text, key, `${leaf.path.join(':')}:`)
  } catch (error) {
    if (!isPintleError(error)) throw error
    if (error.code === 'secrets.format') throw new PintleError('secrets.tampered', `${where} should be encrypted and is not`)
    throw new PintleError('secrets.tampered', `${where} was changed, or moved here from another place`)
  }
}

function decryptMac({ mac, lastModified }: Metadata, key: Uint8Array): string {
  try {
    return decryptValue(mac, key, lastModified).text
  } catch {
    throw new PintleError('secrets.tampered', 'the MAC or lastmodified was changed')
  }
}

function binary(values: ReadonlyMap<Leaf, TypedText>): string {
  for (const [leaf, value] of values) if (leaf.path.join(':') === 'data') return value.text
  throw new PintleError('secrets.format', 'a binary file of SOPS has its content under "data"; this one has not')
}
