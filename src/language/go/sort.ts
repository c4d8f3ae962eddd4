/**
 * Go's sort.Sort, for lists in which several elements count as equal: it is not stable, and the order it leaves them in shows in what Go programs
 * print. A pattern-defeating quicksort (sort/zsortinterface.go of Go 1.26), whose only randomness is a generator seeded with the length.
 */
export function sortAsGo<T>(items: T[], less: (a: T, b: T) => boolean): void {
  if (items.length > 1) new Sorter(items, less).sort(0, items.length, bitLength(items.length))
}

const bitLength = (n: number): number => 32 - Math.clz32(n)

/** Below this, elements are inserted one by one. */
const maxInsertion = 12
/** From here on the pivot is a median of medians, and nearly sorted ranges are mended. */
const long = 50

type Hint = 'unknown' | 'increasing' | 'decreasing'

class Sorter<T> {
  readonly #items: T[]
  readonly #less: (a: T, b: T) => boolean
  /** Swaps that the choice of a pivot would have made. */
  #swaps = 0

  constructor(items: T[], less: (a: T, b: T) => boolean) {
    this.#items = items
    this.#less = less
  }

  #before(i: number, j: number): boolean {
    return this.#less(this.#items[i]!, this.#items[j]!)
  }

  #swap(i: number, j: number): void {
    const item = this.#items[i]!
    this.#items[i] = this.#items[j]!
    this.#items[j] = item
  }

  sort(a: number, b: number, limit: number): void {
    let balanced = true
    let partitioned = true
    for (;;) {
      const length = b - a
      if (length <= maxInsertion) return this.#insertion(a, b)
      if (limit === 0) return this.#heap(a, b)
      if (!balanced) {
        this.#breakPatterns(a, b)
        limit--
      }
      let { pivot, hint } = this.#choosePivot(a, b)
      if (hint === 'decreasing') {
        this.#reverse(a, b)
        pivot = b - 1 - (pivot - a)
        hint = 'increasing'
      }
      if (balanced && partitioned && hint === 'increasing' && this.#mend(a, b)) return
      if (a > 0 && !this.#before(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot)
        continue
      }
      const { middle, already } = this.#partition(a, b, pivot)
      partitioned = already
      const [left, right] = [middle - a, b - middle]
      const threshold = Math.floor(length / 8)
      if (left < right) {
        balanced = left >= threshold
        this.sort(a, middle, limit)
        a = middle + 1
      } else {
        balanced = right >= threshold
        this.sort(middle + 1, b, limit)
        b = middle
      }
    }
  }

  #insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.#before(j, j - 1); j--) this.#swap(j, j - 1)
  }

  #heap(a: number, b: number): void {
    const size = b - a
    for (let i = Math.floor((size - 1) / 2); i >= 0; i--) this.#siftDown(i, size, a)
    for (let i = size - 1; i >= 0; i--) {
      this.#swap(a, a + i)
      this.#siftDown(0, i, a)
    }
  }

  #siftDown(low: number, high: number, first: number): void {
    for (let root = low; ;) {
      let child = 2 * root + 1
      if (child >= high) return
      if (child + 1 < high && this.#before(first + child, first + child + 1)) child++
      if (!this.#before(first + root, first + child)) return
      this.#swap(first + root, first + child)
      root = child
    }
  }

  #partition(a: number, b: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(a, pivot)
    let i = a + 1
    let j = b - 1
    for (let first = true; ; first = false) {
      while (i <= j && this.#before(i, a)) i++
      while (i <= j && !this.#before(j, a)) j--
      if (i > j) {
        this.#swap(j, a)
        return { middle: j, already: first }
      }
      this.#swap(i++, j--)
    }
  }

  /** Elements equal to the pivot, then those after it. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot)
    let i = a + 1
    let j = b - 1
    for (;;) {
      while (i <= j && !this.#before(a, i)) i++
      while (i <= j && this.#before(a, j)) j--
      if (i > j) return i
      this.#swap(i++, j--)
    }
  }

  /** Puts a few elements into their places where that may be all there is to do. */
  #mend(a: number, b: number): boolean {
    let i = a + 1
    for (let step = 0; step < 5; step++) {
      while (i < b && !this.#before(i, i - 1)) i++
      if (i === b) return true
      if (b - a < long) return false
      this.#swap(i, i - 1)
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#before(j, j - 1); j--) this.#swap(j, j - 1)
      if (b - i >= 2) for (let j = i + 1; j < b && this.#before(j, j - 1); j++) this.#swap(j, j - 1)
    }
    return false
  }

  #breakPatterns(a: number, b: number): void {
    const length = b - a
    if (length < 8) return
    let random = BigInt(length)
    const mask = (1n << BigInt(bitLength(length))) - 1n
    const middle = a + Math.floor(length / 4) * 2
    for (let at = middle - 1; at <= middle + 1; at++) {
      random = BigInt.asUintN(64, random ^ (random << 13n))
      random ^= random >> 7n
      random = BigInt.asUintN(64, random ^ (random << 17n))
      let other = Number(random & mask)
      if (other >= length) other -= length
      this.#swap(at, a + other)
    }
  }

  #choosePivot(a: number, b: number): { pivot: number; hint: Hint } {
    const length = b - a
    const quarter = Math.floor(length / 4)
    this.#swaps = 0
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3]
    if (length >= 8) {
      if (length >= long) [i, j, k] = [this.#median(i - 1, i, i + 1), this.#median(j - 1, j, j + 1), this.#median(k - 1, k, k + 1)]
      j = this.#median(i, j, k)
    }
    return { pivot: j, hint: this.#swaps === 0 ? 'increasing' : this.#swaps === 12 ? 'decreasing' : 'unknown' }
  }

  #median(a: number, b: number, c: number): number {
    ;[a, b] = this.#ordered(a, b)
    ;[b, c] = this.#ordered(b, c)
    ;[a, b] = this.#ordered(a, b)
    return b
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#before(b, a)) return [a, b]
    this.#swaps++
    return [b, a]
  }

  #reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j)
  }
}
