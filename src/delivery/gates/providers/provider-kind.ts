import type { HttpClient } from '../../../charts/http/index.ts'
import type { Fault, Path } from '../../settings/index.ts'
import type { SubsetText } from '../subset.ts'
import type { MetricProvider } from '../types.ts'

/** A provider as it is written down in plans and journals: plain data, and no secrets but `${NAME}` and `ref+...`, which are filled in when it is opened. */
export interface ProviderSettings {
  readonly kind: string
  readonly [key: string]: unknown
}

export interface OpenProviderOptions {
  readonly env: NodeJS.ProcessEnv
  readonly http: HttpClient
  /** Where commands run and relative paths begin. */
  readonly folder: string
  /** A text of the settings with `${NAME}` and `ref+...` filled in. @throws PintleError that names the variable or the reference */
  readonly fill: (text: string) => Promise<string>
  /** A text that came from outside, without any secret that was filled in: every answer and every message goes through it. */
  readonly hide: (text: string) => string
  readonly signal?: AbortSignal
}

/** What `slo` asks, as templates of queries. Errors and requests are counts over the window, latencies are seconds. */
export interface SloQueries {
  readonly errors?: string
  readonly requests?: string
  /** Observations of at most `{{ .Le }}` seconds; in PromQL `{{ .LePattern }}` matches every spelling of the number. */
  readonly latencyBucket?: string
  /** All observations. */
  readonly latencyCount?: string
  /** The bound of the highest finite bucket, in seconds. */
  readonly latencyTop?: string
  /** The quantile `{{ .Quantile }}`, in seconds. */
  readonly latencyQuantile?: string
}

/** What `slo` says of its metrics, for the kinds that make queries of it. */
export interface SloMetrics {
  readonly requests: string
  /** Name of the histogram, without `_bucket`. */
  readonly latency: string
  readonly serviceLabel: string
  readonly statusLabel: string
  /** Pattern of the statuses that count as errors. */
  readonly errorStatus: string
  /** Further matchers: label to template of its value. */
  readonly labels: Readonly<Record<string, string>>
  /** The histogram counts milliseconds. */
  readonly milliseconds: boolean
}

/** One kind of source of metrics. What reads settings is loaded always and must be small; what asks a server is loaded when a gate is opened. */
export interface ProviderKind {
  /**
   * Reads what stands behind the kind's key: `prometheus: http://...`, `datadog: { site: ... }`.
   * @param at where it stands below the service: `['slo', 'prometheus']`
   * @throws what `fault` makes; a secret in plain text is an error
   */
  readonly read: (raw: unknown, at: Path, fault: Fault) => ProviderSettings
  readonly load: () => Promise<(settings: ProviderSettings, options: OpenProviderOptions) => Promise<MetricProvider>>
  /** The queries of `slo` where it brings none of its own; undefined: it has to. */
  readonly queries?: (metrics: SloMetrics) => SloQueries
  /** How it writes "these pods" for `{{ .Subset }}`; PromQL's way when left out. */
  readonly subset?: SubsetText
  /** Its providers can be asked for a course (MetricProvider.range). */
  readonly courses?: true
  /** It gives verdicts of its own (MetricProvider.judge): a gate of it needs no query and no threshold. */
  readonly judges?: true
}
