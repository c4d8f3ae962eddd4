/** A small seeded generator (mulberry32), so that every random test can be repeated by its seed. */
export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }
  /** 0 <= x < 1 */
  float(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  /** An integer, 0 <= x < n */
  below(n: number): number {
    return Math.floor(this.float() * n)
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
  chance(p: number): boolean {
    return this.float() < p
  }
}
