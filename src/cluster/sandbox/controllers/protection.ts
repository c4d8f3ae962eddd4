import type { JsonMap } from '../json.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf } from './hands.ts'

/** Lets deleted claims and volumes go once nothing uses them. */
export function protection(hands: Hands): Controller {
  const claims = '/persistentvolumeclaims'
  const volumes = '/persistentvolumes'
  const release = (table: string, object: JsonMap, finalizer: string): void => {
    hands.update(table, object, (o) => ({ ...o, metadata: { ...o.metadata, finalizers: ((o.metadata.finalizers ?? []) as string[]).filter((f) => f !== finalizer) } }))
  }
  return {
    name: 'protection-controller',
    watches: [claims, volumes, '/pods'],
    keys: ({ table, object, type }) => {
      if (table === claims && type !== 'DELETED') return object.metadata.deletionTimestamp === undefined ? [] : [`${claims}|${keyOf(object)}`]
      if (table === volumes && type !== 'DELETED') return object.metadata.deletionTimestamp === undefined ? [] : [`${volumes}|${keyOf(object)}`]
      // A pod or claim that went may have been the last one to hold something.
      return [
        ...hands.list(claims).filter((c) => c.metadata.deletionTimestamp !== undefined).map((c) => `${claims}|${keyOf(c)}`),
        ...hands.list(volumes).filter((v) => v.metadata.deletionTimestamp !== undefined).map((v) => `${volumes}|${keyOf(v)}`),
      ]
    },
    reconcile(id) {
      const [table, key] = id.split('|') as [string, string]
      const object = hands.byKey(table, key)
      if (object?.metadata.deletionTimestamp === undefined) return
      if (table === claims) {
        const used = hands.list('/pods', object.metadata.namespace as string).some((p) => p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed'
          && ((p.spec.volumes ?? []) as JsonMap[]).some((v) => v.persistentVolumeClaim?.claimName === object.metadata.name))
        if (!used) release(claims, object, 'kubernetes.io/pvc-protection')
      } else {
        const ref = object.spec.claimRef as JsonMap | undefined
        const claim = ref === undefined ? undefined : hands.get(claims, ref.namespace as string, ref.name as string)
        if (claim === undefined || claim.metadata.uid !== ref!.uid) release(volumes, object, 'kubernetes.io/pv-protection')
      }
    },
  }
}
