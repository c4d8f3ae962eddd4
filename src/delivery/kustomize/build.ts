import { wrapped } from './refusal.ts'
import { diskFiles, type KustomizeFiles } from './load/file-system.ts'
import { Loader, type LoadRestrictor, type Remote } from './load/loader.ts'
import type { HelmSettings } from './generate/helm-settings.ts'
import { fieldSpec } from './config/field-spec.ts'
import { anno } from './resource/annotations.ts'
import type { ResourceMap } from './resource/resource-map.ts'
import { Schemas } from './schema/schema.ts'
import { Target } from './target.ts'
import { setEntries } from './transform/labels.ts'
import { sortResources } from './transform/sort-order.ts'

export interface BuildOptions {
  /** Where files are read. Default: the machine's. */
  readonly files?: KustomizeFiles
  /** How what is not a file is fetched. Default: not at all. */
  readonly remote?: Remote
  readonly signal?: AbortSignal
  /** Whether files may lie outside of the kustomization that names them. Default: rootOnly. */
  readonly loadRestrictor?: LoadRestrictor
  /** How helm charts are rendered. Default: they are refused, as without --enable-helm. */
  readonly helm?: HelmSettings
  /** The order of resources where the kustomization says nothing. Default: legacy. */
  readonly reorder?: 'legacy' | 'none' | undefined
  readonly addManagedByLabel?: boolean
  /** Told what is deprecated or odd, a line each. */
  readonly warn?: (line: string) => void
  /** What relative paths start from. Default: the process's. */
  readonly workingDirectory?: string
}

/** A resource of a build. */
export interface BuiltResource {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
  /** `cluster` for those that certainly have no namespace, as kustomize sees it. */
  readonly scope: 'cluster' | 'namespace'
  /** As kustomize prints it. */
  readonly yaml: string
}

/** The version of kustomize that is followed, as the managed-by label says it. */
export const kustomizeVersion = 'v5.8.2'

/**
 * Builds a kustomization, as `kustomize build` does: nothing is started, nothing is written.
 * @param directory a folder with a kustomization file, or the URL of one
 * @returns the resources in the order in which they are printed
 * @throws PintleError kustomize.build with kustomize's text
 * @example (await build('overlays/prod')).map((resource) => resource.yaml).join('---\n')
 */
export async function build(directory: string, options: BuildOptions = {}): Promise<BuiltResource[]> {
  const { files = diskFiles, remote = {}, signal, loadRestrictor = 'rootOnly', helm, reorder, addManagedByLabel = false, warn = () => {}, workingDirectory = process.cwd() } = options
  const loader = await Loader.at(directory, { files, remote, signal, used: { bytes: 0, kustomizations: 0 } }, loadRestrictor, workingDirectory)
  const target = await Target.load(loader, { schemas: new Schemas(), helm, warn })
  await target.useSchema(true)
  const map = await target.make()
  finish(map, target, reorder, addManagedByLabel, warn)
  return map.list.map((resource) => {
    const { apiVersion, kind, name, namespace } = resource
    try {
      return { apiVersion, kind, name, namespace, scope: resource.id.clusterScoped ? 'cluster' : 'namespace', yaml: resource.yaml }
    } catch (error) {
      throw wrapped(error, resource.goSyntax)
    }
  })
}

function finish(map: ResourceMap, { kustomization }: Target, reorder: 'legacy' | 'none' | undefined, managedBy: boolean, warn: (line: string) => void): void {
  const { sortOptions, buildMetadata } = kustomization
  if (sortOptions !== undefined) {
    if (reorder !== undefined) warn("Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). Using the kustomization file over the CLI flag.")
    sortResources(map, sortOptions)
  } else if (reorder !== 'none') {
    sortResources(map, { order: 'legacy' })
  }
  if (managedBy || buildMetadata.includes('managedByLabel')) {
    setEntries(map, { 'app.kubernetes.io/managed-by': `kustomize-${kustomizeVersion}` }, [fieldSpec('metadata/labels', true)])
  }
  for (const resource of map.list) {
    resource.removeBuildAnnotations()
    if (!buildMetadata.includes('originAnnotations')) resource.removeAnnotations([anno.origin])
    if (!buildMetadata.includes('transformerAnnotations')) resource.removeAnnotations([anno.transformations])
  }
}

