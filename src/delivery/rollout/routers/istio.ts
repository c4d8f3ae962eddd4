import type { KubeObject } from '../../../cluster/kube/index.ts'
import { copyName, trackLabel } from '../copies.ts'
import type { Manifest, Name } from '../manifest.ts'
import type { Parts } from '../parts.ts'
import { liveWeight, meantRoutes, refIn, requireRoutes, splitPods } from './router.ts'
import type { Router } from './router.ts'

const group = 'networking.istio.io'
const protocols = ['http', 'tls', 'tcp'] as const

/** Istio: in every route of a VirtualService to the old version's host a second destination takes its share. The weights of a route sum to 100. */
export const istioRouter: Router = {
  kind: 'istio',
  by: 'route',
  plan: (weight, full, spec) => ({ achieved: Math.round(weight), ...splitPods(Math.round(weight), full, spec) }),
  check(parts) {
    requireRoutes(this.routes(parts.stable, parts), parts, 'VirtualService')
  },
  route(manifest, parts, weight) {
    let out = manifest
    for (const rule of manifest.ofKind('DestinationRule', group)) {
      const copy = copyOfRule(rule, manifest.nameOf(rule), parts)
      if (copy !== undefined) out = out.with(copy, manifest.nameOf(rule))
    }
    for (const name of this.routes(manifest, parts)) {
      const service = manifest.find(name)!
      const spec = { ...service.spec }
      for (const protocol of protocols) if (Array.isArray(spec[protocol])) spec[protocol] = (spec[protocol] as any[]).flatMap((route) => withTwin(route, protocol, name, parts, manifest, weight))
      out = out.with({ ...service, spec })
    }
    return out
  },
  routes(manifest, parts) {
    const found = manifest.ofKind('VirtualService', group).map((o) => manifest.nameOf(o)).filter((name) => routesIn(manifest.find(name)!).some((r) => destinations(r).some((d) => serviceOf(d, name, parts) !== undefined || isCopy(d, name, parts))))
    return meantRoutes(found, parts.spec.route)
  },
  async settled({ cluster, parts, manifest, signal }, weight) {
    for (const name of this.routes(manifest, parts)) {
      const live = await cluster.get(refIn(manifest, name), { ...(signal && { signal }) })
      if (live === undefined) return { settled: false, why: `VirtualService ${name.name} is gone` }
      const wanted = weightIn(manifest.find(name)!, name, parts)
      const now = weightIn(live, name, parts)
      if (now !== wanted) return { settled: false, why: `VirtualService ${name.name} gives the new version ${now ?? 0}%, not ${wanted ?? weight}%` }
      // Where istiod is told to write a status, it says which generation proxies have.
      const { conditions = [], validationMessages = [], observedGeneration } = live.status ?? {}
      const error = (validationMessages as any[]).find((m) => m.level === 'ERROR' || m.level === 3)
      if (error !== undefined) return { settled: false, refused: true, why: `VirtualService ${name.name} is refused: ${error.type?.code ?? ''} ${error.documentationUrl ?? ''}`.trim() }
      const reconciled = (conditions as any[]).find((c) => c.type === 'Reconciled')
      const isBehind = observedGeneration !== undefined && Number(observedGeneration) < (live.metadata.generation ?? 0)
      if (reconciled !== undefined && (reconciled.status !== 'True' || isBehind)) return { settled: false, why: `VirtualService ${name.name} has not reached all proxies yet${reconciled.message ? `: ${reconciled.message}` : ''}` }
    }
    return { settled: true }
  },
  async read(view) {
    return await liveWeight(view, this.routes(view.manifest, view.parts), weightIn)
  },
}

const routesIn = (service: KubeObject): any[] => protocols.flatMap((p) => (service.spec?.[p] ?? []) as any[])
const destinations = (route: any): any[] => ((route?.route ?? []) as any[]).map((r) => r.destination)

/** A short name is one of the VirtualService's namespace; a cluster's domain may be any. */
function hostOf(host: unknown, namespace: string): { service: string; namespace: string; rest: string } | undefined {
  if (typeof host !== 'string') return undefined
  const [service = '', inside, svc, ...domain] = host.split('.')
  if (inside === undefined) return { service, namespace, rest: '' }
  if (svc !== undefined && svc !== 'svc') return undefined
  return { service, namespace: inside, rest: [inside, ...(svc === undefined ? [] : [svc]), ...domain].join('.') }
}

function serviceOf(destination: any, { namespace }: Name, { workload }: Parts): Name | undefined {
  const host = hostOf(destination?.host, namespace)
  return host === undefined ? undefined : workload.services.find((s) => s.name === host.service && s.namespace === host.namespace)
}

function isCopy(destination: any, { namespace }: Name, { workload, marks }: Parts): boolean {
  const host = hostOf(destination?.host, namespace)
  return host !== undefined && workload.services.some((s) => copyName(s.name, marks.track) === host.service && s.namespace === host.namespace)
}

/** The copy's host, spelled as the original's. */
function twinHost(host: string, namespace: string, { marks }: Parts): string {
  const { service, rest } = hostOf(host, namespace)!
  return [copyName(service, marks.track), ...(rest === '' ? [] : [rest])].join('.')
}

function withTwin(route: any, protocol: (typeof protocols)[number], name: Name, parts: Parts, manifest: Manifest, weight: number): any[] {
  const legs = (route?.route ?? []) as any[]
  const isOld = (leg: any): boolean => serviceOf(leg.destination, name, parts) !== undefined
  if (!legs.some(isOld)) return [route]
  const twin = (leg: any): any => {
    const { subset, ...destination } = leg.destination
    const named = subset !== undefined && manifest.ofKind('DestinationRule', group).some((r) => serviceOf(r.spec, manifest.nameOf(r), parts) !== undefined && ((r.spec.subsets ?? []) as any[]).some((s) => s.name === subset))
    return { ...leg, destination: { ...destination, host: twinHost(destination.host, name.namespace, parts), ...(named && { subset }) } }
  }
  const share = (leg: any): number => (legs.length === 1 ? 100 : Number(leg.weight ?? 0))
  const shares = rounded(legs.map((leg) => (isOld(leg) ? (share(leg) * Math.round(weight)) / 100 : 0)))
  const split = legs.flatMap((leg, i) => (isOld(leg) ? [{ ...leg, weight: share(leg) - shares[i]! }, { ...twin(leg), weight: shares[i]! }] : [leg]))
  return [...headerRoute(route, protocol, legs.filter(isOld).map(twin), parts), { ...route, route: split }]
}

/** Whole numbers that sum to what these sum to, rounded: the largest remainders get what is left. */
function rounded(values: readonly number[]): number[] {
  const out = values.map(Math.floor)
  const left = Math.round(values.reduce((a, b) => a + b, 0)) - out.reduce((a, b) => a + b, 0)
  const byRemainder = values.map((_value, i) => i).sort((a, b) => values[b]! % 1 - values[a]! % 1)
  for (const i of byRemainder.slice(0, left)) out[i]! += 1
  return out
}

function headerRoute(route: any, protocol: string, legs: any[], { spec: { header }, marks }: Parts): any[] {
  if (header === undefined || protocol !== 'http') return []
  const given = ((route.match ?? []) as any[]).length > 0 ? route.match as any[] : [{}]
  // Header names of a VirtualService are in lower case.
  const match = given.map((m) => ({ ...m, headers: { ...m.headers, [header.name.toLowerCase()]: { exact: header.value } } }))
  const only = legs.map(({ weight: _weight, ...leg }) => leg)
  return [{ ...route, ...(route.name !== undefined && { name: `${route.name}-${marks.track}` }), match, route: only.length === 1 ? only : only.slice(0, 1) }]
}

/** What a DestinationRule says of the old version's host, for the copy's. A subset whose labels the new pods do not have is all of them. */
function copyOfRule(rule: KubeObject, name: Name, parts: Parts): KubeObject | undefined {
  if (serviceOf(rule.spec, name, parts) === undefined) return undefined
  const { workload, marks } = parts
  const pods = { ...workload.target.spec.template.metadata?.labels, ...marks.changed, [trackLabel]: marks.track } as Record<string, string>
  const subsets = ((rule.spec.subsets ?? []) as any[]).map(({ labels = {}, ...subset }) => (Object.entries(labels).every(([k, v]) => pods[k] === v) ? { ...subset, labels } : subset))
  return {
    ...rule,
    metadata: { ...rule.metadata, name: copyName(name.name, marks.track), labels: { ...rule.metadata.labels, [trackLabel]: marks.track } },
    spec: { ...rule.spec, host: twinHost(rule.spec.host, name.namespace, parts), ...(subsets.length > 0 && { subsets }) },
  }
}

/** Percent that the new version has of what both have; the most of several routes. */
function weightIn(service: KubeObject, name: Name, parts: Parts): number | undefined {
  const weights = routesIn(service).flatMap((route) => {
    const legs = (route.route ?? []) as any[]
    const sum = (means: (d: any) => boolean): number => legs.filter((l) => means(l.destination)).reduce((all: number, l) => all + Number(l.weight ?? (legs.length === 1 ? 100 : 0)), 0)
    const old = sum((d) => serviceOf(d, name, parts) !== undefined)
    const fresh = sum((d) => isCopy(d, name, parts))
    return legs.some((l) => serviceOf(l.destination, name, parts) !== undefined) && old + fresh > 0 ? [Math.round((fresh / (old + fresh)) * 1e6) / 1e4] : []
  })
  return weights.length === 0 ? undefined : Math.max(...weights)
}
