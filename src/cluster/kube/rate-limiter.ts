/** A token bucket: `burst` calls at once, then `qps` a second, in the order they came. */
export class RateLimiter {
  readonly #interval: number
  readonly #burst: number
  /** When the bucket would have been empty enough for the next call, in ms; bounded below by now - burst. */
  #next = 0

  constructor(qps: number, burst: number) {
    this.#interval = qps > 0 ? 1000 / qps : 0
    this.#burst = Math.max(1, burst)
  }

  /** Milliseconds the caller must wait before it may go on. */
  reserve(now: number): number {
    if (this.#interval === 0) return 0
    this.#next = Math.max(this.#next, now - (this.#burst - 1) * this.#interval)
    const wait = this.#next - now
    this.#next += this.#interval
    return Math.max(0, wait)
  }
}
