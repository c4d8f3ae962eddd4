import { expect, it } from 'vitest'
import type { InputFacts } from '../../policy/index.ts'
import { reviewChecks } from './review-checks.ts'

const digest = `sha256:${'a'.repeat(64)}`
const inputs: InputFacts = {
  chart: { reference: './web', name: 'web', version: '1.0.0', digest, wantedVersion: '', dependencies: [], local: true, signature: { verified: true, by: 'key ci' } },
  images: [
    { image: 'web:1', digest, usedBy: [], scan: { critical: 0, high: 1, medium: 2, at: '2026-01-01T00:00:00Z', source: 'trivy' }, signature: { verified: false, reason: 'nobody signed it' }, sbom: true },
    { image: `db@${digest}`, digest, usedBy: [], provenance: { verified: true } }, { image: 'plain', usedBy: [] },
  ],
  values: [], setKeys: [],
  lint: [{ rule: 'a', severity: 'error', path: 'Chart.yaml', message: 'no version' }, { rule: 'b', severity: 'warning', path: 'x', message: 'y' }],
  tests: [{ name: 'one', passed: true, commit: 'abc' }, { name: 'two', passed: false, commit: 'abc' }],
}

it('tells what was looked at, and of whom it is known', () => {
  expect(reviewChecks('web', { inputs, process: { staging: { environment: 'staging', passed: false, record: 'r-1', reason: 'it failed there' } } })).toEqual({
    release: 'web', staging: { environment: 'staging', passed: false, record: 'r-1', detail: 'it failed there' },
    checks: [
      { kind: 'lint', subject: 'chart web 1.0.0', passed: false, detail: '1 errors, 1 warnings; Chart.yaml: no version', source: 'pintle lint' },
      { kind: 'test', subject: '2 tests of abc', passed: false, detail: '1 failed: two', source: 'test reports' },
      { kind: 'signature', subject: 'chart web 1.0.0', passed: true, source: 'key ci' },
      { kind: 'scan', subject: `web:1@${digest}`, passed: false, detail: '0 critical, 1 high, 2 medium', source: 'trivy', at: '2026-01-01T00:00:00Z' },
      { kind: 'signature', subject: `web:1@${digest}`, passed: false, detail: 'nobody signed it' },
      { kind: 'sbom', subject: `web:1@${digest}`, passed: true },
      { kind: 'provenance', subject: `db@${digest}`, passed: true },
    ],
  })
})

it('tells it as plain text of bounded length', () => {
  const { checks: [check] } = reviewChecks('web', { inputs: { images: [], values: [], setKeys: [], tests: [{ name: `a\u001b[2J${'b'.repeat(10_000)}`, passed: false }] } })
  expect(check!.detail!.length).toBeLessThan(5000)
  expect(check!.detail).toContain('a\ufffd[2J')
})

it('tells nothing of what nobody looked at', () => {
  expect(reviewChecks('web', {})).toEqual({ release: 'web', checks: [] })
  expect(reviewChecks('web', { inputs: { images: [], values: [], setKeys: [], tests: [] } }).checks).toEqual([{ kind: 'test', subject: '0 tests', passed: false, source: 'test reports' }])
})
