import {
  adoptFlags, capabilityFlags, connectionFlags, downloadFlags, enableDnsFlags, postRendererArgsFlags, postRendererFlags, skipsSchemaValidation, templateArgsOf, versionFlags, type ChartState,
} from '../charts/chart-flags.ts'
import { collectArgs } from '../charts/collect-args.ts'
import type { ReleaseSpec } from '../spec.ts'
import { reuseFlag, serverSideFlags, takesOwnership, type GivenArguments } from './upgrade-argv.ts'
import type { DiffOptions } from './verb-options.ts'

/**
 * The words of `helm diff upgrade` for a release, as helmfile 1.8 passes them to Helm 4: colour is no flag there.
 * Source: flagsForDiff, prepareDiffReleases and commonDiffFlags in pkg/state/state.go, DiffRelease in pkg/helmexec/exec.go.
 * @param isNew the release is known not to be there, and new ones are not validated
 */
export function diffArgv(state: ChartState, release: ReleaseSpec, chart: string, options: DiffOptions, given: GivenArguments & { readonly isNew: boolean }): string[] {
  const { helmDefaults } = state.spec
  const args = options.diffArgs || helmDefaults.diffArgs.join(' ')
  const templateArgs = templateArgsOf(state, options.templateArgs)
  return [
    'diff', 'upgrade', '--allow-unreleased', release.name, chart,
    ...versionFlags(state, release),
    ...enableDnsFlags(state, release),
    ...flag('--disable-openapi-validation', release.disableOpenAPIValidation ?? helmDefaults.disableOpenAPIValidation ?? false),
    ...flag('--disable-validation', release.disableValidation ?? helmDefaults.disableValidation ?? given.isNew),
    ...capabilityFlags(state, release, kubeVersion(state, release, options)),
    ...connectionFlags(state, release),
    // helm-diff has no --plain-http.
    ...downloadFlags(state, release).filter((word) => word !== '--plain-http'),
    ...adoptFlags(release),
    ...postRendererFlags(state, release, options.postRenderer),
    ...postRendererArgsFlags(state, release, options.postRendererArgs, given.render),
    ...flag('--skip-schema-validation', skipsSchemaValidation(state, release, options.skipSchemaValidation)),
    ...suppressedLines(state, release, options),
    ...flag('--take-ownership', takesOwnership(state, release, options.takeOwnership)),
    ...serverSideFlags(state, release, options.serverSide),
    ...given.values,
    ...given.moreValues.flatMap((file) => ['--values', file]),
    reuseFlag(state, release, options),
    ...flag('--detailed-exitcode', options.detailedExitCode),
    ...flag('--strip-trailing-cr', options.stripTrailingCR),
    ...flag('--include-tests', options.includeTests),
    ...options.suppress.flatMap((kind) => ['--suppress', kind]),
    ...flag('--suppress-secrets', options.suppressSecrets),
    ...flag('--show-secrets', options.showSecrets),
    ...flag('--no-hooks', options.noHooks),
    ...(options.context > 0 ? ['--context', String(options.context)] : []),
    ...(options.output === '' ? [] : ['--output', options.output]),
    ...options.set.flatMap((one) => ['--set', one]),
    ...(args === '' ? [] : collectArgs(args)),
    ...(templateArgs === '' ? [] : collectArgs(templateArgs)),
  ]
}

const flag = (name: string, given: boolean): string[] => (given ? [name] : [])

/** The server's version unless that is switched off; then only what the file says. */
function kubeVersion({ spec }: ChartState, release: ReleaseSpec, { detectedKubeVersion }: DiffOptions): string {
  const onlyFile = release.disableAutoDetectedKubeVersionForDiff ?? spec.helmDefaults.disableAutoDetectedKubeVersionForDiff ?? false
  return onlyFile ? release.kubeVersion || spec.kubeVersion : detectedKubeVersion
}

function suppressedLines({ spec }: ChartState, release: ReleaseSpec, options: DiffOptions): string[] {
  const chosen = [release.suppressOutputLineRegex, options.suppressOutputLineRegex, spec.helmDefaults.suppressOutputLineRegex].find((list) => list.length > 0) ?? []
  return chosen.filter((text) => text !== '').flatMap((text) => ['--suppress-output-line-regex', text])
}
