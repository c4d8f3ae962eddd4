import type { KubeObject } from '../../cluster/kube/index.ts'

/** What the endpoint slices of a Service say: how many addresses take traffic. */
export function serviceRoute(slices: readonly KubeObject[]): { ready: number; detail: string } {
  const endpoints = slices.flatMap((s) => (Array.isArray(s.endpoints) ? s.endpoints as { conditions?: { ready?: boolean | null } }[] : []))
  // Unknown counts as ready (k8s.io/api/discovery/v1, EndpointConditions).
  const ready = endpoints.filter((e) => e?.conditions?.ready !== false).length
  return { ready, detail: endpoints.length === 0 ? 'its selector finds no pod' : `${ready} of ${endpoints.length} endpoints take traffic` }
}

interface Parent { parentRef?: { name?: string }; conditions?: { type?: string; status?: string; reason?: string; observedGeneration?: number }[] }

/** Why a route of the Gateway API does not route; undefined when every parent took it at this generation. */
export function routeFault({ metadata, status }: KubeObject): string | undefined {
  const parents: Parent[] = Array.isArray(status?.parents) ? status.parents : []
  if (parents.length === 0) return 'no gateway has taken it'
  for (const { parentRef, conditions = [] } of parents) {
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditions.find((c) => c.type === type)
      if (condition?.status !== 'True') return `${parentRef?.name ?? 'its gateway'}: ${type} is ${condition?.status ?? 'not told'}${condition?.reason === undefined ? '' : ` (${condition.reason})`}`
      if ((condition.observedGeneration ?? 0) < (metadata.generation ?? 0)) return `${parentRef?.name ?? 'its gateway'}: ${type} is told of an older generation`
    }
  }
  return undefined
}
