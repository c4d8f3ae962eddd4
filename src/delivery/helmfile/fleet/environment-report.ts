import { PintleError } from '../../../errors/index.ts'

/** What became of one release of an environment. */
export interface FleetRelease {
  readonly name: string
  readonly namespace: string
  /** Context of the kubeconfig; '' for its current one. */
  readonly context: string
  /** Chart as its record names it, with its version; '' when there is no record. */
  readonly chart: string
  readonly version: string
  /** 0 when there is no record. */
  readonly revision: number
  /** Helm's word, or `missing`. */
  readonly status: string
  readonly change: 'installed' | 'upgraded' | 'unchanged' | 'deleted'
  /** Why it is not healthy, or what failed; '' when neither. */
  readonly trouble: string
}

/** What one environment says when its run is over. It holds no value of any release. */
export interface EnvironmentReport {
  readonly environment: string
  /** Where the API servers are. */
  readonly clusters: readonly string[]
  readonly releases: readonly FleetRelease[]
  readonly errors: readonly string[]
  /** The exit code of the run. */
  readonly code: number
}

/** Whether the next wave may begin after it: the run did not fail, and no release is in trouble. */
export const isHealthy = (report: EnvironmentReport): boolean => succeeded(report) && report.releases.every((release) => release.trouble === '')

/** Whether the run itself did what it was to do: it may have found differences. */
export const succeeded = ({ code }: EnvironmentReport): boolean => code === 0 || code === 2

/** A run that ended without a report. */
export const lostReport = (environment: string, code: number, why: string): EnvironmentReport => ({ environment, clusters: [], releases: [], errors: [why], code: code === 0 ? 1 : code })

const limit = 4 << 20

/** @throws PintleError helmfile.fleet for what is no report */
export function parseReport(text: string): EnvironmentReport {
  if (text.length > limit) throw invalid(`it is longer than ${limit} characters`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('it is no JSON')
  }
  const { environment, clusters, releases, errors, code } = fields(value)
  return {
    environment: text_(environment), clusters: list(clusters).map(text_), errors: list(errors).map(text_), code: number(code),
    releases: list(releases).map((one) => {
      const release = fields(one)
      const change = text_(release.change) as FleetRelease['change']
      if (!['installed', 'upgraded', 'unchanged', 'deleted'].includes(change)) throw invalid(`nothing is ${JSON.stringify(change)}`)
      return {
        name: text_(release.name), namespace: text_(release.namespace), context: text_(release.context), chart: text_(release.chart), version: text_(release.version), revision: number(release.revision),
        status: text_(release.status), change, trouble: text_(release.trouble),
      }
    }),
  }
}

const invalid = (why: string): PintleError => new PintleError('helmfile.fleet', `the report of an environment cannot be read: ${why}`)

function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('a map is missing')
  return value as Record<string, unknown>
}
function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid('a list is missing')
  return value
}
function text_(value: unknown): string {
  if (typeof value !== 'string') throw invalid('a text is missing')
  return value
}
function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw invalid('a number is missing')
  return value
}
