import type { Value } from '../../language/go/index.ts'

/**
 * What a state file of helmfile 1.8 can hold, with its own key names (pkg/state/state.go). After loading every field is there:
 * a Go string, number or boolean as its zero value when the file is silent, a pointer as `undefined`, lists and maps empty.
 * Values that helmfile does not look into (`[]any`) are Go values: maps are `Map`s, integers `Int`s.
 */
export interface ReleaseSetSpec {
  helmBinary: string
  kustomizeBinary: string
  values: Value[]
  environments: Map<string, EnvironmentSpec>
  bases: string[]
  helmDefaults: HelmSpec
  helmfiles: SubHelmfileSpec[]
  /** OverrideKubeContext, OverrideNamespace and OverrideChart: of the file, or of the flags. */
  kubeContext: string
  namespace: string
  chart: string
  repositories: RepositorySpec[]
  commonLabels: Map<string, string>
  releases: ReleaseSpec[]
  llm: LlmSpec
  apiVersions: string[]
  kubeVersion: string
  hooks: Hook[]
  templates: Map<string, ReleaseSpec>
  defaultInherit: string[]
  missingFileHandler: string | undefined
  missingFileHandlerConfig: MissingFileHandlerConfig | undefined
  lockFilePath: string
}

export interface MissingFileHandlerConfig {
  ignoreMissingGitBranch: boolean
}

export interface EnvironmentSpec {
  values: Value[]
  secrets: string[]
  kubeContext: string
  missingFileHandler: string | undefined
  missingFileHandlerConfig: MissingFileHandlerConfig | undefined
  mergeStrategy: string
}

export interface SubHelmfileSpec {
  path: string
  /** undefined when the file does not say: only then a parent's selectors are taken over. */
  selectors: string[] | undefined
  selectorsInherited: boolean
  inherits: string[]
  /** Values for the environment of the sub-helmfile: files or maps. */
  values: Value[]
}

export interface RepositorySpec {
  name: string
  url: string
  caFile: string
  certFile: string
  keyFile: string
  username: string
  password: string
  registryConfig: string
  managed: string
  oci: boolean
  verify: boolean
  keyring: string
  passCredentials: boolean
  skipTLSVerify: boolean
  plainHttp: boolean
}

export interface LlmSpec {
  baseURL: string
  apiKey: string
  model: string
  /** Nanoseconds. */
  timeout: number
  maxTokens: number
  temperature: number
}

export interface Hook {
  name: string
  events: string[]
  command: string
  kubectlApply: Map<string, string>
  args: string[]
  showlogs: boolean
}

export interface HelmSpec {
  kubeContext: string
  args: string[]
  diffArgs: string[]
  syncArgs: string[]
  templateArgs: string[]
  verify: boolean
  keyring: string
  enableDNS: boolean
  skipSchemaValidation: boolean | undefined
  devel: boolean
  wait: boolean
  waitRetries: number
  waitForJobs: boolean
  timeout: number
  recreatePods: boolean
  force: boolean
  atomic: boolean
  rollbackOnFailure: boolean
  cleanupOnFail: boolean
  forceConflicts: boolean
  historyMax: number | undefined
  createNamespace: boolean | undefined
  skipCRDs: boolean
  skipDeps: boolean
  skipRefresh: boolean
  resolveOCIVersions: boolean | undefined
  reuseValues: boolean
  postRenderer: string | undefined
  postRendererArgs: string[]
  cascade: string | undefined
  suppressOutputLineRegex: string[]
  disableAutoDetectedKubeVersionForDiff: boolean | undefined
  disableValidation: boolean | undefined
  disableOpenAPIValidation: boolean | undefined
  insecureSkipTLSVerify: boolean
  plainHttp: boolean
  deleteWait: boolean
  deleteTimeout: number
  syncReleaseLabels: boolean | undefined
  takeOwnership: boolean | undefined
  serverSide: string | undefined
  trackMode: string
  helmStuckGrace: number
}

export interface Inherit {
  template: string
  except: string[]
}

export interface SetValue {
  name: string
  value: string
  file: string
  values: Value[]
}

export interface Dependency {
  chart: string
  version: string
  alias: string
}

export interface TrackResource {
  kind: string
  name: string
  namespace: string
}

/** One release, or a template of releases. */
export interface ReleaseSpec {
  chart: string
  /** Where the chart lies once it was fetched and prepared; '' before. */
  chartPath: string
  directory: string
  version: string
  verify: boolean | undefined
  keyring: string
  enableDNS: boolean | undefined
  devel: boolean | undefined
  wait: boolean | undefined
  waitRetries: number | undefined
  waitForJobs: boolean | undefined
  timeout: number | undefined
  recreatePods: boolean | undefined
  force: boolean | undefined
  installed: boolean | undefined
  updateStrategy: string
  atomic: boolean | undefined
  rollbackOnFailure: boolean | undefined
  cleanupOnFail: boolean | undefined
  forceConflicts: boolean | undefined
  historyMax: number | undefined
  condition: string
  createNamespace: boolean | undefined
  reuseValues: boolean | undefined
  disableOpenAPIValidation: boolean | undefined
  disableValidation: boolean | undefined
  disableValidationOnInstall: boolean | undefined
  missingFileHandler: string | undefined
  missingFileHandlerConfig: MissingFileHandlerConfig | undefined
  needs: string[]
  hooks: Hook[]
  unitTests: string[]
  name: string
  description: string
  namespace: string
  labels: Map<string, string>
  values: Value[]
  secrets: Value[]
  set: SetValue[]
  setString: SetValue[]
  valuesTemplate: Value[]
  setTemplate: SetValue[]
  apiVersions: string[]
  kubeVersion: string
  env: SetValue[]
  valuesPathPrefix: string
  kubeContext: string
  insecureSkipTLSVerify: boolean
  plainHttp: boolean
  verifyTemplate: string | undefined
  waitTemplate: string | undefined
  installedTemplate: string | undefined
  conditionTemplate: string | undefined
  dependencies: Dependency[]
  jsonPatches: Value[]
  strategicMergePatches: Value[]
  transformers: Value[]
  adopt: string[]
  forceGoGetter: boolean
  forceNamespace: string
  skipDeps: boolean | undefined
  skipRefresh: boolean | undefined
  resolveOCIVersions: boolean | undefined
  postRenderer: string | undefined
  skipSchemaValidation: boolean | undefined
  postRendererArgs: string[]
  cascade: string | undefined
  suppressOutputLineRegex: string[]
  disableAutoDetectedKubeVersionForDiff: boolean | undefined
  inherit: Inherit[]
  suppressDiff: boolean | undefined
  deleteWait: boolean | undefined
  deleteTimeout: number | undefined
  syncReleaseLabels: boolean | undefined
  takeOwnership: boolean | undefined
  serverSide: string | undefined
  trackMode: string
  trackTimeout: number | undefined
  trackLogs: boolean | undefined
  trackFailedLogs: boolean | undefined
  helmStuckGrace: number | undefined
  trackKinds: string[]
  skipKinds: string[]
  trackResources: TrackResource[]
  kubedogQPS: number | undefined
  kubedogBurst: number | undefined
  trackFailOnError: boolean | undefined
}

/** The chosen environment with its values still in layers, as templates and hooks see it (pkg/environment). */
export interface Environment {
  name: string
  kubeContext: string
  values: Map<string, Value>
  defaults: Map<string, Value>
  /** --state-values-set, which merges lists element by element. */
  cliOverrides: Map<string, Value>
}
