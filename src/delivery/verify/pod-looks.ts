import type { Cluster } from '../../cluster/kube/index.ts'
import type { ReleaseRecord } from '../../cluster/release/index.ts'
import { healthFaults } from './health.ts'
import { lookAtPods, type Restarts } from './outcome-facts.ts'

/** Something that is not well. */
export interface Finding {
  /** What is measured by it: `health`, `stuck pods`, `restarts`, `routing`. */
  readonly metric: string
  /** What it is about: the same trouble of the same thing goes on, whatever its words are. */
  readonly about: string
  readonly text: string
  readonly value?: number
  readonly threshold?: number
  /** Milliseconds of rollout time that it must last to count: what is rescheduled or scaled is not broken. */
  readonly patience: number
}

interface LookOptions {
  readonly cluster: Cluster
  readonly record: ReleaseRecord
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly began: number
  readonly passed: () => number
}

const patience = { stuck: 30_000, routing: 30_000, live: 120_000, health: 120_000, missing: 45_000 }
/** Restarts of one container that are let pass. */
const mostRestarts = 1
/** All objects are read this often, in milliseconds of rollout time; pods at every look. */
const objectsEvery = 30_000

/** Looks at a release again and again, and tells what passes from what stays. */
export class PodLooks {
  readonly #options: LookOptions
  readonly #since = new Map<string, number>()
  /** Restarts that pods had before. */
  readonly #before = new Map<string, number>()
  #objects: { at: number; findings: Finding[] } | undefined
  #first = true

  constructor(options: LookOptions) {
    this.#options = options
  }

  /** @param whole reads every object, whenever that was done last. @returns everything that is not well, and what of it has lasted too long */
  async look(whole: boolean): Promise<{ readonly red?: Finding; readonly open: readonly Finding[] }> {
    const { cluster, record, signal, passed } = this.#options
    const { stuckPods = [], revisionLive = true, checks, restarts } = await lookAtPods(cluster, record, { signal })
    const open: Finding[] = [
      ...this.#restarted(restarts),
      ...stuckPods.map((text): Finding => ({ metric: 'stuck pods', about: text, text, patience: patience.stuck })),
      ...checks.filter((c) => !c.passed).map((c): Finding => ({ metric: c.kind, about: c.name, text: `${c.name}: ${c.detail ?? 'it does not route'}`, patience: patience.routing })),
      ...(revisionLive ? [] : [{ metric: 'health', about: 'revision', text: 'the pods that run are not those of the revision', patience: patience.live }]),
      ...(await this.#ofObjects(whole)),
    ]
    const now = passed()
    const keys = new Set(open.map(keyOf))
    for (const key of this.#since.keys()) if (!keys.has(key)) this.#since.delete(key)
    for (const key of keys) if (!this.#since.has(key)) this.#since.set(key, now)
    const red = open.find((f) => now - this.#since.get(keyOf(f))! >= f.patience)
    return { open, ...(red && { red }) }
  }

  async #ofObjects(whole: boolean): Promise<Finding[]> {
    const { cluster, record, signal, passed } = this.#options
    const at = passed()
    if (this.#objects !== undefined && !whole && at - this.#objects.at < objectsEvery) return this.#objects.findings
    const { faults } = await healthFaults(cluster, record, { signal })
    const findings = faults.map(({ object, detail }): Finding => ({ metric: 'health', about: object, text: `${object} ${detail}`, patience: detail === 'is missing' ? patience.missing : patience.health }))
    this.#objects = { at, findings }
    return findings
  }

  /** Containers that began anew more often than is let pass, since the watch began; of memory once is too often. */
  #restarted(restarts: readonly Restarts[]): Finding[] {
    const out: Finding[] = []
    for (const { key, pod, container, count, created, why } of restarts) {
      // A pod that is newer than the watch had none before.
      if (!this.#before.has(key)) this.#before.set(key, !this.#first && created >= this.#options.began - 1000 ? 0 : count)
      const value = count - this.#before.get(key)!
      if (value <= 0 || (value <= mostRestarts && why !== 'OOMKilled')) continue
      out.push({ metric: 'restarts', about: key, text: `${pod}: container ${container} began anew ${value === 1 ? 'once' : `${value} times`}${why === '' ? '' : `: ${why}`}`, value, threshold: why === 'OOMKilled' ? 0 : mostRestarts, patience: 0 })
    }
    this.#first = false
    return out
  }
}

const keyOf = ({ metric, about }: Finding): string => `${metric} ${about}`
