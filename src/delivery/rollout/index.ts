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
export { Manifest } from './manifest.ts'
export type { Name } from './manifest.ts'
export { findWorkload } from './workload.ts'
export type { Workload, WorkloadAnswer } from './workload.ts'
export { planWeights, unreachable } from './plan-weights.ts'
export type { PlannedWeight } from './plan-weights.ts'
export { routerFor } from './routers/router-for.ts'
export type { Router } from './routers/router.ts'
export type { DriverOptions } from './drivers/driven-release.ts'
export { findColours } from './drivers/two-releases/colours.ts'
export type { ColourOptions, Colours } from './drivers/two-releases/colours.ts'
export { TwoReleases } from './drivers/two-releases/two-releases.ts'
export type { TwoReleasesOptions } from './drivers/two-releases/two-releases.ts'
export { ReleaseMover, sizeOf } from './release-mover.ts'
export type { ReleaseMoverOptions } from './release-mover.ts'
