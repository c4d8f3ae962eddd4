import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { controllerOf, isReady, keyOf, scaled, withCondition } from './hands.ts'

/** Counts how many pods may be disturbed. */
export function disruptionBudgets(hands: Hands): Controller {
  const table = 'policy/poddisruptionbudgets'
  return {
    name: 'disruption-controller',
    watches: [table, '/pods', 'apps/replicasets', 'apps/statefulsets'],
    keys: ({ table: from, object, type }) => {
      if (from === table) return type === 'DELETED' ? [] : [keyOf(object)]
      return hands.list(table, object.metadata.namespace as string).map(keyOf)
    },
    reconcile(key) {
      const budget = hands.byKey(table, key)
      if (budget === undefined || budget.metadata.deletionTimestamp !== undefined) return
      const matches = selectorMatcher(budget.spec.selector as JsonMap)
      const pods = hands.list('/pods', budget.metadata.namespace as string).filter((p) => matches(p.metadata.labels) && p.metadata.deletionTimestamp === undefined && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed')
      const owners = new Map<string, number>()
      for (const p of pods) {
        const owner = controllerOf(p)
        if (owner === undefined) continue
        const found = hands.get(owner.kind === 'StatefulSet' ? 'apps/statefulsets' : 'apps/replicasets', p.metadata.namespace as string, owner.name as string)
        owners.set(owner.uid as string, (found?.spec?.replicas as number | undefined) ?? 1)
      }
      const loose = pods.filter((p) => controllerOf(p) === undefined).length
      const expected = [...owners.values()].reduce((a, b) => a + b, loose)
      const healthy = pods.filter(isReady).length
      const { minAvailable, maxUnavailable } = budget.spec as JsonMap
      const desired = maxUnavailable !== undefined ? Math.max(0, expected - scaled(maxUnavailable, expected, true)) : scaled(minAvailable ?? 1, expected, true)
      const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired)
      const conditions = withCondition(budget.status?.conditions as JsonMap[] | undefined, {
        type: 'DisruptionAllowed', status: allowed > 0 ? 'True' : 'False', reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods', message: '',
      }, hands.now).map((c) => (c.observedGeneration === budget.metadata.generation ? c : { ...c, observedGeneration: budget.metadata.generation }))
      hands.status(table, budget, { conditions, currentHealthy: healthy, desiredHealthy: desired, disruptionsAllowed: allowed, expectedPods: expected, observedGeneration: budget.metadata.generation })
    },
  }
}
