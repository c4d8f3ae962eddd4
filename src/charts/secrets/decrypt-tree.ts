import { createHash, timingSafeEqual } from 'node:crypto'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { atoi, encodeUtf8, formatFloat, parseBool, parseFloat } from '../../language/go/index.ts'
import { decryptValue, type OpenedText, type TypedText } from './encrypted-value.ts'
import type { IvStash } from './iv-stash.ts'
import type { Metadata } from './metadata.ts'
import { readsComments, selection } from './selection.ts'
import { leavesOf, type Branch, type Leaf, type Scalar } from './tree.ts'

/** Those with `mac_only_encrypted` begin with these bytes. Upstream: MACOnlyEncryptedInitialization in sops.go. */
export const macOnlyEncryptedStart = Buffer.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69', 'hex')

export interface DecryptTreeOptions {
  /** Values whose MAC does not fit are given out, too. */
  readonly ignoreMac?: boolean
  /** Is told what was encrypted with what, to encrypt the same again. */
  readonly ivs?: IvStash
}

/**
 * Decrypts what is encrypted in documents without their metadata, and compares the digest of all with the one that was signed with it.
 * Upstream: Tree.Decrypt in sops.go, DecryptTree in cmd/sops/common.
 * @returns what each encrypted value is in plain text; the documents stay as they are
 * @throws PintleError secrets.tampered
 */
export function decryptTree(branches: readonly Branch[], metadata: Metadata, key: Uint8Array, { ignoreMac = false, ivs }: DecryptTreeOptions = {}): Map<Scalar, TypedText> {
  const hash = createHash('sha512')
  // Comments in lists are values of their own type: sops counts them when it decrypts and not when it encrypts, so that it refuses its own files.
  const withListComments = createHash('sha512')
  if (metadata.macOnlyEncrypted) for (const h of [hash, withListComments]) h.update(macOnlyEncryptedStart)
  const isEncrypted = selection(metadata.select)
  const values = new Map<Scalar, TypedText>()
  for (const leaf of leavesOf(branches, readsComments(metadata.select))) {
    const encrypted = isEncrypted(leaf)
    const value = encrypted ? open(leaf, key, ivs) : leaf.scalar
    if (encrypted) values.set(leaf.scalar, value)
    if (leaf.comment || (!encrypted && metadata.macOnlyEncrypted)) continue
    const bytes = encodeUtf8(value.text)
    withListComments.update(bytes)
    if (value.type !== 'comment') hash.update(bytes)
  }
  if (ignoreMac) return values
  const stored = decryptMac(metadata, key)
  if (![hash, withListComments].some((h) => equal(h.digest('hex').toUpperCase(), stored))) {
    throw new PintleError('secrets.tampered', 'the MAC does not fit: values were added, removed, reordered or, where they are not encrypted, changed', { hint: 'Take the file from Git as it was, and change it with `pintle secrets edit`.', details: { mac: true } })
  }
  return values
}

function equal(a: string, b: string): boolean {
  const [x, y] = [encodeUtf8(a), encodeUtf8(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}

function open({ scalar, path, comment, inList }: Leaf, key: Uint8Array, ivs: IvStash | undefined): TypedText {
  if (scalar.text === '') return scalar
  const additional = `${path.join(':')}:`
  const where = path.join('.')
  let value: OpenedText
  try {
    if (!comment && scalar.type !== 'str') throw new PintleError('secrets.format', 'no text')
    value = decryptValue(scalar.text, key, additional)
  } catch (error) {
    if (!isPintleError(error)) throw error
    // The MAC does not count comments. Old versions left them alone, people add them by hand, and one that goyaml.v3 wrote may belong to another place when it is read again.
    if (comment) return scalar
    throw new PintleError('secrets.tampered', error.code === 'secrets.format' ? `${where} should be encrypted and is not` : `${where} was changed, or moved here from another place`)
  }
  if (value.type === 'comment' && !comment && !inList) throw new PintleError('secrets.tampered', `${where} is marked as a comment and is none`)
  const typed = { type: value.type, text: normalText(value, where) }
  ivs?.keep(typed, additional, value.iv)
  return typed
}

/** As SOPS counts it. The type is not bound to what is encrypted: anybody can write another one beside it. Upstream: Cipher.Decrypt in aes/cipher.go. */
function normalText({ type, text }: TypedText, where: string): string {
  try {
    switch (type) {
      case 'str': case 'bytes': case 'comment': return text
      case 'int': return String(atoi(text))
      case 'float': return formatFloat(parseFloat(text), 'f')
      case 'bool': return parseBool(text) ? 'True' : 'False'
      case 'time': if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(text)) return text
    }
  } catch {
    // Its words quote the value.
  }
  throw new PintleError('secrets.tampered', `${where} is marked as ${/^\w{1,20}$/.test(type) ? type : 'something unknown'} and is none`)
}

function decryptMac({ mac, lastModified }: Metadata, key: Uint8Array): string {
  if (mac === '') throw new PintleError('secrets.tampered', 'it has no MAC: whether it is whole cannot be told', { details: { mac: true } })
  try {
    return decryptValue(mac, key, lastModified).text
  } catch {
    throw new PintleError('secrets.tampered', 'the MAC or lastmodified was changed', { details: { mac: true } })
  }
}

/** Puts plain text in the place of what was encrypted. */
export function fillIn(values: ReadonlyMap<Scalar, TypedText>): void {
  for (const [scalar, value] of values) {
    if (value === scalar) continue
    const { type, text } = value
    scalar.type = type === 'bytes' ? 'str' : type
    scalar.text = text
    // A comment that was encrypted stands above its value afterwards, as it does when sops decrypts it.
    scalar.inline = false
  }
}
