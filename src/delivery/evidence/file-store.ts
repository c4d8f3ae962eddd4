import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { BlobFolder } from './blob-folder.ts'
import { ChainFile, broken } from './chain-file.ts'
import { Deliveries } from './deliveries.ts'
import { isUnfinished, makeFolder } from './durable-file.ts'
import { FolderIndex, findLines, lineOf, selectLines, type IndexedLine } from './folder-index.ts'
import { readFolderFile, readFolderRecord } from './folder-records.ts'
import { decodeLine, encodeLine } from './line.ts'
import type { Entry, ReleaseRecord } from './record.ts'
import { whileLocked } from './sqlite.ts'
import { matches, summaryOf, type Added, type EvidenceStore, type Filter, type Head, type StoredEntry, type Summary, type Verification, type VerifyOptions } from './store.ts'

/**
 * Evidence in a folder: `chain.jsonl` holds the entries, `sha256/` the files beside them. Several processes may write at once. Folders of the first version, where each
 * release had a folder of its own, are read and continued.
 */
export class FileStore implements EvidenceStore {
  readonly location: string
  readonly #chain: ChainFile
  readonly #blobs: BlobFolder
  readonly #index: FolderIndex
  readonly #deliveries: Deliveries
  constructor(root: string) {
    this.location = root
    this.#chain = new ChainFile(root)
    this.#blobs = new BlobFolder(root)
    this.#index = new FolderIndex(root)
    this.#deliveries = new Deliveries(root)
  }

  async append(entry: Entry, files: Readonly<Record<string, string>> = {}): Promise<Added> {
    return await reading(async () => {
      makeFolder(this.location)
      return await this.#locked(async () => {
        for (const name of readdirSync(this.location)) if (isUnfinished(name)) rmSync(join(this.location, name))
        const { head: last, recovered } = this.#chain.end(this.#blobs)
        const { text, head } = encodeLine(entry, last)
        for (const content of Object.values(files)) this.#blobs.put(content)
        this.#chain.add(text, head, last)
        return { id: entry.id, head, ...(recovered === undefined ? {} : { recovered }) }
      })
    })
  }

  async *list(filter: Filter = {}): AsyncIterable<Summary> {
    if (!this.#index.usable) {
      for await (const line of this.#lines({ sequence: 0, size: 0 }, this.#chain.size())) if (matches(line, filter)) yield withoutPlace(line)
      return
    }
    const db = await this.#openIndex()
    try {
      for (const row of selectLines(db, filter)) yield withoutPlace(row)
    } finally {
      db.close()
    }
  }

  async read(id: string): Promise<StoredEntry | undefined> {
    const found: IndexedLine[] = []
    if (this.#index.usable) {
      const db = await this.#openIndex()
      try {
        found.push(...findLines(db, id))
      } finally {
        db.close()
      }
    } else {
      for await (const line of this.#lines({ sequence: 0, size: 0 }, this.#chain.size())) {
        if (line.id === id) found.splice(0, found.length, line)
        else if (line.id.startsWith(id) && found[0]?.id !== id && found.length < 2) found.push(line)
      }
    }
    if (found.length > 1) throw new PintleError('evidence.notFound', `${id} is the beginning of several ids: ${found.map((f) => f.id).join(', ')}, ...`)
    return found[0] === undefined ? undefined : this.#decode(this.#chain.at(found[0].offset, found[0].length), found[0].sequence)
  }

  async *entries(from: number): AsyncIterable<StoredEntry> {
    let sequence = 0
    let start = 0
    if (from > 1 && this.#index.usable) {
      const db = await this.#openIndex()
      try {
        const before = lineOf(db, from - 1)
        if (before === undefined) return
        start = before.offset + before.length + 1
        sequence = before.sequence
      } finally {
        db.close()
      }
    }
    for await (const raw of this.#chain.linesFrom(start, this.#chain.size())) {
      if (raw.torn) return
      if (++sequence < from) continue
      yield this.#decode(raw.bytes, sequence)
    }
  }

  async file(record: ReleaseRecord, name: string): Promise<Uint8Array | undefined> {
    const digest = record.files[name]
    if (digest === undefined) return undefined
    return this.#blobs.read(digest) ?? readFolderFile(this.location, record.id, name, digest)
  }

  async head(): Promise<Head | undefined> {
    const remembered = this.#chain.remembered()
    if (remembered !== undefined) return 'problem' in remembered ? undefined : remembered
    let last: StoredEntry | undefined
    for await (const line of this.entries(1)) last = line
    return last && { sequence: last.sequence, hash: last.hash }
  }

  async verify(options: VerifyOptions = {}): Promise<Verification> {
    const { verifyFolder } = await import('./verify-folder.ts')
    if (!existsSync(this.location)) return { entries: 0, blobs: 0, problems: (options.expectHeads ?? []).map((h) => ({ sequence: 0, problem: `no line has the expected hash ${h}: there is no store` })), notes: [] }
    const parts = { root: this.location, chain: this.#chain, blobs: this.#blobs, index: this.#index, deliveries: this.#deliveries }
    // Nobody writes while the ends are looked at; what is added afterwards is not read.
    const ends = async () => ({ size: this.#chain.size(), remembered: this.#chain.remembered() })
    const at = this.#index.usable ? await this.#locked(ends).catch((error) => ends().then((e) => ({ ...e, problem: (error as Error).message }))) : await ends()
    return await reading(() => verifyFolder(parts, at, options))
  }

  async delivered(sink: string): Promise<number> {
    return this.#deliveries.get(sink)?.sequence ?? 0
  }

  async setDelivered(sink: string, at: StoredEntry): Promise<void> {
    await this.#locked(async () => this.#deliveries.set(sink, at))
  }

  async close(): Promise<void> {}

  async #openIndex() {
    return await reading(async () => {
      if (!existsSync(this.location)) makeFolder(this.location)
      return await this.#locked(async () => {
        const size = this.#chain.size()
        return await this.#index.current(size, (from) => this.#lines(from, size))
      })
    })
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return whileLocked(join(this.location, 'lock'), work)
  }

  /** Every line from a place on, with its summary. Half a line at the end is passed over: it was never written. */
  async *#lines(from: { sequence: number; size: number }, size: number): AsyncIterable<IndexedLine & { hash: string; previous: string }> {
    let sequence = from.sequence
    for await (const raw of this.#chain.linesFrom(from.size, size)) {
      if (raw.torn) return
      const line = this.#decode(raw.bytes, ++sequence)
      yield { ...summaryOf(line.sequence, line.entry), offset: raw.offset, length: raw.length, hash: line.hash, previous: line.previous }
    }
  }

  #decode(bytes: Uint8Array | undefined, sequence: number): StoredEntry {
    const decoded = bytes === undefined ? { kind: 'broken' as const } : decodeLine(bytes)
    if (decoded.kind === 'broken' || decoded.line.sequence !== sequence) throw broken(`line ${sequence} was changed`)
    if (decoded.kind === 'entry') return decoded.line
    const { folder, digest, previous, hash } = decoded.line
    const entry = readFolderRecord(this.location, folder, digest)
    if (typeof entry === 'string') throw broken(entry)
    return { sequence, previous, hash, entry }
  }
}

const withoutPlace = ({ offset: _o, length: _l, ...summary }: IndexedLine): Summary => {
  const { hash: _h, previous: _p, ...rest } = summary as Summary & { hash?: string; previous?: string }
  return { ...rest }
}

/** What the file system says, as an error of the store. */
async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isPintleError(error) || (error as Error).name === 'AbortError') throw error
    throw new PintleError('evidence.store', `the evidence store: ${(error as Error).message}`, { cause: error })
  }
}
