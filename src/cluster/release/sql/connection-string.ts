import { PintleError } from '../../../errors/index.ts'

/** Parameters by their names in a connection string: host, port, user, password, dbname, sslmode, ... */
export type ConnectionParameters = ReadonlyMap<string, string>

/** The variables libpq and lib/pq take parameters from, when the connection string does not give them. */
const variables: Readonly<Record<string, string>> = {
  PGHOST: 'host', PGHOSTADDR: 'hostaddr', PGPORT: 'port', PGDATABASE: 'dbname', PGUSER: 'user', PGPASSWORD: 'password', PGOPTIONS: 'options', PGAPPNAME: 'application_name',
  PGSSLMODE: 'sslmode', PGSSLNEGOTIATION: 'sslnegotiation', PGSSLCERT: 'sslcert', PGSSLKEY: 'sslkey', PGSSLROOTCERT: 'sslrootcert', PGSSLSNI: 'sslsni',
  PGCONNECT_TIMEOUT: 'connect_timeout', PGTZ: 'timezone', PGGEQO: 'geqo', PGTARGETSESSIONATTRS: 'target_session_attrs', PGSERVICE: 'service',
}

/**
 * Reads `postgres://user:password@host/db?sslmode=...` or `host=... user='...'`, over the environment's PG* variables, as Helm's
 * PostgreSQL client does. Upstream: github.com/lib/pq connector.go. Errors never repeat a word of the string: any may be of a password.
 */
export function parseConnectionString(text: string, env: Readonly<Record<string, string | undefined>>): ConnectionParameters {
  const parameters = new Map<string, string>()
  for (const [variable, name] of Object.entries(variables)) {
    const value = env[variable]
    if (value !== undefined) parameters.set(name, value)
  }
  const given = /^postgres(ql)?:\/\//.test(text) ? fromUrl(text) : fromWords(text)
  for (const [name, value] of given) parameters.set(name === 'database' ? 'dbname' : name, value)
  return parameters
}

function fromUrl(text: string): [string, string][] {
  let pairs: [string, string][]
  try {
    const url = new URL(text)
    const query = new Map<string, string>()
    // Of a parameter given twice, the first counts.
    for (const [name, value] of url.searchParams) if (!query.has(name)) query.set(name, value)
    pairs = [
      ['user', decodeURIComponent(url.username)], ['password', decodeURIComponent(url.password)],
      ['host', decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '')], ['port', url.port],
      ['dbname', decodeURIComponent(url.pathname.slice(1))], ...query,
    ]
  } catch {
    throw malformed('the connection string is no valid URL', 'In a URL, characters like @ / : # % of a user name or password are written as %40 %2F %3A %23 %25.')
  }
  return pairs.filter(([, value]) => value !== '')
}

function fromWords(text: string): [string, string][] {
  const out: [string, string][] = []
  const word = /\s*([^\s=]*)\s*(=?)\s*(?:'((?:[^'\\]|\\[^])*)(')?|((?:[^\s\\]|\\[^])*))/y
  while (text.slice(word.lastIndex).trim() !== '') {
    const found = word.exec(text)
    if (found === null || found[2] === '') throw malformed(`missing "=" after parameter ${out.length + 1} in connection info string`)
    if (found[3] !== undefined && found[4] === undefined) throw malformed('unterminated quoted string literal in connection string')
    if (text[word.lastIndex] === '\\') throw malformed('missing character after backslash')
    out.push([found[1]!, (found[3] ?? found[5] ?? '').replace(/\\([^])/g, '$1')])
  }
  return out
}

/** An error about the connection string, as Helm begins it. */
export function malformed(message: string, hint = "HELM_DRIVER_SQL_CONNECTION_STRING is a URL (postgres://user:password@host:5432/database?sslmode=require) or `host=... user=... password='...' dbname=...`."): PintleError {
  return new PintleError('release.storage', `unable to instantiate SQL driver: ${message}`, { hint })
}
