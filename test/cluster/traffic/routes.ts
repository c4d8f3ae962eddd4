import type { KubeObject } from '../../../src/cluster/kube/index.ts'

/** A Service of the route's namespace and its share. */
export interface Leg { readonly service: string; readonly weight: number }

/** The backends of an HTTPRoute's first rule: weights are proportions, 1 where left out. */
export function httpRouteLegs(route: KubeObject): Leg[] {
  return (route.spec?.rules?.[0]?.backendRefs ?? []).map((ref: { name: string; weight?: number }) => ({ service: ref.name, weight: ref.weight ?? 1 }))
}

/** The destinations of a VirtualService's last rule, which is the one without conditions; one destination alone needs no weight. */
export function virtualServiceLegs(route: KubeObject): Leg[] {
  const destinations: { destination: { host: string }; weight?: number }[] = route.spec?.http?.find((rule: { match?: unknown }) => rule.match === undefined)?.route ?? []
  return destinations.map(({ destination, weight }) => ({ service: destination.host.split('.')[0]!, weight: weight ?? (destinations.length === 1 ? 100 : 0) }))
}

const canary = 'nginx.ingress.kubernetes.io/canary'

/** An Ingress of ingress-nginx, and the canary that another of the same host makes of it (internal/ingress/annotations/canary). */
export function ingressLegs(main: KubeObject, others: readonly KubeObject[]): Leg[] {
  const backend = (ingress: KubeObject): string => ingress.spec?.rules?.[0]?.http?.paths?.[0]?.backend?.service?.name ?? ''
  const host = (ingress: KubeObject): string => ingress.spec?.rules?.[0]?.host ?? ''
  const twin = others.find(other => other.metadata.annotations?.[canary] === 'true' && host(other) === host(main))
  const weight = Number(twin?.metadata.annotations?.[`${canary}-weight`] ?? 0)
  const total = Number(twin?.metadata.annotations?.[`${canary}-weight-total`] ?? 100)
  return [{ service: backend(main), weight: total - weight }, ...(twin === undefined ? [] : [{ service: backend(twin), weight }])]
}
