import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonMap } from './json.ts'
import type { Store } from './store.ts'

interface Saved { version: string; revision: number; tables: Record<string, JsonMap[]> }

/** Keeps the store in one file, written shortly after a change and never half. */
export class Persistence {
  readonly #file: string
  readonly #store: Store
  readonly #version: string
  #timer: NodeJS.Timeout | undefined
  #stop: (() => void) | undefined

  constructor(dir: string, store: Store, version: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.#file = join(dir, 'objects.json')
    this.#store = store
    this.#version = version
  }

  /** Whether there was something to restore. A file of another Kubernetes version, or one that cannot be read, is left alone. */
  restore(): boolean {
    let saved: Saved
    try {
      saved = JSON.parse(readFileSync(this.#file, 'utf8')) as Saved
    } catch {
      return false
    }
    if (saved.version !== this.#version) return false
    for (const [table, objects] of Object.entries(saved.tables)) for (const o of objects) this.#store.restore(table, o)
    this.#store.resume(saved.revision)
    return true
  }

  start(): void {
    this.#stop = this.#store.subscribe(() => {
      if (this.#timer !== undefined) return
      this.#timer = setTimeout(() => this.save(), 200)
      this.#timer.unref()
    })
    this.save()
  }

  /** Secrets are among the objects: the file is its owner's alone. */
  save(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const tables: Record<string, readonly JsonMap[]> = {}
    for (const table of this.#store.tables()) tables[table] = this.#store.list(table)
    const next = `${this.#file}.${process.pid}.new`
    writeFileSync(next, JSON.stringify({ version: this.#version, revision: this.#store.revision, tables }), { mode: 0o600 })
    renameSync(next, this.#file)
  }

  stop(): void {
    this.#stop?.()
    if (this.#timer !== undefined) this.save()
  }
}
