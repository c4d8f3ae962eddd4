import type { CallOptions, Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { isSecretSource, readiness, storesOf, type StoreRef } from '../../../cluster/readiness/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { refOf, type ManifestFacts } from '../../policy/index.ts'

type Stores = NonNullable<ManifestFacts['secretStores']>

/**
 * Stores of External Secrets that objects read and that neither they nor the cluster have, or that are not ready. Changes nothing.
 * @param objects of the release, hooks among them
 * @returns undefined when the cluster does not say; an empty list where it does not serve stores at all, which is told of their kinds
 */
export async function secretStores(objects: readonly KubeObject[], namespace: string, cluster: Cluster, call: CallOptions): Promise<Stores | undefined> {
  const own = new Set(objects.filter(isSecretSource).map((o) => keyOf({ kind: o.kind as StoreRef['kind'], name: o.metadata.name ?? '' }, o.metadata.namespace ?? namespace)))
  const found: Stores[number][] = []
  const states = new Map<string, string | undefined>()
  try {
    for (const object of objects.filter((o) => o.kind !== 'ClusterExternalSecret')) {
      const place = object.metadata?.namespace ?? namespace
      for (const ref of storesOf(object)) {
        const key = keyOf(ref, place)
        if (own.has(key)) continue
        if (!states.has(key)) states.set(key, await faultOf(ref, place, cluster, call))
        const fault = states.get(key)
        if (fault !== undefined) found.push({ object: refOf(object), store: `${ref.kind}/${ref.name}`, fault })
      }
    }
  } catch (error) {
    if (isPintleError(error, 'kube.forbidden')) return undefined
    throw error
  }
  return found
}

const keyOf = ({ kind, name }: StoreRef, namespace: string): string => `${kind} ${kind === 'SecretStore' ? namespace : ''} ${name}`

async function faultOf({ kind, name }: StoreRef, namespace: string, cluster: Cluster, call: CallOptions): Promise<string | undefined> {
  for (const apiVersion of ['external-secrets.io/v1', 'external-secrets.io/v1beta1']) {
    if (await cluster.mapping(apiVersion, kind, call) === undefined) continue
    const store = await cluster.get({ apiVersion, kind, name, ...(kind === 'SecretStore' && { namespace }) }, call)
    if (store === undefined) return kind === 'SecretStore' ? `is neither in the release nor in namespace ${namespace}` : 'is neither in the release nor in the cluster'
    const { status, reason } = readiness(store)
    return status === 'current' ? undefined : `is not ready: ${reason}`
  }
  return undefined
}
