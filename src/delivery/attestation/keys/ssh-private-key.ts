import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { sshCurve } from './ssh-curves.ts'
import { SshReader, sshMpint, sshString } from './ssh-wire.ts'
import { SshPublicKey } from './ssh-public-key.ts'
import { sshSignature, sshSignedData } from './ssh-signature.ts'
import type { SigningKey } from './signing-key.ts'

const magic = 'openssh-key-v1\0'
/** A file of OpenSSH's (PROTOCOL.key), as far as it can be read without a passphrase. */
export type SshPrivateFile =
  | { readonly readable: true; readonly key: SigningKey }
  /** Encrypted, or the private half lies on a token. */
  | { readonly readable: false; readonly publicKey: SshPublicKey; readonly why: string }

/**
 * @param text of the file; @param from names it in errors
 * @throws Error in words; PintleError signature.key
 */
export function readSshPrivateKey(text: string, from: string): SshPrivateFile {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? []
  const reader = new SshReader(Buffer.from((body ?? '').replaceAll(/\s+/g, ''), 'base64'))
  if (reader.take(magic.length).toString('latin1') !== magic) throw new Error('it is no OpenSSH private key')
  const cipher = reader.text()
  reader.string()
  reader.string()
  if (reader.uint32() !== 1) throw new Error('it holds more than one key')
  const publicKey = new SshPublicKey(Buffer.from(reader.string()), from)
  if (cipher !== 'none') return { readable: false, publicKey, why: 'it is encrypted' }
  if (publicKey.type.startsWith('sk-')) return { readable: false, publicKey, why: 'it lies on a security key' }
  const inner = new SshReader(reader.string())
  if (inner.uint32() !== inner.uint32()) throw new Error('it is damaged')
  const { key, signBlob } = privateKeyOf(inner)
  const hash = 'sha512'
  return {
    readable: true,
    key: { id: publicKey.id, verifying: publicKey, sign: async (data) => sshSignature(publicKey.blob, hash, signBlob(key, sshSignedData(data, hash))) },
  }
}

interface Private {
  readonly key: KeyObject
  signBlob(key: KeyObject, data: Buffer): Buffer
}

function privateKeyOf(reader: SshReader): Private {
  const type = reader.text()
  const curve = sshCurve(type)
  if (type === 'ssh-ed25519') {
    const x = reader.string()
    const d = reader.string().subarray(0, 32)
    return { key: jwk({ kty: 'OKP', crv: 'Ed25519', x: url(x), d: url(d) }), signBlob: (key, data) => blob(type, sign(null, data, key)) }
  }
  if (curve !== undefined) {
    const { crv, hash, size } = curve
    reader.string()
    const point = reader.string()
    const d = reader.mpint()
    const key = jwk({ kty: 'EC', crv, x: url(point.subarray(1, size + 1)), y: url(point.subarray(size + 1)), d: url(Buffer.concat([Buffer.alloc(size - d.length), d])) })
    return { key, signBlob: (k, data) => {
      const both = sign(hash, data, { key: k, dsaEncoding: 'ieee-p1363' })
      return blob(type, Buffer.concat([sshMpint(both.subarray(0, size)), sshMpint(both.subarray(size))]))
    } }
  }
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()] as const
    const key = jwk({ kty: 'RSA', n: url(n), e: url(e), d: url(d), p: url(p), q: url(q), dp: url(modulo(d, p)), dq: url(modulo(d, q)), qi: url(qi) })
    return { key, signBlob: (k, data) => blob('rsa-sha2-512', sign('sha512', data, k)) }
  }
  throw new Error(`keys of type ${JSON.stringify(type.slice(0, 60))} are not supported`)
}

const blob = (algorithm: string, content: Uint8Array): Buffer => Buffer.concat([sshString(algorithm), sshString(content)])
const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const jwk = (key: Record<string, string>): KeyObject => createPrivateKey({ key, format: 'jwk' })

/** d mod (p - 1). */
function modulo(d: Buffer, prime: Buffer): Buffer {
  const hex = (BigInt(`0x${d.toString('hex')}`) % (BigInt(`0x${prime.toString('hex')}`) - 1n)).toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
