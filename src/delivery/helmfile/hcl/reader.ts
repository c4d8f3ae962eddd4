import { hclError } from './hcl-error.ts'
import type { HclPlace } from './node.ts'

export const identifier = /[\p{L}_][\p{L}\p{Nd}_-]*/uy

/** A text that is being read, and where. */
export class HclReader {
  readonly file: string
  readonly text: string
  pos = 0
  readonly #starts: number[] = [0]

  constructor(file: string, text: string) {
    this.file = file
    this.text = text.replace(/^\ufeff/, '')
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  space(lines: boolean): void {
    const skip = lines ? /(?:\s|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/)+/y : /(?:[^\S\n]|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/)+/y
    this.match(skip)
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.pos
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.pos += found.length
    return found
  }

  name(summary: string, detail: string): string {
    const found = this.match(identifier)
    if (found === undefined) throw this.fail(summary, detail)
    return found
  }

  place(start: number, end: number): HclPlace {
    const [line, column] = this.#position(start)
    const [endLine, endColumn] = this.#position(end)
    return { file: this.file, line, column, endLine, endColumn }
  }

  #position(at: number): [number, number] {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return [low + 1, at - this.#starts[low]! + 1]
  }

  fail(summary: string, detail: string, start = this.pos, end = start + 1): Error {
    return hclError(this.place(start, Math.min(end, this.text.length)), summary, detail, this.text)
  }
}
