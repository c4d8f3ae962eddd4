import { queryText } from './query-text.ts'
import type { GateSpec } from './settings.ts'
import type { Subset, SubsetText, Track } from './subset.ts'
import type { GateSubject, Measurement, MetricProvider, MetricQuery, RawAnswer } from './types.ts'

export interface Asked {
  readonly spec: GateSpec
  readonly provider: MetricProvider
  readonly subject: GateSubject
  readonly subset: Subset
  readonly subsetText: SubsetText
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds that queries look back. */
  readonly window: number
  readonly signal?: AbortSignal
}

export interface Question {
  readonly template: string
  readonly measure: MetricQuery['about']['measure']
  readonly track: Track
  readonly quantile?: number
  /** Milliseconds. */
  readonly limit?: number
  readonly workload?: string
  /** Another moment than the evaluation's. */
  readonly at?: number
}

/** The questions of one evaluation: it keeps every answer. */
export class Questions {
  readonly asked: Asked
  readonly answers: RawAnswer[] = []

  constructor(asked: Asked) {
    this.asked = asked
  }

  /** Which series are the version's own; all of the service's where it stands alone or nothing tells versions apart. */
  get track(): Track {
    return this.asked.subject.whole === true || this.asked.subset.by === 'none' ? 'service' : 'canary'
  }

  /** Never throws but for an aborted signal. */
  async ask({ template, measure, track, quantile, limit, workload, at }: Question): Promise<Measurement> {
    const { provider, subject, subset, subsetText, window, spec, signal } = this.asked
    let text: string
    try {
      text = queryText(template, { subject, track, window, subset, subsetText, args: spec.args ?? {}, ...(quantile !== undefined && { quantile }), ...(limit !== undefined && { limit }), ...(workload !== undefined && { workload }) })
    } catch (error) {
      return { kind: 'error', message: (error as Error).message }
    }
    const measured = await provider.measure(
      { text, about: { measure, track, ...(quantile !== undefined && { quantile }), ...(limit !== undefined && { seconds: limit / 1000 }) }, window },
      { at: at ?? this.asked.at, ...(signal && { signal }) },
    )
    if (measured.raw !== undefined) this.answers.push(measured.raw)
    return measured
  }
}
