import { runeToString, runes } from '../../../language/go/index.ts'

/** Reads a --set expression rune by rune, like Go's bytes.Buffer. */
export class RuneReader {
  private readonly list: readonly number[]
  private at = 0

  constructor(text: string) {
    this.list = runes(text)
  }

  /** The next rune, or -1 at the end. */
  next(): number {
    return this.at < this.list.length ? this.list[this.at++]! : -1
  }

  /** Takes the last `next` back. */
  back(): void {
    this.at--
  }

  /** What is left, as text. */
  rest(): string {
    let s = ''
    for (let i = this.at; i < this.list.length; i++) s += runeToString(this.list[i]!)
    return s
  }

  skip(count: number): void {
    this.at += count
  }

  /**
   * Reads up to one of the `stop` characters, which is consumed.
   * @param escapes whether a backslash takes the next rune as it is
   * @returns the text, and the character that stopped it ('' at the end, also after a lone backslash)
   */
  until(stop: string, escapes: boolean): { text: string; stop: string } {
    let text = ''
    for (;;) {
      const rune = this.next()
      if (rune < 0) return { text, stop: '' }
      const c = runeToString(rune)
      if (stop.includes(c)) return { text, stop: c }
      if (escapes && c === '\\') {
        const escaped = this.next()
        if (escaped < 0) return { text, stop: '' }
        text += runeToString(escaped)
      } else {
        text += c
      }
    }
  }
}
