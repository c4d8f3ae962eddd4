import type { ProviderSettings } from './providers/provider-kind.ts'
import type { BudgetSettings } from './read-budget.ts'
import type { Subset } from './subset.ts'

/** What `slo` and `gates` of a service come to: plain data without secrets, as it stands in plans and journals. Times are milliseconds. */
export interface GateSettings {
  readonly schema: 'pintle.dev/gates/v1'
  /** Sources of metrics by the name that gates call them by. */
  readonly providers: Readonly<Record<string, ProviderSettings>>
  readonly gates: readonly GateSpec[]
  /** How often metrics are read from the service: a step settles for two of them. */
  readonly scrape: number
  readonly subset: Subset
  /** What the service promises, where it does. */
  readonly budget?: BudgetSettings
}

interface Common {
  readonly name: string
  /** A name of `providers`. */
  readonly provider: string
  readonly window: number
  /** What is counted must be so many, or nothing is decided. 0: any. */
  readonly needed: number
  /** Told, and never decides. */
  readonly dryRun?: boolean
  /** Left out of one way of judging. */
  readonly inline?: false
  readonly background?: false
  /** What `{{ .Args }}` holds. */
  readonly args?: Readonly<Record<string, unknown>>
  readonly unit?: string
}

/** A share: numerator by denominator, each a query of its own. */
export interface RatioGate extends Common {
  readonly kind: 'ratio'
  /** Of `slo`: both are counts of requests. */
  readonly counts: boolean
  readonly numerator: string
  readonly denominator: string
  readonly max?: number
  readonly min?: number
  /** Fails only where chance does not explain it (Wilson's interval). */
  readonly confidence?: boolean
}

/** A quantile of the latency, by the share of requests that are fast enough where the histogram has the bucket. */
export interface LatencyGate extends Common {
  readonly kind: 'latency'
  readonly quantile: number
  /** The threshold, in milliseconds. */
  readonly limit: number
  readonly bucket?: string
  readonly count?: string
  readonly top?: string
  readonly value?: string
  readonly confidence?: boolean
}

/** One number against a threshold. */
export interface ValueGate extends Common {
  readonly kind: 'value'
  readonly query: string
  /** Counts what the number is made of. */
  readonly samples?: string
  readonly max?: number
  readonly min?: number
}

/** The new version against the old one at the same time: the difference of two shares. */
export interface BaselineGate extends Common {
  readonly kind: 'baseline'
  /** What is compared: the share of errors, or of requests that are too slow. */
  readonly of: 'errors' | 'latency'
  /** What is too slow, in milliseconds, of `latency`. */
  readonly limit?: number
  readonly part: string
  readonly whole: string
  /** A workload with pods as old as the canary's; left out: the stable one. */
  readonly workload?: string
}

/** The courses of a quantile of both versions: told, and never decides, for windows are short. */
export interface CourseGate extends Common {
  readonly kind: 'course'
  readonly dryRun: true
  readonly quantile: number
  readonly query: string
  readonly workload?: string
}

/** The source gives the verdict itself. */
export interface VerdictGate extends Common {
  readonly kind: 'verdict'
}

export type GateSpec = RatioGate | LatencyGate | ValueGate | BaselineGate | CourseGate | VerdictGate
