import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient, QueryResult } from 'pg'
import { PintleError } from '../../../errors/index.ts'
import { goNetText } from '../../../charts/http/index.ts'
import type { CallOptions } from '../../kube/index.ts'
import { malformed, parseConnectionString } from './connection-string.ts'
import { migrate } from './schema.ts'
import { sqlTargets } from './targets.ts'
import type { SqlTarget } from './targets.ts'

/** SQLSTATE of a table that does not exist, and of one that somebody else has made meanwhile. */
const undefinedTable = '42P01'
const alreadyThere = ['23505', '42P07']
const stateOf = (error: unknown): string | undefined => (error as { code?: string }).code

/** Which servers target_session_attrs accepts, of what they say about themselves. */
const accepts: Readonly<Record<string, (server: { standby: boolean; readOnly: boolean }) => boolean>> = {
  any: () => true,
  'read-write': (s) => !s.standby && !s.readOnly,
  'read-only': (s) => s.standby || s.readOnly,
  primary: (s) => !s.standby,
  standby: (s) => s.standby,
  'prefer-standby': () => true,
}

/** A few connections to one database, made when they are first needed. Nothing is repeated: what failed may have been done. */
export class SqlConnection {
  readonly #text: string
  readonly #env: Readonly<Record<string, string | undefined>>
  #opening: Promise<Pool> | undefined
  #open: Pool | undefined

  constructor(text: string, env: Readonly<Record<string, string | undefined>>) {
    this.#text = text
    this.#env = env
  }

  /** Runs one statement; makes Helm's tables first where they are missing. Throws release.storage with lib/pq's texts. */
  async query(text: string, values: readonly unknown[], { signal }: CallOptions = {}): Promise<QueryResult> {
    signal?.throwIfAborted()
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    this.#open = await unlessAborted(this.#opening, signal)
    return await withClient(this.#open, signal, async (client) => {
      for (let tries = 1; ; tries++) {
        try {
          return await client.query(text, [...values])
        } catch (error) {
          if (stateOf(error) !== undefinedTable || tries > 10) throw error
        }
        await migrate(client).catch(async (error: unknown) => {
          // Helm, which takes no lock, is making them at this very moment.
          if (!alreadyThere.includes(stateOf(error) ?? '')) throw error
          await sleep(100)
        })
      }
    })
  }

  async close(): Promise<void> {
    const pool = this.#open
    this.#open = this.#opening = undefined
    await pool?.end()
  }

  async #connect(): Promise<Pool> {
    const parameters = parseConnectionString(this.#text, this.#env)
    const wanted = parameters.get('target_session_attrs') ?? 'any'
    if (accepts[wanted] === undefined) throw malformed(`pq: wrong value for "target_session_attrs": "${wanted}" is not supported; supported values are ${Object.keys(accepts).join(', ')}`)
    const targets = sqlTargets(parameters)
    const failures = new Map<string, string>()
    for (const attributes of wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted]) {
      for (const target of targets) {
        try {
          return await open(target, attributes)
        } catch (error) {
          failures.set(target.name, sqlErrorText(error, target))
        }
      }
    }
    const [only, ...others] = failures
    const message = others.length === 0 ? only![1] : `pq: could not connect to any of the hosts:\n${[...failures].map(([name, text]) => `connecting to ${name}: ${text}`).join('\n')}`
    throw malformed(message, this.#text === ''
      ? 'HELM_DRIVER_SQL_CONNECTION_STRING is not set.'
      : /SSL is not enabled/.test(message) ? 'The server speaks no TLS; sslmode=disable goes without.' : 'Check host, port, user, password and database in HELM_DRIVER_SQL_CONNECTION_STRING.')
  }
}

async function open(target: SqlTarget, attributes: string): Promise<Pool> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ ...target.config, max: 4 })
  // A connection that breaks while nobody uses it is replaced when one is needed.
  pool.on('error', () => {})
  try {
    const client = await pool.connect()
    try {
      if (attributes !== 'any') {
        const { rows } = await client.query<{ standby: boolean; readonly: string }>(`SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') AS readonly`)
        if (!accepts[attributes]!({ standby: rows[0]!.standby, readOnly: rows[0]!.readonly === 'on' })) throw new Error(`pq: the session is not ${attributes}`)
      }
    } finally {
      client.release()
    }
    return pool
  } catch (error) {
    await pool.end()
    throw error
  }
}

/** Lends a client; a fired signal ends its connection, and with it the statement. */
async function withClient<T>(pool: Pool, signal: AbortSignal | undefined, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const lending = pool.connect()
  try {
    return await unlessAborted(lending.then(work), signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw new PintleError('release.storage', sqlErrorText(error), { cause: error })
  } finally {
    void lending.then((client) => { client.release(signal?.aborted === true) }, () => {})
  }
}

/** What comes of `work`, or the signal's reason as soon as it fires. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => { reject(signal.reason) }
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => { signal.removeEventListener('abort', abort) })
  })
}

/** An error in the words of lib/pq and Go's net package. */
function sqlErrorText(error: unknown, target?: SqlTarget): string {
  const { code, message, severity, address, syscall } = error as { code?: string; message: string; severity?: string; address?: string; syscall?: string }
  if (severity !== undefined) return `pq: ${message}${code === undefined ? '' : ` (${code})`}`
  if (/does not support SSL connections/.test(message)) return 'pq: SSL is not enabled on the server'
  if (syscall === 'connect' && address?.startsWith('/') === true) return `dial unix ${address}: connect: ${code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : 'connection refused'}`
  const { host = 'localhost', port = 5432 } = target?.config ?? {}
  return goNetText(error, `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`)
}
