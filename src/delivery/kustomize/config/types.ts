/** What kustomization files and the configurations of plugins hold: api/types, with absent fields undefined. */
export interface SelectorFields { group?: string; version?: string; kind?: string; name?: string; namespace?: string }
export interface Selector extends SelectorFields { annotationSelector?: string; labelSelector?: string }
export interface RawFieldSpec { group?: string; version?: string; kind?: string; path?: string; create?: boolean }
export interface PatchEntry { path?: string; patch?: string; target?: Selector | null; options?: { allowNameChange?: boolean; allowKindChange?: boolean } | null }
export interface Image { name?: string; newName?: string; tagSuffix?: string; newTag?: string; digest?: string }
export interface Replica { name?: string; count?: number | bigint }
export interface Label {
  pairs?: Record<string, string> | null
  includeSelectors?: boolean
  includeTemplates?: boolean
  includeVolumeClaimTemplates?: boolean
  fields?: RawFieldSpec[] | null
}
export interface FieldOptions { delimiter?: string; index?: number; encoding?: string; create?: boolean }
export interface ReplacementSource extends SelectorFields { fieldPath?: string; options?: FieldOptions | null }
export interface ReplacementTarget { select?: Selector | null; reject?: (Selector | null)[] | null; fieldPaths?: string[] | null; options?: FieldOptions | null }
export interface Replacement { source?: ReplacementSource | null; targets?: (ReplacementTarget | null)[] | null; sourceValue?: string | null }
export interface ReplacementField extends Replacement { path?: string }
export interface Variable {
  name?: string
  objref?: SelectorFields & { apiVersion?: string }
  fieldref?: { fieldPath?: string }
}
export interface SortOptions { order?: string; legacySortOptions?: { orderFirst?: string[] | null; orderLast?: string[] | null } | null }
export interface GeneratorOptions { labels?: Record<string, string> | null; annotations?: Record<string, string> | null; disableNameSuffixHash?: boolean; immutable?: boolean }
export interface GeneratorArgs {
  namespace?: string
  name?: string
  behavior?: string
  literals?: string[] | null
  files?: string[] | null
  envs?: string[] | null
  env?: string
  options?: GeneratorOptions | null
  /** Secrets. */
  type?: string
}
export interface HelmGlobals { chartHome?: string; configHome?: string }
/** An entry of `helmCharts`. */
export interface HelmChart {
  name?: string
  version?: string
  repo?: string
  releaseName?: string
  namespace?: string
  additionalValuesFiles?: string[] | null
  valuesFile?: string
  valuesInline?: Record<string, unknown> | null
  valuesMerge?: string
  includeCRDs?: boolean
  skipHooks?: boolean
  apiVersions?: string[] | null
  kubeVersion?: string
  nameTemplate?: string
  skipTests?: boolean
  debug?: boolean
  devel?: boolean
}
