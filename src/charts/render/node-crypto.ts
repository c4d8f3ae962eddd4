import {
  createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, hash, scryptSync, sign,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { hashSync } from 'bcryptjs'
import type { HostCrypto } from '../../language/go/index.ts'

/** What Sprig's crypto functions need, by node:crypto. Keys come out in the encodings Go's x509 writes. */
export const nodeCrypto: HostCrypto = {
  hash: (algorithm, data) => hash(algorithm, data, 'buffer'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  scrypt: (password, salt, n, r, p, length) => scryptSync(password, salt, length, { N: n, r, p, maxmem: 256 * n * r + (1 << 20) }),
  aesCbc(mode, key, iv, data) {
    const name = `aes-${key.length * 8}-cbc`
    const cipher = mode === 'encrypt' ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv)
    // Sprig pads and unpads itself.
    cipher.setAutoPadding(false)
    return Buffer.concat([cipher.update(data), cipher.final()])
  },
  generateKey(type, bits = 4096) {
    switch (type) {
      case 'rsa': return pem(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey, 'pkcs1')
      case 'ecdsa': return pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'sec1')
      case 'ed25519': return pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8')
      case 'dsa': return dsaPem(generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey)
    }
  },
  sign(privateKeyPem, data) {
    const key = createPrivateKey(privateKeyPem)
    return sign(digestFor(key), data, key)
  },
  publicKeyDer: (privateKeyPem) => createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' }),
  bcrypt: (password, cost) => hashSync(password, cost).replace(/^\$2b\$/, '$2a$'),
}

function pem(key: KeyObject, type: 'pkcs1' | 'sec1' | 'pkcs8'): string {
  return key.export({ type, format: 'pem' }) as string
}

/** crypto/x509 picks the digest by the size of the curve. */
function digestFor(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null
  if (key.asymmetricKeyType !== 'ec') return 'sha256'
  switch (key.asymmetricKeyDetails?.namedCurve) {
    case 'secp384r1': return 'sha384'
    case 'secp521r1': return 'sha512'
  }
  return 'sha256'
}

/** OpenSSL's old form SEQUENCE { 0, p, q, g, y, x }, which Sprig writes; Node only exports PKCS#8. */
function dsaPem(key: KeyObject): string {
  // SEQUENCE { 0, SEQUENCE { oid, SEQUENCE { p, q, g } }, OCTET STRING { x } }
  const [, algorithm, secret] = children(key.export({ type: 'pkcs8', format: 'der' })) as [Buffer, Buffer, Buffer]
  const parameters = children(children(algorithm)[1]!)
  const spki = children(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  // The bit string of the public key begins with the count of unused bits.
  const y = contents(spki[1]!).subarray(1)
  const body = Buffer.concat([Buffer.of(2, 1, 0), ...parameters, y, contents(secret)])
  const der = Buffer.concat([Buffer.of(0x30, 0x82, body.length >> 8, body.length & 255), body])
  const lines = der.toString('base64').match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN DSA PRIVATE KEY-----\n${lines}\n-----END DSA PRIVATE KEY-----\n`
}

function header(der: Buffer): { start: number; end: number } {
  const first = der[1]!
  if (first < 0x80) return { start: 2, end: 2 + first }
  const count = first & 0x7f
  const start = 2 + count
  return { start, end: start + der.readUIntBE(2, count) }
}

function contents(der: Buffer): Buffer {
  const { start, end } = header(der)
  return der.subarray(start, end)
}

/** The elements within one. */
function children(der: Buffer): Buffer[] {
  const out: Buffer[] = []
  for (let rest = contents(der); rest.length > 0; ) {
    const { end } = header(rest)
    out.push(rest.subarray(0, end))
    rest = rest.subarray(end)
  }
  return out
}
