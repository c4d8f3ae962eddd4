import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { leash } from './control-plane.ts'
import { installDebian, skipWithout } from './debian.ts'

export interface Postgres {
  readonly port: number
  /** A superuser's password, for databases reached over TCP. */
  readonly password: string
  /** Makes an empty database and returns how to reach it, as a URL. */
  database(name: string): string
  /** Runs SQL with psql and returns what it printed, bare. */
  sql(database: string, text: string): string
  /** The structure of a database, as pg_dump writes it. */
  schema(database: string): string
  /** Turns TLS on, with a certificate for `localhost`; returns the path of the authority's certificate. */
  serveTls(): string
  stop(): Promise<void>
}

/**
 * A real PostgreSQL in a folder of its own, on a free port, with no data worth keeping. Takes about two seconds.
 * @returns undefined when it is not installed and cannot be: skip, loudly. Under CI=true that is an error.
 */
export async function startPostgres(): Promise<Postgres | undefined> {
  const bin = programs() ?? (installDebian('postgresql') ? programs() : undefined)
  if (bin === undefined) return skipWithout('PostgreSQL is not installed and could not be (apt-get install postgresql)')
  const dir = mkdtempSync(join(tmpdir(), 'pintle-postgres-'))
  const data = join(dir, 'data')
  const password = 'p@ss w:rd/1'
  // PostgreSQL refuses to run as root.
  const asRoot = userInfo().uid === 0
  const as = (program: string, args: readonly string[]): [string, string[]] =>
    asRoot ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', join(bin, program), ...args]] : [join(bin, program), [...args]]
  const options = { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', PGPASSWORD: password }, cwd: dir, encoding: 'utf8' as const }
  const run = (program: string, args: readonly string[], input?: string): string =>
    execFileSync(...as(program, args), { ...options, ...(input === undefined ? {} : { input }), stdio: ['pipe', 'pipe', 'pipe'] })
  if (asRoot) execFileSync('chown', ['postgres', dir])
  execFileSync('sh', ['-c', `umask 077; cat > "${join(dir, 'password')}"`], { input: password })
  if (asRoot) execFileSync('chown', ['postgres', join(dir, 'password')])
  run('initdb', ['-D', data, '-U', 'pintle', '--auth=scram-sha-256', `--pwfile=${join(dir, 'password')}`, '--no-sync', '--no-instructions'])

  const port = await freePort()
  const [program, args] = as('postgres', ['-D', data, '-p', String(port), '-k', dir, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=40'])
  const server = spawn('sh', ['-c', leash, 'sh', program, ...args], { cwd: dir, stdio: ['pipe', 'ignore', 'pipe'] })
  server.stdin.on('error', () => {})
  let log = ''
  server.stderr.on('data', (chunk: Buffer) => { log = (log + chunk.toString()).slice(-4000) })
  const ended = new Promise<void>((resolve) => { server.once('exit', () => { resolve() }) })
  const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'pintle']
  const stop = async (): Promise<void> => {
    // Killed by the leash it would leave shared memory behind.
    const pid = existsSync(join(data, 'postmaster.pid')) ? Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) : 0
    if (pid > 0) process.kill(pid, 'SIGQUIT')
    else server.stdin.destroy()
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  for (const end = Date.now() + 30_000; ; await sleep(50)) {
    if (spawnSync(...as('pg_isready', ['-q', ...connection]), options).status === 0) break
    if (server.exitCode === null && Date.now() < end) continue
    await stop()
    throw new Error(`PostgreSQL did not start:\n${log}`)
  }
  return {
    port, password, stop,
    database(name) {
      run('psql', [...connection, '-d', 'postgres', '-qc', `CREATE DATABASE "${name}"`])
      return `postgres://pintle:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}?sslmode=disable`
    },
    sql: (database, text) => run('psql', [...connection, '-d', database, '-qAt', '-v', 'ON_ERROR_STOP=1'], text).trimEnd(),
    serveTls() {
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(data, 'server.key'), '-out', join(data, 'server.crt')], { stdio: 'ignore' })
      execFileSync('chmod', ['600', join(data, 'server.key')])
      if (asRoot) execFileSync('chown', ['postgres', join(data, 'server.key'), join(data, 'server.crt')])
      run('psql', [...connection, '-d', 'postgres', '-qAt'], 'ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf();')
      return join(data, 'server.crt')
    },
    // The dump's own restrict key is random.
    schema: (database) => run('pg_dump', [...connection, '-s', database]).replace(/^\\(un)?restrict .*$/gm, ''),
  }
}

/** The folder of PostgreSQL's programs; Debian keeps them out of PATH. */
function programs(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((v) => join(debian, v, 'bin')) : []
  return [...versions, ...(process.env.PATH ?? '').split(':')].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => { server.close(resolve) })
  return port
}
