import { nonResource } from './granted-rights.ts'
import type { NeededRight } from './needed-right.ts'

interface RoleRule { apiGroups?: string[]; resources?: string[]; nonResourceURLs?: string[]; resourceNames?: string[]; verbs: string[] }
export interface RoleObject {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1'
  readonly kind: 'Role' | 'ClusterRole' | 'RoleBinding' | 'ClusterRoleBinding'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly RoleRule[]
  readonly [field: string]: unknown
}

const apiVersion = 'rbac.authorization.k8s.io/v1'

/**
 * The least roles that allow these rights: a Role in each namespace, a ClusterRole for what is cluster-wide.
 * @param name of the roles
 * @param account binds them to this service account
 */
export function minimalRoles(rights: readonly NeededRight[], name: string, account?: { namespace: string; name: string }): RoleObject[] {
  const byNamespace = Map.groupBy(rights, (r) => r.namespace)
  const roles = [...byNamespace].sort(([a], [b]) => order(a, b)).map(([namespace, here]): RoleObject => ({
    apiVersion, kind: namespace === '' ? 'ClusterRole' : 'Role', metadata: { name, ...(namespace !== '' && { namespace }) }, rules: rulesOf(here),
  }))
  if (account === undefined) return roles
  const subjects = [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }]
  return [...roles, ...roles.map(({ kind, metadata }): RoleObject => ({
    apiVersion, kind: `${kind as 'Role' | 'ClusterRole'}Binding`, metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name }, subjects,
  }))]
}

/** As few rules as say it: resources of a group with the same verbs stand together. */
function rulesOf(rights: readonly NeededRight[]): RoleRule[] {
  const single = Map.groupBy(rights, (r) => JSON.stringify([r.group, r.resource, r.name ?? '']))
  const withVerbs = [...single].map(([key, list]) => {
    const [group, resource, name] = JSON.parse(key) as [string, string, string]
    return { group, resource, name, verbs: [...new Set(list.map((r) => r.verb))].sort((a, b) => rank(a) - rank(b) || order(a, b)) }
  })
  // Names of one resource first, then resources of one group.
  const named = [...Map.groupBy(withVerbs, (r) => JSON.stringify([r.group, r.resource, r.name !== '', r.verbs])).values()].map((list) => ({ ...list[0]!, names: list.map((r) => r.name).filter((n) => n !== '').sort(order) }))
  const merged = [...Map.groupBy(named, (r) => JSON.stringify([r.group, r.names, r.verbs])).values()]
  const rules = merged.map((list): RoleRule => {
    const { group, names, verbs } = list[0]!
    const resources = list.map((r) => r.resource).sort(order)
    if (group === nonResource) return { nonResourceURLs: resources, verbs }
    return { apiGroups: [group], resources, ...(names.length > 0 && { resourceNames: names }), verbs }
  })
  return rules.sort((a, b) => order(sortKey(a), sortKey(b)))
}

const sortKey = (rule: RoleRule): string => JSON.stringify([rule.apiGroups ?? ['~'], rule.resources ?? rule.nonResourceURLs, rule.resourceNames ?? []])
const verbOrder = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
const rank = (verb: string): number => (verbOrder.indexOf(verb) + 1 || verbOrder.length + 1)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
