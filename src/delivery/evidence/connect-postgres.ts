import type { Pool, PoolClient } from 'pg'
import { PintleError } from '../../errors/index.ts'

const tables = `
CREATE TABLE IF NOT EXISTS pintle_evidence (
  sequence bigint PRIMARY KEY, id text NOT NULL UNIQUE, about text NOT NULL, started text NOT NULL, service text NOT NULL, environment text NOT NULL, cluster text NOT NULL, namespace text NOT NULL,
  release text NOT NULL, operation text NOT NULL, outcome text NOT NULL, revision integer NOT NULL, operator text NOT NULL, line text NOT NULL
);
CREATE INDEX IF NOT EXISTS pintle_evidence_service ON pintle_evidence (service, environment, started);
CREATE INDEX IF NOT EXISTS pintle_evidence_about ON pintle_evidence (about) WHERE about <> '';
CREATE TABLE IF NOT EXISTS pintle_evidence_files (digest text PRIMARY KEY, content bytea NOT NULL);
CREATE TABLE IF NOT EXISTS pintle_evidence_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), sequence bigint NOT NULL, hash text NOT NULL);
CREATE TABLE IF NOT EXISTS pintle_evidence_delivered (sink text PRIMARY KEY, sequence bigint NOT NULL, hash text NOT NULL);
CREATE OR REPLACE FUNCTION pintle_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evidence is only ever added to'; END $$;
CREATE OR REPLACE FUNCTION pintle_evidence_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.sequence <> OLD.sequence + 1 THEN RAISE EXCEPTION 'evidence is only ever added to'; END IF; RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER pintle_append_only BEFORE UPDATE OR DELETE ON pintle_evidence FOR EACH ROW EXECUTE FUNCTION pintle_evidence_refuse();
CREATE OR REPLACE TRIGGER pintle_no_truncate BEFORE TRUNCATE ON pintle_evidence FOR EACH STATEMENT EXECUTE FUNCTION pintle_evidence_refuse();
CREATE OR REPLACE TRIGGER pintle_append_only BEFORE UPDATE OR DELETE ON pintle_evidence_files FOR EACH ROW EXECUTE FUNCTION pintle_evidence_refuse();
CREATE OR REPLACE TRIGGER pintle_no_truncate BEFORE TRUNCATE ON pintle_evidence_files FOR EACH STATEMENT EXECUTE FUNCTION pintle_evidence_refuse();
CREATE OR REPLACE TRIGGER pintle_forward BEFORE UPDATE ON pintle_evidence_head FOR EACH ROW EXECUTE FUNCTION pintle_evidence_forward();
CREATE OR REPLACE TRIGGER pintle_kept BEFORE DELETE ON pintle_evidence_head FOR EACH ROW EXECUTE FUNCTION pintle_evidence_refuse();
`

/** Any number that is ours: who holds this advisory lock may add to the chain. */
const lock = 7_261_944_118

/** A database of evidence: connections, and the tables, made when they are missing. Triggers refuse to change or delete what is in them. */
export class EvidenceDatabase {
  readonly #pool: Promise<Pool>
  #ready: Promise<void> | undefined

  constructor(url: string) {
    this.#pool = import('pg').then(({ default: pg }) => new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 15_000, idleTimeoutMillis: 1000, application_name: 'pintle' }))
    // Its failure is told where it is waited for.
    this.#pool.then((pool) => pool.on('error', () => {}), () => {})
  }

  /** @throws PintleError evidence.store with the server's words */
  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return await told(async () => {
      await this.#prepared()
      return (await (await this.#pool).query(sql, [...values])).rows as Row[]
    })
  }

  /** Runs `work` in a transaction while nobody else adds to the chain. */
  async exclusively<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return await told(async () => {
      await this.#prepared()
      return await this.#transaction(async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [lock])
        return await work(client)
      })
    })
  }

  /** All reads of `work` see one moment. */
  async snapshot<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return await told(async () => {
      await this.#prepared()
      return await this.#transaction(async (client) => {
        await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
        return await work(client)
      })
    })
  }

  async close(): Promise<void> {
    const pool = await this.#pool.catch(() => undefined)
    await pool?.end()
  }

  #prepared(): Promise<void> {
    this.#ready ??= this.#prepare()
    return this.#ready
  }

  async #prepare(): Promise<void> {
    const pool = await this.#pool
    // Whoever may only read cannot make tables, and need not.
    const there = await pool.query(`SELECT to_regclass('pintle_evidence_delivered') IS NOT NULL AND EXISTS (SELECT FROM pg_trigger WHERE tgname = 'pintle_kept' AND tgrelid = to_regclass('pintle_evidence_head')) AS ready`)
    if (there.rows[0].ready === true) return
    await this.#transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [lock])
      await client.query(tables)
    })
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await (await this.#pool).connect()
    let failed = true
    try {
      await client.query('BEGIN')
      const result = await work(client)
      await client.query('COMMIT')
      failed = false
      return result
    } finally {
      if (failed) await client.query('ROLLBACK').catch(() => {})
      client.release(failed)
    }
  }
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PintleError || (error as Error).name === 'AbortError') throw error
    const { code, message } = error as { code?: string; message: string }
    throw new PintleError('evidence.store', `the evidence database: ${message || code || 'no answer'}`, { cause: error })
  }
}
