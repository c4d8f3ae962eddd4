import { existsSync, readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { malformed } from './connection-string.ts'
import type { ConnectionParameters } from './connection-string.ts'

/** One way to reach a database. `name` is for errors; it holds no secret. */
export interface SqlTarget { readonly name: string; readonly config: ClientConfig }

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-full', 'verify-ca'] as const
type SslMode = (typeof sslModes)[number]

/** Parameters that lib/pq knows and that are not for the server. */
const clientParameters = new Set([
  'host', 'hostaddr', 'port', 'dbname', 'user', 'password', 'options', 'application_name', 'fallback_application_name', 'connect_timeout', 'target_session_attrs', 'load_balance_hosts',
  'sslmode', 'sslnegotiation', 'sslcert', 'sslkey', 'sslrootcert', 'sslsni', 'sslinline', 'ssl_min_protocol_version', 'ssl_max_protocol_version',
  'client_encoding', 'datestyle', 'binary_parameters', 'disable_prepared_binary_result', 'min_protocol_version', 'max_protocol_version',
])
const unsupported = ['service', 'passfile', 'krbsrvname', 'krbspn']

/** The ways to connect that the parameters allow, in the order they are tried: hosts, and with or without TLS. */
export function sqlTargets(parameters: ConnectionParameters): SqlTarget[] {
  const refused = unsupported.find((name) => parameters.has(name))
  if (refused !== undefined) throw malformed(`${refused} is not supported`, 'Give host, user and password in the connection string, or the password in the file PGPASSFILE names.')
  const mode = sslMode(parameters)
  const hosts = list(parameters.get('host'), 'localhost')
  const addresses = list(parameters.get('hostaddr'), '')
  const ports = list(parameters.get('port'), '5432').map(portOf)
  const count = Math.max(hosts.length, addresses.length)
  if (ports.length > 1 && ports.length !== count) throw malformed(`pq: could not match ${ports.length} port numbers to ${count} hosts`)
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const host = hosts[i] ?? hosts[0]!
    const port = ports[i] ?? ports[0]!
    const local = host.startsWith('/') || host.startsWith('@')
    const modes: SslMode[] = local ? ['disable'] : mode === 'allow' ? ['disable', 'require'] : mode === 'prefer' ? ['require', 'disable'] : [mode]
    return modes.map((m) => ({ name: `${host}:${port}`, config: { ...shared(parameters), ...encryption(parameters, m, host), host: addresses[i] || host, port } }))
  })
}

function list(text: string | undefined, otherwise: string): string[] {
  return (text ?? otherwise).split(',').map((item) => item.trim() || otherwise)
}

function portOf(text: string): number {
  const fault = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65_535 ? 'value out of range' : undefined
  if (fault !== undefined) throw malformed(`pq: wrong value for "port": strconv.ParseUint: parsing "${text}": ${fault}`)
  return Number(text)
}

function sslMode(parameters: ConnectionParameters): SslMode {
  const system = parameters.get('sslrootcert') === 'system'
  const mode = parameters.get('sslmode') ?? (system ? 'verify-full' : 'require')
  if (!(sslModes as readonly string[]).includes(mode)) {
    throw malformed(`pq: wrong value for "sslmode": "${mode}" is not supported; supported values are ${sslModes.slice(0, -1).join(', ')}, or ${sslModes.at(-1)!}`)
  }
  if (system && mode !== 'verify-full') throw malformed(`pq: weak sslmode "${mode}" may not be used with sslrootcert=system (use "verify-full")`)
  return mode as SslMode
}

/** What does not depend on the host. Parameters nobody knows here are settings of the session, such as search_path. */
function shared(parameters: ConnectionParameters): ClientConfig {
  const settings = [...parameters].filter(([name]) => !clientParameters.has(name)).map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
  const options = [parameters.get('options') ?? '', ...settings].join(' ').trim()
  const seconds = Number(parameters.get('connect_timeout') ?? 0)
  const password = parameters.get('password')
  return {
    user: parameters.get('user') ?? userInfo().username,
    database: parameters.get('dbname') || parameters.get('user') || userInfo().username,
    application_name: parameters.get('application_name') ?? parameters.get('fallback_application_name') ?? 'pintle',
    keepAlive: true,
    ...(password === undefined ? {} : { password }),
    ...(options === '' ? {} : { options }),
    ...(seconds > 0 ? { connectionTimeoutMillis: seconds * 1000 } : {}),
  }
}

/** Upstream: ssl.go of lib/pq. `require` verifies the authority, not the name, when there is an authority to verify it by. */
function encryption(parameters: ConnectionParameters, mode: SslMode, host: string): Pick<ClientConfig, 'ssl' | 'sslnegotiation'> {
  if (mode === 'disable') return { ssl: false }
  const inline = /^(1|t|true|y|yes|on)$/i.test(parameters.get('sslinline') ?? '')
  const read = (name: string, standard: string): Buffer | string | undefined => {
    const given = parameters.get(name) ?? ''
    if (inline) return given === '' ? undefined : given
    const path = given === '' ? join(homedir(), '.postgresql', standard) : given
    if (existsSync(path)) return readFileSync(path)
    if (given !== '' && name === 'sslrootcert' && mode !== 'require') throw malformed(`open ${path}: no such file or directory`)
    return undefined
  }
  const system = parameters.get('sslrootcert') === 'system'
  const authority = system ? undefined : read('sslrootcert', 'root.crt')
  const certificate = read('sslcert', 'postgresql.crt')
  const key = certificate === undefined ? undefined : read('sslkey', 'postgresql.key')
  const minimum = parameters.get('ssl_min_protocol_version')
  const maximum = parameters.get('ssl_max_protocol_version')
  const ssl: ConnectionOptions = {
    rejectUnauthorized: mode !== 'require' || authority !== undefined,
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...((parameters.get('sslsni') ?? '1').startsWith('1') && !/^[\d.]+$|:/.test(host) ? { servername: host } : {}),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(minimum === undefined ? {} : { minVersion: minimum as 'TLSv1.2' }),
    ...(maximum === undefined ? {} : { maxVersion: maximum as 'TLSv1.3' }),
  }
  return { ssl, ...(parameters.get('sslnegotiation') === 'direct' ? { sslnegotiation: 'direct' } : {}) }
}
