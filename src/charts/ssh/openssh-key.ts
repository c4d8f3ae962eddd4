import { createDecipheriv, createPrivateKey, type KeyObject } from 'node:crypto'
import { bcryptPbkdf } from './bcrypt-pbkdf.ts'
import { sshCurve } from './ssh-curves.ts'
import { SshReader } from './ssh-wire.ts'

const magic = 'openssh-key-v1\0'

/** A file of OpenSSH's own form (PROTOCOL.key). */
export interface OpenSshKey {
  /** `ssh-ed25519`. */
  readonly type: string
  /** The public key in SSH's binary form. */
  readonly publicBlob: Buffer
  /** Undefined while it is encrypted, and where it lies on a security key. */
  readonly key?: KeyObject
  readonly encrypted: boolean
}

export const isOpenSshKey = (text: string): boolean => text.includes('-----BEGIN OPENSSH PRIVATE KEY-----')

/**
 * @param passphrase opens a file that is encrypted
 * @throws Error in words, RangeError for a file that ends too early; `wrong passphrase`
 */
export function readOpenSshKey(text: string, passphrase?: string): OpenSshKey {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? []
  const reader = new SshReader(Buffer.from((body ?? '').replaceAll(/\s+/g, ''), 'base64'))
  if (reader.take(magic.length).toString('latin1') !== magic) throw new Error('it is no OpenSSH private key')
  const cipher = reader.text()
  const kdf = reader.text()
  const kdfOptions = reader.string()
  if (reader.uint32() !== 1) throw new Error('it holds more than one key')
  const publicBlob = Buffer.from(reader.string())
  const type = new SshReader(publicBlob).text()
  const encrypted = cipher !== 'none'
  if ((encrypted && passphrase === undefined) || type.startsWith('sk-')) return { type, publicBlob, encrypted }
  const content = reader.string()
  const inner = new SshReader(encrypted ? decrypted(content, cipher, kdf, kdfOptions, passphrase!) : content)
  if (inner.uint32() !== inner.uint32()) throw new Error(encrypted ? 'wrong passphrase' : 'it is damaged')
  return { type, publicBlob, encrypted, key: privateKey(inner) }
}

function decrypted(content: Buffer, cipher: string, kdf: string, kdfOptions: Buffer, passphrase: string): Buffer {
  const [, bits, mode] = /^aes(128|192|256)-(ctr|cbc)$/.exec(cipher) ?? []
  if (bits === undefined || kdf !== 'bcrypt') throw new Error(`it is encrypted by ${JSON.stringify(`${cipher} ${kdf}`.slice(0, 80))}, which is not supported`)
  const options = new SshReader(kdfOptions)
  const size = Number(bits) / 8
  const material = bcryptPbkdf(Buffer.from(passphrase), options.string(), size + 16, options.uint32())
  const decipher = createDecipheriv(`aes-${bits}-${mode}`, material.subarray(0, size), material.subarray(size))
  decipher.setAutoPadding(false)
  if (content.length % 16 !== 0) throw new Error('it is damaged')
  return Buffer.concat([decipher.update(content), decipher.final()])
}

function privateKey(reader: SshReader): KeyObject {
  const type = reader.text()
  const curve = sshCurve(type)
  if (type === 'ssh-ed25519') {
    const x = reader.string()
    return jwk({ kty: 'OKP', crv: 'Ed25519', x: url(x), d: url(reader.string().subarray(0, 32)) })
  }
  if (curve !== undefined) {
    const { crv, size } = curve
    reader.string()
    const point = reader.string()
    const d = reader.mpint()
    return jwk({ kty: 'EC', crv, x: url(point.subarray(1, size + 1)), y: url(point.subarray(size + 1)), d: url(Buffer.concat([Buffer.alloc(size - d.length), d])) })
  }
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()] as const
    return jwk({ kty: 'RSA', n: url(n), e: url(e), d: url(d), p: url(p), q: url(q), dp: url(modulo(d, p)), dq: url(modulo(d, q)), qi: url(qi) })
  }
  throw new Error(`keys of type ${JSON.stringify(type.slice(0, 60))} are not supported`)
}

const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const jwk = (key: Record<string, string>): KeyObject => createPrivateKey({ key, format: 'jwk' })

/** d mod (p - 1). */
function modulo(d: Buffer, prime: Buffer): Buffer {
  const hex = (BigInt(`0x${d.toString('hex')}`) % (BigInt(`0x${prime.toString('hex')}`) - 1n)).toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
