import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import { ApiError } from '../status.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { availability, controllerOf, isReady, keyOf, scaled } from './hands.ts'
import { podFrom } from './replica-sets.ts'
import { Revisions } from './revisions.ts'

const table = 'apps/daemonsets'
const component = 'daemonset-controller'

/** Keeps one pod of a DaemonSet on every node. */
export function daemonSets(hands: Hands, engine: Engine): Controller {
  const revisions = new Revisions(hands)
  return {
    name: component,
    watches: [table, '/pods', '/nodes'],
    keys: ({ table: from, object, type }) => {
      if (from === table) return type === 'DELETED' ? [] : [keyOf(object)]
      if (from === '/nodes') return type === 'MODIFIED' ? [] : hands.list(table).map(keyOf)
      const owner = controllerOf(object, 'DaemonSet')
      return owner === undefined ? [] : [`${object.metadata.namespace}/${owner.name}`]
    },
    reconcile(key) {
      const set = hands.byKey(table, key)
      if (set === undefined) return
      const matches = selectorMatcher(set.spec.selector as JsonMap)
      const pods = hands.list('/pods', set.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === set.metadata.uid && matches(p.metadata.labels))
      const nodes = hands.list('/nodes').filter((n) => fits(set, n))
      const revision = revisions.current(set, (set.spec.selector?.matchLabels ?? {}) as JsonMap)
      const hash = revision.metadata.labels['controller-revision-hash'] as string
      const hashOf = (p: JsonMap): string | undefined => p.metadata.labels?.['controller-revision-hash'] as string | undefined
      const placeOf = (p: JsonMap): string => (p.spec.nodeName as string | undefined)
        ?? ((p.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms as JsonMap[] | undefined)?.[0]?.matchFields as JsonMap[] | undefined)?.[0]?.values?.[0] as string ?? ''
      const min = (set.spec.minReadySeconds as number | undefined) ?? 0
      const now = hands.api.clock.now()
      const isAvailable = (p: JsonMap): boolean => {
        const a = availability(p, min, now)
        if (!a.available && a.wait !== undefined) engine.later(component, key, a.wait + 1)
        return a.available
      }
      if (set.metadata.deletionTimestamp === undefined) {
        for (const node of nodes) {
          const here = pods.filter((p) => placeOf(p) === node.metadata.name)
          for (const p of here) {
            if (p.status?.phase === 'Failed' && p.metadata.deletionTimestamp === undefined) {
              hands.event(set, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${keyOf(p)} on node ${node.metadata.name}, will try to kill it`, component)
              hands.delete('/pods', p)
            }
          }
          if (here.length > 0) continue
          try {
            const pod = podFrom(set, set.spec.template as JsonMap, { generateName: `${set.metadata.name}-` })
            pod.metadata.labels = { ...pod.metadata.labels, 'controller-revision-hash': hash, 'pod-template-generation': set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1' }
            pod.spec.affinity = { ...pod.spec.affinity, nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }] }] } } }
            pod.spec.tolerations = [...(pod.spec.tolerations ?? []), ...['not-ready', 'unreachable'].map((k) => ({ key: `node.kubernetes.io/${k}`, operator: 'Exists', effect: 'NoExecute' })),
              ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((k) => ({ key: `node.kubernetes.io/${k}`, operator: 'Exists', effect: 'NoSchedule' }))]
            const made = hands.create('/pods', pod)
            hands.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`, component)
          } catch (error) {
            if (!(error instanceof ApiError)) throw error
            hands.event(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, component)
            engine.later(component, key, 1000)
          }
        }
        for (const p of pods) if (p.metadata.deletionTimestamp === undefined && !nodes.some((n) => n.metadata.name === placeOf(p))) hands.delete('/pods', p)
        if (set.spec.updateStrategy?.type !== 'OnDelete') {
          const allowed = Math.max(1, scaled(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes.length, true))
          let unavailable = nodes.filter((n) => !pods.some((p) => placeOf(p) === n.metadata.name && isAvailable(p))).length
          for (const p of pods) {
            if (hashOf(p) === hash || p.metadata.deletionTimestamp !== undefined) continue
            const counts = isAvailable(p)
            if (counts && unavailable >= allowed) continue
            hands.delete('/pods', p)
            hands.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${p.metadata.name}`, component)
            if (counts) unavailable++
          }
        }
      }
      const living = hands.list('/pods', set.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === set.metadata.uid && matches(p.metadata.labels) && p.metadata.deletionTimestamp === undefined)
      const ready = living.filter(isReady).length
      const available = living.filter(isAvailable).length
      const updated = living.filter((p) => hashOf(p) === hash).length
      hands.status(table, set, {
        currentNumberScheduled: living.length, numberMisscheduled: 0, desiredNumberScheduled: nodes.length, numberReady: ready, observedGeneration: set.metadata.generation,
        ...(updated ? { updatedNumberScheduled: updated } : {}), ...(available ? { numberAvailable: available } : {}), ...(nodes.length - available > 0 ? { numberUnavailable: nodes.length - available } : {}),
      })
      revisions.trim(set, new Set([revision.metadata.name as string]))
    },
  }
}

function fits(set: JsonMap, node: JsonMap): boolean {
  const selector = Object.entries((set.spec.template.spec.nodeSelector ?? {}) as Record<string, string>)
  return selector.every(([k, v]) => node.metadata.labels?.[k] === v)
}
