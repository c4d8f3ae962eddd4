import { PintleError } from '../../errors/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { isPlainName } from './plain-name.ts'
import type { Entry } from './record.ts'
import type { Head, StoredEntry } from './store.ts'

/** Longest line. What is longer belongs in a file beside the record. */
export const maxLine = 4 * 1024 * 1024

/**
 * A line of the chain as text, without its end: canonical JSON, so that an entry has one text only and every change of a byte is a change of what it says.
 * @throws PintleError evidence.store when the entry is too large for a line
 */
export function encodeLine(entry: Entry, after: Head | undefined): { text: string; head: Head } {
  const sequence = (after?.sequence ?? 0) + 1
  const line = { entry, previous: after?.hash ?? '', sequence, version: 2 }
  const hash = sha256(canonicalJson(line))
  const text = canonicalJson({ ...line, hash })
  if (Buffer.byteLength(text) > maxLine) throw new PintleError('evidence.store', `record ${entry.id} is larger than ${maxLine} bytes`, { hint: 'Logs and answers of that size belong in files beside the record.' })
  return { text, head: { sequence, hash } }
}

/** A line of the first version: the record is in a folder, the line holds its digest. */
export interface FolderLine {
  readonly sequence: number
  readonly id: string
  readonly folder: string
  readonly digest: string
  readonly previous: string
  readonly hash: string
}

export type Decoded =
  | { readonly kind: 'entry'; readonly line: StoredEntry }
  | { readonly kind: 'folder'; readonly line: FolderLine }
  | { readonly kind: 'broken'; readonly sequence?: number; readonly hash?: string }

/** Reads one line, without its end. Whatever is not exactly what `encodeLine` (or the first version) writes is broken. */
export function decodeLine(bytes: Uint8Array): Decoded {
  let claimed: { sequence?: number; hash?: string } = {}
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, any>
    if (typeof value.sequence === 'number' && typeof value.hash === 'string') claimed = { sequence: value.sequence, hash: value.hash }
    const { hash, ...rest } = value
    const { sequence, previous } = value as StoredEntry
    const folder = value.version === undefined
    // The first version hashed the members in any order, and wrote them in this one.
    const text = folder ? JSON.stringify({ sequence: value.sequence, id: value.id, folder: value.folder, digest: value.digest, previous: value.previous, hash }) : canonicalJson(value)
    if (sha256(canonicalJson(rest)) === hash && Buffer.from(text).equals(bytes)) {
      if (folder && isPlainName(value.folder)) return { kind: 'folder', line: value as FolderLine }
      if (value.version === 2 && isEntry(value.entry)) return { kind: 'entry', line: { sequence, previous, hash, entry: value.entry } }
    }
  } catch {
    // Not JSON, or nested too deep to be ours.
  }
  return { kind: 'broken', ...claimed }
}



/** Only what every reader relies on: whoever can write the chain can write any record. */
function isEntry(e: any): e is Entry {
  const isText = (...values: unknown[]) => values.every((v) => typeof v === 'string')
  if (typeof e !== 'object' || e === null || !isText(e.id)) return false
  if (e.schema === 'pintle.dev/record-addendum/v1') return isText(e.about, e.at, e.by)
  return /^pintle\.dev\/release-record\/v[12]$/.test(e.schema) && isText(e.service, e.environment, e.operator, e.started, e.ended, e.outcome, e.target?.namespace, e.target?.release, e.target?.clusterUid) &&
    typeof e.revision?.after === 'number' && typeof e.files === 'object' && e.files !== null && Object.values(e.files).every((d) => isText(d))
}
