import { createHash } from 'node:crypto'
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

/** How a line ends: the members after the entry, in canonical order. */
const ending = /,"hash":"(sha256:[0-9a-f]{64})"(,"previous":"((?:sha256:[0-9a-f]{64})?)","sequence":([1-9]\d{0,15}),"version":2\})$/
const longestEnding = 256

/** Reads one line, without its end. Whatever is not exactly what `encodeLine` (or the first version) writes is broken. */
export function decodeLine(bytes: Uint8Array): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = ending.exec(buffer.subarray(-longestEnding).toString('latin1'))
  if (found === null) return decodeFolderLine(buffer)
  const [whole, hash, rest, previous] = found as unknown as [string, string, string, string]
  const sequence = Number(found[4])
  try {
    // The hash is over the very bytes, without itself: nothing has to be written again to compare.
    const before = buffer.subarray(0, buffer.length - whole.length)
    if (`sha256:${createHash('sha256').update(before).update(rest).digest('hex')}` === hash) {
      const { entry } = JSON.parse(`${before.toString('utf8')}}`) as { entry: unknown }
      if (isEntry(entry)) return { kind: 'entry', line: { sequence, previous, hash, entry } }
    }
  } catch {
    // Not JSON, or nested too deep to be ours.
  }
  return { kind: 'broken', sequence, hash }
}

function decodeFolderLine(bytes: Buffer): Decoded {
  let claimed: { sequence?: number; hash?: string } = {}
  try {
    const value = JSON.parse(bytes.toString('utf8')) as Record<string, any>
    const { sequence, id, folder, digest, previous, hash } = value as FolderLine
    if (typeof sequence === 'number' && typeof hash === 'string') claimed = { sequence, hash }
    const { hash: _, ...rest } = value
    // It hashed the members in any order, and wrote them in this one.
    const text = JSON.stringify({ sequence, id, folder, digest, previous, hash })
    if (value.version === undefined && sha256(canonicalJson(rest)) === hash && Buffer.from(text).equals(bytes) && isPlainName(folder)) return { kind: 'folder', line: value as FolderLine }
  } catch {
    // Not JSON.
  }
  return { kind: 'broken', ...claimed }
}

/** Only what every reader relies on: whoever can write the chain can write any record. */
function isEntry(e: any): e is Entry {
  const isText = (...values: unknown[]) => values.every((v) => typeof v === 'string')
  if (typeof e !== 'object' || e === null || !isText(e.id)) return false
  if (e.schema === 'pintle.dev/record-addendum/v1') return isText(e.about, e.at, e.by)
  return /^pintle\.dev\/release-record\/v[12]$/.test(e.schema) && isText(e.service, e.environment, e.operator, e.started, e.ended, e.outcome, e.target?.namespace, e.target?.release, e.target?.clusterUid) &&
    isText(e.operation ?? '') && Number.isInteger(e.revision?.after) && e.revision.after >= 0 && e.revision.after < 2 ** 31 && typeof e.files === 'object' && e.files !== null && Object.values(e.files).every((d) => isText(d))
}
