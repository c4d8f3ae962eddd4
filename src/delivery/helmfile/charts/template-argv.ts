import { PintleError } from '../../../errors/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import {
  adoptFlags, capabilityFlags, connectionFlags, downloadFlags, enableDnsFlags, postRendererArgsFlags, postRendererFlags, skipsSchemaValidation, templateArgsOf, versionFlags,
  type ChartState,
} from './chart-flags.ts'
import { collectArgs } from './collect-args.ts'

/** What `helmfile template` is told beside the state. */
export interface TemplateOptions {
  readonly set: readonly string[]
  readonly includeCrds: boolean
  readonly noHooks: boolean
  readonly skipTests: boolean
  readonly validate: boolean
  readonly postRenderer: string
  readonly postRendererArgs: readonly string[]
  readonly kubeVersion: string
  readonly showOnly: readonly string[]
  readonly skipSchemaValidation: boolean
  readonly templateArgs: string
}

/** What belongs to one release beside its spec. */
export interface ReleaseArguments {
  /** --namespace, --values, --set... of the release, from `valueFlags`. */
  readonly values: readonly string[]
  /** Paths of --values of the command line, absolute. */
  readonly moreValues: readonly string[]
  /** --output-dir; '' prints. */
  readonly outputDir: string
  /** Renders a template of helmDefaults.postRendererArgs for the release. */
  readonly render: (text: string) => string
}

/**
 * The words of `helm template` for a release, as helmfile 1.8 passes them to Helm 4.
 * Source: flagsForTemplate and TemplateReleases in pkg/state/state.go.
 */
export function templateArgv(state: ChartState, release: ReleaseSpec, options: TemplateOptions, given: ReleaseArguments): string[] {
  const extra = templateArgsOf(state, options.templateArgs)
  return [
    'template', release.name, release.chartPath || release.chart,
    ...versionFlags(state, release),
    ...adoptFlags(release),
    ...enableDnsFlags(state, release),
    ...postRendererFlags(state, release, options.postRenderer),
    ...postRendererArgsFlags(state, release, options.postRendererArgs, given.render),
    ...capabilityFlags(state, release, options.kubeVersion),
    ...downloadFlags(state, release),
    ...options.showOnly.filter((path) => path !== '').flatMap((path) => ['--show-only', path]),
    ...(skipsSchemaValidation(state, release, options.skipSchemaValidation) ? ['--skip-schema-validation'] : []),
    ...connectionFlags(state, release),
    ...(extra === '' ? [] : collectArgs(extra)),
    ...given.values,
    ...overrides(options, given),
    ...(given.outputDir === '' ? [] : ['--output-dir', given.outputDir]),
    ...(options.validate ? ['--validate'] : []),
    ...(options.includeCrds ? ['--include-crds'] : []),
    ...(options.noHooks ? ['--no-hooks'] : []),
    ...(options.skipTests ? ['--skip-tests'] : []),
  ]
}

/** The words of `helm lint`. Source: flagsForLint and LintReleases. */
export function lintArgv(release: ReleaseSpec, options: Pick<TemplateOptions, 'set'>, given: Pick<ReleaseArguments, 'values' | 'moreValues'>): string[] {
  return ['lint', release.chartPath || release.chart, ...given.values, ...adoptFlags(release), ...overrides(options, given)]
}

/**
 * The words of `helm unittest`, for releases that name tests.
 * Source: UnittestReleases.
 * @throws PintleError usage for a path that leaves the chart
 */
export function unittestArgv(release: ReleaseSpec, options: Pick<TemplateOptions, 'set'> & { readonly failFast: boolean; readonly debugPlugin: boolean }, given: Pick<ReleaseArguments, 'values' | 'moreValues'>): string[] {
  const files = release.unitTests.map((path) => {
    if (path.startsWith('/') || leavesFolder(path)) {
      throw new PintleError('usage', `release ${JSON.stringify(release.name)}: unitTests path ${JSON.stringify(path)} must be a relative path within the chart directory`)
    }
    return /[*?[]/.test(path) || /\.ya?ml$/i.test(path) ? path : `${path.replace(/\/+$/, '')}/*_test.yaml`
  })
  return [
    'unittest', release.chartPath || release.chart, ...given.values, ...adoptFlags(release), ...overrides(options, given),
    ...(options.failFast ? ['--failfast'] : []), ...(options.debugPlugin ? ['--debugPlugin'] : []), ...files.flatMap((file) => ['--file', file]),
  ]
}

function leavesFolder(path: string): boolean {
  let depth = 0
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

const overrides = (options: Pick<TemplateOptions, 'set'>, given: Pick<ReleaseArguments, 'moreValues'>): string[] =>
  [...given.moreValues.flatMap((file) => ['--values', file]), ...options.set.flatMap((one) => ['--set', one])]
