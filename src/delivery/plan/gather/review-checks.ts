import type { CheckRecord, StagingProof } from '../../evidence/index.ts'
import { plainText, type Facts, type ImageFacts, type InputFacts } from '../../policy/index.ts'

/** What was found out about a release when its plan was judged, for the evidence. What nobody looked at is not among it. */
export interface ReleaseChecks {
  readonly release: string
  readonly checks: readonly CheckRecord[]
  /** That the same digests passed the environment before. */
  readonly staging?: StagingProof
}

/** Findings that are told, of however many. */
const most = 5

/**
 * Takes out of the facts what auditors ask for: lint, scans, signatures, provenance, bills of materials, tests, the environment before. Pure.
 * What rules say of schemas, dry run and secrets stands in their results.
 */
export function reviewChecks(release: string, { inputs, process }: Pick<Facts, 'inputs' | 'process'>): ReleaseChecks {
  const { chart, images = [], lint, tests } = inputs ?? {}
  const name = chart === undefined ? release : `chart ${chart.name} ${chart.version}`
  const checks = [
    ...(lint ? [lintCheck(name, lint)] : []), ...(tests ? [testCheck(tests)] : []),
    ...(chart?.signature ? [verified('signature', name, chart.signature)] : []), ...(chart?.provenance ? [verified('provenance', name, chart.provenance)] : []),
    ...images.flatMap(imageChecks),
  ]
  const { staging } = process ?? {}
  const proof = staging && { environment: staging.environment, passed: staging.passed, ...(staging.record !== undefined && { record: staging.record }), ...(staging.reason !== undefined && { detail: staging.reason }) }
  return { release, checks: checks.map(plain), ...(proof && { staging: plain(proof) }) }
}

/** Tools, reports and registries wrote it. */
const plain = <T extends CheckRecord | StagingProof>(told: T): T => Object.fromEntries(Object.entries(told).map(([key, value]: [string, unknown]) => [key, typeof value === 'string' ? plainText(value) : value])) as unknown as T

function lintCheck(subject: string, lint: NonNullable<InputFacts['lint']>): CheckRecord {
  const of = (severity: string) => lint.filter((l) => l.severity === severity)
  const errors = of('error')
  const detail = [`${errors.length} errors, ${of('warning').length} warnings`, ...errors.slice(0, most).map((l) => `${l.path}: ${l.message}`)].join('; ')
  return { kind: 'lint', subject, passed: errors.length === 0, detail, source: 'pintle lint' }
}

function testCheck(tests: NonNullable<InputFacts['tests']>): CheckRecord {
  const failed = tests.filter((t) => !t.passed)
  const commits = [...new Set(tests.flatMap((t) => t.commit ?? []))].slice(0, most)
  return {
    kind: 'test', subject: `${tests.length} tests${commits.length > 0 ? ` of ${commits.join(', ')}` : ''}`, passed: failed.length === 0 && tests.length > 0, source: 'test reports',
    ...(failed.length > 0 && { detail: `${failed.length} failed: ${failed.slice(0, most).map((t) => t.name).join(', ')}` }),
  }
}

function imageChecks({ image, digest, signature, provenance, sbom, scan }: ImageFacts): CheckRecord[] {
  const subject = digest === undefined || image.includes('@') ? image : `${image}@${digest}`
  return [
    ...(scan ? [{ kind: 'scan' as const, subject, passed: scan.critical + scan.high === 0, detail: `${scan.critical} critical, ${scan.high} high, ${scan.medium} medium`, source: scan.source, at: scan.at }] : []),
    ...(signature ? [verified('signature', subject, signature)] : []), ...(provenance ? [verified('provenance', subject, provenance)] : []),
    ...(sbom === undefined ? [] : [{ kind: 'sbom' as const, subject, passed: sbom }]),
  ]
}

function verified(kind: 'signature' | 'provenance', subject: string, { verified: passed, by, reason }: { verified: boolean; by?: string; reason?: string }): CheckRecord {
  return { kind, subject, passed, ...(reason !== undefined && { detail: reason }), ...(by !== undefined && { source: by }) }
}
