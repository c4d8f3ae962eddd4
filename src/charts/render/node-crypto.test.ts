import { createPrivateKey, createPublicKey, randomBytes, verify, X509Certificate } from 'node:crypto'
import { compareSync } from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { int } from '../../language/go/index.ts'
import type { Host, Runtime, Value } from '../../language/go/index.ts'
import { Certificate, helmFunctions } from '../../language/sprig/index.ts'
import { nodeCrypto } from './node-crypto.ts'

const host: Host = {
  now: () => 1_893_456_000_000_000_000n,
  randomBytes: (count) => randomBytes(count),
  localZone: 'UTC',
  lookup: () => new Map(),
  getHostByName: () => '',
  lint: false,
  crypto: nodeCrypto,
}
const runtime: Runtime = { include: () => '', tpl: () => '', host }
const call = (name: string, ...args: Value[]): Value => helmFunctions.get(name)!.call(args, runtime)
const certificate = (name: string, ...args: Value[]): Certificate => call(name, ...args) as Certificate

describe('private keys', () => {
  test.each([
    ['rsa', 'RSA PRIVATE KEY'], ['ecdsa', 'EC PRIVATE KEY'], ['ed25519', 'PRIVATE KEY'], ['dsa', 'DSA PRIVATE KEY'],
  ] as const)('%s', (type, label) => {
    const pem = nodeCrypto.generateKey(type, 2048)
    expect(pem.startsWith(`-----BEGIN ${label}-----\n`)).toBe(true)
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(type === 'ecdsa' ? 'ec' : type)
  })
  test('an unknown type is named in the result', () => {
    expect(call('genPrivateKey', 'rot13')).toBe('Unknown type rot13')
  })
})

describe('certificates', () => {
  const ecKey = nodeCrypto.generateKey('ecdsa')
  const ca = certificate('genCAWithKey', 'my-ca', int(365), ecKey)

  test('an authority', () => {
    const x509 = new X509Certificate(ca.cert)
    expect([x509.subject, x509.issuer, x509.ca]).toEqual(['CN=my-ca', 'CN=my-ca', true])
    expect([x509.validFrom, x509.validTo]).toEqual(['Jan  1 00:00:00 2030 GMT', 'Jan  1 00:00:00 2031 GMT'])
    expect(x509.verify(createPublicKey(ca.key))).toBe(true)
    expect(x509.serialNumber.length).toBeLessThanOrEqual(32)
  })
  test('a certificate it signed', () => {
    const leaf = certificate('genSignedCert', 'svc', ['10.0.0.1', '::1'], ['svc.ns', '*.svc'], int(30), ca)
    const x509 = new X509Certificate(leaf.cert)
    expect(x509.checkIssued(new X509Certificate(ca.cert))).toBe(true)
    expect(x509.verify(createPublicKey(ca.key))).toBe(true)
    expect(x509.subjectAltName).toBe('DNS:svc.ns, DNS:*.svc, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1')
    expect(x509.checkPrivateKey(createPrivateKey(leaf.key))).toBe(true)
    expect(x509.ca).toBe(false)
  })
  test('keys of every kind sign, and PKCS#8 comes back in its own form', () => {
    for (const type of ['rsa', 'ecdsa', 'ed25519'] as const) {
      const key = createPrivateKey(nodeCrypto.generateKey(type, 2048)).export({ type: 'pkcs8', format: 'pem' }) as string
      const own = certificate('genSelfSignedCertWithKey', 'self', [], ['a.b'], int(1), key)
      expect(new X509Certificate(own.cert).verify(createPublicKey(key))).toBe(true)
      expect(own.key).toMatch({ rsa: /BEGIN RSA P/, ecdsa: /BEGIN EC P/, ed25519: /BEGIN P/ }[type])
    }
  })
  test('far dates are generalized times', () => {
    expect(new X509Certificate(certificate('genCAWithKey', 'x', int(36500), ecKey).cert).validTo).toBe('Dec  8 00:00:00 2129 GMT')
  })
  test('buildCustomCert keeps what it was given', () => {
    const own = certificate('buildCustomCert', btoa(ca.cert), btoa(ca.key))
    expect([own.cert, own.key]).toEqual([ca.cert, ca.key])
  })
  test.each<[string, Value[], string]>([
    ['genSelfSignedCert', ['x', ['300.1.1.1'], [], int(1)], 'error parsing ip: 300.1.1.1'],
    ['genSelfSignedCert', ['x', [int(5)], [], int(1)], 'error parsing ip: 5 is not a string'],
    ['genSelfSignedCert', ['x', [], [int(5)], int(1)], 'error processing alternate dns name: 5 is not a string'],
    ['genSelfSignedCert', ['x', [], ['é'], int(1)], 'error creating certificate: x509: "é" cannot be encoded as an IA5String'],
    ['genSignedCert', ['x', [], [], int(1), new Certificate('', '')], 'unable to decode certificate'],
    ['genSignedCert', ['x', [], [], int(1), new Certificate(ca.cert, '')], 'error parsing private key: no PEM data in input'],
    ['genSignedCert', ['x', [], [], int(1), new Certificate(ca.cert, nodeCrypto.generateKey('ecdsa'))],
      "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"],
    ['genCAWithKey', ['x', int(1), ca.cert], 'parsing private key: no private key data in PEM block of type CERTIFICATE'],
    ['genCAWithKey', ['x', int(1), nodeCrypto.generateKey('dsa')],
      'error creating certificate: x509: certificate private key does not implement crypto.Signer'],
    ['buildCustomCert', ['!', ''], 'unable to decode base64 certificate'],
  ])('%s fails as it should (%#)', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message)
  })
})

test('bcrypt and htpasswd', () => {
  const hashed = call('bcrypt', 'secret') as string
  expect(hashed).toMatch(/^\$2a\$10\$/)
  expect(compareSync('secret', hashed)).toBe(true)
  expect(call('htpasswd', 'me', 'secret')).toMatch(/^me:\$2a\$10\$/)
  expect(call('htpasswd', 'a:b', 'x')).toBe('invalid username: a:b')
  expect(call('bcrypt', 'x'.repeat(73))).toBe('failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes')
})

test('AES there and back', () => {
  for (const text of ['x', 'sixteen bytes!!!', 'é'.repeat(100)]) {
    expect(call('decryptAES', 'password', call('encryptAES', 'password', text))).toBe(text)
  }
  expect(call('encryptAES', 'password', '')).toBe('')
})

test('signatures use the digest of the curve', () => {
  const data = new TextEncoder().encode('signed')
  const key = nodeCrypto.generateKey('ecdsa')
  expect(verify('sha256', data, createPublicKey(key), nodeCrypto.sign(key, data))).toBe(true)
})
