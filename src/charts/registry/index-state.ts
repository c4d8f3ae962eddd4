import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from './content-cache.ts'
import { writeInFolder } from './write-atomic.ts'

/** What a server said of an index that lies in the cache, so that it need not be sent, nor checked, again. */
export interface IndexState {
  readonly etag?: string
  readonly lastModified?: string
  /** Of the index that it is about: Helm may have written another since. */
  readonly sha256: string
}

/** Kept apart from Helm's cache, which knows no such files. */
export class IndexStates {
  readonly #folder: string | undefined

  /** @param folder undefined: nothing is kept */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** What is known of the index at a path; undefined when the file is not the one it was about. */
  of(path: string, url: string): IndexState | undefined {
    if (this.#folder === undefined || !existsSync(path)) return undefined
    try {
      const state = JSON.parse(readFileSync(this.#file(path, url), 'utf8')) as IndexState
      return state.sha256 === sha256(readFileSync(path)) ? state : undefined
    } catch {
      return undefined
    }
  }

  keep(path: string, url: string, state: IndexState): void {
    if (this.#folder === undefined || (state.etag === undefined && state.lastModified === undefined)) return
    try {
      writeInFolder(this.#file(path, url), JSON.stringify(state), 0o600)
    } catch {
      // Only speed is lost.
    }
  }

  #file(path: string, url: string): string {
    return join(this.#folder!, sha256(Buffer.from(`${path}\n${url}`)))
  }
}
