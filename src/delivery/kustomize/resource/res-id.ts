import { type Gvk, gvkText, isSelected, sameGvk } from './gvk.ts'

/** What a resource is called, now or at some time before. */
export interface ResId {
  readonly gvk: Gvk
  readonly name: string
  readonly namespace: string
  readonly clusterScoped: boolean
}

const notANamespace = '_non_namespaceable_'

/** The namespace that tells resources apart: none and `default` are one, and those without any have one of their own. */
export function effectiveNamespace(id: ResId): string {
  if (id.clusterScoped) return notANamespace
  return id.namespace === '' ? 'default' : id.namespace
}

export const isClusterNamespace = (namespace: string): boolean => namespace === notANamespace

export function idText(id: Pick<ResId, 'gvk' | 'name' | 'namespace'>): string {
  return `${gvkText(id.gvk)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`
}

export const sameKindAndName = (a: ResId, b: ResId): boolean => a.name === b.name && sameGvk(a.gvk, b.gvk)
export const sameNamespace = (a: ResId, b: ResId): boolean => effectiveNamespace(a) === effectiveNamespace(b)
export const sameId = (a: ResId, b: ResId): boolean => sameKindAndName(a, b) && sameNamespace(a, b)
/** Go's == of two ids: the namespace as it is written. */
export const identicalId = (a: ResId, b: ResId): boolean => sameKindAndName(a, b) && a.namespace === b.namespace && a.clusterScoped === b.clusterScoped

/** Whether a selector without regular expressions means the resource. */
export function isIdSelectedBy(id: ResId, selector: ResId): boolean {
  return (selector.name === '' || selector.name === id.name) && (selector.namespace === '' || sameNamespace(selector, id)) && isSelected(id.gvk, selector.gvk)
}

/** How Go prints an id with `%#v`. */
export function idGoSyntax(id: ResId): string {
  const q = (s: string): string => JSON.stringify(s)
  return `resid.ResId{Gvk:resid.Gvk{Group:${q(id.gvk.group)}, Version:${q(id.gvk.version)}, Kind:${q(id.gvk.kind)}, isClusterScoped:${id.clusterScoped}}, Name:${q(id.name)}, Namespace:${q(id.namespace)}}`
}
