import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Keys of a service by their names, made when they are first encrypted with. */
export class KeyBox {
  readonly #keys = new Map<string, Buffer>()

  /** @param context is bound to it */
  encrypt(name: string, plain: Uint8Array, context = ''): Buffer {
    const key = this.#keys.get(name) ?? randomBytes(32)
    this.#keys.set(name, key)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  /** @returns undefined when the key does not fit */
  decrypt(name: string, sealed: Buffer, context = ''): Buffer | undefined {
    const key = this.#keys.get(name)
    if (key === undefined || sealed.length < 28) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
    } catch {
      return undefined
    }
  }
}
