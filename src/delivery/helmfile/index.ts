/**
 * Owns state files as helmfile reads them: search, layers, templates, environments, inheritance, selection, and the order of releases.
 * Refuses charts, releases and clusters: what a state asks for is done by others, who get it from here as data. Decrypted values stay in memory.
 */
export { loadHelmfiles, visitHelmfiles } from './load-helmfiles.ts'
export type { LoadOptions, LogLevel, VisitState } from './load-options.ts'
export type { LoadedState } from './loaded-state.ts'
export { runHooks } from './hooks/run-hooks.ts'
export type { HookHost } from './hooks/run-hooks.ts'
export type { HookEvent } from './hooks/hook-data.ts'
export { checkDuplicates, deduplicated } from './order/duplicates.ts'
export { planReleases } from './order/plan-releases.ts'
export type { PlanOptions } from './order/plan-releases.ts'
export { releaseId } from './order/release-id.ts'
export { applyState } from './verbs/apply.ts'
export type { ApplyOptions } from './verbs/apply.ts'
export { destroyState } from './verbs/destroy.ts'
export { diffState } from './verbs/diff.ts'
export { ReleaseError } from './verbs/release-error.ts'
export type { ReleaseInput, StateOutcome, StateRun } from './verbs/state-run.ts'
export { statusState } from './verbs/status.ts'
export { syncState } from './verbs/sync.ts'
export { testState } from './verbs/test.ts'
export { neededReleases } from './verbs/needed-releases.ts'
export type { NeedsOptions } from './verbs/needed-releases.ts'
export type { DiffOptions, UpgradeOptions } from './verbs/verb-options.ts'
export { emptyRelease } from './empty-release.ts'
export type {
  Dependency, Environment, EnvironmentSpec, HelmSpec, Hook, Inherit, LlmSpec, MissingFileHandlerConfig, ReleaseSetSpec, ReleaseSpec, RepositorySpec, SetValue, SubHelmfileSpec, TrackResource,
} from './spec.ts'
