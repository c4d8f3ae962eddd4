/** A gate's word on a version. Only `pass` promotes; the other four are kept apart in every output and record. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'no-data' | 'error'

/**
 * Time as rollouts and gates see it. Waits are divided by `compression`, which is above 1 on simulated clusters only, and then stands in the evidence.
 */
export interface Clock {
  /** Milliseconds since 1970; never compressed. */
  now(): number
  /** Resolves after `ms` of rollout time; rejects when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  readonly compression: number
}

/** What was asked of a provider and what it answered, kept as evidence. Neither holds credentials. */
export interface RawAnswer {
  /** The query as it was sent, or the command line. */
  readonly query: string
  /** Where, without credentials. */
  readonly endpoint: string
  /** RFC 3339. The moment the query is about. */
  readonly at: string
  /** The response's body, or output; cut to a bounded length, with a note that it was. */
  readonly body: string
  /** How a number was read from it, where that is not plain: `sum of 5 points`. */
  readonly reading?: string
}

/** One number out of a provider. */
export type Measurement =
  | { readonly kind: 'value'; readonly value: number; readonly raw: RawAnswer }
  /** No series at all: absent, which is neither zero nor an error. */
  | { readonly kind: 'absent'; readonly raw: RawAnswer }
  /** Several series, warnings, an unreadable answer, a server that fails. */
  | { readonly kind: 'error'; readonly message: string; readonly raw?: RawAnswer }

/** The numbers of a query over a time, oldest first; moments without one are left out. */
export type Course =
  | { readonly kind: 'values'; readonly values: readonly number[]; readonly raw: RawAnswer }
  | Exclude<Measurement, { readonly kind: 'value' }>

/** What a provider is asked. `about` lets a simulated provider answer without reading the query language. */
export interface MetricQuery {
  readonly text: string
  readonly about: { readonly measure: 'errors' | 'requests' | 'latency-bucket' | 'latency-count' | 'latency-top' | 'latency-quantile' | 'samples' | 'free'; readonly track: 'canary' | 'stable' | 'service'; readonly quantile?: number; readonly seconds?: number }
  /** Milliseconds that the query looks back. */
  readonly window: number
}

export interface MetricProvider {
  /** `prometheus`, `datadog`, `cloudwatch`, `http`, `command`, `simulated`. */
  readonly name: string
  /** Without credentials. */
  readonly endpoint: string
  readonly simulated: boolean
  /** Never throws but for an aborted signal: what goes wrong is a measurement of kind `error`. */
  measure(query: MetricQuery, options: { readonly at: number; readonly signal?: AbortSignal }): Promise<Measurement>
  /** There where the source keeps a history: the numbers that a query gave, for comparing distributions. Never throws but for an aborted signal. */
  range?(query: MetricQuery, options: { readonly from: number; readonly to: number; readonly step: number; readonly signal?: AbortSignal }): Promise<Course>
  /**
   * There where the provider gives verdicts rather than numbers (a command): then this is asked, once an evaluation, and `measure` is not. The verdict stands; what comes with it is told as it
   * is. Never throws but for an aborted signal.
   */
  judge?(subject: GateSubject, options: { readonly at: number; readonly window: number; readonly signal?: AbortSignal }): Promise<Judgement>
}

/** A verdict of a provider that judges by itself, and the numbers it gave for it. */
export interface Judgement extends Pick<Evaluation, 'verdict' | 'value' | 'threshold' | 'comparison' | 'unit' | 'samples' | 'reason'> {
  /** Nothing where nothing was asked. */
  readonly raw?: RawAnswer
}

/** What is judged: filled by the rollout, used in the templates of queries (`{{ .Canary }}`, ...). */
export interface GateSubject {
  readonly service: string
  readonly release: string
  readonly namespace: string
  readonly environment: string
  /** Names of the workloads: metrics with a `pod` label tell versions apart by them. */
  readonly canary: string
  readonly stable: string
  /** `pod-template-hash` of the new and the old ReplicaSet, where they are known. */
  readonly canaryHash?: string
  readonly stableHash?: string
  /** Percent of the traffic that the new version has. */
  readonly weight: number
  /** Name of the step: `25%`. */
  readonly step: string
  /** When the rollout gave the new version its first traffic, milliseconds since 1970: what the service was like before is asked of that moment. Left out: when the step began. */
  readonly began?: number
  /** There is no canary beside a stable version: the whole service is judged (rolling, after the flip, the watch). */
  readonly whole?: boolean
}

/** One judgement of one gate, with everything that led to it. */
export interface Evaluation {
  readonly gate: string
  readonly verdict: Verdict
  /** RFC 3339. */
  readonly at: string
  readonly provider: string
  readonly endpoint: string
  readonly simulated: boolean
  readonly value?: number
  readonly threshold?: number
  /** How value and threshold are compared: a value that is equal passes. */
  readonly comparison?: '<=' | '>='
  readonly unit?: string
  /** Requests that were counted, and how many are needed. */
  readonly samples?: number
  readonly needed?: number
  /** Milliseconds. */
  readonly window: number
  /** How the value comes from the answers, for people: `12 errors / 2400 requests = 0.005 <= 0.005`. */
  readonly arithmetic: string
  /** Why it is no pass. */
  readonly reason?: string
  /** The version's own share was worked out from the whole service's numbers. */
  readonly estimated?: boolean
  /** It is told and never decides. */
  readonly dryRun?: boolean
  readonly answers: readonly RawAnswer[]
}

/** What all gates of a step came to. */
export interface GateOutcome {
  readonly verdict: Verdict
  /** The evaluation that decided, or why nothing could be decided. */
  readonly reason: string
  readonly decisive?: Evaluation
  /** The last evaluation of each gate. */
  readonly evaluations: readonly Evaluation[]
}

export interface GateRunOptions {
  readonly subject: GateSubject
  /** When the step had its traffic, milliseconds since 1970: the first window begins after two scrapes. */
  readonly since: number
  readonly signal?: AbortSignal
  /** Every evaluation as it is made, also those that decide nothing. */
  readonly onEvaluation?: (evaluation: Evaluation) => void
}

/** The gates of one service, opened. */
export interface Gates {
  /** Names, in order. */
  readonly names: readonly string[]
  /**
   * Judges a step: waits for settle and window, evaluates every gate, extends the window up to three times while samples are too few. One FAIL decides at once.
   * @param only names of the gates to judge; all when left out
   */
  inline(options: GateRunOptions & { readonly only?: readonly string[] }): Promise<GateOutcome>
  /**
   * Watches while a step lasts.
   * @returns only when the version must go (two failures in a row, or a second one within five evaluations, or one by five times the threshold), or when the signal fires: then undefined
   */
  background(options: GateRunOptions): Promise<GateOutcome | undefined>
  /** Judges once, now, without waiting. */
  once(options: GateRunOptions & { readonly only?: readonly string[] }): Promise<GateOutcome>
}
