/**
 * net/http's DetectContentType (net/http/sniff.go), for the error that names what a file is when it is no chart archive.
 * @param data at most the first 512 bytes count
 */
export function detectContentType(bytes: Uint8Array): string {
  const data = bytes.length > 512 ? bytes.subarray(0, 512) : bytes
  let start = 0
  while (start < data.length && isSpace(data[start]!)) start++
  for (const tag of htmlTags) if (isHtml(data, start, tag)) return 'text/html; charset=utf-8'
  if (hasPrefix(data, start, '<?xml')) return 'text/xml; charset=utf-8'
  for (const [pattern, type] of beforeMp4) if (hasPrefix(data, 0, pattern)) return type
  if (isMp4(data)) return 'video/mp4'
  for (const [pattern, type] of afterMp4) if (hasPrefix(data, 0, pattern)) return type
  for (let i = start; i < data.length; i++) {
    const b = data[i]!
    if (b <= 8 || b === 0x0b || (b >= 0x0e && b <= 0x1a) || (b >= 0x1c && b <= 0x1f)) return 'application/octet-stream'
  }
  return 'text/plain; charset=utf-8'
}

const isSpace = (b: number): boolean => b === 9 || b === 10 || b === 12 || b === 13 || b === 32

const htmlTags = [
  '<!DOCTYPE HTML', '<HTML', '<HEAD', '<SCRIPT', '<IFRAME', '<H1', '<DIV', '<FONT', '<TABLE', '<A', '<STYLE', '<TITLE', '<B',
  '<BODY', '<BR', '<P', '<!--',
]

/** Signatures in Go's order; `.` in a pattern stands for any byte. */
const beforeMp4: readonly (readonly [pattern: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['\xfe\xff..', 'text/plain; charset=utf-16be'],
  ['\xff\xfe..', 'text/plain; charset=utf-16le'],
  ['\xef\xbb\xbf.', 'text/plain; charset=utf-8'],
  ['\0\0\x01\0', 'image/x-icon'],
  ['\0\0\x02\0', 'image/x-icon'],
  ['BM', 'image/bmp'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF....WEBPVP', 'image/webp'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['FORM....AIFF', 'audio/aiff'],
  ['ID3', 'audio/mpeg'],
  ['OggS\0', 'application/ogg'],
  ['MThd\0\0\0\x06', 'audio/midi'],
  ['RIFF....AVI ', 'video/avi'],
  ['RIFF....WAVE', 'audio/wave'],
]

const afterMp4: readonly (readonly [pattern: string, type: string])[] = [
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['..................................LP', 'application/vnd.ms-fontobject'],
  ['\0\x01\0\0', 'font/ttf'],
  ['OTTO', 'font/otf'],
  ['ttcf', 'font/collection'],
  ['wOFF', 'font/woff'],
  ['wOF2', 'font/woff2'],
  ['\x1f\x8b\x08', 'application/x-gzip'],
  ['PK\x03\x04', 'application/zip'],
  ['Rar!\x1a\x07\0', 'application/x-rar-compressed'],
  ['Rar!\x1a\x07\x01\0', 'application/x-rar-compressed'],
  ['\0asm', 'application/wasm'],
]

function hasPrefix(data: Uint8Array, at: number, pattern: string): boolean {
  if (data.length - at < pattern.length) return false
  for (let i = 0; i < pattern.length; i++) {
    const want = pattern.charCodeAt(i)
    if (want !== 0x2e && data[at + i] !== want) return false
  }
  return true
}

function isHtml(data: Uint8Array, at: number, tag: string): boolean {
  if (data.length - at < tag.length + 1) return false
  for (let i = 0; i < tag.length; i++) {
    const want = tag.charCodeAt(i)
    const got = data[at + i]!
    if ((want >= 0x41 && want <= 0x5a ? got & 0xdf : got) !== want) return false
  }
  const next = data[at + tag.length]
  return next === 0x20 || next === 0x3e
}

function isMp4(data: Uint8Array): boolean {
  if (data.length < 12) return false
  const size = ((data[0]! << 24) | (data[1]! << 16) | (data[2]! << 8) | data[3]!) >>> 0
  if (data.length < size || size % 4 !== 0 || !hasPrefix(data, 4, 'ftyp')) return false
  for (let at = 8; at < size; at += 4) if (at !== 12 && hasPrefix(data, at, 'mp4')) return true
  return false
}
