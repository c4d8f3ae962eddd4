import { randomBytes } from 'node:crypto'
import { ivLength, type TypedText } from './encrypted-value.ts'

/** Remembers what values were encrypted with, so that those that do not change look the same afterwards. Upstream: Cipher.stash in aes/cipher.go. */
export class IvStash {
  readonly #known = new Map<string, Uint8Array>()

  keep(value: TypedText, additional: string, iv: Uint8Array): void {
    if (iv.length === ivLength) this.#known.set(identity(value, additional), iv)
  }

  /** One that nothing had. */
  static fresh(): Uint8Array {
    return randomBytes(ivLength)
  }

  /** For a value at a place: the one it had there, or one that nothing had. */
  take(value: TypedText, additional: string): Uint8Array {
    return this.#known.get(identity(value, additional)) ?? IvStash.fresh()
  }
}

const identity = ({ type, text }: TypedText, additional: string): string => `${type}\0${additional}\0${text}`
