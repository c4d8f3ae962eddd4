import type { KubeObject } from '../kube/index.ts'
import { int } from './status-fields.ts'

/**
 * Which budget keeps the pods like this one from being evicted, in words. A rollout asks no budget; but where its new pod waits for a cordoned node to
 * be emptied, and a budget keeps the old pods there, neither ends by itself.
 */
export function budgetInTheWay(pod: KubeObject, budgets: readonly KubeObject[]): string | undefined {
  const found = budgets.find(b => b.metadata.namespace === pod.metadata.namespace && int(b, 'status.disruptionsAllowed', 1) === 0 && selects(b, pod))
  if (found === undefined) return undefined
  return `PodDisruptionBudget ${found.metadata.name} lets no old pod be evicted (${int(found, 'status.currentHealthy', 0)} healthy, ${int(found, 'status.desiredHealthy', 0)} needed), so no drain makes room`
}

function selects(budget: KubeObject, pod: KubeObject): boolean {
  const { matchLabels = {}, matchExpressions = [] } = budget.spec?.selector ?? {}
  const labels = pod.metadata.labels ?? {}
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((e: any) => {
    const value = labels[e.key]
    switch (e.operator) {
      case 'In': return value !== undefined && e.values.includes(value)
      case 'NotIn': return value === undefined || !e.values.includes(value)
      case 'Exists': return value !== undefined
      default: return value === undefined
    }
  })
}
