import type { Api } from '../api.ts'
import type { Clock } from '../clock.ts'
import type { Change } from '../store.ts'

/** One control loop: it hears of changes, names what is to be looked at again, and looks. */
export interface Controller {
  readonly name: string
  /** Tables whose changes it hears of; all of them when left out. */
  readonly watches?: readonly string[]
  /** The keys a change asks to look at. */
  keys(change: Pick<Change, 'type' | 'table' | 'object' | 'previous'>): Iterable<string>
  /** Brings one key nearer to what is asked. Called again after every change, so it need not do all at once. */
  reconcile(key: string): void
}

/** Runs the control loops: one at a time, after the writes that woke them, never inside of them. */
export class Engine {
  readonly #api: Api
  readonly #clock: Clock
  readonly #controllers: readonly Controller[]
  readonly #queues = new Map<Controller, Set<string>>()
  readonly #timers = new Map<string, () => void>()
  #scheduled = false
  #running = false
  #stop: (() => void) | undefined
  /** What loops threw, newest last: for tests and the curious. */
  readonly problems: string[] = []

  constructor(api: Api, clock: Clock, make: (engine: Engine) => readonly Controller[]) {
    this.#api = api
    this.#clock = clock
    this.#controllers = make(this)
    for (const c of this.#controllers) this.#queues.set(c, new Set())
  }

  /** Starts listening; everything already stored is looked at once. */
  start(): void {
    this.#stop = this.#api.store.subscribe((change) => this.#hear(change))
    for (const table of this.#api.store.tables()) {
      for (const object of this.#api.store.list(table)) this.#hear({ type: 'ADDED', table, object, previous: undefined })
    }
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    for (const queue of this.#queues.values()) queue.clear()
  }

  /** Asks a loop to look at a key in a while; a later call for the same key replaces an earlier one. */
  later(controller: string, key: string, ms: number): void {
    const id = `${controller} ${key}`
    this.#timers.get(id)?.()
    this.#timers.set(id, this.#clock.after(ms, () => {
      this.#timers.delete(id)
      this.now(controller, key)
    }))
  }

  /** Asks a loop to look at a key. */
  now(controller: string, key: string): void {
    const found = this.#controllers.find((c) => c.name === controller)
    if (found === undefined || this.#stop === undefined) return
    this.#queues.get(found)!.add(key)
    this.#schedule()
  }

  /** Runs all loops until nothing is queued: what a test calls instead of waiting. */
  flush(): void {
    if (this.#running) return
    this.#running = true
    try {
      for (let round = 0; round < 10_000; round++) {
        let worked = false
        for (const controller of this.#controllers) {
          const queue = this.#queues.get(controller)!
          if (queue.size === 0) continue
          const keys = [...queue]
          queue.clear()
          for (const key of keys) {
            worked = true
            try {
              controller.reconcile(key)
            } catch (error) {
              this.problems.push(`${controller.name} ${key}: ${(error as Error).message}`)
              if (this.problems.length > 100) this.problems.shift()
              this.later(controller.name, key, 1000)
            }
          }
        }
        if (!worked) return
      }
    } finally {
      this.#running = false
    }
  }

  #hear(change: Pick<Change, 'type' | 'table' | 'object' | 'previous'>): void {
    for (const controller of this.#controllers) {
      if (controller.watches !== undefined && !controller.watches.includes(change.table)) continue
      const queue = this.#queues.get(controller)!
      for (const key of controller.keys(change)) queue.add(key)
    }
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#running) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#stop !== undefined) this.flush()
    })
  }
}
