import type { Output } from './output.ts'

/** Lines on a terminal's stderr that are redrawn in their place: when asked, and each second for what shows the time. */
export class Redrawn {
  readonly #out: Output
  readonly #lines: (columns: number) => readonly string[] | undefined
  #drawn = 0
  #ticking: NodeJS.Timeout | undefined

  /** @param lines the text as it is now, no line longer than so many columns less one; undefined: nothing is shown */
  constructor(out: Output, lines: (columns: number) => readonly string[] | undefined) {
    this.#out = out
    this.#lines = lines
  }

  draw(): void {
    this.#ticking ??= setInterval(() => this.draw(), 1000)
    const lines = this.#lines(process.stderr.columns || 80)
    if (lines === undefined) return
    // One write: a terminal shows no state in between.
    const { rows = 0 } = process.stderr
    // What does not fit could not be taken away again.
    const shown = rows > 2 ? lines.slice(0, rows - 1) : lines
    this.#out.raw(this.#erased() + shown.map((l) => `${l}\n`).join(''))
    this.#drawn = shown.length
  }

  /** Takes the lines away, until they are drawn again. */
  clear(): void {
    clearInterval(this.#ticking)
    this.#ticking = undefined
    const text = this.#erased()
    if (text !== '') this.#out.raw(text)
    this.#drawn = 0
  }

  #erased(): string {
    return this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[0J` : ''
  }
}
