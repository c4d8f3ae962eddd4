import type { ResourceType } from './resources.ts'
import { forbidden } from './status.ts'

/** Somebody the sandbox knows by a token. */
export interface User {
  readonly name: string
  readonly groups: readonly string[]
  /** What the user may do; left out: everything. */
  readonly rules?: readonly Rule[]
}

export interface Rule { readonly verbs: readonly string[]; readonly groups?: readonly string[]; readonly resources?: readonly string[]; readonly namespaces?: readonly string[] }

export const administrator: User = { name: 'sandbox-admin', groups: ['system:masters', 'system:authenticated'] }
/** May do nothing but look around. */
export const nobody: User = { name: 'nobody', groups: ['system:authenticated'], rules: [] }

const covers = (list: readonly string[] | undefined, value: string): boolean => list === undefined || list.includes('*') || list.includes(value)

export function mayDo(user: User, verb: string, group: string, resource: string, namespace: string | undefined): boolean {
  if (user.rules === undefined) return true
  return user.rules.some((r) => covers(r.verbs, verb) && covers(r.groups, group) && covers(r.resources, resource)
    && (r.namespaces === undefined || (namespace !== undefined && covers(r.namespaces, namespace))))
}

/** Throws the server's Forbidden when the user lacks the right. */
export function authorize(user: User, verb: string, type: ResourceType, namespace: string | undefined, name = '', subresource?: string): void {
  const resource = subresource === undefined ? type.plural : `${type.plural}/${subresource}`
  // ClusterRole system:basic-user, which every user has.
  if (verb === 'create' && type.group === 'authorization.k8s.io' && type.plural.startsWith('selfsubject')) return
  if (mayDo(user, verb, type.group, resource, type.namespaced ? namespace : undefined)) return
  const where = type.namespaced && namespace !== undefined && namespace !== '' ? ` in the namespace "${namespace}"` : ' at the cluster scope'
  throw forbidden(type.group, type.plural, name, `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${type.group}"${where}`)
}
