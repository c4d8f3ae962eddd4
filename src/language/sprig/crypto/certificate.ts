import { decodeUtf8, encodeUtf8, formatValue, GoObject, isValidUtf8, quote, runes } from '../../go/index.ts'
import type { Host, HostCrypto, Value } from '../../go/index.ts'
import { base64Decode } from '../base64.ts'
import { bitString, context, DerReader, element, equalBytes, integer, oid, sequence, tag } from './der.ts'
import { digest } from './hash.ts'
import { parseIp } from './ip-address.ts'
import { pemDecode, pemEncode } from './pem.ts'
import { oids, parsePrivateKey, publicKeyBits } from './private-key.ts'
import type { PrivateKey } from './private-key.ts'

/** Sprig's certificate struct: what genCA and its kin return. */
export class Certificate extends GoObject {
  readonly goType = 'sprig.certificate'
  readonly goKind = 'struct'
  readonly cert: string
  readonly key: string
  constructor(cert: string, key: string) {
    super()
    this.cert = cert
    this.key = key
  }
  override fields(): readonly (readonly [string, Value])[] {
    return [['Cert', this.cert], ['Key', this.key]]
  }
}

/** What Sprig puts into a certificate. */
export interface CertificateRequest {
  readonly commonName: string
  readonly ips?: Value
  readonly dnsNames?: Value
  readonly days: bigint
  readonly authority?: boolean
}

/** A certificate that signs: the parts of it that show in what it signs. */
interface Issuer {
  readonly subject: Uint8Array
  readonly subjectKeyId: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

/** A certificate signed by its own key. */
export function selfSigned(request: CertificateRequest, key: PrivateKey, host: Host, crypto: HostCrypto): Certificate {
  return issue(request, key, undefined, key, host, crypto)
}

/** A certificate signed by an authority that genCA or the like made. */
export function signedBy(
  authority: Certificate, request: CertificateRequest, key: PrivateKey, host: Host, crypto: HostCrypto,
): Certificate {
  const block = pemDecode(authority.cert)
  if (block === undefined) throw new Error('unable to decode certificate')
  let issuer: Issuer
  try {
    issuer = parseCertificate(block.bytes)
  } catch (error) {
    throw new Error(`error parsing certificate: decodedSignerCert.Bytes: ${(error as Error).message}`)
  }
  return issue(request, key, issuer, authorityKey(authority.key, crypto), host, crypto)
}

function authorityKey(pem: string, crypto: HostCrypto): PrivateKey {
  try {
    return parsePrivateKey(pem, crypto)
  } catch (error) {
    throw new Error(`error parsing private key: ${(error as Error).message}`)
  }
}

/** Sprig's buildCustomCert: a certificate and key that were given, checked. */
export function customCertificate(cert64: string, key64: string, crypto: HostCrypto): Certificate {
  const cert = decode(cert64, 'unable to decode base64 certificate')
  const key = decode(key64, 'unable to decode base64 private key')
  const block = pemDecode(cert)
  if (block === undefined) throw new Error('unable to decode certificate')
  try {
    parseCertificate(block.bytes)
  } catch (error) {
    throw new Error(`error parsing certificate: decodedCert.Bytes: ${(error as Error).message}`)
  }
  authorityKey(key, crypto)
  return new Certificate(cert, key)
}

function decode(text: string, error: string): string {
  try {
    return decodeUtf8(base64Decode(encodeUtf8(text)))
  } catch {
    throw new Error(error)
  }
}

function issue(
  request: CertificateRequest, key: PrivateKey, issuer: Issuer | undefined, signer: PrivateKey, host: Host, crypto: HostCrypto,
): Certificate {
  const names = alternativeNames(request)
  if (key.publicKey === undefined || signer.publicKey === undefined) throw creating(unsupportedKey(key, signer))
  const subject = subjectName(request.commonName)
  const issuerName = issuer?.subject ?? subject
  // CreateCertificate looks at the signer before it marshals anything.
  if (issuer !== undefined && !equalBytes(issuer.publicKey, signer.publicKey)) {
    throw creating("x509: provided PrivateKey doesn't match parent's PublicKey")
  }
  const authorityKeyId = equalBytes(issuerName, subject) ? undefined : issuer?.subjectKeyId
  const subjectKeyId = request.authority
    ? digest('sha256', publicKeyBits(key.publicKey), crypto).subarray(0, 20)
    : undefined
  const algorithm = signatureAlgorithm(signer)
  const from = host.now() / 1_000_000_000n
  const body = sequence(
    element(context(0, true), element(tag.integer, Uint8Array.of(2))),
    integer(host.randomBytes(16)),
    algorithm,
    issuerName,
    sequence(time(from), time(from + BigInt.asIntN(64, request.days * 86_400_000_000_000n) / 1_000_000_000n)),
    subject,
    key.publicKey,
    element(context(3, true), sequence(...extensions(request, subject, authorityKeyId, subjectKeyId, names))),
  )
  const cert = sequence(body, algorithm, bitString(crypto.sign(signer.pem, body)))
  return new Certificate(pemEncode('CERTIFICATE', cert), key.pem)
}

const creating = (why: string): Error => new Error(`error creating certificate: ${why}`)

function unsupportedKey(key: PrivateKey, signer: PrivateKey): string {
  if (signer.publicKey === undefined) return 'x509: certificate private key does not implement crypto.Signer'
  return `x509: unsupported public key type: *${key.type === 'dsa' ? 'dsa' : 'ecdh'}.PublicKey`
}

function signatureAlgorithm(key: PrivateKey): Uint8Array {
  if (key.type === 'ed25519') return sequence(oid(oids.ed25519))
  if (key.type === 'rsa') return sequence(oid('1.2.840.113549.1.1.11'), element(tag.null))
  const number = key.curve === oids.p384 ? 3 : key.curve === oids.p521 ? 4 : 2
  return sequence(oid(`1.2.840.10045.4.3.${number}`))
}

/** A name with only a common name; encoding/asn1 takes a PrintableString where it can. */
function subjectName(commonName: string): Uint8Array {
  if (commonName === '') return sequence()
  if (!isValidUtf8(commonName)) throw creating('asn1: string not valid UTF-8')
  const kind = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(commonName) ? tag.printable : tag.utf8
  return sequence(element(tag.set, sequence(oid('2.5.4.3'), element(kind, encodeUtf8(commonName)))))
}

function time(seconds: bigint): Uint8Array {
  const date = new Date(Number(seconds) * 1000)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw creating('asn1: structure error: cannot represent time as GeneralizedTime')
  const digits = date.toISOString().replace(/\.\d+Z$/, 'Z').replace(/[-:T]/g, '')
  return year < 1950 || year >= 2050
    ? element(tag.generalizedTime, encodeUtf8(digits))
    : element(tag.utcTime, encodeUtf8(digits.slice(2)))
}

const critical = element(tag.boolean, Uint8Array.of(255))

function extension(id: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(isCritical ? [critical] : []), element(tag.octetString, value))
}

/** In the order in which crypto/x509 writes them. */
function extensions(
  request: CertificateRequest, subject: Uint8Array, authorityKeyId: Uint8Array | undefined,
  subjectKeyId: Uint8Array | undefined, names: readonly Uint8Array[],
): Uint8Array[] {
  // digitalSignature and keyEncipherment, and keyCertSign for an authority.
  const usage = request.authority ? bitString(Uint8Array.of(0xa4), 2) : bitString(Uint8Array.of(0xa0), 5)
  const out = [
    extension('2.5.29.15', true, usage),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', true, request.authority ? sequence(critical) : sequence()),
  ]
  if (subjectKeyId !== undefined) out.push(extension('2.5.29.14', false, element(tag.octetString, subjectKeyId)))
  if (authorityKeyId !== undefined && authorityKeyId.length > 0) {
    out.push(extension('2.5.29.35', false, sequence(element(context(0), authorityKeyId))))
  }
  if (names.length > 0) out.push(extension('2.5.29.17', equalBytes(subject, sequence()), sequence(...names)))
  return out
}

/** Subject alternative names: DNS names, then addresses. */
function alternativeNames(request: CertificateRequest): Uint8Array[] {
  const addresses = listOf(request.ips).map((ip) => {
    if (typeof ip !== 'string') throw new Error(`error parsing ip: ${formatValue(ip)} is not a string`)
    const bytes = parseIp(ip)
    if (bytes === undefined) throw new Error(`error parsing ip: ${ip}`)
    return element(context(7), bytes)
  })
  const dns = listOf(request.dnsNames)
  for (const name of dns) {
    if (typeof name !== 'string') throw new Error(`error processing alternate dns name: ${formatValue(name)} is not a string`)
  }
  for (const name of dns as string[]) {
    if (runes(name).some((r) => r > 127)) throw creating(`x509: ${quote(name)} cannot be encoded as an IA5String`)
  }
  return [...(dns as string[]).map((name) => element(context(2), encodeUtf8(name))), ...addresses]
}

const listOf = (v: Value | undefined): readonly Value[] => (Array.isArray(v) ? v : [])

/** x509.ParseCertificate as far as an issuer is needed. @throws Go's texts for what is not even a certificate */
function parseCertificate(der: Uint8Array): Issuer {
  const wrong = (what: string): Error => new Error(`x509: ${what}`)
  const all = new DerReader(der)
  const outer = all.read(tag.sequence)
  if (outer === undefined) throw wrong('malformed certificate')
  if (!all.done) throw wrong('trailing data')
  const parts = new DerReader(outer.body)
  const tbsElement = parts.read(tag.sequence)
  if (tbsElement === undefined) throw wrong('malformed tbs certificate')
  const tbs = new DerReader(tbsElement.body)
  tbs.read(context(0, true))
  const serial = tbs.read(tag.integer)
  if (serial === undefined || serial.body.length === 0) throw wrong('malformed serial number')
  if (serial.body[0]! > 0x7f) throw wrong('negative serial number')
  const algorithm = tbs.read(tag.sequence)
  if (algorithm === undefined) throw wrong('malformed signature algorithm identifier')
  const outerAlgorithm = parts.read(tag.sequence)
  if (outerAlgorithm === undefined) throw wrong('malformed algorithm identifier')
  if (!equalBytes(algorithm.raw, outerAlgorithm.raw)) throw wrong("inner and outer signature algorithm identifiers don't match")
  if (tbs.read(tag.sequence) === undefined) throw wrong('malformed issuer')
  if (tbs.read(tag.sequence) === undefined) throw wrong('malformed validity')
  const subject = tbs.read(tag.sequence)
  if (subject === undefined) throw wrong('malformed issuer')
  const spki = tbs.read(tag.sequence)
  if (spki === undefined) throw wrong('malformed spki')
  return { subject: subject.raw, publicKey: spki.raw, subjectKeyId: findSubjectKeyId(tbs) }
}

function findSubjectKeyId(tbs: DerReader): Uint8Array {
  const wanted = oid('2.5.29.14')
  while (!tbs.done) {
    const part = tbs.read()
    if (part === undefined) break
    if (part.tag !== context(3, true)) continue
    const list = new DerReader(new DerReader(part.body).read(tag.sequence)?.body ?? new Uint8Array())
    while (!list.done) {
      const item = list.read(tag.sequence)
      if (item === undefined) break
      const fields = new DerReader(item.body)
      const id = fields.read(tag.oid)
      fields.read(tag.boolean)
      const value = fields.read(tag.octetString)
      if (id !== undefined && value !== undefined && equalBytes(id.raw, wanted)) {
        return new DerReader(value.body).read(tag.octetString)?.body ?? new Uint8Array()
      }
    }
  }
  return new Uint8Array()
}
