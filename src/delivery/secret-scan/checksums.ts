import { crc32 } from 'node:zlib'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The CRC-32 of a text in base 62, padded to six digits: how GitHub and npm end their tokens. */
export function crcBase62(text: string): string {
  let rest = crc32(text)
  let out = ''
  while (rest > 0) {
    out = base62[rest % 62]! + out
    rest = Math.floor(rest / 62)
  }
  return out.padStart(6, '0')
}

/** The CRC-32 of a text as eight lower-case hexadecimal digits: Grafana, Atlassian. */
export const crcHex = (text: string): string => crc32(text).toString(16).padStart(8, '0')

const bech32Alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/** The checksum of BIP 173, as age's keys have it. @param text in one case */
export function bech32Fits(text: string): boolean {
  const lower = text.toLowerCase()
  const split = lower.lastIndexOf('1')
  if (split < 1) return false
  const data = [...lower.slice(split + 1)].map((c) => bech32Alphabet.indexOf(c))
  if (data.includes(-1)) return false
  return bech32Polymod([...expanded(lower.slice(0, split)), ...data]) === 1
}

/** The six characters that make a bech32 text whole. */
export function bech32Checksum(prefix: string, data: readonly number[]): string {
  const mod = bech32Polymod([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1
  return [0, 1, 2, 3, 4, 5].map((i) => bech32Alphabet[(mod >> (5 * (5 - i))) & 31]!).join('')
}

const expanded = (prefix: string): number[] => [...[...prefix].map((c) => c.charCodeAt(0) >> 5), 0, ...[...prefix].map((c) => c.charCodeAt(0) & 31)]

function bech32Polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [i, g] of generator.entries()) if ((top >> i) & 1) sum ^= g
  }
  return sum >>> 0
}

/** Base64 in either alphabet as text, or undefined when it does not hold readable UTF-8. */
export function decodedText(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return readable(bytes) ? bytes.toString() : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Whether bytes are text: UTF-8 without control characters. */
export function readable(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.some((b) => (b < 32 && b !== 9 && b !== 10 && b !== 13) || b === 127)) return false
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}
