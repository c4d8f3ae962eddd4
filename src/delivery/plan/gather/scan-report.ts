import { PintleError } from '../../../errors/index.ts'
import type { ImageFacts } from '../../policy/index.ts'

/** What a scanner found in one image. */
export interface ScanReport {
  /** As the scanner was told them. */
  readonly images: readonly string[]
  readonly digests: readonly string[]
  readonly counts: NonNullable<ImageFacts['scan']>
}

type Level = 'critical' | 'high' | 'medium'
type Json = Record<string, unknown>

/**
 * Reads a report of Trivy (JSON), of anything that writes SARIF 2.1.0, or of osv-scanner (JSON). Unknown severities count as medium.
 * @param file for errors
 * @param written when the report was written, for those that do not say so themselves; RFC 3339
 * @throws PintleError config.invalid when it is none of these
 */
export function readScanReport(file: string, text: string, written = ''): ScanReport[] {
  return parse(file, text).map((r) => (r.counts.at === '' ? { ...r, counts: { ...r.counts, at: written } } : r))
}

function parse(file: string, text: string): ScanReport[] {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch (error) {
    throw new PintleError('config.invalid', `${file} is no JSON: ${(error as Error).message}`, { cause: error, hint: 'Write it with `trivy image -f json`, `osv-scanner --format json`, or as SARIF.' })
  }
  if (isMap(report) && Array.isArray(report.runs)) return report.runs.filter(isMap).map(ofSarif)
  if (isMap(report) && typeof report.ArtifactName === 'string') return [ofTrivy(report)]
  if (isMap(report) && Array.isArray(report.results)) return report.results.filter(isMap).map(ofOsv)
  throw new PintleError('config.invalid', `${file} is no report of a scanner`, { hint: 'Trivy JSON, SARIF 2.1.0 and OSV JSON can be read.' })
}

function ofTrivy({ ArtifactName, Metadata, Results, CreatedAt }: Json): ScanReport {
  const digests = strings(isMap(Metadata) ? Metadata.RepoDigests : undefined).map((d) => d.slice(d.indexOf('@') + 1))
  const findings = list(Results).flatMap((r) => list(r.Vulnerabilities))
  return {
    images: [String(ArtifactName), ...strings(isMap(Metadata) ? Metadata.RepoTags : undefined)], digests,
    counts: { ...count(distinct(findings, (f) => `${f.VulnerabilityID} ${f.PkgName} ${f.InstalledVersion}`).map((f) => levelOf(f.Severity))), at: typeof CreatedAt === 'string' ? CreatedAt : '', source: 'trivy' },
  }
}

function ofSarif(run: Json): ScanReport {
  const driver = isMap(run.tool) && isMap(run.tool.driver) ? run.tool.driver : {}
  const rules = new Map(list(driver.rules).map((r) => [r.id, r]))
  const levels = list(run.results).map((r): Level | undefined => {
    const rule = rules.get(r.ruleId)
    // GitHub's convention: CVSS of the rule, which knows critical; SARIF itself only knows error.
    const score = Number((isMap(rule?.properties) ? rule.properties['security-severity'] : undefined) ?? (isMap(r.properties) ? r.properties['security-severity'] : undefined))
    if (Number.isFinite(score)) return levelOfScore(score)
    const configured = isMap(rule?.defaultConfiguration) ? rule.defaultConfiguration.level : undefined
    const level = r.level ?? configured ?? 'warning'
    return level === 'error' ? 'high' : level === 'warning' ? 'medium' : undefined
  })
  const properties = isMap(run.properties) ? run.properties : {}
  const invocation = list(run.invocations)[0]
  return {
    images: [properties.imageName, ...strings(properties.repoTags)].filter((x): x is string => typeof x === 'string'),
    digests: strings(properties.repoDigests).map((d) => d.slice(d.indexOf('@') + 1)),
    counts: { ...count(levels), at: String(invocation?.endTimeUtc ?? invocation?.startTimeUtc ?? ''), source: String(driver.name ?? 'SARIF').toLowerCase() },
  }
}

function ofOsv(result: Json): ScanReport {
  const source = isMap(result.source) ? String(result.source.path ?? '') : ''
  const groups = list(result.packages).flatMap((p) => {
    const found = list(p.groups)
    return found.length > 0 ? found.map((g) => Number(g.max_severity)) : list(p.vulnerabilities).map(() => Number.NaN)
  })
  return { images: [source], digests: source.match(/sha256:[a-f0-9]{64}/g) ?? [], counts: { ...count(groups.map((score) => (Number.isFinite(score) && score > 0 ? levelOfScore(score) : 'medium'))), at: '', source: 'osv' } }
}

/** Bands of CVSS v3. */
const levelOfScore = (score: number): Level | undefined => (score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : undefined)

function levelOf(severity: unknown): Level | undefined {
  const text = String(severity).toLowerCase()
  return text === 'critical' || text === 'high' ? text : text === 'low' || text === 'negligible' ? undefined : 'medium'
}

function count(levels: readonly (Level | undefined)[]): Record<Level, number> {
  const of = (level: Level): number => levels.filter((l) => l === level).length
  return { critical: of('critical'), high: of('high'), medium: of('medium') }
}

/** A finding may be told once for every layer or file that holds the package. */
const distinct = (findings: readonly Json[], key: (finding: Json) => string): Json[] => [...new Map(findings.map((f) => [key(f), f])).values()]

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isMap) : [])
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [])
