import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import { ApiError } from '../status.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { availability, controllerOf, isActive, isReady, keyOf, ownerReference, withCondition } from './hands.ts'

/** Keeps as many pods as a ReplicaSet asks for. */
export function replicaSets(hands: Hands, engine: Engine, table = 'apps/replicasets', kind = 'ReplicaSet', component = 'replicaset-controller'): Controller {
  const name = component
  return {
    name,
    watches: [table, '/pods'],
    keys: ({ table: from, object, type }) => {
      if (from === table) return type === 'DELETED' ? [] : [keyOf(object)]
      const owner = controllerOf(object, kind)
      if (owner !== undefined) return [`${object.metadata.namespace}/${owner.name}`]
      // A pod nobody owns may be adopted.
      return type === 'ADDED' || type === 'MODIFIED' ? hands.list(table, object.metadata.namespace as string).map(keyOf) : []
    },
    reconcile(key) {
      const set = hands.byKey(table, key)
      if (set === undefined) return
      const namespace = set.metadata.namespace as string
      const matches = selectorMatcher(table === 'apps/replicasets' ? set.spec.selector as JsonMap : { matchLabels: set.spec.selector })
      let pods = hands.list('/pods', namespace).filter((p) => {
        const owner = controllerOf(p)
        if (owner !== undefined) return owner.uid === set.metadata.uid
        return set.metadata.deletionTimestamp === undefined && isActive(p) && matches(p.metadata.labels)
      }).map((p) => {
        if (controllerOf(p) !== undefined) return p
        return hands.update('/pods', p, (o) => ({ ...o, metadata: { ...o.metadata, ownerReferences: [...(o.metadata.ownerReferences ?? []), ownerReference(set)] } })) ?? p
      })
      for (const p of pods) {
        if (matches(p.metadata.labels) || p.metadata.deletionTimestamp !== undefined) continue
        hands.update('/pods', p, (o) => ({ ...o, metadata: { ...o.metadata, ownerReferences: (o.metadata.ownerReferences as JsonMap[]).filter((r) => r.uid !== set.metadata.uid) } }))
      }
      pods = pods.filter((p) => matches(p.metadata.labels))
      const active = pods.filter(isActive)
      const wanted = (set.spec.replicas as number | undefined) ?? 1
      let failure: string | undefined
      if (set.metadata.deletionTimestamp === undefined) {
        if (active.length < wanted) {
          for (let i = active.length; i < wanted; i++) {
            try {
              const made = hands.create('/pods', podFrom(set, set.spec.template as JsonMap, { generateName: `${set.metadata.name}-` }))
              hands.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`, component)
              active.push(made)
            } catch (error) {
              if (!(error instanceof ApiError)) throw error
              failure = error.message
              hands.event(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, component)
              engine.later(name, key, 1000)
              break
            }
          }
        } else if (active.length > wanted) {
          const doomed = [...active].sort(weakestFirst).slice(0, active.length - wanted)
          for (const p of doomed) {
            hands.delete('/pods', p)
            hands.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${p.metadata.name}`, component)
            active.splice(active.indexOf(p), 1)
          }
        }
      }
      const min = (set.spec.minReadySeconds as number | undefined) ?? 0
      const now = hands.api.clock.now()
      let available = 0
      for (const p of active) {
        const a = availability(p, min, now)
        if (a.available) available++
        else if (a.wait !== undefined) engine.later(name, key, a.wait + 1)
      }
      const templateLabels = Object.entries((set.spec.template?.metadata?.labels ?? {}) as Record<string, string>)
      const labeled = active.filter((p) => templateLabels.every(([k, v]) => p.metadata.labels?.[k] === v)).length
      const ready = active.filter(isReady).length
      const terminating = pods.filter((p) => p.metadata.deletionTimestamp !== undefined && p.status?.phase !== 'Failed' && p.status?.phase !== 'Succeeded').length
      let conditions = set.status?.conditions as JsonMap[] | undefined
      // One that stands already keeps its message, as in replica_set_utils.go SetCondition: the pods' names in it differ at each try, and each write would be followed by another look.
      const stands = conditions?.some((c) => c.type === 'ReplicaFailure' && c.status === 'True' && c.reason === 'FailedCreate') === true
      if (failure !== undefined) conditions = stands ? conditions : withCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure }, hands.now)
      else conditions = conditions?.filter((c) => c.type !== 'ReplicaFailure')
      hands.status(table, set, {
        replicas: active.length, ...(labeled ? { fullyLabeledReplicas: labeled } : {}), ...(ready ? { readyReplicas: ready } : {}), ...(available ? { availableReplicas: available } : {}),
        ...(table === 'apps/replicasets' ? { terminatingReplicas: terminating } : {}),
        observedGeneration: set.metadata.generation, ...(conditions?.length ? { conditions } : {}),
      })
    },
  }
}

/** A pod of a template, owned by `owner`. */
export function podFrom(owner: JsonMap, template: JsonMap, metadata: JsonMap): JsonMap {
  const { labels, annotations, finalizers } = (template.metadata ?? {}) as JsonMap
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      namespace: owner.metadata.namespace, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), ...(finalizers ? { finalizers } : {}), ownerReferences: [ownerReference(owner)], ...metadata,
    },
    spec: structuredClone(template.spec),
  }
}

/** Pods that do least go first: unscheduled, pending, not ready, then the youngest. */
function weakestFirst(a: JsonMap, b: JsonMap): number {
  const rank = (p: JsonMap): number => (p.spec.nodeName ? 1 : 0) + (p.status?.phase === 'Running' ? 1 : 0) + (isReady(p) ? 1 : 0)
  return rank(a) - rank(b) || (Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion) ? -1 : 1)
}
