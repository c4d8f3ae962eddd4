import { accessSync, constants, copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { isPintleError } from '../../errors/index.ts'
import { canonicalJson } from '../attestation/index.ts'
import { fileDigest } from './blob-folder.ts'
import { writeDurably } from './durable-file.ts'
import { openSqlite } from './sqlite.ts'
import type { Filter, Summary } from './store.ts'

/** A row of the index: the summary, and where the line is in the chain. */
export interface IndexedLine extends Summary {
  readonly offset: number
  readonly length: number
}

/** How far the index goes, and what the file was when it was written: an index that somebody changed is made anew. */
interface Mark {
  readonly sequence: number
  readonly hash: string
  /** Bytes of the chain that it covers. */
  readonly size: number
  readonly digest: string
}

const columns = ['sequence', 'id', 'about', 'started', 'service', 'environment', 'cluster', 'namespace', 'release', 'operation', 'outcome', 'revision', 'operator', 'offset', 'length'] as const
const names = columns.map((c) => `"${c}"`).join(', ')

/** New lines since a mark, each with its hash and the one it follows. */
export type NewLines = (from: { sequence: number; size: number }) => AsyncIterable<IndexedLine & { hash: string; previous: string }>

/**
 * The SQLite index of a folder: `index.sqlite`, derived from the chain and made anew whenever it is missing, changed or of another chain; `index.json` says what it
 * must be. Appending does not touch it: whoever lists brings it up to date.
 */
export class FolderIndex {
  readonly #path: string
  readonly #markPath: string
  readonly #root: string
  constructor(root: string) {
    this.#root = root
    this.#path = join(root, 'index.sqlite')
    this.#markPath = join(root, 'index.json')
  }

  /** Whether the folder can be written at all. */
  get usable(): boolean {
    try {
      accessSync(this.#root, constants.W_OK)
      return true
    } catch {
      return false
    }
  }

  /** Problems with the two files as they are; a mark when they are sound. */
  async sound(): Promise<{ mark?: Mark; problem?: string; note?: string }> {
    if (!existsSync(this.#path) || !existsSync(this.#markPath)) return existsSync(this.#path) || existsSync(this.#markPath) ? { note: 'half of the index is missing; it is made anew when something is listed' } : {}
    const bytes = readFileSync(this.#markPath)
    try {
      const { sequence, hash, size, digest } = JSON.parse(bytes.toString('utf8')) as Mark
      const mark = { sequence, hash, size, digest }
      if (!Buffer.from(`${canonicalJson(mark)}\n`).equals(bytes)) return { problem: 'index.json was changed' }
      return (await fileDigest(this.#path)) === digest ? { mark } : { problem: 'index.sqlite was changed' }
    } catch {
      return { problem: 'index.json was changed' }
    }
  }

  openReadOnly(): DatabaseSync {
    return openSqlite(this.#path, { readOnly: true })
  }

  /** Brings it up to the end of the chain and opens it. Call it under the store's lock. */
  async current(chainSize: number, lines: NewLines): Promise<DatabaseSync> {
    const { mark } = await this.sound()
    if (mark !== undefined && mark.size === chainSize) return this.openReadOnly()
    // Where the mark is not the end of a line, this is another chain.
    const extended = mark !== undefined && mark.size < chainSize && (await this.#extend(mark, lines).catch((error) => (isPintleError(error, 'evidence.broken') ? false : Promise.reject(error))))
    if (extended) return this.openReadOnly()
    await this.#extend(undefined, lines)
    return this.openReadOnly()
  }

  /** @returns false when what is there belongs to another chain */
  async #extend(mark: Mark | undefined, lines: NewLines): Promise<boolean> {
    const temporary = `${this.#path}.${process.pid}.tmp`
    rmSync(temporary, { force: true })
    if (mark !== undefined) copyFileSync(this.#path, temporary)
    const db = openSqlite(temporary)
    let { sequence, hash, size } = mark ?? { sequence: 0, hash: '', size: 0 }
    try {
      // A file of our own that nobody else sees: it needs no journal.
      db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
      if (mark === undefined) db.exec(`CREATE TABLE lines (${columns.map((c) => `"${c}" ${['sequence', 'revision', 'offset', 'length'].includes(c) ? 'INTEGER' : 'TEXT'}${c === 'sequence' ? ' PRIMARY KEY' : ' NOT NULL'}`).join(', ')});
        CREATE INDEX by_id ON lines (id); CREATE INDEX by_service ON lines (service, environment, started); CREATE INDEX by_about ON lines (about) WHERE about <> ''`)
      const insert = db.prepare(`INSERT INTO lines (${names}) VALUES (${columns.map(() => '?').join(', ')})`)
      db.exec('BEGIN')
      for await (const line of lines({ sequence, size: mark?.size ?? 0 })) {
        if (line.previous !== hash) return false
        insert.run(...columns.map((c) => line[c]))
        sequence = line.sequence
        hash = line.hash
        // Half a line at the end is none.
        size = line.offset + line.length + 1
      }
      db.exec('COMMIT')
    } finally {
      db.close()
    }
    const digest = await fileDigest(temporary)
    renameSync(temporary, this.#path)
    writeDurably(this.#markPath, `${canonicalJson({ sequence, hash, size, digest })}\n`)
    return true
  }
}

/** Rows that a filter wants, oldest first, one at a time. */
export function* selectLines(db: DatabaseSync, filter: Filter): Iterable<IndexedLine> {
  const where = ['about = ?']
  const values: SQLInputValue[] = [filter.about ?? '']
  for (const key of ['service', 'environment', 'outcome', 'cluster'] as const) {
    if (filter[key] === undefined) continue
    where.push(`"${key}" = ?`)
    values.push(filter[key])
  }
  if (filter.since !== undefined) where.push('started >= ?') && values.push(filter.since)
  if (filter.until !== undefined) where.push('started < ?') && values.push(filter.until)
  yield* db.prepare(`SELECT ${names} FROM lines WHERE ${where.join(' AND ')} ORDER BY sequence`).iterate(...values) as Iterable<any>
}

/** All rows in order, for comparison. */
export function allLines(db: DatabaseSync): Iterator<IndexedLine> {
  return (db.prepare(`SELECT ${names} FROM lines ORDER BY sequence`).iterate() as Iterable<any>)[Symbol.iterator]()
}

/** At most two rows whose id starts with a text; the one that is equal to it alone, when there is one. */
export function findLines(db: DatabaseSync, id: string): IndexedLine[] {
  const exact = db.prepare(`SELECT ${names} FROM lines WHERE id = ?`).all(id) as any[]
  return exact.length > 0 ? exact : (db.prepare(`SELECT ${names} FROM lines WHERE id >= ? AND id < ? ORDER BY id LIMIT 2`).all(id, `${id}\u{10ffff}`) as any[])
}

export function lineOf(db: DatabaseSync, sequence: number): IndexedLine | undefined {
  return db.prepare(`SELECT ${names} FROM lines WHERE sequence = ?`).get(sequence) as unknown as IndexedLine | undefined
}
