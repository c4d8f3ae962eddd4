/** Remembers what a pure function made of a text; starts over when full. */
export class Memo<T> {
  readonly #make: (text: string) => T
  readonly #made = new Map<string, T>()
  readonly #limit: number
  constructor(make: (text: string) => T, limit = 256) {
    this.#make = make
    this.#limit = limit
  }
  get(text: string): T {
    let value = this.#made.get(text)
    if (value === undefined) {
      value = this.#make(text)
      if (this.#made.size >= this.#limit) this.#made.clear()
      this.#made.set(text, value)
    }
    return value
  }
}
