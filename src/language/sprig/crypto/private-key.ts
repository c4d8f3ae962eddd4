import type { HostCrypto } from '../../go/index.ts'
import { bitString, context, DerReader, element, oid, sequence, tag } from './der.ts'
import { hex } from './hash.ts'
import { pemDecode, pemEncode } from './pem.ts'

export type KeyType = 'rsa' | 'ecdsa' | 'ed25519' | 'dsa' | 'x25519'

/** A private key that was parsed: its kind and the PEM block Sprig writes for it. */
export interface PrivateKey {
  readonly type: KeyType
  /** PKCS#1, SEC 1 or PKCS#8 PEM, as Sprig's pemBlockForKey chooses by kind. */
  readonly pem: string
  /** DER SubjectPublicKeyInfo; absent for DSA and X25519, which sign no certificates. */
  readonly publicKey: Uint8Array | undefined
  /** Dotted OID of an elliptic curve. */
  readonly curve?: string
}

export const oids = {
  rsa: '1.2.840.113549.1.1.1',
  ecdsa: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
  p224: '1.3.132.0.33',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
} as const

const asn1Truncated = 'asn1: syntax error: sequence truncated'

/**
 * Sprig's parsePrivateKeyPEM. @throws Sprig's texts, around Go's x509 errors for the usual mistakes
 */
export function parsePrivateKey(text: string, crypto: HostCrypto): PrivateKey {
  const block = pemDecode(text)
  if (block === undefined) throw new Error('no PEM data in input')
  if (block.type === 'PRIVATE KEY') {
    return attempt('decoding PEM as PKCS#8', () => fromPkcs8(block.bytes, crypto))
  }
  if (!block.type.endsWith(' PRIVATE KEY')) throw new Error(`no private key data in PEM block of type ${block.type}`)
  switch (block.type.slice(0, -12)) {
    case 'RSA': return attempt('parsing RSA private key from PEM', () => fromPkcs1(block.bytes, crypto))
    case 'EC': return attempt('parsing EC private key from PEM', () => fromSec1(block.bytes, undefined, crypto))
    case 'DSA': return attempt('parsing DSA private key from PEM', () => fromDsa(block.bytes))
  }
  throw new Error(`invalid private key type ${block.type}`)
}

function attempt<T>(what: string, f: () => T): T {
  try {
    return f()
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`)
  }
}

/** The shape of a DER key, told by the tags of its first elements. */
function shapeOf(der: Uint8Array): 'pkcs1' | 'sec1' | 'pkcs8' | undefined {
  const outer = new DerReader(der).read(tag.sequence)
  if (outer === undefined) return undefined
  const inner = new DerReader(outer.body)
  if (inner.read(tag.integer) === undefined) return undefined
  switch (inner.nextTag) {
    case tag.integer: return 'pkcs1'
    case tag.octetString: return 'sec1'
    case tag.sequence: return 'pkcs8'
  }
  return undefined
}

const useInstead = (parser: string): Error =>
  new Error(`x509: failed to parse private key (use ${parser} instead for this key format)`)

function expectShape(der: Uint8Array, wanted: 'pkcs1' | 'sec1' | 'pkcs8'): void {
  const shape = shapeOf(der)
  if (shape === wanted) return
  if (shape === undefined) {
    if (der.length === 0) throw new Error('asn1: syntax error: sequence truncated')
    throw new Error(malformed(der))
  }
  const parsers = { pkcs1: 'ParsePKCS1PrivateKey', sec1: 'ParseECPrivateKey', pkcs8: 'ParsePKCS8PrivateKey' }
  throw useInstead(parsers[shape])
}

/** Go names what it found instead of a sequence; the details of deeper faults are not retold. */
function malformed(der: Uint8Array): string {
  if (der.length < 2) return asn1Truncated
  if ((der[0]! & 0xdf) !== (tag.sequence & 0xdf) || (der[0]! & 0x20) === 0) return 'asn1: structure error: tags don\'t match'
  return new DerReader(der).read() === undefined ? 'asn1: syntax error: data truncated' : 'asn1: structure error'
}

function fromPkcs1(der: Uint8Array, crypto: HostCrypto): PrivateKey {
  expectShape(der, 'pkcs1')
  if (new DerReader(der).read()!.raw.length < der.length) throw new Error('asn1: syntax error: trailing data')
  const reader = new DerReader(new DerReader(der).read()!.body)
  reader.read(tag.integer)
  const [n, , , p, q] = Array.from({ length: 5 }, () => unsigned(need(reader, tag.integer)))
  if (p! * q! !== n) throw new Error('crypto/rsa: p * q != n')
  const pem = pemEncode('RSA PRIVATE KEY', der)
  return { type: 'rsa', pem, publicKey: publicKeyOf(pem, crypto) }
}

/** The contents of the next element, which has to have this tag. */
function need(reader: DerReader, wanted: number): Uint8Array {
  const found = reader.read(wanted)
  if (found === undefined) throw new Error('asn1: structure error: tags don\'t match')
  return found.body
}

function unsigned(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`)
}

function publicKeyOf(pem: string, crypto: HostCrypto): Uint8Array {
  try {
    return crypto.publicKeyDer(pem)
  } catch {
    throw new Error('x509: failed to parse private key')
  }
}

const curves: ReadonlySet<string> = new Set<string>([oids.p224, oids.p256, oids.p384, oids.p521])

function fromSec1(der: Uint8Array, outerCurve: string | undefined, crypto: HostCrypto): PrivateKey {
  if (shapeOf(der) !== 'sec1') {
    if (shapeOf(der) === undefined) throw new Error(`x509: failed to parse EC private key: ${malformed(der)}`)
    expectShape(der, 'sec1')
  }
  const reader = new DerReader(new DerReader(der).read(tag.sequence)!.body)
  const version = need(reader, tag.integer)
  if (version.length !== 1 || version[0] !== 1) throw new Error(`x509: unknown EC private key version ${version[0]}`)
  const secret = need(reader, tag.octetString)
  const named = reader.read(context(0, true))
  const curve = outerCurve ?? (named === undefined ? undefined : dotted(new DerReader(named.body).read(tag.oid)?.body))
  if (curve === undefined || !curves.has(curve)) throw new Error('x509: unknown elliptic curve')
  // Written anew with curve and public key, as Go does; first without the latter to learn it.
  const parts = [element(tag.integer, Uint8Array.of(1)), element(tag.octetString, secret), element(context(0, true), oid(curve))]
  const publicKey = publicKeyOf(pemEncode('EC PRIVATE KEY', sequence(...parts)), crypto)
  const point = publicKeyBits(publicKey)
  const full = sequence(...parts, element(context(1, true), bitString(point)))
  return { type: 'ecdsa', pem: pemEncode('EC PRIVATE KEY', full), publicKey, curve }
}

function fromPkcs8(der: Uint8Array, crypto: HostCrypto): PrivateKey {
  expectShape(der, 'pkcs8')
  const reader = new DerReader(new DerReader(der).read(tag.sequence)!.body)
  reader.read(tag.integer)
  const algorithm = new DerReader(need(reader, tag.sequence))
  const name = dotted(need(algorithm, tag.oid))
  const secret = need(reader, tag.octetString)
  switch (name) {
    case oids.rsa:
      return embedded('RSA', () => fromPkcs1(secret, crypto))
    case oids.ecdsa: {
      const curve = dotted(algorithm.read(tag.oid)?.body)
      return embedded('EC', () => fromSec1(secret, curve, crypto))
    }
    case oids.ed25519: {
      const seed = new DerReader(secret).read(tag.octetString)
      if (seed === undefined) throw new Error('x509: invalid Ed25519 private key: asn1: structure error: tags don\'t match')
      if (seed.body.length !== 32) throw new Error(`x509: invalid Ed25519 private key length: ${seed.body.length}`)
      const pem = pemEncode('PRIVATE KEY', ed25519Pkcs8(seed.body))
      return { type: 'ed25519', pem, publicKey: publicKeyOf(pem, crypto) }
    }
  }
  // Parsed by Go as well, but no such key can sign or be certified.
  if (name === oids.x25519) return { type: 'x25519', pem: pemEncode('PRIVATE KEY', der), publicKey: undefined }
  throw new Error(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${name}`)
}

function embedded<T>(kind: string, f: () => T): T {
  return attempt(`x509: failed to parse ${kind} private key embedded in PKCS#8`, f)
}

function ed25519Pkcs8(seed: Uint8Array): Uint8Array {
  return sequence(
    element(tag.integer, Uint8Array.of(0)),
    sequence(oid(oids.ed25519)),
    element(tag.octetString, element(tag.octetString, seed)),
  )
}

function fromDsa(der: Uint8Array): PrivateKey {
  if (shapeOf(der) !== 'pkcs1') throw new Error(malformed(der))
  return { type: 'dsa', pem: pemEncode('DSA PRIVATE KEY', der), publicKey: undefined }
}

/** The subjectPublicKey of a SubjectPublicKeyInfo, without the count of unused bits. */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  const reader = new DerReader(new DerReader(spki).read(tag.sequence)!.body)
  reader.read(tag.sequence)
  return reader.read(tag.bitString)!.body.subarray(1)
}

function dotted(body: Uint8Array | undefined): string | undefined {
  if (body === undefined || body.length === 0) return undefined
  const numbers: number[] = []
  let n = 0
  for (const byte of body) {
    n = n * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(n)
      n = 0
    }
  }
  const first = Math.min(2, Math.floor(numbers[0]! / 40))
  return [first, numbers[0]! - first * 40, ...numbers.slice(1)].join('.')
}
