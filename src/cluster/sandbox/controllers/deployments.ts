import { equal } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { controllerOf, keyOf, ownerReference, scaled, templateHash, withCondition } from './hands.ts'

const table = 'apps/replicasets'
const revisionKey = 'deployment.kubernetes.io/revision'
const component = 'deployment-controller'
/** Annotations of a Deployment that its ReplicaSets do not take over. */
const notCopied = new Set(['kubectl.kubernetes.io/last-applied-configuration', revisionKey, 'deployment.kubernetes.io/revision-history', 'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas', 'deprecated.deployment.rollback.to'])

/** Rolls Deployments out by way of ReplicaSets. */
export function deployments(hands: Hands, engine: Engine): Controller {
  return {
    name: component,
    watches: ['apps/deployments', table, '/pods'],
    keys: ({ table: from, object, type }) => {
      if (from === 'apps/deployments') return type === 'DELETED' ? [] : [keyOf(object)]
      if (from === '/pods') {
        // Recreate waits until the old pods have gone.
        const set = controllerOf(object, 'ReplicaSet')
        const owner = set === undefined ? undefined : hands.get(table, object.metadata.namespace as string, set.name as string)
        const deployment = owner === undefined ? undefined : controllerOf(owner, 'Deployment')
        return type === 'DELETED' && deployment !== undefined ? [`${object.metadata.namespace}/${deployment.name}`] : []
      }
      const owner = controllerOf(object, 'Deployment')
      return owner === undefined ? [] : [`${object.metadata.namespace}/${owner.name}`]
    },
    reconcile(key) {
      const deployment = hands.byKey('apps/deployments', key)
      if (deployment === undefined) return
      new Rollout(hands, engine, deployment).run()
    },
  }
}

const replicasOf = (set: JsonMap): number => (set.spec.replicas as number | undefined) ?? 0
const sum = (sets: readonly JsonMap[], of: (s: JsonMap) => number | undefined): number => sets.reduce((n, s) => n + (of(s) ?? 0), 0)

/** One look at one Deployment. */
class Rollout {
  readonly #hands: Hands
  readonly #engine: Engine
  readonly #deployment: JsonMap
  readonly #wanted: number

  constructor(hands: Hands, engine: Engine, deployment: JsonMap) {
    this.#hands = hands
    this.#engine = engine
    this.#deployment = deployment
    this.#wanted = (deployment.spec.replicas as number | undefined) ?? 1
  }

  run(): void {
    const d = this.#deployment
    const namespace = d.metadata.namespace as string
    const matches = selectorMatcher(d.spec.selector as JsonMap)
    let sets = this.#hands.list(table, namespace).filter((s) => controllerOf(s)?.uid === d.metadata.uid
      || (controllerOf(s) === undefined && matches(s.metadata.labels) && d.metadata.deletionTimestamp === undefined))
      .map((s) => (controllerOf(s) !== undefined ? s : this.#hands.update(table, s, (o) => ({ ...o, metadata: { ...o.metadata, ownerReferences: [...(o.metadata.ownerReferences ?? []), ownerReference(d)] } })) ?? s))
    if (d.metadata.deletionTimestamp !== undefined) {
      this.#report(sets, this.#current(sets))
      return
    }
    let current = this.#current(sets)
    let created = false
    if (current === undefined && d.spec.paused !== true) {
      current = this.#create(sets)
      created = true
      sets = [...sets, current]
    } else if (current !== undefined) {
      current = this.#annotate(current, sets)
      sets = sets.map((s) => (s.metadata.uid === current!.metadata.uid ? current! : s))
    }
    if (current !== undefined) {
      const scaledSets = d.spec.paused === true ? this.#scalePaused(sets, current) : d.spec.strategy?.type === 'Recreate' ? this.#recreate(sets, current) : this.#roll(sets, current)
      sets = scaledSets
      current = sets.find((s) => s.metadata.uid === current!.metadata.uid)
      this.#cleanup(sets, current!)
    }
    this.#report(this.#hands.list(table, namespace).filter((s) => controllerOf(s)?.uid === d.metadata.uid), current, created)
  }

  #current(sets: readonly JsonMap[]): JsonMap | undefined {
    const wanted = bareTemplate(this.#deployment.spec.template as JsonMap)
    return [...sets].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1)).find((s) => equal(bareTemplate(s.spec.template as JsonMap), wanted))
  }

  #revision(sets: readonly JsonMap[]): number {
    return Math.max(0, ...sets.map((s) => Number(s.metadata.annotations?.[revisionKey] ?? 0)))
  }

  #maxSurge(): number {
    return this.#deployment.spec.strategy?.type === 'Recreate' ? 0 : scaled(this.#deployment.spec.strategy?.rollingUpdate?.maxSurge, this.#wanted, true)
  }

  #maxUnavailable(): number {
    if (this.#deployment.spec.strategy?.type === 'Recreate') return 0
    const down = Math.min(this.#wanted, scaled(this.#deployment.spec.strategy?.rollingUpdate?.maxUnavailable, this.#wanted, false))
    // Both zero would never move.
    return down === 0 && this.#maxSurge() === 0 ? 1 : down
  }

  #annotations(revision: number): JsonMap {
    const copied: JsonMap = {}
    for (const [k, v] of Object.entries((this.#deployment.metadata.annotations ?? {}) as JsonMap)) if (!notCopied.has(k)) copied[k] = v
    return { ...copied, 'deployment.kubernetes.io/desired-replicas': String(this.#wanted), 'deployment.kubernetes.io/max-replicas': String(this.#wanted + this.#maxSurge()), [revisionKey]: String(revision) }
  }

  #create(sets: readonly JsonMap[]): JsonMap {
    const d = this.#deployment
    const collisions = (d.status?.collisionCount as number | undefined) ?? 0
    const hash = templateHash([d.spec.template, collisions])
    const labels = { ...(d.spec.template.metadata?.labels as JsonMap | undefined), 'pod-template-hash': hash }
    const revision = this.#revision(sets) + 1
    const start = d.spec.strategy?.type === 'Recreate' && sum(sets, replicasOf) > 0 ? 0 : Math.min(this.#wanted, Math.max(0, this.#wanted + this.#maxSurge() - sum(sets, replicasOf)))
    const made = this.#hands.create(table, {
      apiVersion: 'apps/v1', kind: 'ReplicaSet',
      metadata: { name: `${d.metadata.name}-${hash}`, namespace: d.metadata.namespace, labels, annotations: this.#annotations(revision), ownerReferences: [ownerReference(d)] },
      spec: {
        replicas: start, ...(d.spec.minReadySeconds ? { minReadySeconds: d.spec.minReadySeconds } : {}),
        selector: { ...d.spec.selector, matchLabels: { ...d.spec.selector?.matchLabels, 'pod-template-hash': hash } },
        template: { ...d.spec.template, metadata: { ...d.spec.template.metadata, labels } },
      },
    })
    this.#markRevision(revision)
    if (start > 0) this.#hands.event(d, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${made.metadata.name} from 0 to ${start}`, component)
    return made
  }

  /** An old ReplicaSet that is wanted again gets the next revision. */
  #annotate(current: JsonMap, sets: readonly JsonMap[]): JsonMap {
    const others = sets.filter((s) => s.metadata.uid !== current.metadata.uid)
    const highest = this.#revision(others)
    const mine = Number(current.metadata.annotations?.[revisionKey] ?? 0)
    const revision = mine > highest ? mine : highest + 1
    const annotations = { ...current.metadata.annotations, ...this.#annotations(revision) }
    this.#markRevision(revision)
    if (equal(annotations, current.metadata.annotations) && (current.spec.minReadySeconds ?? 0) === (this.#deployment.spec.minReadySeconds ?? 0)) return current
    return this.#hands.update(table, current, (s) => ({ ...s, metadata: { ...s.metadata, annotations }, spec: { ...s.spec, minReadySeconds: this.#deployment.spec.minReadySeconds } })) ?? current
  }

  #markRevision(revision: number): void {
    if (this.#deployment.metadata.annotations?.[revisionKey] === String(revision)) return
    // The real controller writes it along with the status, and so owns it there.
    this.#hands.annotateWithStatus('apps/deployments', this.#deployment, { [revisionKey]: String(revision) })
  }

  #scale(set: JsonMap, to: number): JsonMap {
    const from = replicasOf(set)
    if (from === to) return set
    this.#hands.event(this.#deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`, component)
    return this.#hands.update(table, set, (s) => ({ ...s, spec: { ...s.spec, replicas: to } })) ?? set
  }

  #scalePaused(sets: readonly JsonMap[], current: JsonMap): JsonMap[] {
    const active = sets.filter((s) => replicasOf(s) > 0)
    const only = active.length <= 1 ? active[0] ?? current : undefined
    if (only === undefined) return [...sets]
    return sets.map((s) => (s.metadata.uid === only.metadata.uid ? this.#scale(s, this.#wanted) : s))
  }

  #recreate(sets: readonly JsonMap[], current: JsonMap): JsonMap[] {
    const d = this.#deployment
    const out = sets.map((s) => (s.metadata.uid === current.metadata.uid ? s : this.#scale(s, 0)))
    const others = new Set(out.filter((s) => s.metadata.uid !== current.metadata.uid).map((s) => s.metadata.uid as string))
    const left = this.#hands.list('/pods', d.metadata.namespace as string)
      .some((p) => others.has(controllerOf(p, 'ReplicaSet')?.uid as string) && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed')
    return left ? out : out.map((s) => (s.metadata.uid === current.metadata.uid ? this.#scale(s, this.#wanted) : s))
  }

  #roll(sets: readonly JsonMap[], given: JsonMap): JsonMap[] {
    let current = given
    const old = sets.filter((s) => s.metadata.uid !== given.metadata.uid)
    const total = sum(sets, replicasOf)
    const room = this.#wanted + this.#maxSurge() - total
    const mine = replicasOf(current)
    if (mine > this.#wanted) current = this.#scale(current, this.#wanted)
    else if (mine < this.#wanted && room > 0) current = this.#scale(current, mine + Math.min(room, this.#wanted - mine))
    else if (old.every((s) => replicasOf(s) === 0) && mine < this.#wanted) current = this.#scale(current, this.#wanted)
    const available = (s: JsonMap): number => (s.status?.availableReplicas as number | undefined) ?? 0
    const least = this.#wanted - this.#maxUnavailable()
    const newUnavailable = replicasOf(current) - available(current)
    let spare = sum([current, ...old], replicasOf) - least - newUnavailable
    const next: JsonMap[] = []
    // Unhealthy old pods cost nothing: they go first.
    for (const s of old) {
      const unhealthy = Math.min(replicasOf(s) - available(s), Math.max(0, spare))
      if (replicasOf(s) > 0 && unhealthy > 0) {
        spare -= unhealthy
        next.push(this.#scale(s, replicasOf(s) - unhealthy))
      } else next.push(s)
    }
    let can = sum([current, ...next], available) - least
    return [current, ...next.map((s) => {
      const down = Math.min(replicasOf(s), Math.max(0, can))
      if (down === 0) return s
      can -= down
      return this.#scale(s, replicasOf(s) - down)
    })]
  }

  #cleanup(sets: readonly JsonMap[], current: JsonMap): void {
    const keep = (this.#deployment.spec.revisionHistoryLimit as number | undefined) ?? 10
    const old = sets.filter((s) => s.metadata.uid !== current.metadata.uid && replicasOf(s) === 0 && (s.status?.replicas ?? 0) === 0 && s.metadata.deletionTimestamp === undefined
      && (s.status?.observedGeneration ?? 0) >= (s.metadata.generation ?? 0))
      .sort((a, b) => Number(a.metadata.annotations?.[revisionKey] ?? 0) - Number(b.metadata.annotations?.[revisionKey] ?? 0))
    for (const s of old.slice(0, Math.max(0, old.length - keep))) this.#hands.delete(table, s)
  }

  #report(sets: readonly JsonMap[], current: JsonMap | undefined, created = false): void {
    const d = this.#hands.get('apps/deployments', this.#deployment.metadata.namespace as string, this.#deployment.metadata.name as string)
    if (d === undefined) return
    const fresh = current === undefined ? undefined : sets.find((s) => s.metadata.uid === current.metadata.uid)
    const status = (s: JsonMap | undefined, key: string): number => (s?.status?.[key] as number | undefined) ?? 0
    const replicas = sum(sets, (s) => status(s, 'replicas'))
    const updated = status(fresh, 'replicas')
    const ready = sum(sets, (s) => status(s, 'readyReplicas'))
    const available = sum(sets, (s) => status(s, 'availableReplicas'))
    const terminating = sum(sets, (s) => status(s, 'terminatingReplicas'))
    const unavailable = Math.max(0, sum(sets, replicasOf) - available)
    const now = this.#hands.now
    let conditions = (d.status?.conditions ?? []) as JsonMap[]
    const enough = available >= this.#wanted - this.#maxUnavailable()
    conditions = withCondition(conditions, enough
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' }, now, { updateTime: true })
    conditions = this.#progress(d, conditions, { fresh, replicas, updated, available, ready }, created, now)
    const failure = sets.flatMap((s) => (s.status?.conditions ?? []) as JsonMap[]).find((c) => c.type === 'ReplicaFailure')
    conditions = conditions.filter((c) => c.type !== 'ReplicaFailure')
    if (failure !== undefined) conditions = [...conditions, ...withCondition(((d.status?.conditions ?? []) as JsonMap[]).filter((c) => c.type === 'ReplicaFailure'), failure, now, { updateTime: true })]
    this.#hands.status('apps/deployments', d, {
      observedGeneration: d.metadata.generation, ...(replicas ? { replicas } : {}), ...(updated ? { updatedReplicas: updated } : {}), ...(ready ? { readyReplicas: ready } : {}),
      ...(available ? { availableReplicas: available } : {}), ...(unavailable ? { unavailableReplicas: unavailable } : {}), terminatingReplicas: terminating, conditions,
    })
  }

  #progress(d: JsonMap, conditions: JsonMap[], now: { fresh: JsonMap | undefined; replicas: number; updated: number; available: number; ready: number }, created: boolean, time: string): JsonMap[] {
    const deadline = d.spec.progressDeadlineSeconds as number | undefined
    const before = conditions.find((c) => c.type === 'Progressing')
    const set = (status: string, reason: string, message: string): JsonMap[] => withCondition(conditions, { type: 'Progressing', status, reason, message }, time, { updateTime: true })
    if (deadline === undefined || deadline === 2147483647) return conditions.filter((c) => c.type !== 'Progressing')
    if (d.spec.paused === true) return before === undefined || before.reason === 'NewReplicaSetAvailable' ? (before?.reason === 'NewReplicaSetAvailable' ? conditions : set('Unknown', 'DeploymentPaused', 'Deployment is paused')) : set('Unknown', 'DeploymentPaused', 'Deployment is paused')
    if (before?.reason === 'DeploymentPaused') conditions = set('Unknown', 'DeploymentResumed', 'Deployment is resumed')
    const name = now.fresh?.metadata.name as string | undefined ?? d.metadata.name as string
    const complete = now.updated === this.#wanted && now.replicas === this.#wanted && now.available === this.#wanted
      && ((now.fresh?.status?.observedGeneration ?? 0) >= (now.fresh?.metadata.generation ?? 0))
    if (complete) return set('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`)
    if (created) return set('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
    const moved = (key: string, value: number): boolean => ((d.status?.[key] as number | undefined) ?? 0) !== value
    if (moved('updatedReplicas', now.updated) || moved('readyReplicas', now.ready) || moved('availableReplicas', now.available) || moved('replicas', now.replicas)) {
      // Every step forward starts the deadline anew.
      const made = { type: 'Progressing', status: 'True', lastUpdateTime: time, lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : time, reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` }
      this.#engine.later(component, keyOf(d), deadline * 1000 + 100)
      return [...conditions.filter((c) => c.type !== 'Progressing'), made]
    }
    if (before !== undefined && before.reason !== 'NewReplicaSetAvailable' && before.reason !== 'ProgressDeadlineExceeded') {
      const due = Date.parse(before.lastUpdateTime as string) + deadline * 1000
      const at = this.#hands.api.clock.now()
      if (at >= due) return set('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`)
      this.#engine.later(component, keyOf(d), due - at + 50)
    }
    return conditions
  }
}

/** The template without the label that tells ReplicaSets apart. */
function bareTemplate(template: JsonMap): JsonMap {
  const { 'pod-template-hash': _hash, ...labels } = (template.metadata?.labels ?? {}) as JsonMap
  return { ...template, metadata: { ...template.metadata, labels } }
}
