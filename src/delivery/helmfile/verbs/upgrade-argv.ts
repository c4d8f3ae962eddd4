import { PintleError } from '../../../errors/index.ts'
import { compareStrings } from '../../../language/go/index.ts'
import {
  adoptFlags, connectionFlags, downloadFlags, enableDnsFlags, isOciChart, keyringFlags, postRendererArgsFlags, postRendererFlags, skipsSchemaValidation, verifyFlags, versionFlags, type ChartState,
} from '../charts/chart-flags.ts'
import { collectArgs } from '../charts/collect-args.ts'
import type { ReleaseArguments } from '../charts/template-argv.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { UpgradeOptions } from './verb-options.ts'

export type GivenArguments = Omit<ReleaseArguments, 'outputDir'>

/**
 * The words of `helm upgrade --install` for a release, as helmfile 1.8 passes them to Helm 4.
 * Source: flagsForUpgrade and prepareSyncReleases in pkg/state/state.go, SyncRelease in pkg/helmexec/exec.go.
 * @throws PintleError usage for settings that exclude each other
 */
export function upgradeArgv(state: ChartState, release: ReleaseSpec, chart: string, options: UpgradeOptions, given: GivenArguments): string[] {
  const { helmDefaults } = state.spec
  checkExclusive(state, release)
  const verify = isOciChart(state, release.chart) ? [] : [...verifyFlags(state, release), ...keyringFlags(state, release)]
  const args = options.syncArgs || helmDefaults.syncArgs.join(' ')
  const description = options.description || release.description
  return [
    'upgrade', '--install', release.name, chart,
    ...versionFlags(state, release),
    ...enableDnsFlags(state, release),
    ...waitFlags(state, release, options),
    ...verify,
    ...timeoutFlags(state, release, options.timeout || trackTimeout(state, release, options)),
    ...flag('--force-replace', release.force ?? helmDefaults.force),
    ...flag('--force-conflicts', release.forceConflicts ?? helmDefaults.forceConflicts),
    ...flag('--recreate-pods', release.recreatePods ?? helmDefaults.recreatePods),
    ...flag('--rollback-on-failure', isAtomic(state, release) || rollsBack(state, release)),
    ...flag('--cleanup-on-fail', release.cleanupOnFail ?? helmDefaults.cleanupOnFail),
    ...flag('--create-namespace', release.createNamespace ?? helmDefaults.createNamespace ?? true),
    ...flag('--disable-openapi-validation', release.disableOpenAPIValidation ?? helmDefaults.disableOpenAPIValidation ?? false),
    ...connectionFlags(state, release),
    ...downloadFlags(state, release),
    ...adoptFlags(release),
    ...labelFlags(state, release, options),
    ...postRendererFlags(state, release, options.postRenderer),
    ...(description === '' ? [] : ['--description', description]),
    ...postRendererArgsFlags(state, release, options.postRendererArgs, given.render),
    ...flag('--skip-schema-validation', skipsSchemaValidation(state, release, options.skipSchemaValidation)),
    ...flag('--hide-notes', options.hideNotes),
    ...flag('--take-ownership', takesOwnership(state, release, options.takeOwnership)),
    ...serverSideFlags(state, release, options.serverSide),
    ...(args === '' ? [] : collectArgs(args)),
    ...given.values,
    ...given.moreValues.flatMap((file) => ['--values', file]),
    ...options.set.flatMap((one) => ['--set', one]),
    ...flag('--skip-crds', helmDefaults.skipCRDs || options.skipCrds),
    reuseFlag(state, release, options),
    '--history-max', String(release.historyMax ?? helmDefaults.historyMax ?? 10),
  ]
}

const flag = (name: string, given: boolean): string[] => (given ? [name] : [])

const isAtomic = ({ spec }: ChartState, release: ReleaseSpec): boolean => release.atomic ?? spec.helmDefaults.atomic
const rollsBack = ({ spec }: ChartState, release: ReleaseSpec): boolean => release.rollbackOnFailure ?? spec.helmDefaults.rollbackOnFailure

function checkExclusive(state: ChartState, release: ReleaseSpec): void {
  const { helmDefaults } = state.spec
  const refuse = (one: string, other: string): never => {
    throw new PintleError('usage', `${one} and ${other} are mutually exclusive (check both releases[].${one}/${other} and helmDefaults.${one}/${other})`)
  }
  if ((release.force ?? helmDefaults.force) && (release.forceConflicts ?? helmDefaults.forceConflicts)) refuse('force', 'forceConflicts')
  if (isAtomic(state, release) && rollsBack(state, release)) refuse('atomic', 'rollbackOnFailure')
}

/** How a release is waited for: helm, helm-legacy or kubedog. */
export const trackModeOf = ({ spec }: ChartState, release: ReleaseSpec, given: string): string => release.trackMode || given || spec.helmDefaults.trackMode || 'helm'

/** Source: appendWaitFlags and appendWaitForJobsFlags in pkg/state/helmx.go. A release that says no is overruled by the command line. */
function waitFlags(state: ChartState, release: ReleaseSpec, { wait, waitForJobs, trackMode }: UpgradeOptions): string[] {
  const mode = trackModeOf(state, release, trackMode)
  const asked = (own: boolean | undefined, given: boolean, fallback: boolean): boolean => own === true || given || (own ?? fallback)
  return [
    // kubedog waits beside Helm, whatever Helm is told; here Helm's own waiting does.
    ...flag(mode === 'helm-legacy' ? '--wait=legacy' : '--wait', mode === 'kubedog' || asked(release.wait, wait, state.spec.helmDefaults.wait)),
    ...flag('--wait-for-jobs', mode !== 'kubedog' && asked(release.waitForJobs, waitForJobs, state.spec.helmDefaults.waitForJobs)),
  ]
}

/** With kubedog a time of its own counts, where none is given to Helm. */
function trackTimeout(state: ChartState, release: ReleaseSpec, { trackMode, trackTimeout: given }: UpgradeOptions): number {
  if (trackModeOf(state, release, trackMode) !== 'kubedog' || (release.timeout ?? state.spec.helmDefaults.timeout) !== 0) return 0
  return release.trackTimeout || given
}

/** @param given seconds of the command line; 0: none */
export function timeoutFlags({ spec }: ChartState, release: ReleaseSpec, given: number): string[] {
  const seconds = given > 0 ? given : release.timeout ?? spec.helmDefaults.timeout
  return seconds === 0 ? [] : ['--timeout', `${seconds}s`]
}

/** Names that Helm keeps for its own labels of records. */
const systemLabels = new Set(['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt', ''])

function labelFlags({ spec }: ChartState, release: ReleaseSpec, options: UpgradeOptions): string[] {
  if (release.syncReleaseLabels !== true && !options.syncReleaseLabels && spec.helmDefaults.syncReleaseLabels !== true) return []
  const labels = [...release.labels].filter(([key]) => !systemLabels.has(key)).sort(([a], [b]) => compareStrings(a, b)).map(([key, value]) => `${key}=${value}`).join(',')
  return labels === '' ? [] : ['--labels', labels]
}

export const takesOwnership = ({ spec }: ChartState, release: ReleaseSpec, given: boolean): boolean => release.takeOwnership === true || given || spec.helmDefaults.takeOwnership === true

/** @throws PintleError usage for what is none of its words */
export function serverSideFlags({ spec }: ChartState, release: ReleaseSpec, given: string): string[] {
  const value = release.serverSide || given || spec.helmDefaults.serverSide || ''
  if (value === '') return []
  if (!['true', 'false', 'auto'].includes(value)) throw new PintleError('usage', `invalid serverSide value ${JSON.stringify(value)}: must be "true", "false", or "auto"`)
  return ['--server-side', value]
}

/** Source: appendValuesControlModeFlag. */
export const reuseFlag = ({ spec }: ChartState, release: ReleaseSpec, { reuseValues, resetValues }: { readonly reuseValues: boolean; readonly resetValues: boolean }): string =>
  !resetValues && ((release.reuseValues ?? spec.helmDefaults.reuseValues) || reuseValues) ? '--reuse-values' : '--reset-values'
