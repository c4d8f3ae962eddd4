import { createHash } from 'node:crypto'
import { PintleError } from '../../errors/index.ts'
import { encodeUtf8 } from '../../language/go/index.ts'
import { macOnlyEncryptedStart } from './decrypt-tree.ts'
import { encryptValue } from './encrypted-value.ts'
import { IvStash } from './iv-stash.ts'
import type { Metadata } from './metadata.ts'
import { matcher, readsComments, selection } from './selection.ts'
import { leavesOf, type Branch } from './tree.ts'

export interface EncryptTreeOptions extends Pick<Metadata, 'select' | 'macOnlyEncrypted'> {
  /** What values were encrypted with before. */
  readonly ivs?: IvStash
  /** Becomes `lastmodified`. */
  readonly now?: Date
}

/**
 * Encrypts what is to be encrypted in documents, where it stands. Upstream: Tree.Encrypt in sops.go, EncryptTree in cmd/sops/common.
 * @returns what goes into the metadata
 * @throws PintleError secrets.format for a comment that would not be known for an encrypted one afterwards
 */
export function encryptTree(branches: readonly Branch[], key: Uint8Array, { select, macOnlyEncrypted, ivs = new IvStash(), now = new Date() }: EncryptTreeOptions): Pick<Metadata, 'lastModified' | 'mac'> {
  const hash = createHash('sha512')
  if (macOnlyEncrypted) hash.update(macOnlyEncryptedStart)
  const isEncrypted = selection(select)
  for (const leaf of leavesOf(branches, readsComments(select))) {
    const { scalar, path, comment, inList } = leaf
    const encrypted = isEncrypted(leaf)
    // Comments in lists are counted when sops decrypts a file, though not when it encrypts one: what is counted here it can read.
    if (comment ? encrypted && inList : encrypted || !macOnlyEncrypted) hash.update(encodeUtf8(scalar.text))
    if (!encrypted) continue
    const additional = `${path.join(':')}:`
    if (scalar.text !== '') scalar.text = encryptValue(scalar, key, ivs.take(scalar, additional), additional)
    if (!comment || inList) scalar.type = 'str'
    else if (select.unencryptedCommentRegex !== '' && matcher(select.unencryptedCommentRegex)(scalar.text)) {
      throw new PintleError('secrets.format', 'unencrypted_comment_regex matches what a comment becomes when it is encrypted, so that it would be taken for plain text', { hint: 'Make it match what the comment says: ^pintle:plain, for example.' })
    }
  }
  const lastModified = `${now.toISOString().slice(0, 19)}Z`
  return { lastModified, mac: encryptValue({ type: 'str', text: hash.digest('hex').toUpperCase() }, key, IvStash.fresh(), lastModified) }
}
