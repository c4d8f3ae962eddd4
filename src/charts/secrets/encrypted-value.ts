import { createDecipheriv } from 'node:crypto'
import { PintleError } from '../../errors/index.ts'
import { decodeUtf8 } from '../../language/go/index.ts'

/** A value as SOPS knows it: a type, and the text that is encrypted and counted. */
export interface TypedText {
  readonly type: string
  /** A byte that is no UTF-8 stands as a lone surrogate. */
  readonly text: string
}

const form = /^ENC\[AES256_GCM,data:(.*),iv:(.*),tag:(.*),type:(.*)\]$/

/**
 * Decrypts one value. Upstream: Cipher.Decrypt in aes/cipher.go.
 * @param additional what it is bound to: its path, or the time of the last change for the MAC
 * @throws PintleError secrets.format when it has not the form, secrets.tampered when the key does not open it
 */
export function decryptValue(value: string, key: Uint8Array, additional: string): TypedText {
  const [, data, iv, tag, type] = form.exec(value) ?? []
  const nonce = Buffer.from(iv ?? '', 'base64')
  const mark = Buffer.from(tag ?? '', 'base64')
  // A shorter tag would be easier to forge.
  if (type === undefined || nonce.length === 0 || mark.length !== 16) throw new PintleError('secrets.format', 'a value that should be encrypted has not the form ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]')
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  cipher.setAAD(Buffer.from(additional))
  cipher.setAuthTag(mark)
  try {
    return { type, text: decodeUtf8(Buffer.concat([cipher.update(Buffer.from(data!, 'base64')), cipher.final()])) }
  } catch {
    // OpenSSL's words say less than the caller's.
    throw new PintleError('secrets.tampered', 'a value does not fit the key of the file and its place in it')
  }
}
