import { deprecationOf, type Deprecation } from '../deprecations.ts'

/** What the table, which is made of k8s.io/api, lacks: APIs of other modules, APIs that are gone from it, and kinds that no newer version of replaces. */
const more: readonly Deprecation[] = [
  of('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 16, 22, 'apiextensions.k8s.io/v1 CustomResourceDefinition'),
  of('apiregistration.k8s.io/v1beta1', 'APIService', 19, 22, 'apiregistration.k8s.io/v1 APIService'),
  of('extensions/v1beta1', 'PodSecurityPolicy', 10, 16),
  of('policy/v1beta1', 'PodSecurityPolicy', 21, 25),
  of('v1', 'ComponentStatus', 19, undefined),
  of('v1', 'Endpoints', 33, undefined, 'discovery.k8s.io/v1 EndpointSlice'),
]

function of(apiVersion: string, kind: string, since: number, removed: number | undefined, instead?: string): Deprecation {
  const [newVersion, newKind] = instead?.split(' ') ?? []
  return { apiVersion, kind, since: [1, since], ...(removed === undefined ? {} : { removed: [1, removed] }), ...(instead === undefined ? {} : { replacement: { apiVersion: newVersion!, kind: newKind! } }) }
}

/** When an API version of a kind ends; undefined when nothing is known to end. */
export function apiEnd(apiVersion: string, kind: string): Deprecation | undefined {
  return deprecationOf(apiVersion, kind) ?? more.find((d) => d.apiVersion === apiVersion && d.kind === kind)
}
