import { PgpError } from './pgp-error.ts'

/** One armored block. */
export interface ArmoredBlock { readonly type: string; readonly bytes: Uint8Array }

/**
 * Reads the armored blocks of a text one after the other, as go-crypto's openpgp/armor does: anything may stand between them, checksums are not checked.
 * @param text bytes as Latin-1
 * @throws PgpError structural, or Error with the text of encoding/base64
 */
export function* armoredBlocks(text: string): Generator<ArmoredBlock, void, undefined> {
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const start = /^-----BEGIN (.+)-----$/.exec(lines[i]!.trim())
    if (start === null) continue
    // Headers up to an empty line; a line that is none begins the search anew.
    let at = i + 1
    while (at < lines.length && lines[at]!.trim() !== '' && lines[at]!.includes(':')) at++
    if (at >= lines.length || lines[at]!.trim() !== '') {
      i = at - 1
      continue
    }
    let body = ''
    for (at++; at < lines.length; at++) {
      const line = lines[at]!.trim()
      if (line.startsWith('-----END ') || (line.length === 5 && line.startsWith('='))) break
      if (line.length > 96) throw new PgpError('structural', 'armor invalid')
      body += line
    }
    // Decoded when it is asked for: what else is wrong is told first.
    yield { type: start[1]!, get bytes() { return base64(body) } }
    i = at
  }
}

function base64(text: string): Uint8Array {
  const bad = /[^A-Za-z0-9+/=]|=(?!=?$)/.exec(text)?.index ?? (text.length % 4 === 0 ? -1 : text.length)
  if (bad === text.length) throw new Error('unexpected EOF')
  if (bad >= 0) throw new Error(`illegal base64 data at input byte ${bad}`)
  return Buffer.from(text, 'base64')
}

/** An armored block without a checksum, its last line unended: what go-crypto writes below a clear-signed text. */
export function armor(type: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${type}-----\n\n${lines.join('\n')}\n-----END ${type}-----`
}
