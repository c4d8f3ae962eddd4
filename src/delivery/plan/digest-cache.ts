import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { KnownDigests } from './resolve-images.ts'

const mostImages = 10_000

/** Digests that registries have answered with, by image; a file anybody may delete. The last to write it wins. */
export class DigestCache implements KnownDigests {
  readonly #path: string
  readonly #digests: Map<string, string>

  constructor(path: string) {
    this.#path = path
    this.#digests = read(path)
  }

  get(image: string): string | undefined {
    return this.#digests.get(image)
  }

  /** Keeps what was found; that it cannot be kept is no failure. */
  keep(found: Iterable<readonly [string, string]>): void {
    const before = JSON.stringify([...this.#digests])
    for (const [image, digest] of found) {
      // The newest stay when there are too many.
      this.#digests.delete(image)
      this.#digests.set(image, digest)
    }
    const kept = [...this.#digests].slice(-mostImages)
    if (JSON.stringify(kept) === before) return
    const temporary = `${this.#path}.${process.pid}.tmp`
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(kept)))
      renameSync(temporary, this.#path)
    } catch {
      // A cache.
    }
  }
}

function read(path: string): Map<string, string> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>).filter((e): e is [string, string] => typeof e[1] === 'string' && /^sha\d+:[a-f0-9]+$/.test(e[1])))
  } catch {
    return new Map()
  }
}
