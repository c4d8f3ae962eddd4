/**
 * Owns progressive delivery: strategies as steps, routers, the journal in the cluster, and the run that takes a release from one version to the next and back.
 * Refuses to plan, to render and to judge metrics.
 */
export type {
  Disturbance, Journal, MoveEvents, Mover, Observed, RolloutEvent, RolloutPhase, RolloutRequest, RolloutSpec, RouterKind, Step, StepRecord, StrategyKind, Transition, VersionState,
} from './types.ts'
export { rolloutRecord } from './record.ts'
export type { RolloutParts } from './record.ts'
export { realClock } from './clock.ts'
export { isDeployed, isEnded, currentStep, stepDigest } from './journal.ts'
export { askRollout, createJournal, journalRef, leaseName, listJournals, readJournal, readTarget, underWay } from './journal-store.ts'
export type { StoredJournal } from './journal-store.ts'
export { runRollout } from './run.ts'
export type { RolloutOutcome, RunOptions, StepApproval } from './run.ts'
export { isGated, readStrategy, stepName, weightsOf } from './spec.ts'
export type { StrategySections } from './spec.ts'
export type { RolloutTarget } from './target.ts'
