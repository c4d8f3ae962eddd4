import type { Shape, ShapeField, StructShape } from '../../../language/go/index.ts'

/** The Go types kustomize reads its files into: json's errors name them. Upstream: api/types. */
const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const strings: Shape = { kind: 'slice', elem: string }
const stringMap: Shape = { kind: 'map', elem: string }
const anyMap: Shape = { kind: 'map', elem: { kind: 'any' } }
const ptr = (elem: Shape): Shape => ({ kind: 'ptr', elem })
const list = (elem: Shape): Shape => ({ kind: 'slice', elem })
type Fields = Readonly<Record<string, Shape>>
const fields = (of: Fields, ...embedded: string[]): ShapeField[] =>
  Object.entries(of).map(([name, shape]) => (embedded.length === 0 ? { name, shape } : { name, shape, embedded }))
const struct = (name: string, ...of: (Fields | ShapeField[])[]): StructShape =>
  ({ kind: 'struct', type: `types.${name}`, name, fields: of.flatMap((part) => (Array.isArray(part) ? part : fields(part))) })

const gvk: Fields = { group: string, version: string, kind: string }
const resId = [...fields(gvk, 'ResId', 'Gvk'), ...fields({ name: string, namespace: string }, 'ResId')]
export const selectorShape = struct('Selector', resId, { annotationSelector: string, labelSelector: string })
export const fieldSpecShape = struct('FieldSpec', fields(gvk, 'Gvk'), { path: string, create: bool })
const patchArgs = struct('PatchArgs', { allowNameChange: bool, allowKindChange: bool })
const patch = struct('Patch', { path: string, patch: string, target: ptr(selectorShape), options: ptr(patchArgs) })
export const imageShape = struct('Image', { name: string, newName: string, tagSuffix: string, newTag: string, digest: string })
export const replicaShape = struct('Replica', { name: string, count: { kind: 'int64' } })
const fieldOptions = struct('FieldOptions', { delimiter: string, index: { kind: 'int' }, encoding: string, create: bool })
const source = struct('SourceSelector', resId, { fieldPath: string, options: ptr(fieldOptions) })
const target = struct('TargetSelector', { select: ptr(selectorShape), reject: list(ptr(selectorShape)), fieldPaths: strings, options: ptr(fieldOptions) })
const replacementFields: Fields = { source: ptr(source), targets: list(ptr(target)), sourceValue: ptr(string) }
export const replacementShape = struct('Replacement', replacementFields)
export const replacementFieldShape = struct('ReplacementField', fields(replacementFields, 'Replacement'), { path: string })
const label = struct('Label', { pairs: stringMap, includeSelectors: bool, includeTemplates: bool, includeVolumeClaimTemplates: bool, fields: list(fieldSpecShape) })
const varTarget = struct('Target', { apiVersion: string }, fields(gvk, 'Gvk'), { name: string, namespace: string })
const variable = struct('Var', { name: string, objref: varTarget, fieldref: struct('FieldSelector', { fieldPath: string }) })
const generatorOptions = struct('GeneratorOptions', { labels: stringMap, annotations: stringMap, disableNameSuffixHash: bool, immutable: bool })
const kvSources: Fields = { literals: strings, files: strings, envs: strings, env: string }
const generatorArgs = [
  ...fields({ namespace: string, name: string, behavior: string }, 'GeneratorArgs'), ...fields(kvSources, 'GeneratorArgs', 'KvPairSources'),
  ...fields({ options: ptr(generatorOptions) }, 'GeneratorArgs'),
]
const objectMeta = struct('ObjectMeta', { name: string, namespace: string, labels: stringMap, annotations: stringMap })
const helmChartFields: Fields = {
  name: string, version: string, repo: string, releaseName: string, namespace: string, additionalValuesFiles: strings, valuesFile: string, valuesInline: anyMap,
  valuesMerge: string, includeCRDs: bool, skipHooks: bool, apiVersions: strings, kubeVersion: string, nameTemplate: string, skipTests: bool, debug: bool, devel: bool,
}
const helmGlobalsFields: Fields = { chartHome: string, configHome: string }
const oldHelmChart = struct('HelmChartArgs', {
  chartName: string, chartVersion: string, chartRepoUrl: string, chartHome: string, chartRepoName: string, helmBin: string, helmHome: string, values: string,
  valuesLocal: anyMap, valuesMerge: string, releaseName: string, releaseNamespace: string, extraArgs: strings,
})
export const sortOptionsShape = struct('SortOptions', { order: { kind: 'string', type: 'types.SortOrder' }, legacySortOptions: ptr(struct('LegacySortOptions', { orderFirst: strings, orderLast: strings })) })

export const kustomizationShape = struct(
  'Kustomization', fields({ kind: string, apiVersion: string }, 'TypeMeta'),
  {
    metadata: ptr(objectMeta), openapi: stringMap, namePrefix: string, nameSuffix: string, namespace: string, commonLabels: stringMap, labels: list(label),
    commonAnnotations: stringMap, patchesStrategicMerge: list({ kind: 'string', type: 'types.PatchStrategicMerge' }), patchesJson6902: list(patch), patches: list(patch),
    images: list(imageShape), imageTags: list(imageShape), replacements: list(replacementFieldShape), replicas: list(replicaShape), vars: list(variable),
    sortOptions: ptr(sortOptionsShape), resources: strings, components: strings, crds: strings, bases: strings,
    configMapGenerator: list(struct('ConfigMapArgs', generatorArgs)), secretGenerator: list(struct('SecretArgs', generatorArgs, { type: string })),
    helmGlobals: ptr(struct('HelmGlobals', helmGlobalsFields)), helmCharts: list(struct('HelmChart', helmChartFields)), helmChartInflationGenerator: list(oldHelmChart),
    generatorOptions: ptr(generatorOptions), configurations: strings, generators: strings, transformers: strings, validators: strings, buildMetadata: strings,
  },
)

const fieldSpecs = list(fieldSpecShape)
const fsSlice: Shape = { kind: 'slice', elem: fieldSpecShape, type: 'types.FsSlice' }
const metadata = { metadata: objectMeta }
const plugin = (name: string, of: Fields | ShapeField[], more: Fields = {}): StructShape => ({ ...struct(name, of, more), type: `builtins.${name}` })

/** The configurations of the built-in plugins by kind. Upstream: api/internal/builtins. */
export const pluginShapes: Readonly<Record<string, StructShape>> = {
  AnnotationsTransformer: plugin('AnnotationsTransformerPlugin', { annotations: stringMap, fieldSpecs }),
  ConfigMapGenerator: plugin('ConfigMapGeneratorPlugin', generatorArgs, metadata),
  HashTransformer: plugin('HashTransformerPlugin', {}),
  HelmChartInflationGenerator: plugin('HelmChartInflationGeneratorPlugin', { ...helmGlobalsFields, ...helmChartFields }),
  IAMPolicyGenerator: plugin('IAMPolicyGeneratorPlugin', {
    cloud: string, kubernetesService: struct('KubernetesService', { name: string, namespace: string }), serviceAccount: struct('ServiceAccount', { name: string, projectId: string }),
  }),
  ImageTagTransformer: plugin('ImageTagTransformerPlugin', { imageTag: imageShape, fieldSpecs }),
  LabelTransformer: plugin('LabelTransformerPlugin', { labels: stringMap, fieldSpecs }),
  NamespaceTransformer: plugin('NamespaceTransformerPlugin', { ...metadata, fieldSpecs, unsetOnly: bool, setRoleBindingSubjects: { kind: 'string', type: 'namespace.RoleBindingSubjectMode' } }),
  PatchJson6902Transformer: plugin('PatchJson6902TransformerPlugin', { target: ptr(selectorShape), path: string, jsonOp: string }),
  PatchStrategicMergeTransformer: plugin('PatchStrategicMergeTransformerPlugin', { paths: list({ kind: 'string', type: 'types.PatchStrategicMerge' }), patches: string }),
  PatchTransformer: plugin('PatchTransformerPlugin', { path: string, patch: string, target: ptr(selectorShape), options: ptr(patchArgs) }),
  PrefixTransformer: plugin('PrefixTransformerPlugin', { prefix: string, fieldSpecs: fsSlice }),
  SuffixTransformer: plugin('SuffixTransformerPlugin', { suffix: string, fieldSpecs: fsSlice }),
  PrefixSuffixTransformer: plugin('PrefixTransformerPlugin', { prefix: string, suffix: string, fieldSpecs: fsSlice }),
  ReplacementTransformer: plugin('ReplacementTransformerPlugin', { replacements: list(replacementFieldShape) }),
  ReplicaCountTransformer: plugin('ReplicaCountTransformerPlugin', { replica: replicaShape, fieldSpecs }),
  SecretGenerator: plugin('SecretGeneratorPlugin', generatorArgs, { ...metadata, type: string }),
  ValueAddTransformer: plugin('ValueAddTransformerPlugin', {
    value: string, targets: list(struct('Target', { selector: ptr(selectorShape), fieldPath: string, filePathPosition: { kind: 'int' } })), targetFilePath: string,
  }),
}

const backReference = struct('NameBackReferences', fields(gvk, 'Gvk'), { fieldSpecs: fsSlice })
/** A file of `configurations`. */
export const transformerConfigShape: StructShape = {
  ...struct('TransformerConfig', {
    namePrefix: fsSlice, nameSuffix: fsSlice, namespace: fsSlice, commonLabels: fsSlice, labels: fsSlice, templateLabels: fsSlice,
    volumeClaimTemplateLabels: fsSlice, commonAnnotations: fsSlice, nameReference: { kind: 'slice', elem: backReference, type: 'builtinconfig.nbrSlice' }, varReference: fsSlice, images: fsSlice, replicas: fsSlice,
  }),
  type: 'builtinconfig.TransformerConfig',
}
