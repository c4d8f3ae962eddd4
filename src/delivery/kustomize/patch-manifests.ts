import { posix } from 'node:path'
import { marshalPlain, parseDocument } from '../../language/yaml/index.ts'
import { build, type BuildOptions, type BuiltResource } from './build.ts'
import type { Image, SortOptions } from './config/types.ts'
import { diskFiles, overlaid, type KustomizeFiles } from './load/file-system.ts'
import { refuse } from './refusal.ts'

/** A text that stands for a file: its name appears in errors only. */
export interface NamedText { readonly name: string; readonly text: string }

/** What helmfile does to the manifests of a release. All are the texts of its files, inline ones among them. */
export interface ManifestPatches {
  /** Each `{target, patch}` with operations, or `{target, path}` with a name in `files`. */
  readonly jsonPatches?: readonly NamedText[]
  /** Each a partial object, or several. */
  readonly strategicMergePatches?: readonly NamedText[]
  /** Each one entry of kustomize's `patches`, or a list of them. */
  readonly patches?: readonly NamedText[]
  /** Each the configuration of a built-in transformer, or several. */
  readonly transformers?: readonly NamedText[]
  /** Files that patches and transformers name by `path`. */
  readonly files?: ReadonlyMap<string, string>
  readonly sortOptions?: SortOptions
}

export type ManifestOptions = Pick<BuildOptions, 'signal' | 'warn'>

/**
 * Patches rendered manifests as helmfile's `jsonPatches`, `strategicMergePatches` and `transformers` do, in memory alone. Upstream: chartify's
 * Patch over `kustomize build`.
 * @param manifests texts with one or more documents each, in their order
 * @returns every object that is left, in kustomize's order; custom resource definitions are among them
 * @throws PintleError kustomize.build with kustomize's text
 * @example await patchManifests([rendered], { strategicMergePatches: [{ name: 'patch.yaml', text }] })
 */
export async function patchManifests(manifests: readonly string[], patches: ManifestPatches, options: ManifestOptions = {}): Promise<BuiltResource[]> {
  const root = '/manifests'
  const files = new Map<string, string>()
  const put = (path: string, text: string): string => {
    files.set(posix.join(root, path), text)
    return path
  }
  for (const [path, text] of patches.files ?? []) put(path, text)
  const resources = manifests.flatMap((text, i) => (text.trim() === '' ? [] : [put(`resources/${i}.yaml`, text)]))
  const entries: unknown[] = []
  for (const { name, text } of patches.jsonPatches ?? []) entries.push(jsonPatchEntry(name, text))
  for (const [i, { text }] of (patches.strategicMergePatches ?? []).entries()) entries.push({ path: put(`strategicmergepatches/patch.${i}.yaml`, text) })
  for (const { name, text } of patches.patches ?? []) entries.push(...patchEntries(name, text))
  const transformers = (patches.transformers ?? []).map(({ text }, i) => put(`transformers/transformer.${i}.yaml`, text))
  put('kustomization.yaml', marshalPlain({
    resources, ...(entries.length > 0 && { patches: entries }), ...(transformers.length > 0 && { transformers }), ...(patches.sortOptions && { sortOptions: patches.sortOptions }),
  }))
  if (resources.length === 0) return []
  return build(root, { ...options, files: overlaid(files) })
}

function jsonPatchEntry(name: string, text: string): unknown {
  const entry = parseDocument(text) as { target?: unknown; patch?: unknown; path?: unknown } | null
  const target = entry?.target ?? {}
  if (typeof entry?.path === 'string' && entry.path !== '') return { target, path: entry.path }
  if (Array.isArray(entry?.patch) && entry.patch.length > 0) return { target, patch: marshalPlain(entry.patch) }
  return refuse(`either "path" or "patch" must be set in ${name}`)
}

function patchEntries(name: string, text: string): unknown[] {
  const value = parseDocument(text)
  const list = Array.isArray(value) ? value : value === null ? [] : [value]
  if (list.length === 0) refuse(`parsing patches file ${name}: patches file contains no patch entries`)
  if (list.some((entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry))) refuse(`parsing patches file ${name}: patches file must contain YAML mappings or lists of mappings`)
  return list
}

/** What helmfile's values may change about a release whose chart is a kustomization. */
export interface KustomizeChartValues {
  readonly images?: readonly Image[]
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly sortOptions?: SortOptions
}

/**
 * Builds a kustomization with values on top of it, as helmfile does with a release whose chart is one. Upstream: chartify's KustomizeBuild.
 * @param directory absolute
 */
export async function buildKustomizeChart(directory: string, values: KustomizeChartValues, options: BuildOptions = {}): Promise<BuiltResource[]> {
  const below: KustomizeFiles = options.files ?? diskFiles
  // A kustomization of its own, in a folder that only exists in memory.
  const root = '/pintle-kustomize-chart'
  const { images, namePrefix, nameSuffix, namespace, sortOptions } = values
  const text = marshalPlain({
    resources: [posix.relative(root, directory)], ...(images?.length && { images }), ...(namePrefix && { namePrefix }), ...(nameSuffix && { nameSuffix }),
    ...(namespace && { namespace }), ...(sortOptions && { sortOptions }),
  })
  return build(root, { ...options, files: overlaid(new Map([[`${root}/kustomization.yaml`, text]]), below) })
}
