import { PintleError } from '../../errors/index.ts'
import type { Fault } from '../settings/index.ts'
import { openGates } from './open-gates.ts'
import { readGates } from './read-gates.ts'
import type { Clock, Course, Evaluation, GateSubject, Gates, Measurement, MetricProvider, MetricQuery } from './types.ts'

export const fault: Fault = (path, message, hint) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, hint === undefined ? {} : { hint })

export const subject: GateSubject = { service: 'checkout-api', release: 'checkout-api', namespace: 'prod', environment: 'prod', canary: 'checkout-api-canary', stable: 'checkout-api', weight: 25, step: '25%' }

/** When clocks of tests begin. */
const start = 1_800_000_000_000

/** A clock that goes to the next moment somebody waits for as soon as nobody does anything else. */
export class ManualClock implements Clock {
  readonly compression: number
  #now: number
  #waiting: { at: number; wake: () => void }[] = []
  #turning = false

  constructor(now = start, compression = 1) {
    this.#now = now
    this.compression = compression
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { at: this.#now + ms / this.compression, wake: resolve }
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== entry)
        reject(signal!.reason as Error)
      }
      if (signal?.aborted === true) return stop()
      signal?.addEventListener('abort', stop, { once: true })
      this.#waiting.push(entry)
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#turning) return
    this.#turning = true
    setImmediate(() => setImmediate(() => {
      this.#turning = false
      const next = this.#waiting.sort((a, b) => a.at - b.at).shift()
      if (next === undefined) return
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      if (this.#waiting.length > 0) this.#turn()
    }))
  }
}

/** A number, no series, or an error. */
export type Answer = number | 'absent' | { readonly error: string }
export type Script = (query: MetricQuery, at: number) => Answer

export class ScriptedProvider implements MetricProvider {
  readonly name = 'prometheus'
  readonly endpoint = 'http://prometheus.test'
  readonly simulated = false
  readonly asked: { text: string; at: number; measure: string; track: string; window: number }[] = []
  readonly #script: Script

  constructor(script: Script) {
    this.#script = script
  }

  /** A course is the script's answers, moment by moment. */
  range(query: MetricQuery, { from, to, step }: { from: number; to: number; step: number }): Promise<Course> {
    const answers = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => this.#script(query, from + i * step))
    const raw = { query: query.text, endpoint: this.endpoint, at: new Date(to).toISOString(), body: JSON.stringify(answers) }
    return Promise.resolve(answers.every((a) => a === 'absent') ? { kind: 'absent', raw } : { kind: 'values', values: answers.filter((a) => typeof a === 'number'), raw })
  }

  measure(query: MetricQuery, { at, signal }: { at: number; signal?: AbortSignal }): Promise<Measurement> {
    signal?.throwIfAborted()
    const { text, about: { measure, track }, window } = query
    this.asked.push({ text, at, measure, track, window })
    const answer = this.#script(query, at)
    const raw = { query: text, endpoint: this.endpoint, at: new Date(at).toISOString(), body: JSON.stringify(answer) }
    return Promise.resolve(answer === 'absent' ? { kind: 'absent', raw } : typeof answer === 'number' ? { kind: 'value', value: answer, raw } : { kind: 'error', message: answer.error, raw })
  }
}

export const slo = { error_rate_max: 0.005, window_minutes: 5 }

/** Gates over a script, with a clock of their own. */
export function scripted(settings: { slo?: unknown; gates?: unknown; compression?: number }, script: Script): { gates: Gates; clock: ManualClock; provider: ScriptedProvider; told: Evaluation[]; since: number } {
  const clock = new ManualClock(start, settings.compression)
  const provider = new ScriptedProvider(script)
  // Through JSON, as plans and journals carry them.
  const read: unknown = JSON.parse(JSON.stringify(readGates(settings.slo, settings.gates, fault)))
  return { gates: openGates(read, { clock, simulated: provider, env: {} }), clock, provider, told: [], since: clock.now() }
}

/** Answers by what is asked: `errors`, `requests:stable`, ... What is left out is absent. */
export type Answers = Readonly<Record<string, Answer | undefined>>
export const answers = (table: Answers): Script => ({ about: { measure, track } }) => table[`${measure}:${track}`] ?? table[measure] ?? 'absent'

/** Answers by the seconds since the clock began. */
export const timed = (of: (seconds: number) => Answers): Script => (query, at) => answers(of((at - start) / 1000))(query, at)
