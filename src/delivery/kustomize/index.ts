/**
 * Owns kustomizations: reading them, and the objects they make, as kustomize 5.8 makes them.
 * Refuses to start any program (exec and container plugins are refused by name), to write files, and to know how charts are rendered or
 * URLs fetched: both are given to it.
 */
export { build, kustomizeVersion } from './build.ts'
export type { BuildOptions, BuiltResource } from './build.ts'
export { diskFiles, overlaid } from './load/file-system.ts'
export type { KustomizeFiles } from './load/file-system.ts'
export type { LoadRestrictor, Remote } from './load/loader.ts'
export type { RepoSpec } from './load/repo-spec.ts'
export type { HelmRunner, HelmSettings } from './generate/helm-settings.ts'
export { buildKustomizeChart, patchManifests } from './patch-manifests.ts'
export type { KustomizeChartValues, ManifestOptions, ManifestPatches, NamedText } from './patch-manifests.ts'
export { buildOver, standInName } from './build-over.ts'
export { individualFiles } from './individual-files.ts'
