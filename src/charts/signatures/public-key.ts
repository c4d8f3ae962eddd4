import { createHash, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PintleError } from '../../errors/index.ts'
import { verifiesEd25519ph } from './ed25519ph.ts'

/** Checks signatures of one key. */
export class PublicKey {
  readonly #key: KeyObject
  readonly #hashes: readonly (string | null)[]

  /** @throws PintleError signature.key */
  constructor(pem: string | KeyObject, from: string) {
    if (typeof pem === 'string' && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw new PintleError('signature.key', `${from} holds a private key; a public one is needed`, { hint: '`cosign public-key --key cosign.key` prints it.' })
    try {
      this.#key = typeof pem === 'string' ? createPublicKey(pem) : pem
    } catch (error) {
      throw new PintleError('signature.key', `${from} is no public key in PEM form`, { cause: error, hint: 'cosign writes one beside the private key, as cosign.pub.' })
    }
    this.#hashes = hashesOf(this.#key, from)
  }

  /** @param path of a PEM file @throws PintleError signature.key */
  static fromFile(path: string): PublicKey {
    let text
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      throw new PintleError('signature.key', `the key ${path} cannot be read: ${(error as Error).message}`, { cause: error })
    }
    return new PublicKey(text, path)
  }

  /** SHA-256 of its binary form, in base64: by this Sigstore's bundles hint at a key. */
  get hint(): string {
    return createHash('sha256').update(this.#key.export({ type: 'spki', format: 'der' })).digest('base64')
  }

  /** Its parts (RFC 7517). */
  get jwk(): JsonWebKey {
    return this.#key.export({ format: 'jwk' })
  }

  /** In every way that cosign signs. */
  verifies(data: Uint8Array, signature: Uint8Array): boolean {
    return this.verifiesPlain(data, signature) || this.verifiesPrehashed(data, signature)
  }

  /** By Ed25519ph. It costs a hundred times as much. */
  verifiesPrehashed(data: Uint8Array, signature: Uint8Array): boolean {
    return this.#key.asymmetricKeyType === 'ed25519' && verifiesEd25519ph(Buffer.from(this.jwk.x!, 'base64url'), data, signature)
  }

  /** By what goes with the key, but for Ed25519ph. */
  verifiesPlain(data: Uint8Array, signature: Uint8Array): boolean {
    return this.#hashes.some((hash) => {
      try {
        return verify(hash, data, this.#key, signature)
      } catch {
        return false
      }
    })
  }
}

/** cosign signs with SHA-256, or since version 3 with the hash that goes with the key (sigstore's signature algorithm registry). */
function hashesOf(key: KeyObject, from: string): readonly (string | null)[] {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ed25519': return [null]
    case 'ec':
      if (namedCurve === 'prime256v1') return ['sha256']
      if (namedCurve === 'secp384r1') return ['sha384', 'sha256']
      if (namedCurve === 'secp521r1') return ['sha512', 'sha256']
      break
    case 'rsa':
      if (modulusLength < 2048) throw new PintleError('signature.key', `${from}: RSA keys below 2048 bits are not trusted`)
      return ['sha256', 'sha384', 'sha512']
  }
  throw new PintleError('signature.key', `${from}: keys of this kind (${namedCurve ?? key.asymmetricKeyType ?? 'unknown'}) are not supported`, { hint: 'ECDSA on P-256, P-384, P-521, Ed25519 and RSA are.' })
}
