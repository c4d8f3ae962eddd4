import type { JsonMap } from '../json.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'

/** Deletes what has lost its owners, and does the foreground and orphan kinds of deletion. */
export function garbage(hands: Hands): Controller {
  const owned = new Map<string, Set<string>>()
  const uids = new Set<string>()
  const index = (object: JsonMap, id: string, add: boolean): void => {
    for (const r of (object.metadata.ownerReferences ?? []) as JsonMap[]) {
      const uid = r.uid as string
      let set = owned.get(uid)
      if (set === undefined) owned.set(uid, set = new Set())
      if (add) set.add(id)
      else set.delete(id)
      if (set.size === 0) owned.delete(uid)
    }
  }
  const find = (id: string): { table: string; object: JsonMap } | undefined => {
    const [table, namespace, name] = id.split('|') as [string, string, string]
    const object = hands.get(table, namespace, name)
    return object === undefined ? undefined : { table, object }
  }
  const waiting = (object: JsonMap): string[] => ((object.metadata.finalizers ?? []) as string[]).filter((f) => f === 'foregroundDeletion' || f === 'orphan')

  return {
    name: 'garbage-collector',
    keys: ({ table, object, previous, type }) => {
      if (table === '/events') return []
      const id = `${table}|${object.metadata.namespace ?? ''}|${object.metadata.name}`
      const uid = object.metadata.uid as string
      if (previous !== undefined) index(previous, id, false)
      if (type === 'DELETED') {
        uids.delete(uid)
        const owners = ((object.metadata.ownerReferences ?? []) as JsonMap[]).map((r) => `owner|${r.uid}`)
        return [...owned.get(uid) ?? [], ...owners]
      }
      uids.add(uid)
      index(object, id, true)
      const keys: string[] = []
      if (object.metadata.ownerReferences !== undefined) keys.push(id)
      if (object.metadata.deletionTimestamp !== undefined && waiting(object).length > 0) keys.push(id)
      // What holds up a foreground deletion may have changed.
      for (const r of (object.metadata.ownerReferences ?? []) as JsonMap[]) if (object.metadata.deletionTimestamp !== undefined) keys.push(`owner|${r.uid}`)
      return keys
    },
    reconcile(key) {
      if (key.startsWith('owner|')) {
        const uid = key.slice(6)
        for (const table of hands.api.store.tables()) {
          const object = hands.list(table).find((o) => o.metadata.uid === uid)
          if (object !== undefined) { finish(table, object); return }
        }
        return
      }
      const found = find(key)
      if (found === undefined) return
      if (found.object.metadata.deletionTimestamp !== undefined && waiting(found.object).length > 0) {
        finish(found.table, found.object)
        return
      }
      const references = (found.object.metadata.ownerReferences ?? []) as JsonMap[]
      if (references.length === 0 || found.object.metadata.deletionTimestamp !== undefined) return
      const alive = references.filter((r) => uids.has(r.uid as string))
      if (alive.length === 0) hands.delete(found.table, found.object, { propagationPolicy: 'Background' })
      else if (alive.length < references.length) {
        hands.update(found.table, found.object, (o) => ({ ...o, metadata: { ...o.metadata, ownerReferences: alive } }))
      }
    },
  }

  function finish(table: string, object: JsonMap): void {
    const kinds = object.metadata.deletionTimestamp === undefined ? [] : waiting(object)
    if (kinds.length === 0) return
    const uid = object.metadata.uid as string
    const dependents = [...owned.get(uid) ?? []].map(find).filter((d) => d !== undefined)
    const done = (finalizer: string): void => {
      hands.update(table, object, (o) => ({ ...o, metadata: { ...o.metadata, finalizers: ((o.metadata.finalizers ?? []) as string[]).filter((f) => f !== finalizer) } }))
    }
    if (kinds.includes('orphan')) {
      for (const d of dependents) {
        hands.update(d.table, d.object, (o) => ({ ...o, metadata: { ...o.metadata, ownerReferences: (o.metadata.ownerReferences as JsonMap[]).filter((r) => r.uid !== uid) } }))
      }
      done('orphan')
      return
    }
    const blocking = dependents.filter((d) => ((d.object.metadata.ownerReferences ?? []) as JsonMap[]).some((r) => r.uid === uid && r.blockOwnerDeletion === true))
    for (const d of dependents) if (d.object.metadata.deletionTimestamp === undefined) hands.delete(d.table, d.object, { propagationPolicy: 'Foreground' })
    if (blocking.every((d) => find(`${d.table}|${d.object.metadata.namespace ?? ''}|${d.object.metadata.name}`) === undefined)) done('foregroundDeletion')
  }
}
