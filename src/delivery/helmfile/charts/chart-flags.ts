import type { LoadedState } from '../loaded-state.ts'
import type { ReleaseSpec, RepositorySpec } from '../spec.ts'

/** What of a state decides how charts are fetched and rendered. */
export type ChartState = Pick<LoadedState, 'spec' | 'environment'>

/** The repository whose name a chart begins with. Source: GetRepositoryAndNameFromChartName in pkg/state/state.go. */
export function repositoryOf(state: Pick<ChartState, 'spec'>, chart: string): RepositorySpec | undefined {
  const slash = chart.indexOf('/')
  return slash < 0 ? undefined : state.spec.repositories.find((r) => r.name === chart.slice(0, slash))
}

/** Whether a chart comes from a registry. */
export const isOciChart = (state: Pick<ChartState, 'spec'>, chart: string): boolean => chart.startsWith('oci://') || repositoryOf(state, chart)?.oci === true

/** --version and --devel. A digest behind the version stands in the chart's address instead. */
export function versionFlags(state: ChartState, release: ReleaseSpec): string[] {
  const version = release.version.replace(/@.*$/, '')
  return [...(version === '' ? [] : ['--version', version]), ...(isDevelopment(state, release) ? ['--devel'] : [])]
}

export const isDevelopment = (state: ChartState, release: ReleaseSpec): boolean => release.devel ?? state.spec.helmDefaults.devel

/** --verify: the release's word counts first, also when it is no. */
export function verifyFlags(state: ChartState, release: ReleaseSpec): string[] {
  const verify = release.verify ?? (repositoryOf(state, release.chart)?.verify === true || state.spec.helmDefaults.verify)
  return verify ? ['--verify'] : []
}

export function keyringFlags(state: ChartState, release: ReleaseSpec): string[] {
  const keyring = release.keyring || repositoryOf(state, release.chart)?.keyring || state.spec.helmDefaults.keyring
  return keyring === '' ? [] : ['--keyring', keyring]
}

/** --plain-http, which leaves nothing to skip, or --insecure-skip-tls-verify. */
export function downloadFlags(state: ChartState, release: ReleaseSpec): string[] {
  const repository = repositoryOf(state, release.chart)
  if (release.plainHttp || state.spec.helmDefaults.plainHttp || repository?.plainHttp === true) return ['--plain-http']
  return release.insecureSkipTLSVerify || state.spec.helmDefaults.insecureSkipTLSVerify || repository?.skipTLSVerify === true ? ['--insecure-skip-tls-verify'] : []
}

/** What the repository says about reaching a registry. Source: chartOCIFlags in pkg/state/state.go. */
export function registryFlags(state: ChartState, release: ReleaseSpec): string[] {
  const repository = repositoryOf(state, release.chart)
  if (repository === undefined) return []
  const flags: string[] = []
  if (repository.plainHttp) flags.push('--plain-http')
  else {
    if (repository.skipTLSVerify) flags.push('--insecure-skip-tls-verify')
    if (repository.caFile !== '') flags.push('--ca-file', repository.caFile)
    if (repository.certFile !== '' && repository.keyFile !== '') flags.push('--cert-file', repository.certFile, '--key-file', repository.keyFile)
  }
  if (repository.verify) flags.push('--verify')
  if (repository.keyring !== '') flags.push('--keyring', repository.keyring)
  if (repository.registryConfig !== '') flags.push('--registry-config', repository.registryConfig)
  return flags
}

/** Flags of `helm fetch`. Charts of registries are verified when they are pulled. */
export function fetchFlags(state: ChartState, release: ReleaseSpec): string[] {
  const verify = isOciChart(state, release.chart) ? [] : [...verifyFlags(state, release), ...keyringFlags(state, release)]
  return [...versionFlags(state, release), ...verify, ...downloadFlags(state, release)]
}

export const enableDnsFlags = (state: ChartState, release: ReleaseSpec): string[] => (release.enableDNS ?? state.spec.helmDefaults.enableDNS ? ['--enable-dns'] : [])

/** The context a release is for: its own, the environment's, the default. */
export const kubeContextOf = (state: ChartState, release: ReleaseSpec): string => release.kubeContext || state.spec.environments.get(state.environment.name)?.kubeContext || state.spec.helmDefaults.kubeContext

export function connectionFlags(state: ChartState, release: ReleaseSpec): string[] {
  const context = kubeContextOf(state, release)
  return context === '' ? [] : ['--kube-context', context]
}

export const apiVersionsOf = (state: ChartState, release: ReleaseSpec): readonly string[] => (release.apiVersions.length > 0 ? release.apiVersions : state.spec.apiVersions)

export const kubeVersionOf = (state: ChartState, release: ReleaseSpec, given: string): string => given || release.kubeVersion || state.spec.kubeVersion

export function capabilityFlags(state: ChartState, release: ReleaseSpec, kubeVersion: string): string[] {
  const version = kubeVersionOf(state, release, kubeVersion)
  return [...apiVersionsOf(state, release).flatMap((v) => ['--api-versions', v]), ...(version === '' ? [] : ['--kube-version', version])]
}

/** --post-renderer: for Helm 4 a script's path becomes the name of the plugin it must be. */
export function postRendererFlags(state: ChartState, release: ReleaseSpec, given: string): string[] {
  const path = release.postRenderer || given || state.spec.helmDefaults.postRenderer || ''
  if (path === '') return []
  return ['--post-renderer', /\.(bash|sh)$/.test(path) ? path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '') : path]
}

/** --post-renderer-args; those of the defaults are templates. @param render gives a default's text for the release */
export function postRendererArgsFlags(state: ChartState, release: ReleaseSpec, given: readonly string[], render: (text: string) => string): string[] {
  const chosen = release.postRendererArgs.length > 0 ? release.postRendererArgs : given.length > 0 ? given : state.spec.helmDefaults.postRendererArgs.map(render)
  return chosen.filter((arg) => arg !== '').map((arg) => `--post-renderer-args=${arg}`)
}

export function skipsSchemaValidation(state: ChartState, release: ReleaseSpec, given: boolean): boolean {
  return release.skipSchemaValidation === true || given || state.spec.helmDefaults.skipSchemaValidation === true
}

/** --adopt of helm-x, which Helm does not know. */
export const adoptFlags = (release: ReleaseSpec): string[] => release.adopt.flatMap((name) => ['--adopt', name])

/** --template-args, or those of the defaults. */
export const templateArgsOf = (state: ChartState, given: string): string => given || state.spec.helmDefaults.templateArgs.join(' ')
