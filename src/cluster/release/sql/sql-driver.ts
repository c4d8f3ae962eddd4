import type { CallOptions } from '../../kube/index.ts'
import { decodeRecord, encodeRecord } from '../codec.ts'
import type { ReleaseRecord } from '../record.ts'
import { StoredRelease, changedMeanwhile, recordExists } from '../storage-driver.ts'
import type { RecordCreateOptions, RecordSelector, RecordWriteOptions, StorageDriver } from '../storage-driver.ts'
import { SqlConnection } from './connection.ts'

/** A row with its labels. `xmin` is the transaction that last wrote it, whoever that was: what a resourceVersion is in Kubernetes. */
interface Row { key: string; namespace: string; name: string; version: number; status: string; owner: string; body: string; xmin: string; labels: Record<string, string> | null }

const columns = `r.key, r.namespace, r.name, r.version, r.status, r.owner, r.body, r.xmin::text AS xmin,
  (SELECT json_object_agg(l.key, l.value) FROM custom_labels_v1 l WHERE l.releaseKey = r.key AND l.releaseNamespace = r.namespace) AS labels`

/**
 * Records in PostgreSQL, in Helm's own tables: HELM_DRIVER=sql. Upstream: pkg/storage/driver/sql.go.
 * Each call is one statement, so that it happens whole or not at all.
 */
export class SqlDriver implements StorageDriver {
  readonly name = 'SQL'
  readonly namespace: string
  /** Helm's tables have no place for a note. */
  readonly keepsNotes = false
  readonly #connection: SqlConnection

  /** @param connection a URL or `key=value` words, as lib/pq reads them; @param env where PG* variables are looked up */
  constructor(connection: string | SqlConnection, namespace: string, env: Readonly<Record<string, string | undefined>> = process.env) {
    this.namespace = namespace
    this.#connection = typeof connection === 'string' ? new SqlConnection(connection, env) : connection
  }

  /** The records of another namespace, over the same connection; closing one closes all. */
  in(namespace: string): SqlDriver {
    return namespace === this.namespace ? this : new SqlDriver(this.#connection, namespace)
  }

  async list(selector: RecordSelector, options: CallOptions & { allNamespaces?: boolean } = {}): Promise<StoredRelease[]> {
    const { allNamespaces, ...call } = options
    const wanted = { ...selector, ...(allNamespaces === true ? {} : { namespace: this.namespace }) }
    const conditions = Object.keys(wanted).map((column, i) => `r.${column} = $${i + 1}`)
    const { rows } = await this.#connection.query(`SELECT ${columns} FROM releases_v1 r WHERE ${conditions.join(' AND ')}`, Object.values(wanted), call)
    return (rows as Row[]).map(storedFrom)
  }

  async get(key: string, options: CallOptions = {}): Promise<StoredRelease | undefined> {
    const { rows } = await this.#connection.query(`SELECT ${columns} FROM releases_v1 r WHERE r.key = $1 AND r.namespace = $2`, [key, this.namespace], options)
    return (rows as Row[]).map(storedFrom)[0]
  }

  async create(key: string, record: ReleaseRecord, labels: Record<string, string>, options: RecordCreateOptions = {}): Promise<StoredRelease> {
    const body = options.encoded ?? encodeRecord(record)
    const facts = { key, namespace: this.namespace, name: record.name, version: record.version, status: record.info.status, owner: 'helm' }
    const { rows } = await this.#connection.query(
      `WITH release AS (
         INSERT INTO releases_v1 (key, type, body, name, namespace, version, status, owner, createdAt)
         VALUES ($1, 'helm.sh/release.v1', $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING xmin::text AS xmin
       ), labels AS (
         INSERT INTO custom_labels_v1 (releaseKey, releaseNamespace, key, value)
         SELECT $1, $4, l.key, l.value FROM unnest($9::text[], $10::text[]) AS l (key, value) WHERE EXISTS (SELECT FROM release)
       ) SELECT xmin FROM release`,
      [key, body, facts.name, facts.namespace, facts.version, facts.status, facts.owner, now(), Object.keys(labels), Object.values(labels)], options)
    const [row] = rows as Pick<Row, 'xmin'>[]
    if (row === undefined) throw recordExists()
    return stored(facts, labels, row.xmin, () => record)
  }

  /** Labels stay as they were made, as in Helm. */
  async update(before: StoredRelease, record: ReleaseRecord, options: RecordWriteOptions = {}): Promise<StoredRelease> {
    const { key, customLabels, identity: { namespace, resourceVersion } } = before
    const facts = { key, namespace, name: record.name, version: record.version, status: record.info.status, owner: 'helm' }
    const { rows } = await this.#connection.query(
      `UPDATE releases_v1 SET body = $1, name = $2, version = $3, status = $4, owner = $5, modifiedAt = $6
       WHERE key = $7 AND namespace = $8 AND xmin::text = $9 RETURNING xmin::text AS xmin`,
      [encodeRecord(record), facts.name, facts.version, facts.status, facts.owner, now(), key, namespace, resourceVersion], options)
    const [row] = rows as Pick<Row, 'xmin'>[]
    if (row === undefined) throw changedMeanwhile()
    return stored(facts, customLabels, row.xmin, () => record)
  }

  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    const { rows } = await this.#connection.query(
      `WITH labels AS (DELETE FROM custom_labels_v1 WHERE releaseKey = $1 AND releaseNamespace = $2)
       DELETE FROM releases_v1 WHERE key = $1 AND namespace = $2 RETURNING key`, [key, this.namespace], options)
    return rows.length > 0
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }
}

const now = (): number => Math.floor(Date.now() / 1000)

const storedFrom = (row: Row): StoredRelease => stored(row, row.labels ?? {}, row.xmin, () => decodeRecord(row.body))

function stored(row: Omit<Row, 'body' | 'xmin' | 'labels'>, labels: Readonly<Record<string, string>>, xmin: string, load: () => ReleaseRecord): StoredRelease {
  const { key, namespace, name, version, status, owner } = row
  return new StoredRelease(key, { ...labels, name, version: String(version), status, owner }, { namespace, resourceVersion: xmin }, load)
}
