import { expect, it } from 'vitest'
import { encode, signV4 } from './sign-v4.ts'

/** The signatures that AWS' own documentation works out: "Create a signed AWS API request", and "Examples: Signature Calculations" of S3. */
const iam = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const s3 = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const at = new Date('2013-05-24T00:00:00Z')
const signature = (headers: Record<string, string>) => /Signature=(\w+)$/.exec(headers.authorization!)?.[1]
const bucket = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
  signV4({ method, url: new URL(`https://examplebucket.s3.amazonaws.com/${path}`), headers, body }, { region: 'us-east-1', service: 's3', sendHash: true }, s3, at)

it('signs a query as the documentation does', () => {
  const headers = signV4(
    { method: 'GET', url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'), headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: '' },
    { region: 'us-east-1', service: 'iam' }, iam, new Date('2015-08-30T12:36:00Z'),
  )
  expect(headers.authorization).toBe('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7')
  expect(headers.host).toBeUndefined()
})

it("signs S3's examples: a range, an object, a list", () => {
  expect(signature(bucket('GET', 'test.txt', { range: 'bytes=0-9' }))).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  expect(signature(bucket('PUT', `${encode('test$file.text')}`, { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, 'Welcome to Amazon S3.'))).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd')
  expect(signature(bucket('GET', '?lifecycle='))).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')
  expect(signature(bucket('GET', '?prefix=J&max-keys=2'))).toBe('34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
})

it('signs the token of temporary credentials', () => {
  const headers = signV4({ method: 'GET', url: new URL('https://h/'), headers: {}, body: '' }, { region: 'r', service: 's3' }, { ...s3, sessionToken: 'token' }, at)
  expect([headers['x-amz-security-token'], headers.authorization]).toEqual(['token', expect.stringContaining('SignedHeaders=host;x-amz-date;x-amz-security-token')])
})

/** Of AWS' test suite for signature version 4. */
it.each([
  ['get-vanilla', { method: 'GET', path: '/', headers: {}, body: '' }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['get-vanilla-query-order-key-case', { method: 'GET', path: '/?Param2=value2&Param1=value1', headers: {}, body: '' }, 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ['get-header-value-trim', { method: 'GET', path: '/', headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' }, body: '' }, 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736'],
  ['post-vanilla', { method: 'POST', path: '/', headers: {}, body: '' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ['post-x-www-form-urlencoded', { method: 'POST', path: '/', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' }, 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'],
])('%s', (_, { path, ...request }, expected) => {
  expect(signature(signV4({ ...request, url: new URL(path, 'https://example.amazonaws.com') }, { region: 'us-east-1', service: 'service' }, iam, new Date('2015-08-30T12:36:00Z')))).toBe(expected)
})
