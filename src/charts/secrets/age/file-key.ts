import { createCipheriv, createDecipheriv } from 'node:crypto'

/** The key of a file, encrypted under a key that is used once. Upstream: aeadEncrypt and aeadDecrypt in age's primitives.go. */
export function sealFileKey(key: Uint8Array, fileKey: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 })
  return Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
}

/** @returns null when the key does not fit */
export function openFileKey(key: Uint8Array, body: Uint8Array): Uint8Array | null {
  if (body.length !== 32) return null
  const cipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 })
  cipher.setAuthTag(body.subarray(16))
  try {
    return Buffer.concat([cipher.update(body.subarray(0, 16)), cipher.final()])
  } catch {
    return null
  }
}
