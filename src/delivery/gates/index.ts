/**
 * Owns gates: what metrics say of a version, by exact arithmetic, and the providers that are asked.
 * Refuses to move traffic and to decide what a verdict leads to.
 */
export type { Clock, Evaluation, GateOutcome, GateRunOptions, GateSubject, Gates, Judgement, Measurement, MetricProvider, MetricQuery, RawAnswer, Verdict } from './types.ts'
export { gateRecord, triggerOf } from './record.ts'
