import { builtinMapping, type CallOptions, type Cluster, type KubeObject, type ResourceMapping } from '../../../cluster/kube/index.ts'

/** An object with where its kind is served, and the namespace it goes to ('' for cluster-scoped kinds). */
export interface ScopedObject {
  readonly object: KubeObject
  readonly mapping: Pick<ResourceMapping, 'group' | 'plural' | 'namespaced'>
  readonly namespace: string
}

export interface ScopeOptions extends CallOptions {
  /** Of the release: where objects go that name none. */
  readonly namespace: string
  /** Asked for kinds that neither Kubernetes nor `definitions` knows. */
  readonly cluster?: Cluster
  /** CustomResourceDefinitions that the chart brings. */
  readonly definitions?: readonly KubeObject[]
}

/**
 * Finds the resource of every object.
 * @returns the objects with their resources, and kinds nobody knows as `apiVersion Kind`
 */
export async function scopeObjects(objects: readonly KubeObject[], options: ScopeOptions): Promise<{ scoped: ScopedObject[]; unknown: string[] }> {
  const { namespace, cluster, signal } = options
  const definitions = [...(options.definitions ?? []), ...objects.filter((o) => o.kind === 'CustomResourceDefinition')]
  const mappings = new Map<string, Promise<ScopedObject['mapping'] | undefined>>()
  const find = async ({ apiVersion, kind }: KubeObject): Promise<ScopedObject['mapping'] | undefined> =>
    builtinMapping(apiVersion, kind) ?? definedBy(definitions, apiVersion, kind) ?? (await cluster?.mapping(apiVersion, kind, signal ? { signal } : {}).catch(() => undefined))
  const scoped: ScopedObject[] = []
  const unknown = new Set<string>()
  for (const object of objects) {
    const id = `${object.apiVersion} ${object.kind}`
    if (!mappings.has(id)) mappings.set(id, find(object))
    const mapping = await mappings.get(id)
    if (mapping === undefined) unknown.add(id)
    else scoped.push({ object, mapping, namespace: mapping.namespaced ? (object.metadata?.namespace || namespace) : '' })
  }
  return { scoped, unknown: [...unknown] }
}

function definedBy(definitions: readonly KubeObject[], apiVersion: string, kind: string): ScopedObject['mapping'] | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const found = definitions.find((d) => d.spec?.group === group && d.spec?.names?.kind === kind)
  return found === undefined ? undefined : { group, plural: String(found.spec.names.plural), namespaced: found.spec.scope === 'Namespaced' }
}
