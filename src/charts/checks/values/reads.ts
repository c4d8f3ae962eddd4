/** The parts of a chart's values that templates read. */
export class Reads {
  /** Everything, by a way that is not followed. */
  all = false
  readonly #root = new Part()

  /** @param whole with all that is in it; else the value alone, as a condition does */
  add(path: readonly string[], whole: boolean): void {
    let part = this.#root
    for (const key of path) part = part.child(key)
    part.read = true
    if (whole) part.whole = true
    if (whole && path.length === 0) this.all = true
  }

  /** Whether something reads a value, a value within it, or what it is part of. */
  touches(path: readonly string[]): boolean {
    return this.all || touches(this.#root, path, 0)
  }

  /** Whether it is read together with all that is in it. */
  covers(path: readonly string[]): boolean {
    return this.all || covers(this.#root, path, 0)
  }
}

class Part {
  read = false
  whole = false
  readonly children = new Map<string, Part>()

  child(key: string): Part {
    let child = this.children.get(key)
    if (child === undefined) this.children.set(key, (child = new Part()))
    return child
  }

  /** Those that may stand for a key. */
  under(key: string): Part[] {
    return [this.children.get(key), this.children.get('*')].filter((part) => part !== undefined)
  }
}

function touches(part: Part, path: readonly string[], at: number): boolean {
  if (part.whole) return true
  if (at === path.length) return part.read || part.children.size > 0
  return part.under(path[at]!).some((child) => touches(child, path, at + 1))
}

function covers(part: Part, path: readonly string[], at: number): boolean {
  if (part.whole) return true
  if (at === path.length) return false
  return part.under(path[at]!).some((child) => covers(child, path, at + 1))
}
