import type { JsonMap } from '../json.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf, withCondition } from './hands.ts'

/** Reports API services available: the local ones, and those whose Service exists. */
export function apiServices(hands: Hands): Controller {
  const table = 'apiregistration.k8s.io/apiservices'
  return {
    name: 'kube-apiserver',
    watches: [table, '/services'],
    keys: ({ table: from, object, type }) => (from === table ? (type === 'DELETED' ? [] : [keyOf(object)]) : hands.list(table).map(keyOf)),
    reconcile(key) {
      const service = hands.byKey(table, key)
      if (service === undefined) return
      const ref = service.spec.service as JsonMap | undefined
      const missing = ref !== undefined && hands.get('/services', ref.namespace as string, ref.name as string) === undefined
      const condition = ref === undefined || ref === null ? { type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' }
        : missing ? { type: 'Available', status: 'False', reason: 'ServiceNotFound', message: `service/${ref.name} in "${ref.namespace}" is not present` }
        : { type: 'Available', status: 'True', reason: 'Passed', message: 'all checks passed' }
      hands.status(table, service, { conditions: withCondition(service.status?.conditions as JsonMap[] | undefined, condition, hands.now) }, 'kube-apiserver')
    },
  }
}
