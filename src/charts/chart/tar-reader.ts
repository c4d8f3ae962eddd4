import { decodeUtf8 } from '../../language/go/index.ts'

/** One entry of a tar stream. */
export interface TarEntry {
  readonly name: string
  /** The type flag as a character: '0' file, '2' symbolic link, '5' folder, 'g' global header, ... */
  readonly type: string
  readonly isFolder: boolean
  /** The size the header claims; links and folders have no data whatever it says. */
  readonly size: number
  readonly data: Uint8Array
  readonly modified: number
}

const block = 512
/** Go's bound for PAX headers and GNU long names (archive/tar/format.go). */
const maxSpecial = 1 << 20

const invalidHeader = (): Error => new Error('archive/tar: invalid tar header')

/**
 * Reads ustar, PAX and GNU tar streams with the rules and errors of Go's archive/tar. Data are views into `bytes`.
 * @param endError what reading past the end means: undefined for a stream that ended properly
 * @throws Error with Go's text: `archive/tar: invalid tar header`, `unexpected EOF`, `archive/tar: header field too long`
 */
export function* readTar(bytes: Uint8Array, endError?: Error): Generator<TarEntry, void, undefined> {
  let at = 0
  let pax: Map<string, string> | undefined
  let longName = ''
  for (;;) {
    if (at >= bytes.length) {
      if (endError !== undefined) throw endError
      return
    }
    const header = blockAt(bytes, at, endError)
    at += block
    if (isZero(header)) {
      if (at >= bytes.length && endError === undefined) return
      if (isZero(blockAt(bytes, at, endError))) return
      throw invalidHeader()
    }
    const format = formatOf(header)
    let size = numeric(header, 124, 12)
    let modified = numeric(header, 136, 12) * 1000
    const mode = numeric(header, 100, 8)
    numeric(header, 108, 8)
    numeric(header, 116, 8)
    let name = text(header, 0, 100)
    if (format !== 'v7') {
      numeric(header, 329, 8)
      numeric(header, 337, 8)
      const prefix = format === 'star' ? text(header, 345, 131) : format === 'gnu' ? gnuPrefix(header) : text(header, 345, 155)
      if (prefix !== '') name = `${prefix}/${name}`
    }
    let type = String.fromCharCode(header[156]!)
    if (size < 0 && !headerOnly(type)) throw invalidHeader()

    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (size > maxSpecial) throw new Error('archive/tar: header field too long')
      const data = dataAt(bytes, at, size, endError)
      at += padded(size)
      if (type === 'x') pax = parsePax(data)
      else if (type === 'L') longName = text(data, 0, data.length)
      else if (type === 'g') {
        parsePax(data)
        pax = undefined
        longName = ''
        yield { name, type, isFolder: false, size: 0, data: data.subarray(0, 0), modified }
      }
      continue
    }
    if (pax !== undefined) {
      for (const [key, value] of pax) {
        if (value === '') continue
        if (key === 'path') name = value
        else if (key === 'size') size = decimal(value)
        else if (key === 'uid' || key === 'gid') decimal(value)
        else if (key === 'mtime') modified = paxTime(value)
        else if (key === 'atime' || key === 'ctime') paxTime(value)
      }
    }
    if (type === 'S' || [...(pax?.keys() ?? [])].some((key) => key.startsWith('GNU.sparse.'))) {
      throw new Error(`archive holds a sparse file: ${name}`)
    }
    if (longName !== '') name = longName
    if (type === '\0') type = name.endsWith('/') ? '5' : '0'
    if (size < 0 && !headerOnly(type)) throw invalidHeader()
    const length = headerOnly(type) ? 0 : size
    yield {
      name,
      type,
      isFolder: type === '5' || (mode & ~0o7777) === 0o40000,
      size,
      get data() {
        return dataAt(bytes, at, length, endError)
      },
      modified,
    }
    if (length > bytes.length - at) throw endError ?? new Error('unexpected EOF')
    at += padded(length)
    pax = undefined
    longName = ''
  }
}

const headerOnly = (type: string): boolean => type >= '1' && type <= '6'
const padded = (size: number): number => Math.ceil(size / block) * block

function blockAt(bytes: Uint8Array, at: number, endError: Error | undefined): Uint8Array {
  if (bytes.length - at < block) throw endError ?? new Error('unexpected EOF')
  return bytes.subarray(at, at + block)
}

function dataAt(bytes: Uint8Array, at: number, size: number, endError: Error | undefined): Uint8Array {
  if (bytes.length - at < size) throw endError ?? new Error('unexpected EOF')
  return bytes.subarray(at, at + size)
}

function isZero(header: Uint8Array): boolean {
  for (let i = 0; i < block; i++) if (header[i] !== 0) return false
  return true
}

function formatOf(header: Uint8Array): 'v7' | 'ustar' | 'star' | 'gnu' {
  let unsigned = 0
  let signed = 0
  for (let i = 0; i < block; i++) {
    const b = i >= 148 && i < 156 ? 0x20 : header[i]!
    unsigned += b
    signed += b > 127 ? b - 256 : b
  }
  const sum = octal(header, 148, 8)
  if (sum !== unsigned && sum !== signed) throw invalidHeader()
  const magic = latin1(header, 257, 8)
  if (magic.startsWith('ustar\0')) return latin1(header, 508, 4) === 'tar\0' ? 'star' : 'ustar'
  return magic === 'ustar  \0' ? 'gnu' : 'v7'
}

/** GNU headers have times where ustar has a prefix; old Go wrote a prefix there all the same, so what is no time is one. */
function gnuPrefix(header: Uint8Array): string {
  try {
    if (header[345] !== 0) numeric(header, 345, 12)
    if (header[357] !== 0) numeric(header, 357, 12)
    return ''
  } catch {
    const prefix = text(header, 345, 155)
    // eslint-disable-next-line no-control-regex
    return /^[\x01-\x7f]*$/.test(prefix) ? prefix : ''
  }
}

function latin1(bytes: Uint8Array, at: number, length: number): string {
  let s = ''
  for (let i = at; i < at + length; i++) s += String.fromCharCode(bytes[i]!)
  return s
}

/** A string that ends at a NUL or fills its field. */
function text(bytes: Uint8Array, at: number, length: number): string {
  let end = at
  while (end < at + length && bytes[end] !== 0) end++
  return decodeUtf8(bytes.subarray(at, end))
}

/** A number in octal or, when the first bit is set, base 256. */
function numeric(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at]!
  if ((first & 0x80) === 0) return octal(bytes, at, length)
  const invert = (first & 0x40) !== 0 ? 0xff : 0
  let x = 0n
  for (let i = 0; i < length; i++) {
    let b = bytes[at + i]! ^ invert
    if (i === 0) b &= 0x7f
    x = (x << 8n) | BigInt(b)
  }
  if (x >> 63n !== 0n) throw invalidHeader()
  return Number(invert === 0 ? x : -x - 1n)
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  let start = at
  let end = at + length
  while (start < end && (bytes[start] === 0 || bytes[start] === 0x20)) start++
  while (end > start && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--
  let x = 0
  for (let i = start; i < end && bytes[i] !== 0; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 7) throw invalidHeader()
    x = x * 8 + digit
  }
  return x
}

function parsePax(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at)
    if (space < 0 || space - at > 20) throw invalidHeader()
    const n = decimal(latin1(data, at, space - at))
    if (n < 5 || n > data.length - at || at + n <= space + 1 || data[at + n - 1] !== 0x0a) throw invalidHeader()
    const record = decodeUtf8(data.subarray(space + 1, at + n - 1))
    const equals = record.indexOf('=')
    const key = record.slice(0, Math.max(equals, 0))
    const value = record.slice(equals + 1)
    if (key === '' || (paxStrings.has(key) ? value : key).includes('\0')) throw invalidHeader()
    records.set(key, value)
    at += n
  }
  return records
}

const paxStrings: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname'])

function decimal(s: string): number {
  if (!/^[+-]?[0-9]+$/.test(s) || s.length > 19) throw invalidHeader()
  return Number(s)
}

/** Seconds with a fraction, as milliseconds. */
function paxTime(s: string): number {
  if (!/^[+-]?[0-9]+(\.[0-9]*)?$/.test(s)) throw invalidHeader()
  return Number(s) * 1000
}
