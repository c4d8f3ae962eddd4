import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CachedDocuments } from './discovery-types.ts'

const format = 1
/** Within this time kinds are looked up without asking; versions are always revalidated. */
const timeToLive = 10 * 60_000

/** What one server serves, kept between processes in a file a user may delete at any time. */
export class DiscoveryCache {
  readonly #folder: string
  readonly #file: string
  readonly #server: string

  constructor(folder: string, server: string) {
    this.#folder = folder
    this.#server = server
    this.#file = join(folder, `${server.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9.-]/g, '_').slice(0, 120)}.json`)
  }

  read(): CachedDocuments | undefined {
    try {
      const stored = JSON.parse(readFileSync(this.#file, 'utf8'))
      if (stored.format !== format || stored.server !== this.#server || !(Date.now() - stored.at < timeToLive)) return undefined
      return stored.documents
    } catch {
      return undefined
    }
  }

  /** A cache that cannot be written is no cache, not an error. */
  write(documents: CachedDocuments): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const unfinished = `${this.#file}.${process.pid}`
      writeFileSync(unfinished, JSON.stringify({ format, server: this.#server, at: documents.at, documents }), { mode: 0o600 })
      renameSync(unfinished, this.#file)
    } catch {
      return
    }
  }
}
