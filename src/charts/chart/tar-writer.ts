import { encodeUtf8 } from '../../language/go/index.ts'

/** A file to be archived. `modified` is in milliseconds. */
export interface TarEntry { readonly name: string; readonly bytes: Uint8Array; readonly modified: number }

const block = 512

/**
 * A tar archive of plain files, byte for byte as Go's archive/tar writes them: USTAR headers, and PAX records where a name does not fit.
 * The same files give the same bytes.
 */
export function tarOf(entries: readonly TarEntry[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { name, bytes, modified } of entries) {
    const seconds = Math.round(modified / 1000)
    const fit = fitted(name)
    if (fit === undefined) {
      const record = encodeUtf8(paxRecord('path', name))
      const ascii = name.replace(/[^\x20-\x7e]/gu, '')
      const slash = ascii.lastIndexOf('/')
      const base = `${slash < 0 ? '' : ascii.slice(0, slash + 1)}PaxHeaders.0/${ascii.slice(slash + 1)}`
      parts.push(header({ name: base.slice(0, 100), prefix: '', size: record.length, seconds: 0, mode: 0, type: 'x' }), ...padded(record))
    }
    const { name: short, prefix } = fit ?? { name: name.replace(/[^\x20-\x7e]/gu, '').slice(0, 100), prefix: '' }
    parts.push(header({ name: short, prefix, size: bytes.length, seconds, mode: 0o644, type: '0' }), ...padded(bytes))
  }
  return Buffer.concat([...parts, new Uint8Array(2 * block)])
}

/** The two fields of a USTAR header that hold a name; undefined when they cannot. */
function fitted(name: string): { name: string; prefix: string } | undefined {
  if (/[^\x20-\x7e]/u.test(name)) return undefined
  if (name.length <= 100) return { name, prefix: '' }
  const limit = name.length > 256 ? 256 : name.endsWith('/') ? name.length - 1 : name.length
  const at = name.slice(0, Math.min(limit, 156)).lastIndexOf('/')
  const rest = name.length - at - 1
  return at <= 0 || rest > 100 || rest === 0 || at > 155 ? undefined : { name: name.slice(at + 1), prefix: name.slice(0, at) }
}

function paxRecord(key: string, value: string): string {
  const text = ` ${key}=${value}\n`
  const length = encodeUtf8(text).length
  let size = length + String(length).length
  size = length + String(size).length
  return `${size}${text}`
}

function header(h: { name: string; prefix: string; size: number; seconds: number; mode: number; type: string }): Uint8Array {
  const out = Buffer.alloc(block)
  const octal = (value: number, at: number, width: number): void => void out.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
  out.write(h.name, 0, 'latin1')
  octal(h.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(h.size, 124, 12)
  octal(h.seconds, 136, 12)
  out.write('        ', 148, 'latin1')
  out.write(h.type, 156, 'latin1')
  out.write('ustar\x0000', 257, 'latin1')
  // Go fills the device numbers in for files alone (writeRawHeader's callers in archive/tar/writer.go).
  if (h.type === '0') for (const at of [329, 337]) octal(0, at, 8)
  out.write(h.prefix, 345, 'latin1')
  const sum = out.reduce((total, byte) => total + byte, 0)
  out.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return out
}

const padded = (bytes: Uint8Array): Uint8Array[] => [bytes, new Uint8Array((block - (bytes.length % block)) % block)]
