import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const poolSize = 1024

/**
 * Random bytes for secrets. They come from the system's own device where there is one: loading node:crypto takes longer than rendering
 * a small chart, and most charts that draw a password need nothing else of it.
 */
export class SecureRandom {
  #pool: Uint8Array = new Uint8Array(0)
  #used = 0

  bytes(count: number): Uint8Array {
    if (count > poolSize / 4) return draw(count)
    if (this.#used + count > this.#pool.length) {
      this.#pool = draw(poolSize)
      this.#used = 0
    }
    const out = this.#pool.slice(this.#used, this.#used + count)
    // What was handed out is nobody else's to see.
    this.#pool.fill(0, this.#used, this.#used + count)
    this.#used += count
    return out
  }
}

function draw(count: number): Uint8Array {
  if (process.platform === 'win32') return randomBytes(count)
  const out = new Uint8Array(count)
  try {
    const fd = openSync('/dev/urandom', 'r')
    try {
      let length = 0
      while (length < count) {
        const n = readSync(fd, out, length, count - length, null)
        if (n === 0) return randomBytes(count)
        length += n
      }
    } finally {
      closeSync(fd)
    }
  } catch {
    return randomBytes(count)
  }
  return out
}
