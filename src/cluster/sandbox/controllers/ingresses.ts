import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf } from './hands.ts'

/** Gives every Ingress an address, as an ingress controller would. */
export function ingresses(hands: Hands): Controller {
  const table = 'networking.k8s.io/ingresses'
  return {
    name: 'ingress-controller',
    watches: [table],
    keys: ({ object, type }) => (type === 'DELETED' ? [] : [keyOf(object)]),
    reconcile(key) {
      const ingress = hands.byKey(table, key)
      if (ingress === undefined || ingress.metadata.deletionTimestamp !== undefined || ingress.status?.loadBalancer?.ingress?.length > 0) return
      hands.status(table, ingress, { loadBalancer: { ingress: [{ ip: '192.0.2.250' }] } }, 'ingress-controller')
    },
  }
}
