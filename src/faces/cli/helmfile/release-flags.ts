import type { DiffOptions, UpgradeOptions } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { FlagSpec, Flags } from '../flags.ts'

/** How charts are rendered and values are chosen, for upgrades and what is compared with them. */
const renderFlags: readonly FlagSpec[] = [
  { name: 'validate', type: 'bool', usage: 'let the cluster judge what chart preparation renders' },
  { name: 'reuse-values', type: 'bool', usage: "start from the values of the last revision, in place of helmDefaults.reuseValues" },
  { name: 'reset-values', type: 'bool', usage: "start from the chart's values, in place of helmDefaults.reuseValues" },
  { name: 'post-renderer', type: 'string', usage: 'the post-renderer of helm upgrade' },
  { name: 'post-renderer-args', type: 'stringArray', usage: 'an argument of the post-renderer' },
  { name: 'take-ownership', type: 'bool', usage: 'take over objects of others' },
  { name: 'server-side', type: 'string', usage: 'apply on the server: true, false or auto', completes: ['auto', 'true', 'false'] },
  { name: 'template-args', type: 'string', usage: 'more flags where charts are rendered, as --dry-run=server for lookups' },
]

/** What is compared, and how it is shown. */
const comparisonFlags: readonly FlagSpec[] = [
  { name: 'detailed-exitcode', type: 'bool', usage: 'exit with 2 when there are changes' },
  { name: 'context', type: 'int', usage: 'lines of context around changes' },
  { name: 'output', type: 'string', usage: 'format of differences: diff, simple, template, json, structured, dyff', completes: ['diff', 'simple', 'template', 'json', 'structured', 'dyff'] },
  { name: 'diff-args', type: 'string', usage: 'more flags of helm diff' },
  { name: 'suppress', type: 'stringArray', usage: 'leave differences of objects of this kind out' },
  { name: 'suppress-secrets', type: 'bool', usage: 'leave differences of Secrets out' },
  { name: 'show-secrets', type: 'bool', usage: 'show what Secrets hold' },
  { name: 'no-hooks', type: 'bool', usage: 'leave the hooks of charts out' },
  { name: 'include-tests', type: 'bool', usage: 'compare the tests of charts, too' },
  { name: 'skip-diff-on-install', type: 'bool', usage: 'do not compare releases that are not there yet' },
  { name: 'skip-diff-validation-on-install', type: 'bool', usage: 'do not validate releases that are not there yet' },
  { name: 'strip-trailing-cr', type: 'bool', usage: 'ignore carriage returns at the ends of lines' },
  { name: 'suppress-output-line-regex', type: 'stringArray', usage: 'leave lines out that match' },
]

const suppressDiff: FlagSpec = { name: 'suppress-diff', type: 'bool', usage: 'do not show differences' }

/** How upgrades are done. */
const changeFlags: readonly FlagSpec[] = [
  { name: 'skip-schema-validation', type: 'bool', usage: "do not check values against the charts' schemas" },
  { name: 'sync-args', type: 'string', usage: 'more flags of helm upgrade' },
  { name: 'skip-crds', type: 'bool', usage: 'do not install definitions of custom resources' },
  { name: 'hide-notes', type: 'bool', usage: 'do not show notes of charts' },
  { name: 'sync-release-labels', type: 'bool', usage: 'labels of releases become labels of their records' },
  { name: 'wait', type: 'bool', usage: 'wait until releases are ready' },
  { name: 'wait-for-jobs', type: 'bool', usage: 'wait for Jobs, too' },
  { name: 'timeout', type: 'int', usage: 'seconds to wait, in place of helmDefaults.timeout' },
  { name: 'cascade', type: 'string', usage: 'how objects of removed releases go: background, foreground or orphan', completes: ['background', 'foreground', 'orphan'] },
  { name: 'description', type: 'string', usage: 'description of all revisions' },
  { name: 'track-mode', type: 'string', usage: "'helm', 'helm-legacy' or 'kubedog'", completes: ['helm', 'helm-legacy', 'kubedog'] },
  { name: 'track-timeout', type: 'int', usage: 'seconds to wait with --track-mode kubedog, where no timeout is given' },
  { name: 'track-logs', type: 'bool', usage: 'accepted and not used' },
  { name: 'track-failed-logs', type: 'bool', usage: 'accepted and not used: a failed wait shows the logs that explain it' },
  { name: 'helm-stuck-grace', type: 'int', usage: 'accepted and not used: no Helm runs beside that could be stuck' },
  { name: 'track-fail-on-error', type: 'bool', usage: 'accepted and not used: a failed wait is an error' },
]

export const diffVerbFlags: readonly FlagSpec[] = [...comparisonFlags, ...renderFlags]
export const applyVerbFlags: readonly FlagSpec[] = [...comparisonFlags, suppressDiff, ...renderFlags, ...changeFlags]
/** `sync` compares only to ask, with --interactive. */
export const syncVerbFlags: readonly FlagSpec[] = applyVerbFlags

const values = (flags: Flags): { reuseValues: boolean; resetValues: boolean } => {
  const resetValues = flags.bool('reset-values')
  return { resetValues, reuseValues: !resetValues && flags.bool('reuse-values') }
}

const rendering = (flags: Flags) => ({
  set: flags.list('set'), postRenderer: flags.string('post-renderer'), postRendererArgs: flags.list('post-renderer-args'), skipSchemaValidation: flags.has('skip-schema-validation') && flags.bool('skip-schema-validation'),
  takeOwnership: flags.bool('take-ownership'), serverSide: flags.string('server-side'), ...values(flags),
})

export function diffOptions(flags: Flags): Omit<DiffOptions, 'detectedKubeVersion'> {
  return {
    ...rendering(flags), detailedExitCode: flags.bool('detailed-exitcode'), stripTrailingCR: flags.bool('strip-trailing-cr'), includeTests: flags.bool('include-tests'), suppress: flags.list('suppress'),
    suppressSecrets: flags.bool('suppress-secrets'), showSecrets: flags.bool('show-secrets'), noHooks: flags.bool('no-hooks'), context: flags.number('context'), output: flags.string('output'),
    diffArgs: flags.string('diff-args'), templateArgs: flags.string('template-args'), skipDiffOnInstall: flags.bool('skip-diff-on-install'), skipDiffValidationOnInstall: flags.bool('skip-diff-validation-on-install'),
    suppressOutputLineRegex: flags.list('suppress-output-line-regex'),
  }
}

/** @throws PintleError usage for a track mode that there is not. Upstream: ValidateConfig in pkg/config/apply.go. */
export function upgradeOptions(flags: Flags): UpgradeOptions {
  const trackMode = flags.string('track-mode')
  if (!['', 'helm', 'helm-legacy', 'kubedog'].includes(trackMode)) throw new PintleError('usage', `--track-mode must be 'helm', 'helm-legacy', or 'kubedog', got: ${trackMode}`, { details: { exitCode: 3 } })
  return {
    ...rendering(flags), trackMode, trackTimeout: flags.number('track-timeout'), skipCrds: flags.bool('skip-crds'), wait: flags.bool('wait'), waitForJobs: flags.bool('wait-for-jobs'), timeout: flags.number('timeout'),
    syncReleaseLabels: flags.bool('sync-release-labels'), syncArgs: flags.string('sync-args'), hideNotes: flags.bool('hide-notes'), description: flags.string('description'),
  }
}
