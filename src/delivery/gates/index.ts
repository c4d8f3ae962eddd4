/**
 * Owns gates: what metrics say of a version, by exact arithmetic, and the providers that are asked.
 * Refuses to move traffic and to decide what a verdict leads to.
 */
export type { Clock, Course, Evaluation, GateOutcome, GateRunOptions, GateSubject, Gates, Judgement, Measurement, MetricProvider, MetricQuery, RawAnswer, Verdict } from './types.ts'
export { gateRecord, triggerOf } from './record.ts'
export type { GateSettings, GateSpec } from './settings.ts'
export type { Templates as GateTemplates } from './gate-keys.ts'
export { readGates } from './read-gates.ts'
export { openGates } from './open-gates.ts'
export type { OpenGatesOptions } from './open-gates.ts'
export { simulatedProvider, trafficAnnotations, trafficOf } from './providers/simulated.ts'
export type { PodTemplate, SimulatedOptions, SimulatedTraffic } from './providers/simulated.ts'
export { burnAlarms, errorBudget } from './error-budget.ts'
export type { BudgetOptions, BurnRate, BurnWindow, ErrorBudget } from './error-budget.ts'
export { metricSources } from './providers/registry.ts'
