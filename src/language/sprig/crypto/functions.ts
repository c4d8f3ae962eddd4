import { byteLength, decodeUtf8, encodeUtf8, Int } from '../../go/index.ts'
import type { Host, HostCrypto, Runtime, Value } from '../../go/index.ts'
import { base64Decode, base64Encode } from '../base64.ts'
import { fn } from '../define.ts'
import type { Family } from '../define.ts'
import { Certificate, customCertificate, selfSigned, signedBy } from './certificate.ts'
import type { CertificateRequest } from './certificate.ts'
import { concatBytes } from './der.ts'
import { derivePassword } from './derive-password.ts'
import { adler32, digest, hex } from './hash.ts'
import { parsePrivateKey } from './private-key.ts'
import type { PrivateKey } from './private-key.ts'

export { Certificate } from './certificate.ts'

function cryptoOf(host: Host): HostCrypto {
  if (host.crypto === undefined) throw new Error('keys, certificates and ciphers are not available here')
  return host.crypto
}

const sum = (algorithm: 'sha1' | 'sha256' | 'sha512'): Family[string] =>
  fn('string', ([s], { host }) => hex(digest(algorithm, encodeUtf8(s as string), host.crypto)))

function bcrypt(password: string, host: Host): string {
  if (byteLength(password) > 72) return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes'
  return cryptoOf(host).bcrypt(password, 10)
}

/** A key for a certificate: new, or the one that was given as PEM. */
function keyFor(pem: Value | undefined, crypto: HostCrypto): PrivateKey {
  if (pem === undefined) return parsePrivateKey(crypto.generateKey('rsa', 2048), crypto)
  try {
    return parsePrivateKey(pem as string, crypto)
  } catch (error) {
    throw new Error(`parsing private key: ${(error as Error).message}`)
  }
}

const days = (v: Value | undefined): bigint => (v as Int).value

function authority([commonName, valid, pem]: Value[], { host }: Runtime): Value {
  const crypto = cryptoOf(host)
  const request: CertificateRequest = { commonName: commonName as string, days: days(valid), authority: true }
  return selfSigned(request, keyFor(pem, crypto), host, crypto)
}

function ownCertificate([commonName, ips, dnsNames, valid, pem]: Value[], { host }: Runtime): Value {
  const crypto = cryptoOf(host)
  const request = { commonName: commonName as string, ips: ips!, dnsNames: dnsNames!, days: days(valid) }
  return selfSigned(request, keyFor(pem, crypto), host, crypto)
}

function signedCertificate([commonName, ips, dnsNames, valid, ca, pem]: Value[], { host }: Runtime): Value {
  const crypto = cryptoOf(host)
  const request = { commonName: commonName as string, ips: ips!, dnsNames: dnsNames!, days: days(valid) }
  return signedBy(ca as Certificate, request, keyFor(pem, crypto), host, crypto)
}

/** AES-256 by the first 32 bytes of the password, padded with zeros. */
function aesKey(password: string): Uint8Array {
  const key = new Uint8Array(32)
  key.set(encodeUtf8(password).subarray(0, 32))
  return key
}

function encryptAes(password: string, plain: string, host: Host): string {
  if (plain === '') return ''
  const content = encodeUtf8(plain)
  const padding = 16 - (content.length % 16)
  const iv = host.randomBytes(16)
  const padded = concatBytes([content, new Uint8Array(padding).fill(padding)])
  return base64Encode(concatBytes([iv, cryptoOf(host).aesCbc('encrypt', aesKey(password), iv, padded)]))
}

function decryptAes(password: string, text: string, host: Host): string {
  if (text === '') return ''
  const bytes = base64Decode(encodeUtf8(text))
  // Upstream slices without looking, so that short or uneven input is a panic.
  if (bytes.length < 16) {
    throw new Error(`runtime error: slice bounds out of range [:16] with capacity ${Math.floor(text.length / 4) * 3}`)
  }
  const body = bytes.subarray(16)
  if (body.length % 16 !== 0) throw new Error('crypto/cipher: input not full blocks')
  if (body.length === 0) throw new Error('runtime error: index out of range [-1]')
  const plain = cryptoOf(host).aesCbc('decrypt', aesKey(password), bytes.subarray(0, 16), body)
  const end = plain.length - plain.at(-1)!
  if (end < 0) throw new Error(`runtime error: slice bounds out of range [:${end}]`)
  return decodeUtf8(plain.subarray(0, end))
}

function uuid(bytes: Uint8Array): string {
  const b = Uint8Array.from(bytes)
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  return hex(b).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function privateKey(type: string, host: Host): string {
  switch (type) {
    case '':
    case 'rsa': return cryptoOf(host).generateKey('rsa', 4096)
    case 'dsa':
    case 'ecdsa':
    case 'ed25519': return cryptoOf(host).generateKey(type)
  }
  return `Unknown type ${type}`
}

/** Longest run of random bytes a template gets. */
const maxRandom = 1 << 26

export const crypto: Family = {
  sha1sum: sum('sha1'),
  sha256sum: sum('sha256'),
  sha512sum: sum('sha512'),
  adler32sum: fn('string', ([s]) => String(adler32(encodeUtf8(s as string)))),
  bcrypt: fn('string', ([password], { host }) => bcrypt(password as string, host)),
  htpasswd: fn('string,string', ([user, password], { host }) =>
    (user as string).includes(':') ? `invalid username: ${user as string}` : `${user as string}:${bcrypt(password as string, host)}`),
  randBytes: fn('int', ([n], { host }) => {
    const count = (n as Int).value
    if (count < 0n || count > maxRandom) throw new Error('runtime error: makeslice: len out of range')
    return base64Encode(host.randomBytes(Number(count)))
  }),
  uuidv4: fn('', (_, { host }) => uuid(host.randomBytes(16))),
  derivePassword: fn('uint32,string,string,string,string', ([counter, type, password, user, site], { host }) =>
    derivePassword(Number((counter as Int).value), type as string, password as string, user as string, site as string, cryptoOf(host))),
  genPrivateKey: fn('string', ([type], { host }) => privateKey(type as string, host)),
  buildCustomCert: fn('string,string', ([cert, key], { host }) => customCertificate(cert as string, key as string, cryptoOf(host))),
  genCA: fn('string,int', authority),
  genCAWithKey: fn('string,int,string', authority),
  genSelfSignedCert: fn('string,list,list,int', ownCertificate),
  genSelfSignedCertWithKey: fn('string,list,list,int,string', ownCertificate),
  genSignedCert: fn('string,list,list,int,sprig.certificate', signedCertificate),
  genSignedCertWithKey: fn('string,list,list,int,sprig.certificate,string', signedCertificate),
  encryptAES: fn('string,string', ([password, plain], { host }) => encryptAes(password as string, plain as string, host)),
  decryptAES: fn('string,string', ([password, text], { host }) => decryptAes(password as string, text as string, host)),
}
