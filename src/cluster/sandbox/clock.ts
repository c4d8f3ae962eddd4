/** Time as the controllers see it: real, or run faster so that tests and demonstrations need not wait. */
export interface Clock {
  /** ms since 1970. */
  now(): number
  /** Calls back once, `ms` of the clock's time from now. Returns what cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** The machine's clock; waits are divided by `speed`. Times written into objects stay real. */
export class RealClock implements Clock {
  readonly speed: number
  constructor(speed = 1) { this.speed = speed }
  now(): number { return Date.now() }
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(ms / this.speed, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: number
  #waiting: { at: number; callback: () => void }[] = []
  constructor(start: number = Date.now()) { this.#now = start }
  now(): number { return this.#now }
  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback }
    this.#waiting.push(entry)
    return () => { this.#waiting = this.#waiting.filter((e) => e !== entry) }
  }

  /** Moves on, calling back everything that falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      this.#waiting.sort((a, b) => a.at - b.at)
      const next = this.#waiting[0]
      if (next === undefined || next.at > end) break
      this.#waiting.shift()
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }
}

/** Kubernetes' time format. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
