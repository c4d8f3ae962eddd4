/**
 * Owns progressive delivery: strategies as steps, routers, the journal in the cluster, and the run that takes a release from one version to the next and back.
 * Refuses to plan, to render and to judge metrics.
 */
export type {
  Disturbance, Journal, MoveEvents, Mover, Observed, RolloutEvent, RolloutPhase, RolloutRequest, RolloutSpec, RouterKind, Step, StepRecord, StrategyKind, Transition, VersionState,
} from './types.ts'
export { rolloutRecord } from './record.ts'
export type { RolloutParts } from './record.ts'
