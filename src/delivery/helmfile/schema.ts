import { quote, type Shape, type ShapeField, type StructShape, type Value } from '../../language/go/index.ts'
import type { SelfDecoding } from '../../language/yaml/index.ts'

/** A field of a state file: `always` is written to YAML even when it is empty (no omitempty). */
export interface StateField extends ShapeField {
  readonly always?: true
}

/** A shape that decodes itself, and what it is once decoded. */
export interface StateShapeOf {
  readonly as: Shape
}

export interface StateShape extends StructShape {
  readonly fields: readonly StateField[]
}

const any: Shape = { kind: 'any' }
const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const int: Shape = { kind: 'int' }
const list = (elem: Shape): Shape => ({ kind: 'slice', elem })
const map = (elem: Shape): Shape => ({ kind: 'map', elem })
const pointer = (elem: Shape): Shape => ({ kind: 'ptr', elem })
const strings = list(string)
const anys = list(any)
const labels = map(string)

/** Fields of one kind, by their names in YAML. */
const each = (shape: Shape, names: string): StateField[] => names.split(' ').map((name) => ({ name, shape }))
const always = (shape: Shape, names: string): StateField[] => names.split(' ').map((name) => ({ name, shape, always: true }))

function struct(type: string, ...fields: readonly (readonly StateField[])[]): StateShape {
  return { kind: 'struct', type, name: type.slice(type.indexOf('.') + 1), fields: fields.flat() }
}

export const missingFileHandlerConfig = struct('state.MissingFileHandlerConfig', each(bool, 'ignoreMissingGitBranch'))
const handlers = [...each(pointer(string), 'missingFileHandler'), ...each(pointer(missingFileHandlerConfig), 'missingFileHandlerConfig')]

export const environmentSpec = struct('state.EnvironmentSpec', each(anys, 'values'), each(strings, 'secrets'), each(string, 'kubeContext'), handlers, each(string, 'mergeStrategy'))

const subHelmfileFields: StateField[] = [...each(string, 'path'), ...each(strings, 'selectors'), ...each(bool, 'selectorsInherited'), ...each(strings, 'inherits'), ...each(anys, 'values')]
/** SubHelmfileSpec as it stands in a file: a path alone, or fields. */
const subHelmfileText: StateShape = {
  kind: 'struct', name: '', fields: subHelmfileFields,
  type: 'struct { Path string "yaml:\\"path\\""; Selectors []string "yaml:\\"selectors\\""; SelectorsInherited bool "yaml:\\"selectorsInherited\\""; Inherits []string "yaml:\\"inherits\\""; Environment state.SubhelmfileEnvironmentSpec "yaml:\\",inline\\"" }',
}

export const subHelmfileSpec: SelfDecoding & StateShapeOf = {
  kind: 'custom', type: 'state.SubHelmfileSpec', decode: (value) => value,
  as: struct('state.SubHelmfileSpec', subHelmfileFields),
  unmarshalYaml(unmarshal) {
    const given = unmarshal(any)
    const value = typeof given === 'string' ? new Map<string, Value>([['path', given]]) : given instanceof Map ? unmarshal(subHelmfileText) : new Map<string, Value>()
    checkSubHelmfile(value as Map<string, Value>)
    return value
  },
}

/** What the fields of one sub-helmfile must be together (SubHelmfileSpec.UnmarshalYAML). */
function checkSubHelmfile(value: Map<string, Value>): void {
  const path = (value.get('path') as string | undefined) ?? ''
  const selectors = value.get('selectors') as string[] | undefined
  const inherits = (value.get('inherits') as string[] | undefined) ?? []
  if (selectors !== undefined && selectors !== null && path === '') throw new Error(`found 'selectors' definition without path: [${selectors.join(' ')}]`)
  if (value.get('selectorsInherited') === true && (selectors ?? []).length > 0) throw new Error(`you cannot use 'SelectorsInherited: true' along with and explicit selector for path: ${path}`)
  if (inherits.length > 0 && path === '') throw new Error(`found 'inherits' definition without path: [${inherits.join(' ')}]`)
  for (const key of inherits) {
    if (!inheritable.includes(key)) throw new Error(`invalid inherits entry ${quote(key)} for path ${quote(path)}: allowed values are [${inheritable.join(' ')}]`)
  }
}

/** What a sub-helmfile can take over from its parent. */
export const inheritable: readonly string[] = ['repositories', 'helmDefaults', 'commonLabels', 'apiVersions', 'kubeVersion', 'templates', 'environments']

export const repositorySpec = struct('state.RepositorySpec',
  each(string, 'name url caFile certFile keyFile username password registryConfig managed'), each(bool, 'oci verify'), each(string, 'keyring'), each(bool, 'passCredentials skipTLSVerify plainHttp'))

export const llmSpec = struct('llm.Config', each(string, 'baseURL apiKey model'), each({ kind: 'int64', type: 'time.Duration' }, 'timeout'), each(int, 'maxTokens'), each({ kind: 'float64', type: 'float32' }, 'temperature'))

export const hook = struct('event.Hook', always(string, 'name'), always(strings, 'events'), always(string, 'command'), each(labels, 'kubectlApply'), always(strings, 'args'), always(bool, 'showlogs'))

export const helmSpec = struct('state.HelmSpec',
  each(string, 'kubeContext'), each(strings, 'args diffArgs syncArgs templateArgs'), always(bool, 'verify'), each(string, 'keyring'), always(bool, 'enableDNS'), each(pointer(bool), 'skipSchemaValidation'),
  always(bool, 'devel wait'), always(int, 'waitRetries'), always(bool, 'waitForJobs'), always(int, 'timeout'), always(bool, 'recreatePods force atomic rollbackOnFailure'),
  each(bool, 'cleanupOnFail'), always(bool, 'forceConflicts'), each(pointer(int), 'historyMax'), each(pointer(bool), 'createNamespace'), each(bool, 'skipCRDs'), always(bool, 'skipDeps skipRefresh'),
  each(pointer(bool), 'resolveOCIVersions'), always(bool, 'reuseValues'), each(pointer(string), 'postRenderer'), each(strings, 'postRendererArgs'), each(pointer(string), 'cascade'),
  each(strings, 'suppressOutputLineRegex'), each(pointer(bool), 'disableAutoDetectedKubeVersionForDiff disableValidation disableOpenAPIValidation'), each(bool, 'insecureSkipTLSVerify plainHttp deleteWait'),
  each(int, 'deleteTimeout'), each(pointer(bool), 'syncReleaseLabels takeOwnership'), each(pointer(string), 'serverSide'), each(string, 'trackMode'), each(int, 'helmStuckGrace'))

const inherit = struct('state.Inherit', each(string, 'template'), each(strings, 'except'))
/** A list; one alone is an old form, and wrapped. */
const inherits: SelfDecoding & StateShapeOf = {
  kind: 'custom', type: 'state.Inherits', decode: (value) => value,
  as: list(inherit),
  unmarshalYaml(unmarshal) {
    try {
      return unmarshal(list(inherit))
    } catch {
      return [unmarshal(inherit)]
    }
  },
}

/** A list or one name; without the space around names and without empty ones. */
const defaultInherits: SelfDecoding & StateShapeOf = {
  kind: 'custom', type: 'state.DefaultInherits', decode: (value) => value,
  as: strings,
  unmarshalYaml(unmarshal) {
    let names: Value
    try {
      names = unmarshal(strings)
    } catch {
      names = [unmarshal(string)]
    }
    return (names as string[]).map((name) => (name ?? '').trim()).filter((name) => name !== '')
  },
}

const setValue = struct('state.SetValue', each(string, 'name value file'), each(anys, 'values'))
const sets = list(setValue)
const dependency = struct('state.Dependency', always(string, 'chart version alias'))
const trackResource = struct('state.TrackResourceSpec', each(string, 'kind name namespace'))

const releaseFields: StateField[] = [
  ...each(string, 'chart chartPath directory version'), ...each(pointer(bool), 'verify'), ...each(string, 'keyring'), ...each(pointer(bool), 'enableDNS devel wait'), ...each(pointer(int), 'waitRetries'),
  ...each(pointer(bool), 'waitForJobs'), ...each(pointer(int), 'timeout'), ...each(pointer(bool), 'recreatePods force installed'), ...each(string, 'updateStrategy'),
  ...each(pointer(bool), 'atomic rollbackOnFailure cleanupOnFail forceConflicts'), ...each(pointer(int), 'historyMax'), ...each(string, 'condition'),
  ...each(pointer(bool), 'createNamespace reuseValues disableOpenAPIValidation disableValidation disableValidationOnInstall'), ...handlers, ...each(strings, 'needs'), ...each(list(hook), 'hooks'),
  ...each(strings, 'unitTests'), ...each(string, 'name description namespace'), ...each(labels, 'labels'), ...each(anys, 'values secrets'), ...each(sets, 'set setString'), ...each(anys, 'valuesTemplate'),
  ...each(sets, 'setTemplate'), ...each(strings, 'apiVersions'), ...each(string, 'kubeVersion'), ...each(sets, 'env'), ...each(string, 'valuesPathPrefix kubeContext'), ...each(bool, 'insecureSkipTLSVerify plainHttp'),
  ...each(pointer(string), 'verifyTemplate waitTemplate installedTemplate conditionTemplate'), ...each(list(dependency), 'dependencies'), ...each(anys, 'jsonPatches strategicMergePatches transformers'),
  ...each(strings, 'adopt'), ...each(bool, 'forceGoGetter'), ...each(string, 'forceNamespace'), ...each(pointer(bool), 'skipDeps skipRefresh resolveOCIVersions'), ...each(pointer(string), 'postRenderer'),
  ...each(pointer(bool), 'skipSchemaValidation'), ...each(strings, 'postRendererArgs'), ...each(pointer(string), 'cascade'), ...each(strings, 'suppressOutputLineRegex'),
  ...each(pointer(bool), 'disableAutoDetectedKubeVersionForDiff'), ...each(inherits, 'inherit'), ...each(pointer(bool), 'suppressDiff deleteWait'), ...each(pointer(int), 'deleteTimeout'),
  ...each(pointer(bool), 'syncReleaseLabels takeOwnership'), ...each(pointer(string), 'serverSide'), ...each(string, 'trackMode'), ...each(pointer(int), 'trackTimeout'), ...each(pointer(bool), 'trackLogs trackFailedLogs'),
  ...each(pointer(int), 'helmStuckGrace'), ...each(strings, 'trackKinds skipKinds'), ...each(list(trackResource), 'trackResources'), ...each(pointer({ kind: 'float64', type: 'float32' }), 'kubedogQPS'),
  ...each(pointer(int), 'kubedogBurst'), ...each(pointer(bool), 'trackFailOnError'),
]

export const releaseSpec = struct('state.ReleaseSpec', releaseFields)
/** TemplateSpec holds a ReleaseSpec inline. */
export const templateSpec = struct('state.TemplateSpec', releaseFields)

/** The file itself: HelmState decodes itself by way of a type named helmStateAlias. */
export const stateSpec = struct('state.helmStateAlias',
  always(string, 'filepath'), each(string, 'helmBinary kustomizeBinary'), each(anys, 'values'), each(map(environmentSpec), 'environments'), each(strings, 'bases'), each(helmSpec, 'helmDefaults'), each(list(subHelmfileSpec), 'helmfiles'),
  each(string, 'kubeContext namespace chart'), each(list(repositorySpec), 'repositories'), each(labels, 'commonLabels'), each(list(releaseSpec), 'releases'), each(llmSpec, 'llm'), each(strings, 'apiVersions'),
  each(string, 'kubeVersion'), each(list(hook), 'hooks'), always(map(templateSpec), 'templates'), each(defaultInherits, 'defaultInherit'), handlers, each(string, 'lockFilePath'), always(map(any), 'renderedvalues'))
