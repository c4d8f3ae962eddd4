import { decodeUtf8 } from '../go/index.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function encodeTable(letters: string): Uint8Array {
  return Uint8Array.from(letters, (c) => c.charCodeAt(0))
}
function decodeTable(letters: string): Uint8Array {
  const out = new Uint8Array(256).fill(0xff)
  for (let i = 0; i < letters.length; i++) out[letters.charCodeAt(i)] = i
  return out
}
const encode64 = encodeTable(alphabet)
const encode32 = encodeTable(alphabet32)
const decode64 = decodeTable(alphabet)
const decode32 = decodeTable(alphabet32)
const pad = 0x3d

/** base64.StdEncoding.EncodeToString. */
export function base64Encode(bytes: Uint8Array): string {
  const n = bytes.length
  const out = new Uint8Array(Math.ceil(n / 3) * 4)
  let at = 0
  let i = 0
  for (; i + 2 < n; i += 3) {
    const v = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    out[at++] = encode64[v >> 18]!
    out[at++] = encode64[(v >> 12) & 63]!
    out[at++] = encode64[(v >> 6) & 63]!
    out[at++] = encode64[v & 63]!
  }
  if (i < n) {
    const v = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8)
    out[at++] = encode64[v >> 18]!
    out[at++] = encode64[(v >> 12) & 63]!
    out[at++] = i + 1 < n ? encode64[(v >> 6) & 63]! : pad
    out[at++] = pad
  }
  return decodeUtf8(out)
}

/** base64.StdEncoding.Decode: line breaks are skipped. @throws Go's text with the offset of the first bad byte */
export function base64Decode(src: Uint8Array): Uint8Array {
  const n = src.length
  const out = new Uint8Array(Math.ceil(n / 4) * 3)
  let length = 0
  let si = 0
  while (si < n) {
    // Four letters at once, else character by character with all that may go wrong.
    const a = decode64[src[si]!]!
    const b = decode64[src[si + 1] ?? pad]!
    const c = decode64[src[si + 2] ?? pad]!
    const d = decode64[src[si + 3] ?? pad]!
    if ((a | b | c | d) < 64) {
      const v = (a << 18) | (b << 12) | (c << 6) | d
      out[length++] = v >> 16
      out[length++] = (v >> 8) & 255
      out[length++] = v & 255
      si += 4
      continue
    }
    const quantum = readQuantum(src, si)
    si = quantum.next
    for (const byte of quantum.bytes) out[length++] = byte
  }
  return out.subarray(0, length)
}

const corrupt64 = (at: number): Error => new Error(`illegal base64 data at input byte ${at}`)
const isBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d

function readQuantum(src: Uint8Array, start: number): { next: number; bytes: number[] } {
  let si = start
  const letters: number[] = []
  while (letters.length < 4) {
    if (si === src.length) {
      if (letters.length === 0) return { next: si, bytes: [] }
      throw corrupt64(si - letters.length)
    }
    const byte = src[si++]!
    const value = decode64[byte]!
    if (value < 64) letters.push(value)
    else if (byte === pad) {
      if (letters.length < 2) throw corrupt64(si - 1)
      if (letters.length === 2) {
        while (isBreak(src[si])) si++
        if (si === src.length) throw corrupt64(src.length)
        if (src[si] !== pad) throw corrupt64(si - 1)
        si++
      }
      while (isBreak(src[si])) si++
      if (si < src.length) throw corrupt64(si)
      break
    } else if (!isBreak(byte)) throw corrupt64(si - 1)
  }
  const [a = 0, b = 0, c = 0, d = 0] = letters
  const v = (a << 18) | (b << 12) | (c << 6) | d
  return { next: si, bytes: [v >> 16, (v >> 8) & 255, v & 255].slice(0, letters.length - 1) }
}

/** base32.StdEncoding.EncodeToString. */
export function base32Encode(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 5) * 8).fill(pad)
  let at = 0
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out[at++] = encode32[(held >> bits) & 31]!
    }
  }
  if (bits > 0) out[at++] = encode32[(held << (5 - bits)) & 31]!
  return decodeUtf8(out)
}

/** base32.StdEncoding.DecodeString. @throws Go's text; offsets do not count line breaks */
export function base32Decode(text: Uint8Array): Uint8Array {
  const src = text.filter((byte) => !isBreak(byte))
  const corrupt = (at: number): Error => new Error(`illegal base32 data at input byte ${at}`)
  const out: number[] = []
  let si = 0
  let end = false
  while (si < src.length && !end) {
    const letters: number[] = []
    while (letters.length < 8) {
      const j = letters.length
      if (si === src.length) throw corrupt(si - j)
      const byte = src[si++]!
      const left = src.length - si
      if (byte === pad && j >= 2 && left < 8) {
        if (left + j < 7) throw corrupt(src.length)
        for (let k = 0; k < 7 - j; k++) if (left > k && src[si + k] !== pad) throw corrupt(si + k - 1)
        end = true
        if (j === 3 || j === 6) throw corrupt(si - 1)
        break
      }
      const value = decode32[byte]!
      if (value === 0xff) throw corrupt(si - 1)
      letters.push(value)
    }
    let bits = 0
    let held = 0
    for (const letter of letters) {
      held = ((held << 5) | letter) & 0xfff
      bits += 5
      if (bits >= 8) {
        bits -= 8
        out.push((held >> bits) & 255)
      }
    }
  }
  return Uint8Array.from(out)
}
