import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import { ApiError } from '../status.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { availability, controllerOf, isReady, keyOf } from './hands.ts'
import { podFrom } from './replica-sets.ts'
import { Revisions } from './revisions.ts'

const table = 'apps/statefulsets'
const component = 'statefulset-controller'

/** Brings up StatefulSets one ordinal after the other, and rolls them from the last to the first. */
export function statefulSets(hands: Hands, engine: Engine): Controller {
  const revisions = new Revisions(hands)
  return {
    name: component,
    watches: [table, '/pods'],
    keys: ({ table: from, object, type }) => {
      if (from === table) return type === 'DELETED' ? [] : [keyOf(object)]
      const owner = controllerOf(object, 'StatefulSet')
      return owner === undefined ? [] : [`${object.metadata.namespace}/${owner.name}`]
    },
    reconcile(key) {
      const set = hands.byKey(table, key)
      if (set === undefined) return
      const labels = (set.spec.selector?.matchLabels ?? {}) as JsonMap
      const update = revisions.current(set, labels)
      const currentName = (set.status?.currentRevision as string | undefined) || (update.metadata.name as string)
      const current = revisions.of(set).find((r) => r.metadata.name === currentName) ?? update
      new Look(hands, engine, revisions, set, current, update).run()
      revisions.trim(set, new Set([update.metadata.name as string, current.metadata.name as string, ...podsOf(hands, set).map(revisionOf)]))
    },
  }
}

function podsOf(hands: Hands, set: JsonMap): JsonMap[] {
  const matches = selectorMatcher(set.spec.selector as JsonMap)
  return hands.list('/pods', set.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === set.metadata.uid && matches(p.metadata.labels))
}

const revisionOf = (p: JsonMap): string => (p.metadata.labels?.['controller-revision-hash'] as string | undefined) ?? ''
const ordinalOf = (p: JsonMap): number => Number(/-(\d+)$/.exec(p.metadata.name as string)?.[1] ?? -1)

/** One look at one StatefulSet. */
class Look {
  readonly #hands: Hands
  readonly #engine: Engine
  readonly #revisions: Revisions
  readonly #set: JsonMap
  readonly #current: JsonMap
  readonly #update: JsonMap

  constructor(hands: Hands, engine: Engine, revisions: Revisions, set: JsonMap, current: JsonMap, update: JsonMap) {
    this.#hands = hands
    this.#engine = engine
    this.#revisions = revisions
    this.#set = set
    this.#current = current
    this.#update = update
  }

  run(): void {
    if (this.#set.metadata.deletionTimestamp === undefined) this.#work()
    this.#report()
  }

  #available(p: JsonMap): boolean {
    const min = (this.#set.spec.minReadySeconds as number | undefined) ?? 0
    const a = availability(p, min, this.#hands.api.clock.now())
    if (!a.available && a.wait !== undefined) this.#engine.later(component, keyOf(this.#set), a.wait + 1)
    return a.available && p.status?.phase === 'Running'
  }

  #work(): void {
    const set = this.#set
    const replicas = (set.spec.replicas as number | undefined) ?? 1
    const start = (set.spec.ordinals?.start as number | undefined) ?? 0
    const ordered = set.spec.podManagementPolicy !== 'Parallel'
    const pods = podsOf(this.#hands, set)
    const byOrdinal = new Map(pods.map((p) => [ordinalOf(p), p]))
    const partition = set.spec.updateStrategy?.type === 'RollingUpdate' ? (set.spec.updateStrategy.rollingUpdate?.partition as number | undefined) ?? 0 : 0
    const living: JsonMap[] = []
    for (let i = start; i < start + replicas; i++) {
      const pod = byOrdinal.get(i)
      if (pod === undefined) {
        if (!this.#create(i, i < start + this.#currentReplicas() && i < partition ? this.#current : this.#revisionFor(i, partition, pods))) return
        if (ordered) return
        continue
      }
      if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') {
        if (pod.metadata.deletionTimestamp === undefined) {
          this.#hands.event(set, 'Warning', pod.status.phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod', `StatefulSet ${set.metadata.namespace}/${set.metadata.name} is recreating ${pod.status.phase === 'Failed' ? 'failed' : 'terminated'} Pod ${pod.metadata.name}`, component)
          this.#hands.delete('/pods', pod, { gracePeriodSeconds: 0 })
        }
        if (ordered) return
        continue
      }
      living.push(pod)
      if (ordered && (pod.metadata.deletionTimestamp !== undefined || !this.#available(pod))) {
        // A pod that cannot become ready must not block its own replacement (OrderedReady, forced rollback is the user's).
        return
      }
    }
    const condemned = pods.filter((p) => ordinalOf(p) >= start + replicas || ordinalOf(p) < start).sort((a, b) => ordinalOf(b) - ordinalOf(a))
    for (const p of condemned) {
      if (p.metadata.deletionTimestamp === undefined) this.#delete(p)
      if (ordered) return
    }
    if (set.spec.updateStrategy?.type === 'OnDelete') return
    const updateName = this.#update.metadata.name
    for (let i = living.length - 1; i >= 0; i--) {
      const p = living[i]!
      if (ordinalOf(p) < start + partition) break
      if (revisionOf(p) !== updateName && p.metadata.deletionTimestamp === undefined) {
        this.#delete(p)
        return
      }
      if (!this.#available(p)) return
    }
  }

  #currentReplicas(): number { return (this.#set.status?.currentReplicas as number | undefined) ?? 0 }

  /** New pods of a rolling update come at the new revision, unless their ordinal is below the partition or the update has not reached them. */
  #revisionFor(ordinal: number, partition: number, pods: readonly JsonMap[]): JsonMap {
    if (this.#current.metadata.name === this.#update.metadata.name) return this.#update
    const start = (this.#set.spec.ordinals?.start as number | undefined) ?? 0
    if (this.#set.spec.updateStrategy?.type === 'RollingUpdate' && this.#set.spec.updateStrategy.rollingUpdate === undefined && ordinal < start + this.#currentReplicas()) return this.#current
    if (ordinal < start + partition) return this.#current
    void pods
    return this.#update
  }

  #create(ordinal: number, revision: JsonMap): boolean {
    const set = this.#set
    const name = `${set.metadata.name}-${ordinal}`
    const template = this.#revisions.template(revision) ?? set.spec.template as JsonMap
    const pod = podFrom(set, template, { name, generateName: `${set.metadata.name}-` })
    pod.metadata.labels = {
      ...pod.metadata.labels, 'statefulset.kubernetes.io/pod-name': name, 'controller-revision-hash': revision.metadata.name, 'apps.kubernetes.io/pod-index': String(ordinal),
    }
    pod.spec.hostname = name
    if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName
    try {
      for (const claim of (set.spec.volumeClaimTemplates ?? []) as JsonMap[]) {
        const claimName = `${claim.metadata.name}-${name}`
        if (this.#hands.get('/persistentvolumeclaims', set.metadata.namespace as string, claimName) === undefined) {
          this.#hands.create('/persistentvolumeclaims', {
            apiVersion: 'v1', kind: 'PersistentVolumeClaim',
            metadata: { name: claimName, namespace: set.metadata.namespace, labels: { ...claim.metadata.labels, ...(set.spec.selector?.matchLabels as JsonMap | undefined) }, ...(claim.metadata.annotations ? { annotations: claim.metadata.annotations } : {}) },
            spec: structuredClone(claim.spec),
          })
          this.#hands.event(set, 'Normal', 'SuccessfulCreate', `create Claim ${claimName} Pod ${name} in StatefulSet ${set.metadata.name} success`, component)
        }
        const others = ((pod.spec.volumes ?? []) as JsonMap[]).filter((v) => v.name !== claim.metadata.name)
        pod.spec.volumes = [...others, { name: claim.metadata.name, persistentVolumeClaim: { claimName } }]
      }
      this.#hands.create('/pods', pod)
      this.#hands.event(set, 'Normal', 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`, component)
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.reason !== 'AlreadyExists') this.#hands.event(set, 'Warning', 'FailedCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`, component)
      this.#engine.later(component, keyOf(set), 1000)
      return false
    }
  }

  #delete(pod: JsonMap): void {
    this.#hands.delete('/pods', pod)
    this.#hands.event(this.#set, 'Normal', 'SuccessfulDelete', `delete Pod ${pod.metadata.name} in StatefulSet ${this.#set.metadata.name} successful`, component)
  }

  #report(): void {
    const set = this.#hands.get(table, this.#set.metadata.namespace as string, this.#set.metadata.name as string)
    if (set === undefined) return
    const wanted = (set.spec.replicas as number | undefined) ?? 1
    const pods = podsOf(this.#hands, set)
    const updateName = this.#update.metadata.name as string
    let currentName = this.#current.metadata.name as string
    const living = pods.filter((p) => p.metadata.deletionTimestamp === undefined && p.status?.phase !== 'Failed' && p.status?.phase !== 'Succeeded')
    const ready = pods.filter((p) => p.status?.phase === 'Running' && isReady(p)).length
    const available = living.filter((p) => this.#available(p)).length
    const updated = living.filter((p) => revisionOf(p) === updateName).length
    let current = living.filter((p) => revisionOf(p) === currentName).length
    // A finished rolling update makes the new revision the current one.
    if (set.spec.updateStrategy?.type === 'RollingUpdate' && updated === living.length && pods.length === wanted && updated === wanted && ready === wanted) {
      currentName = updateName
      current = updated
    }
    this.#hands.status(table, set, {
      observedGeneration: set.metadata.generation, replicas: pods.length, ...(ready ? { readyReplicas: ready } : {}), ...(current ? { currentReplicas: current } : {}),
      ...(updated ? { updatedReplicas: updated } : {}), currentRevision: currentName, updateRevision: updateName, collisionCount: 0, availableReplicas: available,
    })
  }
}
