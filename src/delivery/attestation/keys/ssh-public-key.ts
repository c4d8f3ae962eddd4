import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import { SshReader, sshCurve, sshFingerprint, type SshCurve } from '../../../charts/ssh/index.ts'
import { verifiesSshSignature, type SshSigner } from './ssh-signature.ts'
import type { VerifyingKey } from './verifying-key.ts'

/** A public key of OpenSSH. Ed25519, ECDSA and RSA, the first two also on security keys. What it signs is in OpenSSH's own form (SSHSIG), so that `ssh-keygen -Y verify` can check it, too. */
export class SshPublicKey implements VerifyingKey, SshSigner {
  readonly kind = 'ssh'
  readonly id: string
  readonly type: string
  /** Its binary form. */
  readonly blob: Buffer
  readonly #key: KeyObject
  readonly #curve: SshCurve | undefined
  /** What the key is for, of keys on tokens. */
  readonly #application: Buffer | undefined

  /** @param from names it in errors @throws PintleError signature.key */
  constructor(blob: Buffer, from: string) {
    this.blob = blob
    this.id = sshFingerprint(blob)
    try {
      const reader = new SshReader(blob)
      this.type = reader.text()
      const curve = sshCurve(this.type)
      if (this.type === 'ssh-ed25519' || this.type === 'sk-ssh-ed25519@openssh.com') {
        this.#key = jwk({ kty: 'OKP', crv: 'Ed25519', x: reader.string().toString('base64url') })
      } else if (curve !== undefined) {
        if (reader.text() !== curve.name) throw new Error('its curve is another')
        const point = reader.string()
        if (point.length !== curve.size * 2 + 1 || point[0] !== 4) throw new Error('its point is none')
        this.#key = jwk({ kty: 'EC', crv: curve.crv, x: point.subarray(1, curve.size + 1).toString('base64url'), y: point.subarray(curve.size + 1).toString('base64url') })
        this.#curve = curve
      } else if (this.type === 'ssh-rsa') {
        const [e, n] = [reader.mpint(), reader.mpint()]
        this.#key = jwk({ kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') })
        if ((this.#key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new Error('RSA keys below 2048 bits are not trusted')
      } else throw new Error(`keys of type ${JSON.stringify(this.type.slice(0, 60))} are not supported`)
      if (this.type.startsWith('sk-')) this.#application = reader.string()
      reader.end()
    } catch (error) {
      throw new PintleError('signature.key', `${from} is no usable SSH public key: ${(error as Error).message}`, { cause: error, hint: 'Ed25519, ECDSA on P-256, P-384 and P-521, and RSA from 2048 bits are.' })
    }
  }

  /** @param line `ssh-ed25519 AAAA... comment` @throws PintleError signature.key */
  static fromLine(line: string, from: string): SshPublicKey {
    const [type, base64] = line.trim().split(/\s+/)
    const key = new SshPublicKey(Buffer.from(base64 ?? '', 'base64'), from)
    if (key.type !== type) throw new PintleError('signature.key', `${from} says that it is of type ${type}, and holds ${key.type}`)
    return key
  }

  verifies(data: Uint8Array, signature: Uint8Array): boolean {
    return verifiesSshSignature(this, data, signature)
  }

  /** Checks the inner signature of SSHSIG. @throws RangeError when it is not readable */
  verifiesBlob(data: Uint8Array, signature: Buffer): boolean {
    const reader = new SshReader(signature)
    const algorithm = reader.text()
    const content = reader.string()
    let signed = data
    if (this.#application !== undefined) {
      const tail = reader.take(5)
      // Somebody touched the token.
      if ((tail[0]! & 1) === 0) return false
      signed = Buffer.concat([sha256(this.#application), tail, sha256(data)])
    }
    reader.end()
    if (this.type === 'ssh-rsa') {
      const hash = algorithm === 'rsa-sha2-512' ? 'sha512' : algorithm === 'rsa-sha2-256' ? 'sha256' : undefined
      return hash !== undefined && verify(hash, signed, this.#key, content)
    }
    if (algorithm !== this.type) return false
    if (this.#curve === undefined) return verify(null, signed, this.#key, content)
    const inner = new SshReader(content)
    const [r, s] = [inner.mpint(), inner.mpint()]
    inner.end()
    if (r.length > this.#curve.size || s.length > this.#curve.size) return false
    const padded = Buffer.concat([r, s].map((n) => Buffer.concat([Buffer.alloc(this.#curve!.size - n.length), n])))
    return verify(this.#curve.hash, signed, { key: this.#key, dsaEncoding: 'ieee-p1363' }, padded)
  }
}

const jwk = (key: Record<string, string>): KeyObject => createPublicKey({ key, format: 'jwk' })
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
