import { queryText } from './query-text.ts'
import type { GateSpec } from './settings.ts'
import type { Subset, SubsetText, Track } from './subset.ts'
import type { Course, GateSubject, Measurement, MetricProvider, MetricQuery, RawAnswer } from './types.ts'

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
  /** Milliseconds between two readings of the service. */
  readonly scrape: number
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
  async ask(question: Question): Promise<Measurement> {
    const { provider, at, window, signal } = this.asked
    const query = this.#query(question, window)
    return 'message' in query ? query : this.#kept(await provider.measure(query, { at: question.at ?? at, ...(signal && { signal }) }))
  }

  /** The numbers that a query gave in the window, each of the time before it. Never throws but for an aborted signal. @param step milliseconds between them */
  async course(question: Question, step: number): Promise<Course> {
    const { provider, at, window, signal } = this.asked
    const query = this.#query(question, step)
    if ('message' in query) return query
    if (provider.range === undefined) return { kind: 'error', message: `${provider.name} keeps no history that could be asked for` }
    return this.#kept(await provider.range(query, { from: at - window + step, to: at, step, ...(signal && { signal }) }))
  }

  #query({ template, measure, track, quantile, limit, workload }: Question, window: number): MetricQuery | { readonly kind: 'error'; readonly message: string } {
    const { subject, subset, subsetText, spec } = this.asked
    try {
      const text = queryText(template, { subject, track, window, subset, subsetText, args: spec.args ?? {}, ...(quantile !== undefined && { quantile }), ...(limit !== undefined && { limit }), ...(workload !== undefined && { workload }) })
      return { text, about: { measure, track, ...(quantile !== undefined && { quantile }), ...(limit !== undefined && { seconds: limit / 1000 }) }, window }
    } catch (error) {
      return { kind: 'error', message: (error as Error).message }
    }
  }

  #kept<T extends Measurement | Course>(found: T): T {
    if (found.raw !== undefined) this.answers.push(found.raw)
    return found
  }
}
