import type { JsonMap } from '../json.ts'
import { selectorMatcher } from '../selectors.ts'
import { ApiError } from '../status.ts'
import type { Controller, Engine } from './engine.ts'
import type { Hands } from './hands.ts'
import { conditionOf, controllerOf, isReady, keyOf } from './hands.ts'
import { podFrom } from './replica-sets.ts'

const table = 'batch/jobs'
const component = 'job-controller'
const tracking = 'batch.kubernetes.io/job-tracking'

/** Runs Jobs to completion or failure, and removes them when their time after that is over. */
export function jobs(hands: Hands, engine: Engine): Controller {
  return {
    name: component,
    watches: [table, '/pods'],
    keys: ({ table: from, object, type }) => {
      if (from === table) return type === 'DELETED' ? [] : [keyOf(object)]
      const owner = controllerOf(object, 'Job')
      return owner === undefined ? [] : [`${object.metadata.namespace}/${owner.name}`]
    },
    reconcile(key) {
      const job = hands.byKey(table, key)
      if (job === undefined) return
      new Run(hands, engine, job).look()
    },
  }
}

const isFinished = (p: JsonMap): boolean => p.status?.phase === 'Succeeded' || p.status?.phase === 'Failed'

class Run {
  readonly #hands: Hands
  readonly #engine: Engine
  readonly #job: JsonMap

  constructor(hands: Hands, engine: Engine, job: JsonMap) {
    this.#hands = hands
    this.#engine = engine
    this.#job = job
  }

  look(): void {
    const job = this.#job
    const key = keyOf(job)
    const matches = selectorMatcher(job.spec.selector as JsonMap)
    let pods = this.#hands.list('/pods', job.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === job.metadata.uid && matches(p.metadata.labels))
    // A pod that has ended, or is being deleted, is counted once; then its finalizer goes.
    const status: JsonMap = { ...job.status }
    let succeeded = (status.succeeded as number | undefined) ?? 0
    let failed = (status.failed as number | undefined) ?? 0
    const released: JsonMap[] = []
    const indexes = new Set(expand(status.completedIndexes as string | undefined))
    for (const p of pods) {
      if (!((p.metadata.finalizers ?? []) as string[]).includes(tracking)) continue
      if (p.status?.phase === 'Succeeded') {
        succeeded++
        const index = p.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] as string | undefined
        if (index !== undefined) indexes.add(Number(index))
      } else if (p.status?.phase === 'Failed' || p.metadata.deletionTimestamp !== undefined || job.metadata.deletionTimestamp !== undefined) {
        if (p.status?.phase !== 'Failed' && p.metadata.deletionTimestamp === undefined) { released.push(p); continue }
        if (p.status?.phase === 'Failed' || !over(job)) failed++
      } else continue
      released.push(p)
    }
    for (const p of released) {
      this.#hands.update('/pods', p, (o) => ({ ...o, metadata: { ...o.metadata, finalizers: ((o.metadata.finalizers ?? []) as string[]).filter((f) => f !== tracking) } }))
    }
    if (job.spec.completionMode === 'Indexed') succeeded = indexes.size
    if (over(job)) {
      this.#expire(job)
      return
    }
    if (job.metadata.deletionTimestamp !== undefined) return
    pods = this.#hands.list('/pods', job.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === job.metadata.uid && matches(p.metadata.labels))
    let active = pods.filter((p) => !isFinished(p) && p.metadata.deletionTimestamp === undefined)
    const suspended = job.spec.suspend === true
    const startTime = suspended ? undefined : (status.startTime as string | undefined) ?? this.#hands.now
    const limit = (job.spec.backoffLimit as number | undefined) ?? 6
    const restarts = active.reduce((n, p) => n + ((p.status?.containerStatuses ?? []) as JsonMap[]).reduce((m, c) => m + ((c.restartCount as number | undefined) ?? 0), 0), 0)
    const tooOften = job.spec.template.spec.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= limit
    const completions = job.spec.completions as number | undefined
    const deadline = job.spec.activeDeadlineSeconds as number | undefined
    let conditions = (status.conditions ?? []) as JsonMap[]
    let ending: { type: string; before: string; reason: string; message: string } | undefined
    if (failed > limit || tooOften) ending = { type: 'Failed', before: 'FailureTarget', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
    else if (deadline !== undefined && startTime !== undefined && this.#hands.api.clock.now() >= Date.parse(startTime) + deadline * 1000) {
      ending = { type: 'Failed', before: 'FailureTarget', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
    } else if (completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions) {
      ending = { type: 'Complete', before: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    }
    const now = this.#hands.now
    const condition = (type: string, state: string, reason: string, message: string): JsonMap => ({ type, status: state, lastProbeTime: now, lastTransitionTime: now, reason, message })
    if (ending !== undefined) {
      for (const p of active) {
        this.#hands.update('/pods', p, (o) => ({ ...o, metadata: { ...o.metadata, finalizers: ((o.metadata.finalizers ?? []) as string[]).filter((f) => f !== tracking) } }))
        this.#hands.delete('/pods', p)
      }
      if (ending.type === 'Failed') failed += active.length
      active = []
      conditions = [...conditions.filter((c) => c.type !== 'Suspended' || c.status === 'True'), condition(ending.before, 'True', ending.reason, ending.message), condition(ending.type, 'True', ending.reason, ending.message)]
      this.#hands.event(job, ending.type === 'Failed' ? 'Warning' : 'Normal', ending.type === 'Failed' ? ending.reason : 'Completed', ending.type === 'Failed' ? ending.message : 'Job completed', component)
    } else if (suspended) {
      for (const p of active) this.#hands.delete('/pods', p)
      active = []
      if (conditionOf(job, 'Suspended')?.status !== 'True') {
        conditions = [...conditions.filter((c) => c.type !== 'Suspended'), condition('Suspended', 'True', 'JobSuspended', 'Job suspended')]
        this.#hands.event(job, 'Normal', 'Suspended', 'Job suspended', component)
      }
    } else {
      if (conditionOf(job, 'Suspended')?.status === 'True') {
        conditions = [...conditions.filter((c) => c.type !== 'Suspended'), condition('Suspended', 'False', 'JobResumed', 'Job resumed')]
        this.#hands.event(job, 'Normal', 'Resumed', 'Job resumed', component)
      }
      if (deadline !== undefined && startTime !== undefined) this.#engine.later(component, key, Date.parse(startTime) + deadline * 1000 - this.#hands.api.clock.now() + 10)
      active = this.#fill(active, succeeded, failed, indexes)
    }
    const ready = active.filter(isReady).length
    const terminating = pods.filter((p) => p.metadata.deletionTimestamp !== undefined && !isFinished(p)).length
    const fresh = this.#hands.get(table, job.metadata.namespace as string, job.metadata.name as string)
    if (fresh === undefined) return
    this.#hands.status(table, fresh, {
      ...(conditions.length ? { conditions } : {}), ...(startTime ? { startTime } : {}), ...(ending?.type === 'Complete' ? { completionTime: now } : {}),
      ...(active.length ? { active: active.length } : {}), ...(succeeded ? { succeeded } : {}), ...(failed ? { failed } : {}), terminating: ending === undefined ? terminating : 0,
      ...(job.spec.completionMode === 'Indexed' ? { completedIndexes: compress([...indexes].sort((a, b) => a - b)) } : {}), uncountedTerminatedPods: {}, ready,
    })
  }

  #fill(given: JsonMap[], succeeded: number, failed: number, done: ReadonlySet<number>): JsonMap[] {
    const job = this.#job
    const active = [...given]
    const parallel = (job.spec.parallelism as number | undefined) ?? 1
    const completions = job.spec.completions as number | undefined
    const wanted = completions === undefined ? (succeeded > 0 ? active.length : parallel) : Math.min(parallel, completions - succeeded)
    for (const p of active.slice(wanted)) this.#hands.delete('/pods', p)
    if (active.length >= wanted) return active.slice(0, wanted)
    // After a failure the next try waits: 10 s, 20 s, ... in Kubernetes; shorter here.
    if (failed > 0) {
      const last = Math.max(0, ...this.#hands.list('/pods', job.metadata.namespace as string).filter((p) => controllerOf(p)?.uid === job.metadata.uid && p.status?.phase === 'Failed')
        .map((p) => Date.parse(((p.status.containerStatuses ?? []) as JsonMap[])[0]?.state?.terminated?.finishedAt as string ?? '') || 0))
      const wait = last + Math.min(10_000, 250 * 2 ** (failed - 1)) - this.#hands.api.clock.now()
      if (last > 0 && wait > 0) {
        this.#engine.later(component, keyOf(job), wait)
        return active
      }
    }
    const taken = new Set([...done, ...active.map((p) => Number(p.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] ?? -1))])
    while (active.length < wanted) {
      const pod = podFrom(job, job.spec.template as JsonMap, { generateName: `${job.metadata.name}-`, finalizers: [tracking] })
      if (job.spec.completionMode === 'Indexed') {
        let index = 0
        while (taken.has(index)) index++
        taken.add(index)
        pod.metadata.generateName = `${job.metadata.name}-${index}-`
        pod.metadata.annotations = { ...pod.metadata.annotations, 'batch.kubernetes.io/job-completion-index': String(index) }
        pod.metadata.labels = { ...pod.metadata.labels, 'batch.kubernetes.io/job-completion-index': String(index) }
        pod.spec.hostname = `${job.metadata.name}-${index}`
        const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } } }
        for (const key of ['initContainers', 'containers']) if (pod.spec[key]) pod.spec[key] = (pod.spec[key] as JsonMap[]).map((c) => ({ ...c, env: [...(c.env ?? []), variable] }))
      }
      try {
        const made = this.#hands.create('/pods', pod)
        active.push(made)
        this.#hands.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`, component)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        this.#hands.event(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`, component)
        this.#engine.later(component, keyOf(job), 1000)
        break
      }
    }
    return active
  }

  #expire(job: JsonMap): void {
    const ttl = job.spec.ttlSecondsAfterFinished as number | undefined
    if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return
    const end = ['Complete', 'Failed'].map((t) => conditionOf(job, t)).find((c) => c?.status === 'True')
    const wait = Date.parse(end?.lastTransitionTime as string) + ttl * 1000 - this.#hands.api.clock.now()
    if (wait <= 0) this.#hands.delete(table, job, { propagationPolicy: 'Foreground' })
    else this.#engine.later(component, keyOf(job), wait)
  }
}

const over = (job: JsonMap): boolean => conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True'

function expand(text: string | undefined): number[] {
  return (text ?? '').split(',').filter((t) => t !== '').flatMap((t) => {
    const [from, to = from] = t.split('-').map(Number) as [number, number?]
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
}

/** `0-2,4`. */
function compress(list: readonly number[]): string {
  const out: string[] = []
  for (let i = 0; i < list.length; i++) {
    let j = i
    while (list[j + 1] === list[j]! + 1) j++
    out.push(j === i ? `${list[i]}` : j === i + 1 ? `${list[i]},${list[j]}` : `${list[i]}-${list[j]}`)
    i = j
  }
  return out.join(',')
}
