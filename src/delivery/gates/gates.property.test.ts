import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answers, scripted, subject, type Answer } from './gates.fixtures.ts'
import { readInstantAnswer, readRangeAnswer } from './providers/prometheus-answer.ts'

const settings = { seed: 7, numRuns: 300 }
const answer: fc.Arbitrary<Answer> = fc.oneof(fc.constant('absent' as const), fc.record({ error: fc.constant('down') }), fc.double(), fc.integer({ min: -5, max: 2000 }))
const measures = ['errors', 'requests', 'latency-bucket', 'latency-count', 'latency-top', 'latency-quantile'] as const

it('passes nothing without enough finite numbers, and fails nothing without them', async () => {
  await fc.assert(fc.asyncProperty(fc.tuple(...measures.map(() => answer)), fc.boolean(), async (of, confidence) => {
    const table = Object.fromEntries(measures.map((measure, i) => [measure, of[i]!]))
    const { gates, since } = scripted({ slo: { error_rate_max: 0.01, p95_latency_ms: 300, confidence } }, answers(table))
    const { evaluations: [errors, latency], verdict } = await gates.once({ subject, since })
    const count = (measure: string): number => (typeof table[measure] === 'number' ? table[measure] : NaN)
    if (errors!.verdict === 'pass' || errors!.verdict === 'fail') {
      expect(count('requests')).toBeGreaterThanOrEqual(300)
      expect(Number.isFinite(errors!.value)).toBe(true)
    }
    if (latency!.verdict === 'pass' || latency!.verdict === 'fail') expect(count('latency-count')).toBeGreaterThanOrEqual(200)
    expect(verdict === 'pass').toBe(errors!.verdict === 'pass' && latency!.verdict === 'pass')
    // What is recorded is JSON: no number may be lost on the way.
    expect(JSON.parse(JSON.stringify([errors, latency]))).toEqual([errors, latency])
  }), settings)
})

it('ends at every step with a verdict, whatever comes in whatever order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(answer, answer), { minLength: 1, maxLength: 30 }), async (course) => {
    let told = 0
    const { gates, since } = scripted({ slo: { error_rate_max: 0.01 } }, ({ about: { measure } }) => course[told % course.length]![measure === 'errors' ? 0 : 1])
    const { verdict } = await gates.inline({ subject, since, onEvaluation: () => { told++ } })
    expect(['pass', 'fail', 'inconclusive', 'no-data']).toContain(verdict)
    expect(told).toBeLessThanOrEqual(20)
  }), { ...settings, numRuns: 100 })
})

it('reads whatever a server may send as a number, nothing, or an error', () => {
  const head = fc.record({ status: fc.integer({ min: 100, max: 599 }), statusText: fc.string(), headers: fc.constant({}) })
  const almost = fc.record({ status: fc.constantFrom('success', 'error', 7), data: fc.record({ resultType: fc.constantFrom('vector', 'scalar', 'matrix', null), result: fc.anything() }, { requiredKeys: [] }), warnings: fc.anything() }, { requiredKeys: [] })
  fc.assert(fc.property(head, fc.oneof(fc.string(), fc.json(), almost.map((v) => JSON.stringify(v) ?? '')), (of, body) => {
    expect(['value', 'absent', 'error']).toContain(readInstantAnswer(of, body, 0).kind)
    expect(['values', 'absent', 'error']).toContain(readRangeAnswer(of, body).kind)
  }), { ...settings, numRuns: 2000 })
})
