import type { CallOptions, Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import type { Manifest, Name } from '../manifest.ts'
import type { Parts } from '../parts.ts'
import type { RolloutSpec, RouterKind } from '../types.ts'
import { refused } from '../refused.ts'

/** What of a strategy says how many new pods there are. */
export type Sizing = Pick<RolloutSpec, 'replicas'> & Partial<Pick<RolloutSpec, 'strategy'>>

/** What a weight comes to. */
export interface Reach {
  /** Percent. */
  readonly achieved: number
  readonly stable: number
  readonly canary: number
}

export interface RouterView extends CallOptions {
  readonly cluster: Cluster
  readonly parts: Parts
  /** What was written last. */
  readonly manifest: Manifest
}

/** Whether traffic goes as it was written. */
export type Settled =
  | { readonly settled: true }
  /** @property refused somebody said no; more time may not help */
  | { readonly settled: false; readonly why: string; readonly refused?: boolean }

/**
 * One way to give a version its share of the traffic. All are held to one suite: test/cluster/router-suite.ts.
 */
export interface Router {
  readonly kind: RouterKind
  /** `pods`: both versions stand behind the same Services, and their numbers are the weight. `route`: an object says it, and the versions are told apart. */
  readonly by: 'pods' | 'route'
  /** Percent that can be asked for; any when left out. */
  readonly only?: readonly number[]
  /** What is reached of a weight, with how many pods of each version. */
  plan(weight: number, full: number, spec: Sizing): Reach
  /** Refuses what the release's objects make impossible: PintleError rule.refused. */
  check(parts: Parts): void
  /** The manifest in which traffic goes so; one with weight 0 has all that later weights need. */
  route(manifest: Manifest, parts: Parts, weight: number): Manifest
  /** Objects in the manifest that say where traffic goes: what somebody else must not change meanwhile. */
  routes(manifest: Manifest, parts: Parts): readonly Name[]
  /** Whether the cluster does what was written, asked once. */
  settled(view: RouterView, weight: number): Promise<Settled>
  /** Percent that the new version has by what is written in the cluster. */
  read(view: RouterView): Promise<number>
}

/** Pods of both versions, where a router splits the traffic: the old version stays as it is, so that going back needs nobody. */
export function splitPods(weight: number, full: number, { replicas = 0, strategy }: Sizing): Pick<Reach, 'stable' | 'canary'> {
  // A preview is looked at as what it will be.
  const least = weight >= 100 || strategy === 'blue-green' ? full : 1
  return { stable: full, canary: Math.max(least, replicas, Math.ceil((full * weight) / 100)) }
}

/** Names of routes that `spec.route` means: `HTTPRoute/shop`, or `shop`; all where nothing is named. */
export function meantRoutes(names: readonly Name[], route: string | undefined): readonly Name[] {
  return route === undefined ? names : names.filter(({ kind, name }) => route === name || route.toLowerCase() === `${kind}/${name}`.toLowerCase())
}

/** Refuses where nothing in the release sends traffic to the old version by this router. */
export function requireRoutes(found: readonly Name[], { spec, workload }: Parts, kinds: string): void {
  const { services, name } = workload
  if (services.length === 0) throw refused(`no Service selects the pods of Deployment ${name.name}: there is no traffic to be moved`)
  if (found.length > 0) return
  const to = services.map((s) => `Service ${s.name}`).join(' or ')
  if (spec.route === undefined) throw refused(`no ${kinds} of the release sends traffic to ${to}`, 'Put the route into the chart, or choose another router; a route that another release or team owns is left alone.')
  throw refused(`${spec.route} is no ${kinds} of the release that sends traffic to ${to}`, 'Routes that another release or team owns are left alone: what restores them after a failure would be a second owner. Put the route into the chart.')
}

/** The whole numbers, and their sum, that say a percentage: hundredths where it has any. */
export const proportion = (weight: number): { readonly part: number; readonly of: number } => (Number.isInteger(weight) ? { part: weight, of: 100 } : { part: Math.round(weight * 100), of: 10_000 })

/** Object's API name in the cluster. */
export const refIn = (manifest: Manifest, { kind, namespace, name, group }: Name): { apiVersion: string; kind: string; namespace: string; name: string } => ({
  apiVersion: manifest.find({ kind, group, namespace, name })!.apiVersion, kind, namespace, name,
})

/** Percent that the new version has by the live routes: the most that any of them gives it. */
export async function liveWeight({ cluster, parts, manifest, signal }: RouterView, routes: readonly Name[], weightIn: (live: KubeObject, name: Name, parts: Parts) => number | undefined): Promise<number> {
  const weights = await Promise.all(routes.map(async (name) => {
    const live = await cluster.get(refIn(manifest, name), { ...(signal && { signal }) })
    return live === undefined ? 0 : weightIn(live, name, parts) ?? 0
  }))
  return Math.max(0, ...weights)
}
