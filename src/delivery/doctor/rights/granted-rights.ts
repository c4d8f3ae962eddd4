import type { NeededRight } from './needed-right.ts'
import type { ScopedObject } from './scope-objects.ts'

interface PolicyRule { verbs?: string[]; apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; nonResourceURLs?: string[] }

const rbac = 'rbac.authorization.k8s.io'

/**
 * What the chart's own roles grant: Kubernetes lets nobody grant what they do not hold themselves. Roles that are not the chart's, and those whose rules a controller
 * gathers, take the right to bind them, or to escalate, by name.
 * Upstream: kubernetes pkg/registry/rbac (policybased storages).
 */
export function grantedRights(objects: readonly ScopedObject[]): NeededRight[] {
  const own = objects.filter(({ mapping }) => mapping.group === rbac)
  const aggregated = new Set(own.filter(({ object }) => object.aggregationRule !== undefined && object.aggregationRule !== null).map(({ object }) => object.metadata.name))
  return own.flatMap(({ object, namespace, mapping }): NeededRight[] => {
    const name = object.metadata?.name ?? ''
    if (mapping.plural === 'clusterroles' && aggregated.has(name)) return [{ verb: 'escalate', group: rbac, resource: 'clusterroles', namespace: '', name, why: 'a role whose rules a controller gathers' }]
    if (mapping.plural === 'roles' || mapping.plural === 'clusterroles') return held(object.rules, namespace, `${object.kind} ${name} grants it`)
    const { kind = '', name: role = '' } = object.roleRef ?? {}
    const inChart = own.some((o) => o.object.kind === kind && o.object.metadata?.name === role && (kind === 'ClusterRole' || o.namespace === namespace))
    if (inChart && !aggregated.has(role)) return []
    return [{ verb: 'bind', group: rbac, resource: kind === 'ClusterRole' ? 'clusterroles' : 'roles', namespace, name: role, why: `${object.kind} ${name} binds it` }]
  })
}

function held(rules: readonly PolicyRule[] | null | undefined, namespace: string, why: string): NeededRight[] {
  if (!Array.isArray(rules)) return []
  return rules.flatMap(({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) => [
    ...verbs.flatMap((verb) => apiGroups.flatMap((group) => resources.flatMap((resource): NeededRight[] => {
      const base = { verb, group, resource, namespace, why }
      return resourceNames.length === 0 ? [base] : resourceNames.map((name) => ({ ...base, name }))
    }))),
    ...verbs.flatMap((verb) => nonResourceURLs.map((url): NeededRight => ({ verb, group: nonResource, resource: url, namespace: '', why }))),
  ])
}

/** In place of a group: the resource is a path of the server, as `/metrics`. */
export const nonResource = '(path)'
