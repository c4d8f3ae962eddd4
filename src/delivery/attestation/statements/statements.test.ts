import { expect, test } from 'vitest'
import { subjectOf } from '../statement.ts'
import { imageSummary } from './image-summary.ts'
import { policyResult } from './policy-result.ts'
import { releaseStatement } from './release-statement.ts'
import { renderProvenance } from './render-provenance.ts'
import { testResult } from './test-result.ts'

const sha = (c: string): string => `sha256:${c.repeat(64)}`
const hex = (c: string): string => c.repeat(64)
const plan = subjectOf('plan', sha('a'))
const head = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'plan', digest: { sha256: hex('a') } }] }

test('SLSA provenance of a render', () => {
  expect(renderProvenance({
    release: 'web', namespace: 'shop', environment: 'prod', kubeVersion: 'v1.36.0', manifests: [{ name: 'plan', digest: sha('a') }, { name: 'ConfigMap/shop/web', digest: sha('b') }],
    chart: { name: 'web', version: '1.2.0', digest: sha('c'), source: 'oci://registry.example.com/charts/web' }, dependencies: [{ name: 'redis', version: '20.1.0', digest: sha('d') }],
    values: [{ path: 'prod.yaml', digest: `hmac-sha256:${hex('e')}` }], git: { commit: 'f'.repeat(40) }, started: '2026-01-01T10:00:00Z', finished: '2026-01-01T10:00:01Z', run: 'https://ci.example.com/1', tool: { pintle: '1.0.0', helm: '4.3.1' },
  })).toEqual({
    _type: head._type, subject: [...head.subject, { name: 'ConfigMap/shop/web', digest: { sha256: hex('b') } }], predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://pintle.dev/build/render/v1', externalParameters: { release: 'web', namespace: 'shop', environment: 'prod', chart: 'web@1.2.0' }, internalParameters: { kubeVersion: 'v1.36.0' },
        resolvedDependencies: [
          { name: 'chart web 1.2.0', uri: 'oci://registry.example.com/charts/web', digest: { sha256: hex('c') } }, { name: 'chart redis 20.1.0', digest: { sha256: hex('d') } },
          { name: 'values prod.yaml', digest: { 'hmac-sha256': hex('e') } }, { name: 'source', digest: { gitCommit: 'f'.repeat(40) } },
        ],
      },
      runDetails: { builder: { id: 'https://pintle.dev/render/v1', version: { pintle: '1.0.0', helm: '4.3.1' } }, metadata: { invocationId: 'https://ci.example.com/1', startedOn: '2026-01-01T10:00:00Z', finishedOn: '2026-01-01T10:00:01Z' } },
    },
  })
})

test.each([
  [[{ name: 'smoke a', passed: true }], { result: 'PASSED', passedTests: ['smoke a'], warnedTests: [], failedTests: [] }],
  [[{ name: 'smoke a', passed: true }, { name: 'smoke b', passed: false }], { result: 'FAILED', passedTests: ['smoke a'], warnedTests: [], failedTests: ['smoke b'] }],
  [[], { result: 'WARNED', passedTests: [], warnedTests: ['nothing was tested'], failedTests: [] }],
])('test results of %j', (tests, expected) => {
  expect(testResult([plan], tests, { url: 'https://ci.example.com/1' })).toEqual({ ...head, predicateType: 'https://in-toto.io/attestation/test-result/v0.1', predicate: { ...expected, configuration: [], url: 'https://ci.example.com/1' } })
})

test('a policy result names what holds, and nothing else', () => {
  const rule = (name: string, status: string, severity = 'block') => ({ rule: name, status, severity })
  const propertiesOf = (...results: ReturnType<typeof rule>[]) => policyResult([plan], { pack: 'production', digest: sha('b'), results }, '2026-01-01T10:00:00Z').predicate.properties
  expect(policyResult([plan], { pack: 'production', digest: sha('b'), results: [rule('target/one-owner', 'passed')] }, '2026-01-01T10:00:00Z')).toEqual({
    ...head, predicateType: 'https://in-toto.io/attestation/svr/v0.2',
    predicate: { verifier: { id: 'https://pintle.dev/policy/v1', policies: [{ name: 'production', digest: { sha256: hex('b') } }] }, timeCreated: '2026-01-01T10:00:00Z', properties: ['PINTLE_POLICY_PASSED', 'PINTLE_TARGET_ONE_OWNER'] },
  })
  expect(propertiesOf(rule('a/b', 'violated'), rule('c/d', 'passed'))).toEqual(['PINTLE_C_D'])
  expect(propertiesOf(rule('a/b', 'violated', 'warn'), rule('c/d', 'overridden'), rule('e/f', 'not-evaluated'))).toEqual(['PINTLE_POLICY_PASSED'])
  expect(propertiesOf()).toEqual([])
})

test.each([[true, 'PASSED', 'SLSA_BUILD_LEVEL_UNEVALUATED'], [false, 'FAILED', 'FAILED']])('a summary of an image: passed %s', (passed, verificationResult, level) => {
  const attestations = [{ uri: 'oci://registry.example.com/web:sha256-a.att', digest: { sha256: hex('c') } }]
  expect(imageSummary({ name: 'registry.example.com/web:1', digest: sha('a'), passed }, { uri: 'https://acme.example.com/policy', digest: sha('b') }, attestations, { at: '2026-01-01T10:00:00Z', pintle: '1.0.0' })).toEqual({
    _type: head._type, subject: [{ name: 'registry.example.com/web:1', digest: { sha256: hex('a') } }], predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'https://pintle.dev/images/v1', version: { pintle: '1.0.0' } }, timeVerified: '2026-01-01T10:00:00Z', resourceUri: `oci://registry.example.com/web:1@${sha('a')}`,
      policy: { uri: 'https://acme.example.com/policy', digest: { sha256: hex('b') } }, inputAttestations: attestations, verificationResult, verifiedLevels: [level], slsaVersion: '1.0',
    },
  })
})

test('a release', () => {
  const predicate = {
    record: '20260101T100000Z-1a2b3c4d-web-2', service: 'web', environment: 'prod', target: { server: 'https://x', clusterUid: 'u', namespace: 'shop', release: 'web', simulated: false }, operator: 'ci', outcome: 'succeeded',
    startedOn: '2026-01-01T10:00:00Z', finishedOn: '2026-01-01T10:01:00Z', revision: { before: 1, after: 2 }, plan: { digest: sha('a') }, approvals: [{ by: 'alice@acme', digest: sha('b') }],
  }
  expect(releaseStatement(sha('c'), predicate)).toEqual({ _type: head._type, subject: [{ name: 'record', digest: { sha256: hex('c') } }], predicateType: 'https://pintle.dev/attestation/release/v1', predicate })
})
