import { decodeShape, jsonUnmarshal, type Value } from '../../../language/go/index.ts'
import { toJsonText } from '../../../language/yaml/index.ts'
import { refuse, wrapped } from '../refusal.ts'
import { plainOf } from './plain.ts'
import { kustomizationShape } from './kustomization-shape.ts'
import type { GeneratorArgs, HelmChart, HelmGlobals, Image, Label, PatchEntry, ReplacementField, Replica, SortOptions, Variable } from './types.ts'

/** A kustomization file. Fields that are not there are undefined, where Go has zero values. */
export interface Kustomization {
  kind: string
  apiVersion: string
  metadata?: unknown
  openapi?: Record<string, string>
  namePrefix?: string
  nameSuffix?: string
  namespace?: string
  commonLabels?: Record<string, string>
  labels?: Label[]
  commonAnnotations?: Record<string, string>
  patchesStrategicMerge?: string[]
  patchesJson6902?: PatchEntry[]
  patches?: PatchEntry[]
  images?: Image[]
  replacements?: ReplacementField[]
  replicas?: Replica[]
  vars?: Variable[]
  sortOptions?: SortOptions
  resources: string[]
  components?: string[]
  crds?: string[]
  configMapGenerator?: GeneratorArgs[]
  secretGenerator?: GeneratorArgs[]
  helmGlobals?: HelmGlobals
  helmCharts: HelmChart[]
  generatorOptions?: GeneratorArgs['options']
  configurations?: string[]
  generators?: string[]
  transformers?: string[]
  validators?: string[]
  buildMetadata: string[]
}

export const kustomizationFileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

/**
 * Reads a kustomization file, its deprecated fields turned into the present ones.
 * @param warn told in kustomize's words what is deprecated
 * @throws PintleError `invalid Kustomization: json: unknown field "x"`
 */
export function readKustomization(text: string, root: string, warn: (line: string) => void): Kustomization {
  let raw: any
  try {
    const value: Value = jsonUnmarshal(toJsonText(text))
    raw = plainOf(decodeShape(value, kustomizationShape, { disallowUnknownFields: true })) ?? {}
  } catch (error) {
    throw wrapped(error, 'invalid Kustomization')
  }
  for (const key of Object.keys(raw)) if (raw[key] === null) delete raw[key]
  for (const [field, line] of deprecated) if (raw[field] !== undefined) warn(line)
  const kind: string = raw.kind || 'Kustomization'
  const apiVersion: string = raw.apiVersion || (kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1')
  const { bases, imageTags, helmChartInflationGenerator: oldCharts, ...rest } = raw
  const k: Kustomization = {
    ...rest, kind, apiVersion, resources: [...(raw.resources ?? []), ...(bases ?? [])], helmCharts: [...(raw.helmCharts ?? []), ...((oldCharts ?? []) as any[]).map(fromOldChart)],
    buildMetadata: raw.buildMetadata ?? [],
  }
  const images = [...(raw.images ?? []), ...(imageTags ?? [])]
  if (images.length > 0) k.images = images
  const globals = oldGlobals(oldCharts ?? [])
  if (k.helmGlobals === undefined && globals !== undefined) k.helmGlobals = globals
  for (const args of [...(k.configMapGenerator ?? []), ...(k.secretGenerator ?? [])]) {
    if (!args.env) continue
    args.envs = [...(args.envs ?? []), args.env]
    delete args.env
  }
  if (isEmpty(k)) refuse('kustomization.yaml is empty')
  checkHead(k, root)
  return k
}

function isEmpty(k: Kustomization): boolean {
  return Object.entries(k).every(([key, value]) => key === 'kind' || key === 'apiVersion' || value === '' || (Array.isArray(value) && value.length === 0 && (key === 'resources' || key === 'helmCharts' || key === 'buildMetadata')))
}

function checkHead(k: Kustomization, root: string): void {
  const problems: string[] = []
  if (k.kind !== 'Kustomization' && k.kind !== 'Component') problems.push('kind should be Kustomization or Component')
  const wanted = k.kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1'
  if (k.apiVersion !== wanted) problems.push(`apiVersion for ${k.kind} should be ${wanted}`)
  if (problems.length > 0) refuse(`Failed to read kustomization file under ${root}:\n${problems.join('\n')}`)
}

function fromOldChart(old: any): HelmChart {
  const out: Record<string, unknown> = {
    name: old.chartName, version: old.chartVersion, repo: old.chartRepoUrl, valuesFile: old.values, valuesInline: old.valuesLocal, valuesMerge: old.valuesMerge,
    releaseName: old.releaseName,
  }
  for (const key of Object.keys(out)) if (out[key] === undefined || out[key] === '') delete out[key]
  return out as unknown as HelmChart
}

function oldGlobals(charts: readonly any[]): HelmGlobals | undefined {
  const globals: HelmGlobals = {}
  for (const chart of charts) {
    if (chart.helmHome) globals.configHome = chart.helmHome
    if (chart.chartHome) globals.chartHome = chart.chartHome
  }
  return Object.keys(globals).length === 0 ? undefined : globals
}

const fix = "Run 'kustomize edit fix' to update your Kustomization automatically."
const deprecated: readonly (readonly [field: string, line: string])[] = [
  ['bases', `# Warning: 'bases' is deprecated. Please use 'resources' instead. ${fix}`],
  ['commonLabels', `# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. ${fix}`],
  ['imageTags', `# Warning: 'imageTags' is deprecated. Please use 'images' instead. ${fix}`],
  ['patchesJson6902', `# Warning: 'patchesJson6902' is deprecated. Please use 'patches' instead. ${fix}`],
  ['patchesStrategicMerge', `# Warning: 'patchesStrategicMerge' is deprecated. Please use 'patches' instead. ${fix}`],
  ['vars', `# Warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] ${fix}`],
]
