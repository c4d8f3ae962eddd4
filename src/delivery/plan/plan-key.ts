import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { PintleError } from '../../errors/index.ts'
import type { SealedPayload } from './plan-file.ts'

/** Bytes a payload may unpack to. What is unpacked was authenticated before. */
const maxPayload = 256 * 1024 * 1024

/**
 * The secret of plans: seals what is applied, and makes digests of what could be guessed. Encryption, digests and id have keys of their own
 * (HKDF), so that none tells of another.
 */
export class PlanKey {
  /** Names the key without revealing it. */
  readonly id: string
  readonly #encryption: Uint8Array
  readonly #mac: Uint8Array

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    if (secret.length !== 32) throw new PintleError('plan.key', `a plan key has 32 bytes, this one ${secret.length}`, { hint: '`openssl rand -base64 32` makes one.' })
    const derive = (purpose: string, length = 32): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', `pintle.dev/plan/v1 ${purpose}`, length))
    this.id = Buffer.from(derive('id', 8)).toString('hex')
    this.#encryption = derive('encryption')
    this.#mac = derive('digest')
  }

  /** For a plan that never leaves this process. */
  static random(): PlanKey {
    return new PlanKey(randomBytes(32))
  }

  /** `hmac-sha256:<hex>` of text or bytes: equal for equal input, and of no use to whoever guesses without the key. */
  digest(data: string | Uint8Array): string {
    return `hmac-sha256:${createHmac('sha256', this.#mac).update(data).digest('hex')}`
  }

  /** @param bound what the payload belongs to: it opens with exactly the same text only */
  seal(text: string, bound: string): SealedPayload {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#encryption, nonce)
    cipher.setAAD(Buffer.from(bound))
    const ciphertext = Buffer.concat([cipher.update(gzipSync(text)), cipher.final()])
    return { algorithm: 'aes-256-gcm', nonce: nonce.toString('base64'), ciphertext: ciphertext.toString('base64'), tag: cipher.getAuthTag().toString('base64') }
  }

  /** @throws PintleError plan.invalid when it was sealed with another key or for another text, or was changed */
  open({ nonce, ciphertext, tag }: SealedPayload, bound: string): string {
    let packed: Buffer
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#encryption, Buffer.from(nonce, 'base64'), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(bound))
      decipher.setAuthTag(Buffer.from(tag, 'base64'))
      packed = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()])
    } catch (error) {
      throw new PintleError('plan.invalid', 'what the plan holds does not belong together: it was changed by somebody without its key', { cause: error, hint: 'Make the plan again, and find out who changed the file.' })
    }
    try {
      return gunzipSync(packed, { maxOutputLength: maxPayload }).toString('utf8')
    } catch (error) {
      throw new PintleError('plan.invalid', `what the plan holds cannot be unpacked: ${(error as Error).message}`, { cause: error })
    }
  }
}
