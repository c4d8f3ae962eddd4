/** Ends a request that takes too long, through all its attempts and redirects. */
export class Deadline {
  readonly #milliseconds: number
  readonly #started = performance.now()
  #timer: NodeJS.Timeout | undefined
  #end: (() => void) | undefined
  passed = false

  /** @param milliseconds 0 is no end */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  get left(): number {
    return this.#milliseconds === 0 ? Infinity : Math.max(0, this.#milliseconds - (performance.now() - this.#started))
  }

  /** Says what to do at the end; the last one counts. */
  start(end: () => void): void {
    if (this.#milliseconds === 0) return
    this.#end = end
    this.#timer ??= setTimeout(() => {
      this.passed = true
      this.#end?.()
    }, this.left)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
