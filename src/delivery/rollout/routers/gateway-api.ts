import type { KubeObject } from '../../../cluster/kube/index.ts'
import { copyName } from '../copies.ts'
import type { Name } from '../manifest.ts'
import type { Parts } from '../parts.ts'
import { liveWeight, meantRoutes, proportion, refIn, requireRoutes, splitPods } from './router.ts'
import type { Router, Settled } from './router.ts'

const group = 'gateway.networking.k8s.io'
const kinds = ['HTTPRoute', 'GRPCRoute']
/** The largest weight that the API takes. */
const heaviest = 1_000_000

/** Gateway API: in every rule that refers to the old version's Service a weighted pair stands in its place. Weights are proportions. */
export const gatewayRouter: Router = {
  kind: 'gateway-api',
  by: 'route',
  plan: (weight, full, spec) => ({ achieved: weight, ...splitPods(weight, full, spec) }),
  check(parts) {
    requireRoutes(this.routes(parts.stable, parts), parts, 'HTTPRoute or GRPCRoute')
  },
  route(manifest, parts, weight) {
    let out = manifest
    for (const name of this.routes(manifest, parts)) {
      const route = manifest.find(name)!
      out = out.with({ ...route, spec: { ...route.spec, rules: (route.spec.rules as any[]).flatMap((rule) => withPair(rule, name, parts, weight)) } })
    }
    return out
  },
  routes(manifest, parts) {
    const found = kinds.flatMap((kind) => manifest.ofKind(kind, group)).filter((o) => refsIn(o).some((ref) => meansOld(ref, manifest.nameOf(o), parts) || meansNew(ref, manifest.nameOf(o), parts)))
    return meantRoutes(found.map((o) => manifest.nameOf(o)), parts.spec.route)
  },
  async settled({ cluster, parts, manifest, signal }, weight) {
    for (const name of this.routes(manifest, parts)) {
      const live = await cluster.get(refIn(manifest, name), { ...(signal && { signal }) })
      if (live === undefined) return { settled: false, why: `${name.kind} ${name.name} is gone` }
      const now = weightIn(live, name, parts)
      if (now !== undefined && Math.abs(now - weight) > 0.01) return { settled: false, why: `${name.kind} ${name.name} gives the new version ${now}%` }
      const answer = accepted(live, name)
      if (!answer.settled) return answer
    }
    return { settled: true }
  },
  async read(view) {
    return await liveWeight(view, this.routes(view.manifest, view.parts), weightIn)
  },
}

const refsIn = (route: KubeObject): any[] => ((route.spec?.rules ?? []) as any[]).flatMap((rule) => (rule?.backendRefs ?? []) as any[])

function isService(ref: any, route: Name, services: readonly Name[]): Name | undefined {
  if ((ref?.kind ?? 'Service') !== 'Service' || (ref.group ?? '') !== '') return undefined
  return services.find((s) => s.name === ref.name && s.namespace === (ref.namespace ?? route.namespace))
}
const meansOld = (ref: any, route: Name, { workload }: Parts): boolean => isService(ref, route, workload.services) !== undefined
const copiesOf = ({ workload, marks }: Parts): Name[] => workload.services.map((s) => ({ ...s, name: copyName(s.name, marks.track) }))
const meansNew = (ref: any, route: Name, parts: Parts): boolean => isService(ref, route, copiesOf(parts)) !== undefined

/** A rule as it is at a weight; before it, where requests with a header go to the new version, a rule for these. */
function withPair(rule: any, route: Name, parts: Parts, weight: number): any[] {
  const refs = (rule?.backendRefs ?? []) as any[]
  if (!refs.some((ref) => meansOld(ref, route, parts))) return [rule]
  const { part, of } = proportion(weight)
  const twin = (ref: any): any => ({ ...ref, name: copyName(ref.name, parts.marks.track) })
  const pairs = refs.flatMap((ref) => {
    const share = (ref.weight ?? 1) as number
    if (!meansOld(ref, route, parts)) return [{ ...ref, weight: share * of }]
    // Alone, a backend has everything whatever its weight, but for none at all.
    const whole = refs.length === 1 && share > 0 ? 1 : share
    return [{ ...ref, weight: whole * (of - part) }, { ...twin(ref), weight: whole * part }]
  })
  return [...headerRule(rule, refs.filter((ref) => meansOld(ref, route, parts)).map(twin), route, parts), { ...rule, backendRefs: lighter(pairs) }]
}

function headerRule(rule: any, backendRefs: any[], route: Name, { spec: { header } }: Parts): any[] {
  if (header === undefined) return []
  const { name: _name, matches = [], ...rest } = rule
  const given = matches.length > 0 ? matches as any[] : [route.kind === 'HTTPRoute' ? { path: { type: 'PathPrefix', value: '/' } } : {}]
  // A match that names more headers goes before one that is the same otherwise.
  const mine = (match: any): any => ({ ...match, headers: [...((match.headers ?? []) as any[]).filter((h) => h.name.toLowerCase() !== header.name.toLowerCase()), { type: 'Exact', name: header.name, value: header.value }] })
  return [{ ...rest, matches: given.map(mine), backendRefs }]
}

/** The same proportions within what the API takes. */
function lighter(refs: any[]): any[] {
  const top = Math.max(...refs.map((r) => r.weight as number))
  if (top <= heaviest) return refs
  const factor = top / heaviest
  return refs.map((r) => ({ ...r, weight: r.weight === 0 ? 0 : Math.max(1, Math.floor(r.weight / factor)) }))
}

/** Percent that the new version has of what both have, by the rules that name both; the most of several. */
function weightIn(route: KubeObject, name: Name, parts: Parts): number | undefined {
  const weights = ((route.spec?.rules ?? []) as any[]).flatMap((rule) => {
    const sum = (means: (ref: any) => boolean): number => ((rule.backendRefs ?? []) as any[]).filter(means).reduce((all: number, ref: any) => all + (ref.weight ?? 1), 0)
    const old = sum((ref) => meansOld(ref, name, parts))
    const fresh = sum((ref) => meansNew(ref, name, parts))
    const isPair = ((rule.backendRefs ?? []) as any[]).some((ref) => meansOld(ref, name, parts))
    return isPair && old + fresh > 0 ? [Math.round((fresh / (old + fresh)) * 1e6) / 1e4] : []
  })
  return weights.length === 0 ? undefined : Math.max(...weights)
}

/** Whether every parent has accepted the route as it is now, and found all that it refers to. Upstream: geps/gep-1364, RouteParentStatus. */
function accepted(route: KubeObject, { kind, name, namespace }: Name): Settled {
  const parents = (route.spec?.parentRefs ?? []) as any[]
  const statuses = (route.status?.parents ?? []) as any[]
  const generation = route.metadata.generation ?? 0
  const id = (ref: any): string => JSON.stringify([ref.group ?? group, ref.kind ?? 'Gateway', ref.namespace ?? namespace, ref.name, ref.sectionName ?? '', ref.port ?? ''])
  for (const parent of parents) {
    const of = statuses.filter((s) => id(s.parentRef ?? {}) === id(parent))
    const who = `${kind} ${name}: ${parent.kind ?? 'Gateway'} ${parent.name}`
    if (of.length === 0) return { settled: false, why: `${who} has not said anything of it yet` }
    for (const status of of) {
      const conditions = ((status.conditions ?? []) as any[]).filter((c) => (c.observedGeneration ?? 0) >= generation)
      for (const type of ['Accepted', 'ResolvedRefs']) {
        const condition = conditions.find((c) => c.type === type)
        if (condition === undefined) return { settled: false, why: `${who} has not said ${type} of generation ${generation} yet` }
        if (condition.status !== 'True') return { settled: false, refused: condition.status === 'False', why: `${who} says ${type} is ${condition.status}: ${condition.reason}${condition.message ? `: ${condition.message}` : ''}` }
      }
      const partly = conditions.find((c) => c.type === 'PartiallyInvalid' && c.status === 'True')
      if (partly !== undefined) return { settled: false, refused: true, why: `${who} takes only a part of it: ${partly.reason}: ${partly.message}` }
    }
  }
  return { settled: true }
}
