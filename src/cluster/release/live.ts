import type { CallOptions, Cluster, KubeObject, ListOptions } from '../kube/index.ts'
import { serverFailed, wrapped } from './failure.ts'
import { mapParallel } from './parallel.ts'
import { resourceText } from './resources.ts'
import type { Resource } from './resources.ts'

/** From this many objects of one kind in one namespace on, a list is one request instead of several. */
const listFrom = 2

export interface LiveReading {
  /** The live object of each resource; undefined where there is none. */
  objects: Map<Resource, KubeObject | undefined>
  /** What could not be read, instead of an exception, when asked for. */
  failures: Map<Resource, unknown>
}

type ListCall = CallOptions & Pick<ListOptions, 'metadataOnly'>
type ReadOptions = ListCall & { tolerant?: boolean }

/**
 * Reads the live objects of many resources in few requests: kind by kind, a list where several are wanted.
 * @param options.tolerant collect failures instead of throwing the first
 * @param options.metadataOnly for who wants to know whether they are there and whose they are: objects may come without the rest
 */
export async function readLive(cluster: Cluster, resources: readonly Resource[], options: ReadOptions = {}): Promise<LiveReading> {
  const { tolerant = false, ...call } = options
  const groups = groupsOf(resources.filter((r) => r.coming !== true))
  const reading: LiveReading = { objects: new Map(resources.filter((r) => r.coming === true).map((r) => [r, undefined])), failures: new Map() }
  const single = async (resource: Resource): Promise<void> => {
    try {
      reading.objects.set(resource, await cluster.get(resource.ref, call))
    } catch (error) {
      const failure = wrapped(error, (m) => `could not get information about the resource ${resourceText(resource)}: ${m}`)
      if (!tolerant) throw failure
      reading.failures.set(resource, error)
    }
  }
  const jobs: (() => Promise<void>)[] = []
  for (const group of groups) {
    if (!isListed(group)) jobs.push(...group.map((resource) => () => single(resource)))
    else jobs.push(() => listed(cluster, group, reading, { ...call, tolerant }, single))
  }
  await mapParallel(jobs, (job) => job())
  return reading
}

function groupsOf(resources: readonly Resource[]): Resource[][] {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources) {
    const key = `${resource.ref.apiVersion} ${resource.ref.kind} ${resource.ref.namespace ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), resource])
  }
  return [...groups.values()]
}

/** Definitions are left out: a cluster's are many, and a megabyte each is not rare. */
const isListed = (group: readonly Resource[]): boolean => group.length >= listFrom && group[0]!.ref.kind !== 'CustomResourceDefinition'

/** Those of the resources that `readLive` reads by lists. */
export function listable(resources: readonly Resource[]): Resource[] {
  return groupsOf(resources).filter(isListed).flat()
}

async function listed(cluster: Cluster, group: Resource[], reading: LiveReading, { tolerant, ...call }: ListCall & { tolerant: boolean }, single: (r: Resource) => Promise<void>): Promise<void> {
  const { apiVersion, kind, namespace } = group[0]!.ref
  const scope: ListOptions = { ...call, ...(namespace === undefined ? {} : { namespace }) }
  // A namespace's Secrets hold the release records, a megabyte each.
  if (apiVersion === 'v1' && kind === 'Secret' && call.metadataOnly !== true) scope.fieldSelector = 'type!=helm.sh/release.v1'
  let items: KubeObject[]
  try {
    items = (await cluster.list(apiVersion, kind, scope)).items
  } catch (error) {
    // The right to get does not imply the right to list; a server that fails would fail again for each of them.
    if (serverFailed(error)) {
      if (!tolerant) throw error
      for (const resource of group) reading.failures.set(resource, error)
      return
    }
    await mapParallel(group, single)
    return
  }
  const byName = new Map(items.map((item) => [item.metadata.name, item]))
  for (const resource of group) {
    const item = byName.get(resource.ref.name)
    if (item !== undefined) reading.objects.set(resource, { ...item, apiVersion, kind })
    // Written by a chart, a Secret may have that very type.
    else if (scope.fieldSelector !== undefined) await single(resource)
    else reading.objects.set(resource, undefined)
  }
}
