import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HttpClient } from '../../charts/http/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { queryEscape } from '../../language/go/index.ts'
import { Git, withoutCredentials } from '../git/index.ts'
import { programPath } from './run-program-sync.ts'
import { NotRemote, checkWildcards, parseRemote, remoteError, type RemoteSource } from './remote-source.ts'
import type { WorkingFolder } from './working-folder.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where fetched files are kept (CacheDir of pkg/remote). */
export function remoteCacheFolder(env: Env): string {
  if (env.HELMFILE_CACHE_HOME) return env.HELMFILE_CACHE_HOME
  if (env.XDG_CACHE_HOME?.startsWith('/')) return join(env.XDG_CACHE_HOME, 'helmfile')
  return env.HOME ? join(env.HOME, '.cache', 'helmfile') : '.helmfile'
}

/** Files that a state refers to by URL: fetched once and kept, as helmfile does, in its own folder and under its own names. */
export class RemoteFiles {
  readonly #env: Env
  readonly #debug: (message: string) => void
  readonly #signal: AbortSignal | undefined

  constructor(env: Env, debug: (message: string) => void, signal?: AbortSignal) {
    this.#env = env
    this.#debug = debug
    this.#signal = signal
  }

  /** A local path as it is, a reference fetched (Locate). */
  async locate(folder: WorkingFolder, path: string, kind: string): Promise<string> {
    if (folder.isFile(path) || folder.isFolder(path)) return path
    try {
      return await this.fetch(folder, path, kind)
    } catch (error) {
      if (error instanceof NotRemote) return path
      // What only looks like a URL is an error of its own: `failed to parse URL`.
      throw error
    }
  }

  /**
   * Fetches what a reference leads to, unless it is there already.
   * @param kind the part of the cache: `states`, `values`
   * @returns the path of the file
   * @throws NotRemote, PintleError `helmfile.remote`
   */
  async fetch(folder: WorkingFolder, reference: string, kind: string): Promise<string> {
    const source = parseRemote(reference)
    if (/^(?:1|t|T|TRUE|true|True)$/.test(this.#env.HELMFILE_DISABLE_INSECURE_FEATURES ?? '')) throw remoteError("remote sources are disabled due to 'HELMFILE_DISABLE_INSECURE_FEATURES'")
    checkWildcards(source, reference)
    const query = parseQuery(source.query)
    const cached = query.get('cache')?.[0] !== 'false'
    query.delete('cache')
    const target = join(remoteCacheFolder(this.#env), ...cachePath(source, query, kind))
    if (folder.isFile(target)) throw remoteError(`${target} is not a directory. Please remove it so that helmfile can use it for dependency caching`)
    const file = join(target, source.file)
    const there = source.getter === 'normal' ? folder.exists(file) : folder.isFolder(target)
    if (!there || !cached) {
      this.#debug(`remote> downloading ${withoutCredentials(reference.split('?')[0]!)} to ${target}`)
      await this.#download(source, query, reference, folder.resolve(target))
    }
    return file
  }

  async #download(source: RemoteSource, query: Query, reference: string, target: string): Promise<void> {
    if (source.scheme === 's3' || source.getter === 's3') throw remoteError(`s3 is not supported: ${withoutCredentials(reference)}`)
    if (source.getter === 'normal') return await this.#file(reference, target, source.file)
    if (source.getter !== 'git' && !(source.getter === '' && source.scheme === 'git')) throw remoteError(`the getter ${JSON.stringify(source.getter || source.scheme)} is not supported: ${withoutCredentials(reference)}`)
    await this.#clone(source, query, target)
  }

  async #file(url: string, target: string, name: string): Promise<void> {
    const client = new HttpClient({ env: this.#env as NodeJS.ProcessEnv, userAgent: 'Go-http-client/1.1', maxBody: 64 << 20 })
    const signal = this.#signal
    try {
      const head = await client.send({ method: 'HEAD', url, signal })
      if (head.status < 200 || head.status >= 300) throw remoteError(`${withoutCredentials(url)} is not exists: head request get http code ${head.status}`)
      const answer = await client.send({ url, signal })
      mkdirSync(target, { recursive: true, mode: 0o700 })
      const temporary = join(target, `.${name}.${randomUUID()}`)
      writeFileSync(temporary, answer.body, { mode: 0o600 })
      renameSync(temporary, join(target, name))
    } catch (error) {
      if (isPintleError(error, 'helmfile.remote')) throw error
      throw remoteError((error as Error).message, error)
    }
  }

  /** As go-getter: a clone, then the ref; beside the target first, so that nobody finds half of it. */
  async #clone(source: RemoteSource, query: Query, target: string): Promise<void> {
    const user = source.user === '' ? '' : `${source.user}@`
    // git::https://host/org/repo.git//folder: only the folder counts.
    const [path, inner] = splitFolder(source.folder)
    const url = `${source.scheme}://${user}${source.host}${path}`
    const ref = query.get('ref')?.[0] ?? ''
    const depth = query.get('depth')?.[0]
    const temporary = `${target}.${randomUUID()}`
    mkdirSync(dirname(target), { recursive: true })
    const run = async (at: string, args: readonly string[]): Promise<void> => {
      const git = new Git(at, { env: this.#env as NodeJS.ProcessEnv, ...(this.#signal === undefined ? {} : { signal: this.#signal }) })
      const { code, stderr } = await git.run(args, { timeout: 600_000, allow: anyCode })
      if (code !== 0) throw remoteError(`get: ${programPath('git', this.#env)} exited with ${code}: ${withoutCredentials(stderr).replaceAll(temporary, target)}`)
    }
    try {
      if (ref.startsWith('-')) throw remoteError(`get: a ref cannot begin with a dash: ${ref}`)
      const shallow = depth !== undefined && /^[1-9]\d*$/.test(depth)
      const branch = shallow && ref !== '' ? ['--branch', ref] : []
      await run(dirname(target), ['clone', ...(shallow ? ['--depth', depth, ...branch] : []), '--', url, temporary])
      if (ref !== '' && !shallow) await run(temporary, ['checkout', ref])
      rmSync(target, { recursive: true, force: true })
      if (inner === '') renameSync(temporary, target)
      else renameSync(join(temporary, inner), target)
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  }
}

/** Whatever git ends with is told in go-getter's words. */
const anyCode = Array.from({ length: 255 }, (_, i) => i + 1)

type Query = Map<string, string[]>

function parseQuery(text: string): Query {
  const query: Query = new Map()
  for (const [key, value] of new URLSearchParams(text)) query.set(key, [...(query.get(key) ?? []), value])
  return query
}

function splitFolder(folder: string): [string, string] {
  const at = folder.indexOf('//', 1)
  const inner = at < 0 ? '' : folder.slice(at + 2)
  if (inner.split('/').includes('..')) throw remoteError(`a folder cannot lead out of its repository: ${inner}`)
  return at < 0 ? [folder, ''] : [folder.slice(0, at), inner]
}

/** The folder below the cache, as helmfile names it: https_github_com_org_repo_git.ref=v1. Values of secret parameters stand in it as hashes. */
function cachePath(source: RemoteSource, query: Query, kind: string): string[] {
  const parameters = [...query].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, values]) => values.map((value) => {
    const secret = /token|password|secret|key|signature/i.test(key)
    return `${queryEscape(key)}=${queryEscape(secret ? createHash('sha256').update(value).digest('hex').slice(0, 8) : value)}`
  })).join('_')
  const named = (url: string): string => (parameters === '' ? keyOf(url) : `${keyOf(url)}.${parameters}`)
  if (source.getter === 'normal') return [named(`${source.scheme}://${source.host}`), source.folder]
  return [kind, named(`${source.scheme}://${source.host}/${source.folder}`)]
}

/** strings.NewReplacer(":", "", "//", "_", "/", "_", ".", "_"). */
const keyOf = (url: string): string => url.replace(/:|\/\/|\/|\./g, (found) => (found === ':' ? '' : '_'))
