/**
 * Chooses again and again among weighted things so that shares are right at every moment, not only in the long run: of 20 choices at 5% exactly one is the light one.
 * Things come and go; one that comes starts level with the others.
 */
export class Stride {
  readonly #passes = new Map<string, number>()

  /** @returns the key chosen; undefined when nothing has a weight above zero */
  next(choices: readonly { readonly key: string; readonly weight: number }[]): string | undefined {
    const live = choices.filter(choice => choice.weight > 0)
    if (live.length === 0) return undefined
    const total = live.reduce((sum, choice) => sum + choice.weight, 0)
    const known = live.flatMap(choice => this.#passes.get(choice.key) ?? [])
    const level = known.length === 0 ? 0 : Math.min(...known)
    for (const key of this.#passes.keys()) if (!live.some(choice => choice.key === key)) this.#passes.delete(key)
    // The first turn of each comes in the middle of its stride, so that several of a kind do not come at once.
    for (const { key, weight } of live) if (!this.#passes.has(key)) this.#passes.set(key, level + total / weight / 2)
    let best = live[0]!
    for (const choice of live) if (this.#passes.get(choice.key)! < this.#passes.get(best.key)!) best = choice
    this.#passes.set(best.key, this.#passes.get(best.key)! + total / best.weight)
    return best.key
  }
}
