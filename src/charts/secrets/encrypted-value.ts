import { createCipheriv, createDecipheriv } from 'node:crypto'
import { PintleError } from '../../errors/index.ts'
import { decodeUtf8, encodeUtf8 } from '../../language/go/index.ts'

/** A value as SOPS knows it: a type, and the text that is encrypted and counted. */
export interface TypedText {
  readonly type: string
  /** A byte that is no UTF-8 stands as a lone surrogate. */
  readonly text: string
}

/** None of its parts has a comma. */
const form = /^ENC\[AES256_GCM,data:([^,]*),iv:([^,]*),tag:([^,]*),type:([^,]*)\]$/

/** As Go reads base64: in groups of four, filled up. @returns undefined for what is none */
function fromBase64(text = ''): Buffer | undefined {
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, '')) ? Buffer.from(text, 'base64') : undefined
}

/** A value that was decrypted, with what it was encrypted with. */
export interface OpenedText extends TypedText {
  readonly iv: Uint8Array
}

/** Longer than GCM asks for; SOPS has it so. Upstream: nonceSize in aes/cipher.go. */
export const ivLength = 32

/**
 * Encrypts one value. Upstream: Cipher.Encrypt in aes/cipher.go.
 * @param additional what it is bound to: its path, or the time of the last change for the MAC
 */
export function encryptValue({ type, text }: TypedText, key: Uint8Array, iv: Uint8Array, additional: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  cipher.setAAD(encodeUtf8(additional))
  const data = whole(cipher.update(encodeUtf8(text)), cipher.final())
  return `ENC[AES256_GCM,data:${data.toString('base64')},iv:${Buffer.from(iv).toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:${type}]`
}

/**
 * Decrypts one value. Upstream: Cipher.Decrypt in aes/cipher.go.
 * @param additional what it is bound to: its path, or the time of the last change for the MAC
 * @throws PintleError secrets.format when it has not the form, secrets.tampered when the key does not open it
 */
export function decryptValue(value: string, key: Uint8Array, additional: string): OpenedText {
  const [, data, iv, tag, type] = form.exec(value) ?? []
  const [content, nonce, mark] = [fromBase64(data), fromBase64(iv), fromBase64(tag)]
  // A shorter tag would be easier to forge.
  if (type === undefined || content === undefined || !nonce?.length || mark?.length !== 16) throw new PintleError('secrets.format', 'a value that should be encrypted has not the form ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]')
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  cipher.setAAD(encodeUtf8(additional))
  cipher.setAuthTag(mark)
  try {
    return { type, iv: nonce, text: decodeUtf8(whole(cipher.update(content), cipher.final())) }
  } catch {
    // OpenSSL's words say less than the caller's.
    throw new PintleError('secrets.tampered', 'a value does not fit the key of the file and its place in it')
  }
}

/** In this mode nothing is left for the end. */
const whole = (text: Buffer, rest: Buffer): Buffer => (rest.length === 0 ? text : Buffer.concat([text, rest]))
