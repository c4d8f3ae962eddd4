import type { CallOptions, Cluster } from '../../../cluster/kube/index.ts'
import { manifestObjects } from '../../../cluster/release/index.ts'
import type { NeededRight } from './needed-right.ts'
import { neededRights, type RightsQuestion, type ScopedHook } from './needed-rights.ts'
import { scopeObjects } from './scope-objects.ts'

export interface ReleaseRightsOptions extends CallOptions, Pick<RightsQuestion, 'release' | 'namespace' | 'operations' | 'createNamespace' | 'records'> {
  /** Asked for kinds that neither Kubernetes nor the chart defines. */
  readonly cluster?: Cluster
  /** Of the new revision, and of the last one: what leaves the chart is deleted. */
  readonly manifests: readonly string[]
  readonly hooks: readonly { readonly manifest: string; readonly events: readonly string[] }[]
  /** Texts of the chart's crds folders. */
  readonly crds: readonly string[]
}

/**
 * The rights that a release needs.
 * @returns the rights, and kinds nobody knows (`apiVersion Kind`): what they need is missing
 * @throws where a manifest is no YAML
 */
export async function rightsOfRelease(options: ReleaseRightsOptions): Promise<{ needed: NeededRight[]; unknown: string[] }> {
  const { cluster, namespace, signal, release, operations, createNamespace, records } = options
  const crds = options.crds.flatMap(manifestObjects)
  const scope = { namespace, definitions: crds, ...(cluster && { cluster }), ...(signal && { signal }) }
  const objects = await scopeObjects(options.manifests.flatMap(manifestObjects), scope)
  const definitions = await scopeObjects(crds, scope)
  const unknown = [...objects.unknown, ...definitions.unknown]
  const hooks: ScopedHook[] = []
  for (const hook of options.hooks) {
    const made = await scopeObjects(manifestObjects(hook.manifest), scope)
    hooks.push(...made.scoped.map((o) => ({ ...o, events: hook.events })))
    unknown.push(...made.unknown)
  }
  const needed = neededRights({
    release, namespace, operations, objects: objects.scoped, hooks, definitions: definitions.scoped, ...(createNamespace !== undefined && { createNamespace }), ...(records !== undefined && { records }),
  })
  return { needed, unknown: [...new Set(unknown)].sort() }
}
