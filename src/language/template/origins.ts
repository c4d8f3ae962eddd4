import type { Origin, Span } from './trail.ts'

/** Where the output of one template came from, looked up by offset or line. */
export class Origins {
  readonly #spans: readonly Span[]
  readonly #lineStarts: number[] = [0]
  readonly #length: number

  constructor(output: string, spans: readonly Span[]) {
    this.#spans = spans
    this.#length = output.length
    for (let at = output.indexOf('\n'); at >= 0; at = output.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** The origin of the character at an offset in UTF-16 units. */
  at(offset: number): Origin | undefined {
    const span = this.#spans[this.#firstEndingAfter(offset)]
    return span && span.start <= offset ? span.origin : undefined
  }

  /** The origins of the pieces of a line (from 1), from left to right, without the line break. */
  ofLine(line: number): Origin[] {
    const start = this.#lineStarts[line - 1]
    if (start === undefined) return []
    const end = (this.#lineStarts[line] ?? this.#length + 1) - 1
    const out: Origin[] = []
    for (let i = this.#firstEndingAfter(start); i < this.#spans.length && this.#spans[i]!.start < end; i++) out.push(this.#spans[i]!.origin)
    return out
  }

  #firstEndingAfter(offset: number): number {
    let low = 0
    let high = this.#spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#spans[middle]!.end > offset) high = middle
      else low = middle + 1
    }
    return low
  }
}
