import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  apiVersionsOf, filesOf, kubeContextOf, kubeVersionOf, moreValues, normalizeChart, repositoryOf, setFlags, skipsSchemaValidation, templateArgsOf, valuesFiles,
  type AdhocDependency, type ChartifyRequest, type HelmRunner, type LoadedState, type ReleaseSpec, type ReleaseValuesSource,
} from '../../../delivery/helmfile/index.ts'

/** Where values and charts of a release come from. */
export interface RequestSource {
  readonly state: LoadedState
  readonly helm: HelmRunner
  source(release: ReleaseSpec): ReleaseValuesSource
  fetch(url: string, folder: string): Promise<string>
}

/** What a command line says to charts that are rendered before they are patched. */
export interface ChartifyFlags {
  /** --include-crds; yes where the command has no such flag. */
  readonly includeCrds?: boolean
  readonly validate?: boolean
  readonly kubeVersion?: string
  readonly skipSchemaValidation?: boolean
  readonly templateArgs?: string
  readonly set?: readonly string[]
  /** --values, absolute. */
  readonly values?: readonly string[]
}

/** Commands that work without a cluster. Source: commandRequiresCluster in pkg/state/state.go. */
const offline = new Set(['template', 'lint', 'build', 'pull', 'fetch', 'write-values', 'list', 'show-dag', 'deps', 'repos', 'cache', 'init', 'completion', 'help', 'version'])

/**
 * What is to be done to a release's chart before Helm gets it; undefined when it can be used as it is.
 * Source: PrepareChartify in pkg/state/helmx.go.
 */
export async function chartifyRequest(work: RequestSource, release: ReleaseSpec, chart: string, how: { readonly isLocal: boolean; readonly skipDeps: boolean; readonly command: string }, flags: ChartifyFlags): Promise<Omit<ChartifyRequest, 'target'> | undefined> {
  const { state } = work
  const path = chart.startsWith('/') ? chart : join(state.basePath, chart)
  const absolute = resolve(state.cwd, path)
  const noChart = existsSync(absolute) && statSync(absolute).isDirectory() && !existsSync(join(absolute, 'Chart.yaml'))
  const patched = release.jsonPatches.length + release.strategicMergePatches.length + release.transformers.length > 0
  if (!noChart && !patched && release.dependencies.length === 0 && release.forceNamespace === '') return undefined
  // `fetch` makes charts only of what is none.
  if (how.command === 'pull' && !noChart) return undefined
  const source = work.source(release)
  const patches = source.withOwnValues()
  const templateArgs = connectedArgs(work, release, how.command, flags)
  return {
    release, chart: how.isLocal ? normalizeChart(state.basePath, chart) : chart, skipDeps: how.skipDeps,
    files: await valuesFiles(release, source), moreValues: moreValues(state, flags.values ?? []), setFlags: [...await setFlags(release.set, source), ...(flags.set ?? []).flatMap((one) => ['--set', one])],
    dependencies: await Promise.all(release.dependencies.map((one) => adhoc(work, release, one))),
    jsonPatches: await filesOf(release, release.jsonPatches, patches), strategicMergePatches: await filesOf(release, release.strategicMergePatches, patches), transformers: await filesOf(release, release.transformers, patches),
    includeCrds: flags.includeCrds ?? true, validate: flags.validate === true, kubeVersion: kubeVersionOf(state, release, flags.kubeVersion ?? ''), apiVersions: apiVersionsOf(state, release), templateArgs,
  }
}

/** Source: buildChartifyTemplateArgs, which lets `lookup` reach the cluster. */
function connectedArgs({ state, helm }: RequestSource, release: ReleaseSpec, command: string, flags: ChartifyFlags): string[] {
  const args = templateArgsOf(state, flags.templateArgs ?? '').trim()
  const more: string[] = []
  if (!offline.has(command) || args.includes('--dry-run')) {
    const context = kubeContextOf(state, release)
    if (helm.options.kubeconfig !== '' && !args.includes('--kubeconfig')) more.push('--kubeconfig', helm.options.kubeconfig)
    if (context !== '' && !args.includes('--kube-context')) more.push('--kube-context', context)
    if (!offline.has(command) && flags.validate !== true && !args.includes('--dry-run')) more.push('--dry-run=server')
  }
  const words = [...args.split(/\s+/).filter((word) => word !== ''), ...more]
  if (skipsSchemaValidation(state, release, flags.skipSchemaValidation === true) && !words.some((word) => /^--skip-schema-validation(=|$)/.test(word))) words.push('--skip-schema-validation')
  return words
}

/** A dependency that the release adds: paths absolute, names of registries as URLs, go-getter's URLs fetched. */
async function adhoc(work: RequestSource, release: ReleaseSpec, { chart, version, alias }: AdhocDependency): Promise<AdhocDependency> {
  const { state } = work
  const path = resolve(state.cwd, normalizeChart(state.basePath, chart))
  if (existsSync(path) && statSync(path).isDirectory()) return { chart: path, version, alias }
  const repository = chart.startsWith('oci://') ? undefined : repositoryOf(state, chart)
  if (repository?.oci === true) return { chart: `oci://${repository.url.replace(/\/$/, '')}/${chart.slice(repository.name.length + 1)}`, version, alias }
  if (!state.access.isRemote(chart)) return { chart, version, alias }
  const folder = [release.namespace, release.kubeContext, release.name, 'deps'].filter((part) => part !== '').join('/')
  return { chart: resolve(state.cwd, await work.fetch(chart, folder)), version, alias }
}
