import { expect, test } from 'vitest'
import { signAws } from './sigv4.ts'

/** Of AWS' test suite for signature version 4: its credentials, time, region and service. */
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { region: 'us-east-1', service: 'service' }
const now = new Date('2015-08-30T12:36:00Z')
const host = 'https://example.amazonaws.com'

test.each([
  ['get-vanilla', { method: 'GET', url: `${host}/`, headers: {}, body: '' }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['get-vanilla-query-order-key-case', { method: 'GET', url: `${host}/?Param2=value2&Param1=value1`, headers: {}, body: '' }, 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ['get-header-value-trim', { method: 'GET', url: `${host}/`, headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' }, body: '' }, 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736'],
  ['post-vanilla', { method: 'POST', url: `${host}/`, headers: {}, body: '' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ['post-x-www-form-urlencoded', { method: 'POST', url: `${host}/`, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' }, 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'],
])('%s', (_, request, signature) => {
  expect(signAws({ ...request, ...scope }, credentials, now).authorization).toContain(`Signature=${signature}`)
})

test('a session has its token signed', () => {
  const { headers, authorization } = signAws({ method: 'POST', url: `${host}/`, headers: {}, body: '', ...scope }, { ...credentials, sessionToken: 't' }, now)
  expect(headers['x-amz-security-token']).toBe('t')
  expect(authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
})
