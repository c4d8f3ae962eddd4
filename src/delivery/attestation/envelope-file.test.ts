import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { signedBytes } from '../../charts/signatures/index.ts'
import { strictBase64 } from './base64.ts'
import { isWritten, readEnvelope, writeEnvelope } from './envelope-file.ts'
import { generatePemKey, pemSigningKey } from './keys/pem-key.ts'
import { signStatement, statement, subjectOf } from './statement.ts'

// The example of DSSE's protocol.md: its key, its signature, its PAE.
const coordinate = (decimal: string): string => Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url')
const key = createPublicKey({ format: 'jwk', key: {
  kty: 'EC', crv: 'P-256', x: coordinate('46950820868899156662930047687818585632848591499744589407958293238635476079160'), y: coordinate('5640078356564379163099075877009565129882514886557779369047442380624545832820'),
} })
const example = { payload: 'aGVsbG8gd29ybGQ=', payloadType: 'http://example.com/HelloWorld', signatures: [{ sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==' }] }

test.each([['standard', (t: string) => t], ['URL-safe', (t: string) => t.replaceAll('+', '-').replaceAll('/', '_')], ['URL-safe without padding', (t: string) => t.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')]])("the specification's example, in %s base64", (_, spell) => {
  const envelope = readEnvelope(JSON.stringify({ signatures: [{ sig: spell(example.signatures[0]!.sig) }], payloadType: example.payloadType, payload: spell(example.payload) }))
  if (typeof envelope === 'string') throw new Error(envelope)
  expect(signedBytes(envelope).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  expect(verify('sha256', signedBytes(envelope), { key, dsaEncoding: 'ieee-p1363' }, envelope.signatures[0]!.sig)).toBe(true)
  expect(writeEnvelope(envelope)).toBe(writeEnvelope(readEnvelope(JSON.stringify(example)) as never))
})

test('lengths are of bytes, not of letters', () => {
  expect(signedBytes({ payloadType: 'ü', payload: Buffer.from('é') }).toString()).toBe('DSSEv1 2 ü 2 é')
})

test('what is no envelope says why', () => {
  expect(readEnvelope('{')).toBe('it is not JSON')
  expect(readEnvelope('[]')).toBe('it is no DSSE envelope')
  expect(readEnvelope(JSON.stringify({ ...example, signatures: [] }))).toBe('its signatures are not readable')
  expect(readEnvelope(JSON.stringify({ ...example, signatures: [{ sig: 'AA==' }, { sig: 1 }] }))).toBe('its signatures are not readable')
  expect(readEnvelope(JSON.stringify({ ...example, payload: 'aGVsbG8gd29ybGR=' }))).toBe('it is not base64')
  expect(readEnvelope(JSON.stringify({ ...example, signatures: Array.from({ length: 17 }, () => ({ sig: 'AA==' })) }))).toBe('it has more than 16 signatures')
  expect(readEnvelope(`"${'x'.repeat(5 << 20)}"`)).toBe('it is larger than 4 MiB')
})

test.each([['AA==', true], ['AAA=', true], ['+/8=', true], ['-_8=', true], ['-_8', true], ['+_8=', false], ['AB==', false], ['AA', true], ['AB', false], ['A A=', false], ['AA=\n', false], ['', true], ['%%%%', false]])('base64 %j: %s', (text, good) => {
  expect(strictBase64(text) !== undefined).toBe(good)
})

test('a statement is signed over its bytes, and written in one way', async () => {
  const signer = pemSigningKey(generatePemKey().privatePem, 'test')
  const envelope = await signStatement(statement([subjectOf('plan', `sha256:${'1'.repeat(64)}`)], 'https://example.com/x', { b: 1, a: [undefined, 'ü'] }), signer)
  expect(envelope.payload.toString()).toBe(`{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":[null,"ü"],"b":1},"predicateType":"https://example.com/x","subject":[{"digest":{"sha256":"${'1'.repeat(64)}"},"name":"plan"}]}`)
  expect(signer.verifying.verifies(signedBytes(envelope), envelope.signatures[0]!.sig)).toBe(true)
  expect(signer.verifying.verifies(envelope.payload, envelope.signatures[0]!.sig)).toBe(false)
  const text = writeEnvelope(envelope)
  expect(isWritten(readEnvelope(text) as never, text)).toBe(true)
  expect(isWritten(readEnvelope(`${text} `) as never, `${text} `)).toBe(false)
})
