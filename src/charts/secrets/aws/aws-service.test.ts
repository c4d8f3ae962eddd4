import { expect, test } from 'vitest'
import { awsEndpoint, xmlText } from './aws-service.ts'

const none = { profiles: new Map(), sessions: new Map(), services: new Map() }
const at = (service: 'kms' | 'sts' | 'sso', region: string, env: Record<string, string> = {}, profile: Record<string, string> = {}): string => awsEndpoint({ service, region, profile: new Map(Object.entries(profile)) }, env, none)

/** Of https://docs.aws.amazon.com/general/latest/gr/kms.html, sts.html and sso.html. */
test('where services of AWS are', () => {
  expect(at('kms', 'us-east-1')).toBe('https://kms.us-east-1.amazonaws.com')
  expect(at('kms', 'us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' })).toBe('https://kms-fips.us-east-1.amazonaws.com')
  expect(at('kms', 'us-east-1', {}, { use_dualstack_endpoint: 'true' })).toBe('https://kms.us-east-1.api.aws')
  expect(at('kms', 'cn-north-1')).toBe('https://kms.cn-north-1.amazonaws.com.cn')
  expect(at('sts', 'eu-central-1')).toBe('https://sts.eu-central-1.amazonaws.com')
  expect(at('sso', 'eu-central-1')).toBe('https://portal.sso.eu-central-1.amazonaws.com')
})

test('where somebody says they are', () => {
  const env = { AWS_ENDPOINT_URL: 'https://all.example', AWS_ENDPOINT_URL_KMS: 'https://kms.example' }
  expect(at('kms', 'us-east-1', env)).toBe('https://kms.example')
  expect(at('sts', 'us-east-1', env)).toBe('https://all.example')
  expect(at('kms', 'us-east-1', { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toBe('https://kms.us-east-1.amazonaws.com')
  expect(at('kms', 'us-east-1', {}, { endpoint_url: 'https://profile.example' })).toBe('https://profile.example')
})

test.each(['evil.example.org/', 'a b', 'A', '', '..'])('%j is no region', (region) => {
  expect(() => at('kms', region)).toThrow('is no region of AWS')
})

test('texts of XML', () => {
  expect(xmlText('<E><Code>A</Code><Message>&quot;x&quot; &lt;&amp;&#39;&gt;</Message></E>', 'Message')).toBe('"x" <&\'>')
  expect(['<Code>', '</Code><Code>', 'x'].map((xml) => xmlText(xml, 'Code'))).toEqual(['', '', ''])
})
