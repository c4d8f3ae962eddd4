import { Buffer } from 'node:buffer'
import * as zlib from 'node:zlib'

/** compress/gzip's error for what is not gzip at all; Helm words its own error around it. */
export class GzipHeaderError extends Error {
  constructor() {
    super('gzip: invalid header')
    this.name = 'GzipHeaderError'
  }
}

/** Thrown when the data inflate to more than the limit. */
export class GzipLimitError extends Error {}

export interface Gunzipped {
  readonly data: Uint8Array
  /** What a reader meets who reads past `data`: undefined when the stream ended properly. */
  readonly endError: Error | undefined
}

/**
 * Inflates all members of a gzip stream into memory, at most `limit` bytes.
 * A flaw after the first bytes is handed back as `endError`, since a tar reader may never get that far (as in Go).
 * @throws GzipHeaderError, GzipLimitError, Error('EOF') for no bytes at all
 */
export function gunzip(bytes: Uint8Array, limit: number): Gunzipped {
  const parts: Uint8Array[] = []
  let at = 0
  let total = 0
  let endError: Error | undefined
  do {
    let start: number
    try {
      start = headerEnd(bytes, at)
    } catch (error) {
      if (at === 0) throw error
      endError = error as Error
      break
    }
    const { data, used, error } = inflate(bytes.subarray(start), limit - total)
    parts.push(data)
    total += data.length
    at = start + used
    endError = error
    if (endError === undefined) {
      if (bytes.length - at < 8) endError = new Error('unexpected EOF')
      else if (view(bytes).getUint32(at, true) !== zlib.crc32(data) || view(bytes).getUint32(at + 4, true) !== data.length >>> 0) {
        endError = new Error('gzip: invalid checksum')
      }
      at += 8
    }
  } while (endError === undefined && at < bytes.length)
  return { data: parts.length === 1 ? parts[0]! : Buffer.concat(parts), endError }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function inflate(bytes: Uint8Array, limit: number): { data: Uint8Array; used: number; error?: Error } {
  const run = (finishFlush?: number): { data: Uint8Array; used: number } => {
    const options = { info: true, maxOutputLength: Math.max(1, limit), ...(finishFlush === undefined ? {} : { finishFlush }) }
    const result = zlib.inflateRawSync(bytes, options) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } }
    return { data: result.buffer, used: result.engine.bytesWritten }
  }
  try {
    return run()
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new GzipLimitError()
    if (code !== 'Z_BUF_ERROR') return { data: new Uint8Array(0), used: bytes.length, error: new Error('flate: corrupt input') }
    return { ...run(zlib.constants.Z_SYNC_FLUSH), error: new Error('unexpected EOF') }
  }
}

/** Where the deflate data start after the member header at `at`. */
function headerEnd(bytes: Uint8Array, at: number): number {
  if (bytes.length === at) throw new Error('EOF')
  if (bytes.length - at < 10) throw new Error('unexpected EOF')
  if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) throw new GzipHeaderError()
  const flags = bytes[at + 3]!
  let i = at + 10
  const need = (n: number): void => {
    if (bytes.length - i < n) throw new Error('unexpected EOF')
  }
  if ((flags & 4) !== 0) {
    need(2)
    const length = bytes[i]! | (bytes[i + 1]! << 8)
    i += 2
    need(length)
    i += length
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    const end = bytes.indexOf(0, i)
    if (end < 0) throw new Error('unexpected EOF')
    // Go's reader holds names and comments in 512 bytes (compress/gzip/gunzip.go).
    if (end - i >= 512) throw new GzipHeaderError()
    i = end + 1
  }
  if ((flags & 2) !== 0) {
    need(2)
    if ((bytes[i]! | (bytes[i + 1]! << 8)) !== (zlib.crc32(bytes.subarray(at, i)) & 0xffff)) throw new GzipHeaderError()
    i += 2
  }
  return i
}
