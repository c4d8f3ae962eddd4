import { neededSecrets, nodeCapacity, podAt } from '../behaviours.ts'
import type { PodLike } from '../behaviours.ts'
import { own } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { parseQuantity } from '../../kube/index.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { conditionOf, keyOf, nodeName } from './hands.ts'

/** Puts pods on the node, or says why not, with the scheduler's texts. */
export function scheduler(hands: Hands, engine: Engine): Controller {
  return {
    name: 'scheduler',
    watches: ['/pods', '/persistentvolumeclaims', '/nodes'],
    keys: ({ table, object, type }) => {
      if (table === '/pods' && type === 'ADDED') return [keyOf(object)]
      // Room, or a volume, may have come: those that wait are tried again.
      if (type === 'DELETED' || table !== '/pods') return hands.list('/pods').filter((p) => !p.spec.nodeName).map(keyOf)
      return object.spec.nodeName ? [] : [keyOf(object)]
    },
    reconcile(key) {
      const pod = hands.byKey('/pods', key)
      if (pod === undefined || pod.spec.nodeName || pod.metadata.deletionTimestamp !== undefined || (pod.spec.schedulerName ?? 'default-scheduler') !== 'default-scheduler') return
      if ((pod.spec.schedulingGates?.length ?? 0) > 0) return
      const obstacle = whyNot(hands, pod)
      if (obstacle === undefined) {
        const bound = hands.bind(pod)
        if (bound === undefined) return
        hands.status('/pods', bound, { ...bound.status, conditions: scheduled(bound, hands.now) }, 'kube-scheduler')
        hands.event(bound, 'Normal', 'Scheduled', `Successfully assigned ${keyOf(pod)} to ${nodeName}`, 'default-scheduler')
        return
      }
      const before = conditionOf(pod, 'PodScheduled')
      if (before?.message === obstacle) return
      const conditions = [...((pod.status?.conditions ?? []) as JsonMap[]).filter((c) => c.type !== 'PodScheduled'), {
        type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: before?.lastTransitionTime ?? hands.now, reason: 'Unschedulable', message: obstacle, observedGeneration: pod.metadata.generation,
      }]
      hands.status('/pods', pod, { ...pod.status, conditions }, 'kube-scheduler')
      hands.event(pod, 'Warning', 'FailedScheduling', obstacle, 'default-scheduler')
      void engine
    },
  }
}

function scheduled(pod: JsonMap, now: string): JsonMap[] {
  const others = ((pod.status?.conditions ?? []) as JsonMap[]).filter((c) => c.type !== 'PodScheduled')
  return [...others, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now }]
}

const nano = (text: unknown): bigint => parseQuantity(text as string)?.nano ?? 0n

/** What a pod asks for: the sum of its containers, or its largest init container. */
function requests(pod: JsonMap): Map<string, bigint> {
  const sum = new Map<string, bigint>([['pods', 1_000_000_000n]])
  const add = (list: JsonMap | undefined): void => { for (const [k, v] of Object.entries(list ?? {})) sum.set(k, (sum.get(k) ?? 0n) + nano(v)) }
  for (const c of (pod.spec.containers ?? []) as JsonMap[]) add(c.resources?.requests as JsonMap | undefined)
  for (const c of (pod.spec.initContainers ?? []) as JsonMap[]) {
    for (const [k, v] of Object.entries((c.resources?.requests ?? {}) as JsonMap)) if (nano(v) > (sum.get(k) ?? 0n)) sum.set(k, nano(v))
  }
  return sum
}

function whyNot(hands: Hands, pod: JsonMap): string | undefined {
  for (const v of (pod.spec.volumes ?? []) as JsonMap[]) {
    const name = v.persistentVolumeClaim?.claimName as string | undefined
    if (name === undefined) continue
    const claim = hands.get('/persistentvolumeclaims', pod.metadata.namespace as string, name)
    if (claim === undefined) return `0/1 nodes are available: persistentvolumeclaim "${name}" not found. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`
    if (claim.status?.phase !== 'Bound') return '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
  }
  const node = hands.get('/nodes', '', nodeName)
  const labels = (node?.metadata.labels ?? {}) as Record<string, string>
  const wanted = Object.entries((pod.spec.nodeSelector ?? {}) as Record<string, string>)
  if (wanted.some(([k, v]) => own(labels, k) !== v) || !affine(pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution as JsonMap | undefined, labels)) {
    return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
  }
  const tolerated = ((pod.spec.tolerations ?? []) as JsonMap[]).some((t) => t.operator === 'Exists' && (t.key ?? 'node.kubernetes.io/unschedulable') === 'node.kubernetes.io/unschedulable')
  if (node?.spec?.unschedulable === true && !tolerated) {
    return '0/1 nodes are available: 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
  }
  const capacity = (node?.status?.allocatable ?? nodeCapacity) as Record<string, string>
  const used = new Map<string, bigint>()
  for (const other of hands.list('/pods')) {
    if (!other.spec.nodeName || other.status?.phase === 'Succeeded' || other.status?.phase === 'Failed') continue
    for (const [k, v] of requests(other)) used.set(k, (used.get(k) ?? 0n) + v)
  }
  const short: string[] = []
  let hopeless = false
  for (const [k, v] of requests(pod)) {
    if (v === 0n) continue
    const total = nano(own(capacity, k) ?? '0')
    if ((used.get(k) ?? 0n) + v <= total) continue
    short.push(k === 'pods' ? '1 Too many pods' : `1 Insufficient ${k}`)
    if (v > total) hopeless = true
  }
  if (short.length === 0) return undefined
  return `0/1 nodes are available: ${short.sort().join(', ')}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${hopeless ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod'}.`
}

function affine(required: JsonMap | undefined, labels: Record<string, string>): boolean {
  const terms = required?.nodeSelectorTerms as JsonMap[] | undefined
  if (terms === undefined || terms.length === 0) return true
  return terms.some((t) => ((t.matchExpressions ?? []) as JsonMap[]).every((e) => {
    const value = own(labels, e.key as string) as string | undefined
    const values = (e.values ?? []) as string[]
    switch (e.operator) {
      case 'In': return value !== undefined && values.includes(value)
      case 'NotIn': return value === undefined || !values.includes(value)
      case 'Exists': return value !== undefined
      case 'DoesNotExist': return value === undefined
      case 'Gt': return Number(value) > Number(values[0])
      default: return Number(value) < Number(values[0])
    }
  }))
}

/** ms from being put on the node to the first report, and from deletion to being gone. */
const startAfter = 30
const stopAfter = 60

/** Does to pods what behaviours.ts says, as a kubelet reports it. */
export function kubelet(hands: Hands, engine: Engine, speed: number): Controller {
  const taken = new Map<string, number>()
  const gone = new Set<string>()
  let next = 2
  const address = (): string => {
    const used = new Set(hands.list('/pods').map((p) => p.status?.podIP as string | undefined))
    for (;;) {
      const ip = `10.244.${(next >> 8) & 255}.${next & 255}`
      next = next >= 65_000 ? 2 : next + 1
      if (!used.has(ip)) return ip
    }
  }
  return {
    name: 'kubelet',
    watches: ['/pods'],
    keys: ({ object, type }) => {
      const uid = object.metadata.uid as string
      if (type === 'DELETED') {
        taken.delete(uid)
        gone.delete(uid)
        return []
      }
      return object.spec.nodeName === nodeName ? [keyOf(object)] : []
    },
    reconcile(key) {
      const pod = hands.byKey('/pods', key)
      if (pod === undefined || pod.spec.nodeName !== nodeName) return
      const uid = pod.metadata.uid as string
      const now = hands.api.clock.now()
      if (pod.metadata.deletionTimestamp !== undefined) {
        if (gone.has(uid)) {
          hands.delete('/pods', pod, { gracePeriodSeconds: 0 })
          return
        }
        gone.add(uid)
        for (const c of (pod.spec.containers ?? []) as JsonMap[]) hands.event(pod, 'Normal', 'Killing', `Stopping container ${c.name}`, 'kubelet', `spec.containers{${c.name}}`)
        engine.later('kubelet', key, stopAfter)
        return
      }
      const phase = pod.status?.phase as string | undefined
      if (phase === 'Succeeded' || phase === 'Failed') return
      let since = taken.get(uid)
      if (since === undefined) {
        // After a restart of the sandbox the pod goes on from when it had started.
        since = pod.status?.startTime ? Date.parse(pod.status.startTime as string) : now + startAfter
        taken.set(uid, since)
        if (pod.status?.startTime === undefined) {
          engine.later('kubelet', key, startAfter)
          return
        }
      }
      const elapsed = Math.max(0, now - since)
      if (elapsed === 0 && pod.status?.startTime === undefined && since > now) {
        engine.later('kubelet', key, since - now)
        return
      }
      const podIP = (pod.status?.podIP as string | undefined) ?? address()
      const lacks = neededSecrets(pod as unknown as PodLike).find((name) => hands.get('/secrets', pod.metadata.namespace as string, name) === undefined)
      const at = podAt(pod as unknown as PodLike, since, since + elapsed * speed, { podIP, hostIP: '192.168.49.2', lacks })
      const events = new Set<string>()
      for (const e of at.events) {
        const id = `${e.reason} ${e.message} ${e.container}`
        if (events.has(id)) continue
        events.add(id)
        const known = hands.list('/events', pod.metadata.namespace as string).some((x) => x.involvedObject?.uid === uid && x.reason === e.reason && x.message === e.message)
        if (!known) hands.event(pod, e.type, e.reason, e.message, 'kubelet', e.container ? `spec.containers{${e.container}}` : undefined)
      }
      hands.status('/pods', pod, at.status, 'kubelet')
      if (at.changesAt !== undefined) engine.later('kubelet', key, Math.max(1, at.changesAt - elapsed * speed))
    },
  }
}

