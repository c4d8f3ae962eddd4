import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf } from './hands.ts'

/** Adds up what a ResourceQuota counts. */
export function quotas(hands: Hands): Controller {
  const table = '/resourcequotas'
  return {
    name: 'resourcequota-controller',
    watches: [table, '/pods', '/services', '/configmaps', '/secrets', '/persistentvolumeclaims', 'apps/deployments'],
    keys: ({ table: from, object, type }) => (from === table ? (type === 'DELETED' ? [] : [keyOf(object)]) : type === 'MODIFIED' && from !== '/pods' ? [] : hands.list(table, object.metadata.namespace as string).map(keyOf)),
    reconcile(key) {
      const quota = hands.byKey(table, key)
      if (quota === undefined) return
      const hard = (quota.spec?.hard ?? {}) as Record<string, string>
      const used: Record<string, string> = {}
      for (const name of Object.keys(hard)) {
        const match = /^(?:count\/)?([a-z]+)(?:\.(.+))?$/.exec(name)
        const at = match === null ? '' : `${match[2] ?? ''}/${match[1]}`
        used[name] = String(hands.api.store.tables().includes(at) ? hands.list(at, quota.metadata.namespace as string).filter((o) => at !== '/pods' || (o.status?.phase !== 'Succeeded' && o.status?.phase !== 'Failed')).length : 0)
      }
      hands.status(table, quota, { hard, used })
    },
  }
}
