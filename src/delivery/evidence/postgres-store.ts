import type { PoolClient } from 'pg'
import { PintleError } from '../../errors/index.ts'
import { sha256 } from '../attestation/index.ts'
import { broken } from './chain-file.ts'
import { EvidenceDatabase } from './connect-postgres.ts'
import { decodeLine, encodeLine, maxLine, type Decoded } from './line.ts'
import type { Entry, ReleaseRecord } from './record.ts'
import { summaryOf, type Added, type EvidenceStore, type Filter, type Head, type Problem, type StoredEntry, type Summary, type Verification, type VerifyOptions } from './store.ts'
import { verifyChain } from './verify-chain.ts'

const columns = ['sequence', 'id', 'about', 'started', 'service', 'environment', 'cluster', 'namespace', 'release', 'operation', 'outcome', 'revision', 'operator'] as const
const names = columns.map((c) => `"${c}"`).join(', ')
/** A server may send any line; one that is too long is not asked for. */
const line = `CASE WHEN octet_length(line) <= ${maxLine} THEN line ELSE '' END AS line`
const batch = 100

type Row = { [K in keyof Summary]: Summary[K] } & { line: string; sequence: string | number }

/** Evidence in PostgreSQL, for teams: the same lines, in rows that triggers keep from being changed, one writer at a time. */
export class PostgresStore implements EvidenceStore {
  readonly location: string
  readonly #database: EvidenceDatabase

  /** @param url may hold a password, which is never shown. @throws PintleError evidence.store when it is no URL */
  constructor(url: string) {
    this.location = shown(url)
    this.#database = new EvidenceDatabase(url)
  }

  async append(entry: Entry, files: Readonly<Record<string, string>> = {}): Promise<Added> {
    return await this.#database.exclusively(async (client) => {
      const last = await endOf(client)
      const { text, head } = encodeLine(entry, last)
      for (const content of Object.values(files)) await client.query('INSERT INTO pintle_evidence_files (digest, content) VALUES ($1, $2) ON CONFLICT DO NOTHING', [sha256(content), Buffer.from(content)])
      const summary = summaryOf(head.sequence, entry)
      await client.query(`INSERT INTO pintle_evidence (${names}, line) VALUES (${[...columns, 'line'].map((_, i) => `$${i + 1}`).join(', ')})`, [...columns.map((c) => summary[c]), text])
      if (last === undefined) await client.query('INSERT INTO pintle_evidence_head (sequence, hash) VALUES ($1, $2)', [head.sequence, head.hash])
      else await client.query('UPDATE pintle_evidence_head SET sequence = $1, hash = $2', [head.sequence, head.hash])
      return { id: entry.id, head }
    })
  }

  async *list(filter: Filter = {}): AsyncIterable<Summary> {
    const where = ['about = $1', 'sequence > $2']
    const values: unknown[] = [filter.about ?? '', 0]
    const add = (condition: string, value: unknown) => where.push(condition.replace('?', `$${values.push(value)}`))
    for (const key of ['service', 'environment', 'outcome', 'cluster'] as const) if (filter[key] !== undefined) add(`"${key}" = ?`, filter[key])
    if (filter.since !== undefined) add('started >= ?', filter.since)
    if (filter.until !== undefined) add('started < ?', filter.until)
    for (;;) {
      const rows = await this.#database.query<Row>(`SELECT ${names} FROM pintle_evidence WHERE ${where.join(' AND ')} ORDER BY sequence LIMIT 1000`, values)
      for (const row of rows) yield { ...row, sequence: Number(row.sequence) }
      if (rows.length < 1000) return
      values[1] = rows.at(-1)!.sequence
    }
  }

  async read(id: string): Promise<StoredEntry | undefined> {
    let rows = await this.#database.query<Row>(`SELECT sequence, id, ${line} FROM pintle_evidence WHERE id = $1`, [id])
    if (rows.length === 0) rows = await this.#database.query<Row>(`SELECT sequence, id, ${line} FROM pintle_evidence WHERE starts_with(id, $1) LIMIT 2`, [id])
    if (rows.length > 1) throw new PintleError('evidence.notFound', `${id} is the beginning of several ids: ${rows.map((r) => r.id).join(', ')}, ...`)
    return rows[0] && decoded(rows[0])
  }

  async *entries(from: number): AsyncIterable<StoredEntry> {
    for await (const row of lines((sql, values) => this.#database.query<Row>(sql, values), from - 1)) yield decoded(row)
  }

  async file(record: ReleaseRecord, name: string): Promise<Uint8Array | undefined> {
    const digest = record.files[name]
    const [row] = digest === undefined ? [] : await this.#database.query<{ content: Buffer }>('SELECT content FROM pintle_evidence_files WHERE digest = $1 AND octet_length(content) <= 268435456', [digest])
    if (row !== undefined && sha256(row.content) !== digest) throw broken(`the file ${digest} was changed`)
    return row?.content
  }

  async head(): Promise<Head | undefined> {
    const [row] = await this.#database.query<{ sequence: string; hash: string }>('SELECT sequence, hash FROM pintle_evidence_head')
    return row && { sequence: Number(row.sequence), hash: row.hash }
  }

  async verify(options: VerifyOptions = {}): Promise<Verification> {
    return await this.#database.snapshot(async (client) => {
      let row: Row | undefined
      const named = new Set<string>()
      const query = async <T>(sql: string, values: readonly unknown[] = []) => (await client.query(sql, [...values])).rows as T[]
      const delivered = await query<{ sink: string; sequence: string; hash: string }>('SELECT sink, sequence, hash FROM pintle_evidence_delivered')
      const wanted = new Set(delivered)
      async function* all(): AsyncIterable<Decoded> {
        for await (row of lines(query<Row>, '-9223372036854775808')) yield decodeLine(Buffer.from(row.line))
      }
      return await verifyChain({
        lines: all,
        async head() {
          const [head] = await query<{ sequence: string; hash: string }>('SELECT sequence, hash FROM pintle_evidence_head')
          return head && { sequence: Number(head.sequence), hash: head.hash }
        },
        async files(record) {
          const problems: string[] = []
          for (const [name, digest] of Object.entries(record.files)) {
            named.add(digest)
            const fault = await faultOf(query, digest)
            if (fault) problems.push(`the file ${name} (${digest}) ${fault}`)
          }
          return { checked: Object.keys(record.files).length, problems }
        },
        seen(stored) {
          const problems: string[] = []
          const summary = summaryOf(stored.sequence, stored.entry)
          if (columns.some((c) => String(row![c]) !== String(summary[c]))) problems.push('the columns of the row say something else')
          for (const d of wanted) {
            if (Number(d.sequence) !== stored.sequence) continue
            wanted.delete(d)
            if (d.hash !== stored.hash) problems.push(`was not what was delivered to ${d.sink}`)
          }
          return problems
        },
        async rest() {
          const problems: Problem[] = [...wanted].map((d) => ({ sequence: 0, problem: `line ${d.sequence} was delivered to ${d.sink}, and is missing` }))
          let strays = 0
          for (let after = ''; ; ) {
            const digests = await query<{ digest: string }>('SELECT digest FROM pintle_evidence_files WHERE digest > $1 ORDER BY digest LIMIT 1000', [after])
            for (const { digest } of digests) {
              if (named.has(digest)) continue
              strays++
              if ((await faultOf(query, digest)) !== undefined) problems.push({ sequence: 0, problem: `the file ${digest} was changed` })
            }
            if (digests.length < 1000) break
            after = digests.at(-1)!.digest
          }
          return { problems, notes: strays > 0 ? [`${strays} files belong to no entry`] : [] }
        },
      }, options)
    })
  }

  async delivered(sink: string): Promise<number> {
    const [row] = await this.#database.query<{ sequence: string }>('SELECT sequence FROM pintle_evidence_delivered WHERE sink = $1', [sink])
    return Number(row?.sequence ?? 0)
  }

  async setDelivered(sink: string, { sequence, hash }: StoredEntry): Promise<void> {
    await this.#database.query('INSERT INTO pintle_evidence_delivered (sink, sequence, hash) VALUES ($1, $2, $3) ON CONFLICT (sink) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash', [sink, sequence, hash])
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}

type Query<T> = (sql: string, values?: readonly unknown[]) => Promise<T[]>

async function* lines(query: Query<Row>, after: number | string): AsyncIterable<Row> {
  for (let last: string | number = after; ; ) {
    const rows = await query(`SELECT ${names}, ${line} FROM pintle_evidence WHERE sequence > $1 ORDER BY sequence LIMIT ${batch}`, [last])
    yield* rows
    if (rows.length < batch) return
    last = rows.at(-1)!.sequence
  }
}

function decoded(row: Row): StoredEntry {
  const found = decodeLine(Buffer.from(row.line))
  if (found.kind !== 'entry' || found.line.sequence !== Number(row.sequence)) throw broken(`line ${row.sequence} was changed`)
  return found.line
}

/** The end that the next line follows, which must be the one the database remembers. */
async function endOf(client: PoolClient): Promise<Head | undefined> {
  const [last] = (await client.query(`SELECT sequence, ${line} FROM pintle_evidence ORDER BY sequence DESC LIMIT 1`)).rows as Row[]
  const [head] = (await client.query('SELECT sequence, hash FROM pintle_evidence_head')).rows as { sequence: string; hash: string }[]
  if (last === undefined && head === undefined) return undefined
  const entry = last && decoded(last)
  if (entry === undefined || head === undefined || Number(head.sequence) !== entry.sequence || head.hash !== entry.hash) throw broken('its end is not what was written last')
  return { sequence: entry.sequence, hash: entry.hash }
}

async function faultOf(query: Query<any>, digest: string): Promise<string | undefined> {
  const [row] = await query('SELECT content FROM pintle_evidence_files WHERE digest = $1', [digest])
  return row === undefined ? 'is missing' : sha256(row.content as Buffer) === digest ? undefined : 'was changed'
}

/** A URL without who and with what. */
function shown(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    throw new PintleError('evidence.store', 'the address of the evidence database is no URL', { hint: 'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE.' })
  }
}
