import { expect, it } from 'vitest'
import { readScanReport } from './scan-report.ts'

const digest = `sha256:${'a'.repeat(64)}`
const read = (report: unknown) => readScanReport('report.json', JSON.stringify(report))

it('reads Trivy: each vulnerability of a package once', () => {
  const cve = { VulnerabilityID: 'CVE-1', PkgName: 'openssl', InstalledVersion: '1', Severity: 'CRITICAL' }
  expect(read({
    SchemaVersion: 2, CreatedAt: '2026-11-20T10:00:00Z', ArtifactName: 'web:1', Metadata: { RepoTags: ['web:1'], RepoDigests: [`registry.example.com/web@${digest}`] },
    Results: [{ Vulnerabilities: [cve, cve, { ...cve, VulnerabilityID: 'CVE-2', Severity: 'HIGH' }, { ...cve, VulnerabilityID: 'CVE-3', Severity: 'UNKNOWN' }, { ...cve, VulnerabilityID: 'CVE-4', Severity: 'LOW' }] }, { Class: 'secret' }],
  })).toEqual([{ images: ['web:1', 'web:1'], digests: [digest], counts: { critical: 1, high: 1, medium: 1, at: '2026-11-20T10:00:00Z', source: 'trivy' } }])
})

it('reads SARIF: the CVSS of the rule, else the level', () => {
  expect(read({
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Grype', rules: [{ id: 'a', properties: { 'security-severity': '9.8' } }, { id: 'b', defaultConfiguration: { level: 'error' } }, { id: 'c' }] } },
      results: [{ ruleId: 'a', level: 'error' }, { ruleId: 'b' }, { ruleId: 'c' }, { ruleId: 'c', level: 'note' }, { ruleId: 'c', properties: { 'security-severity': '7.0' } }],
      properties: { imageName: 'web:1', repoDigests: [`web@${digest}`] }, invocations: [{ endTimeUtc: '2026-11-20T10:00:00Z' }],
    }],
  })).toEqual([{ images: ['web:1'], digests: [digest], counts: { critical: 1, high: 2, medium: 1, at: '2026-11-20T10:00:00Z', source: 'grype' } }])
})

it('reads osv-scanner: a group of aliases counts once', () => {
  expect(read({ results: [{ source: { path: `web@${digest}`, type: 'docker' }, packages: [{ package: { name: 'x' }, vulnerabilities: [{}, {}], groups: [{ ids: ['A', 'B'], max_severity: '9.1' }] }, { vulnerabilities: [{}] }] }] }))
    .toEqual([{ images: [`web@${digest}`], digests: [digest], counts: { critical: 1, high: 0, medium: 1, at: '', source: 'osv' } }])
})

it('without a time of its own a report is of when it was written', () => {
  const osv = JSON.stringify({ results: [{ source: { path: 'x' } }] })
  expect(readScanReport('r.json', osv, '2026-11-20T00:00:00Z')[0]!.counts.at).toBe('2026-11-20T00:00:00Z')
})

it.each(['', '{', '[]', '{}', 'null', '{"runs": 1}'])('refuses %j', (text) => {
  expect(() => readScanReport('report.json', text)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining('report.json') }))
})

it('takes odd members for nothing', () => {
  expect(read({ ArtifactName: 'x', Results: [null, 7, { Vulnerabilities: 'none' }], Metadata: [] })).toEqual([{ images: ['x'], digests: [], counts: { critical: 0, high: 0, medium: 0, at: '', source: 'trivy' } }])
})
