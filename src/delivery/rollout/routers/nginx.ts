import type { KubeObject } from '../../../cluster/kube/index.ts'
import { copyName, trackLabel } from '../copies.ts'
import type { Manifest, Name } from '../manifest.ts'
import type { Parts } from '../parts.ts'
import { refused } from '../refused.ts'
import { meantRoutes, proportion, refIn, requireRoutes, splitPods } from './router.ts'
import type { Router } from './router.ts'

const group = 'networking.k8s.io'
const prefix = 'nginx.ingress.kubernetes.io/canary'
const classAnnotation = 'kubernetes.io/ingress.class'

/**
 * ingress-nginx: a second Ingress for the hosts and paths that lead to the old version, whose annotations say what share of the requests it takes.
 * The controller looks at the header first, then at a cookie, then at the weight.
 */
export const nginxRouter: Router = {
  kind: 'nginx',
  by: 'route',
  plan: (weight, full, spec) => ({ achieved: weight, ...splitPods(weight, full, spec) }),
  check(parts) {
    const found = mains(parts.stable, parts)
    requireRoutes(found, parts, 'Ingress')
    for (const name of found) {
      const hosts = new Set(pathsToOld(parts.stable.find(name)!, name, parts).map((r) => r.host ?? ''))
      const rival = parts.stable.ofKind('Ingress', group).find((o) => o.metadata.annotations?.[prefix] === 'true' && ((o.spec?.rules ?? []) as any[]).some((r) => hosts.has(r.host ?? '')))
      if (rival !== undefined) throw refused(`Ingress ${rival.metadata.name} is a canary of ${name.name} already, and ingress-nginx takes one for each rule`, 'Take it out of the chart, or use another router.')
    }
  },
  route(manifest, parts, weight) {
    let out = manifest
    for (const name of mains(manifest, parts)) out = out.with(twin(manifest.find(name)!, name, parts, weight), name)
    return out
  },
  routes(manifest, parts) {
    const main = mains(manifest, parts)
    return [...main, ...main.map((n) => ({ ...n, name: copyName(n.name, parts.marks.track) })).filter((n) => manifest.find(n) !== undefined)]
  },
  async settled({ cluster, parts, manifest, signal }, weight) {
    for (const name of mains(manifest, parts)) {
      const call = { ...(signal && { signal }) }
      const [main, copy] = await Promise.all([name.name, copyName(name.name, parts.marks.track)].map((n) => cluster.get({ ...refIn(manifest, name), name: n }, call)))
      if (main === undefined) return { settled: false, why: `Ingress ${name.name} is gone` }
      if (copy === undefined || Math.abs(weightOf(copy) - weight) > 0.01) return { settled: false, why: `the canary of Ingress ${name.name} takes ${copy === undefined ? 'nothing' : `${weightOf(copy)}%`}` }
      // The controller gives an address to each Ingress that it serves; where it is told not to, neither has one.
      const isServed = (o: KubeObject): boolean => ((o.status?.loadBalancer?.ingress ?? []) as unknown[]).length > 0
      if (isServed(main) && !isServed(copy)) return { settled: false, why: `the controller of Ingress ${name.name} has not taken up its canary yet` }
    }
    return { settled: true }
  },
  async read({ cluster, parts, manifest, signal }) {
    const weights = await Promise.all(mains(manifest, parts).map(async (name) => {
      const copy = await cluster.get({ ...refIn(manifest, name), name: copyName(name.name, parts.marks.track) }, { ...(signal && { signal }) })
      return copy === undefined ? 0 : weightOf(copy)
    }))
    return Math.max(0, ...weights)
  },
}

/** The Ingresses that lead to the old version. */
function mains(manifest: Manifest, parts: Parts): readonly Name[] {
  const found = manifest.ofKind('Ingress', group).filter((o) => o.metadata.annotations?.[prefix] !== 'true' && pathsToOld(o, manifest.nameOf(o), parts).length > 0)
  return meantRoutes(found.map((o) => manifest.nameOf(o)), parts.spec.route)
}

/** The rules of an Ingress with those of their paths alone that lead to the old version. */
function pathsToOld(ingress: KubeObject, name: Name, { workload }: Parts): any[] {
  const isOld = (service: unknown): boolean => workload.services.some((s) => s.namespace === name.namespace && s.name === service)
  return ((ingress.spec?.rules ?? []) as any[]).flatMap((rule) => {
    const paths = ((rule.http?.paths ?? []) as any[]).filter((p) => isOld(p.backend?.service?.name))
    return paths.length === 0 ? [] : [{ ...rule, http: { ...rule.http, paths } }]
  })
}

function twin(ingress: KubeObject, name: Name, parts: Parts, weight: number): KubeObject {
  const { marks: { track }, spec: { header } } = parts
  const { part, of } = proportion(weight)
  const { annotations = {}, labels, namespace } = ingress.metadata
  const notes: Record<string, string> = {
    ...(annotations[classAnnotation] !== undefined && { [classAnnotation]: annotations[classAnnotation] }),
    [prefix]: 'true', [`${prefix}-weight`]: String(part), [`${prefix}-weight-total`]: String(of),
    ...(header && { [`${prefix}-by-header`]: header.name, [`${prefix}-by-header-value`]: header.value }),
  }
  const rules = pathsToOld(ingress, name, parts).map((rule) => ({
    ...rule, http: { paths: (rule.http.paths as any[]).map((p) => ({ ...p, backend: { service: { ...p.backend.service, name: copyName(p.backend.service.name, track) } } })) },
  }))
  // Certificates, names and everything else are the first Ingress's: the controller takes them from there.
  return {
    apiVersion: ingress.apiVersion, kind: 'Ingress',
    metadata: { name: copyName(name.name, track), ...(namespace !== undefined && { namespace }), labels: { ...labels, [trackLabel]: track }, annotations: notes },
    spec: { ...(ingress.spec.ingressClassName !== undefined && { ingressClassName: ingress.spec.ingressClassName }), rules },
  }
}

function weightOf({ metadata: { annotations = {} } }: KubeObject): number {
  const total = Number(annotations[`${prefix}-weight-total`] ?? 100)
  return (Number(annotations[`${prefix}-weight`] ?? 0) / total) * 100
}
