import { posix } from 'node:path'
import { decodeUtf8 } from '../../../language/go/index.ts'
import { limits } from '../limits.ts'
import { messageOf, refusal, refuse, wrapped } from '../refusal.ts'
import { goFileError, type KustomizeFiles } from './file-system.ts'
import { parseRepoSpec, type RepoSpec } from './repo-spec.ts'

export type LoadRestrictor = 'rootOnly' | 'none'

/** What lies outside of the file system. Both may be missing: then what needs them is refused. */
export interface Remote {
  /** Fetches a text. `status` of an answer that is an error. */
  readonly fetch?: (url: string, signal: AbortSignal | undefined) => Promise<{ readonly ok: boolean; readonly status: number; readonly body: Buffer }>
  /** Clones a repository and gives its folder, which is removed by whoever gave it. */
  readonly clone?: (spec: RepoSpec, signal: AbortSignal | undefined) => Promise<string>
}

/** What all loaders of a build share. */
export interface LoadContext {
  readonly files: KustomizeFiles
  readonly remote: Remote
  readonly signal: AbortSignal | undefined
  readonly used: { bytes: number; kustomizations: number }
}

/** What a loader says when a path is a folder's, but no folder is there. */
const notDirectory = 'must build at directory'

/** Reads files below one root. Upstream: fileloader.go. */
export class Loader {
  readonly root: string
  readonly #context: LoadContext
  readonly #restrictor: LoadRestrictor
  readonly #referrer: Loader | undefined
  readonly #repo: { readonly spec: RepoSpec; readonly folder: string } | undefined

  private constructor(root: string, context: LoadContext, restrictor: LoadRestrictor, referrer?: Loader, repo?: { spec: RepoSpec; folder: string }) {
    this.root = root
    this.#context = context
    this.#restrictor = restrictor
    this.#referrer = referrer
    this.#repo = repo
  }

  get context(): LoadContext { return this.#context }

  get depth(): number { return this.#referrer === undefined ? 0 : this.#referrer.depth + 1 }

  /** The loader of the kustomization that is built: a folder, or a URL. */
  static async at(target: string, context: LoadContext, restrictor: LoadRestrictor, workingDirectory: string): Promise<Loader> {
    const spec = parseRepoSpec(target)
    if (spec !== undefined) return Loader.#clone(spec, context, undefined)
    return new Loader(await confirmedFolder(target, posix.resolve(workingDirectory, target), context.files), context, restrictor)
  }

  static async #clone(spec: RepoSpec, context: LoadContext, referrer: Loader | undefined): Promise<Loader> {
    if (context.remote.clone === undefined) refuse(`the remote base ${spec.raw} is not fetched here`, 'Only local files may be read in this place.')
    const folder = await context.files.realPath(await context.remote.clone(spec, context.signal))
    const at = posix.join(folder, spec.kustomizationPath)
    const [root, file] = await cleaned(at, at, context.files)
    if (file !== '') refuse(`'${at}' refers to file '${file}'; expecting directory`)
    if (!isWithin(root, folder)) refuse(`${JSON.stringify(at)} refers to directory outside of repo ${JSON.stringify(folder)}`)
    return new Loader(root, context, 'rootOnly', referrer, { spec, folder })
  }

  /** The loader of a kustomization that this one names. */
  async below(path: string): Promise<Loader> {
    if (path === '') refuse('new root cannot be empty')
    const spec = parseRepoSpec(path)
    if (spec !== undefined) {
      for (let at: Loader | undefined = this; at !== undefined; at = at.#referrer) {
        if (at.#repo !== undefined && at.#repo.spec.raw.startsWith(spec.raw)) refuse(`cycle detected: URI '${spec.raw}' referenced by previous URI '${at.#repo.spec.raw}'`)
      }
      return Loader.#clone(spec, this.#context, this)
    }
    if (posix.isAbsolute(path)) refuse(`new root '${path}' cannot be absolute`)
    if (path.split('/').some((part) => part !== '' && part !== '.' && part !== '..' && part.includes('..'))) {
      refuse(`path ${JSON.stringify(path)} is ambiguous: resolves to ${JSON.stringify(posix.normalize(path).replace(/(.)\/$/, '$1'))} after normalization, which is likely not the intended target; check for YAML indentation errors in your kustomization file`)
    }
    const full = posix.join(this.root, path).replace(/(.)\/$/, '$1')
    const root = await confirmedFolder(full, full, this.#context.files)
    const repo = this.#containing()
    if (repo !== undefined && !isWithin(root, repo.folder)) {
      refuse(`security; bases in kustomizations found in cloned git repos must be within the repo, but base '${root}' is outside '${repo.folder}'`)
    }
    for (let at: Loader | undefined = this; at !== undefined; at = at.#referrer) {
      if (isWithin(at.root, root)) refuse(`cycle detected: candidate root '${root}' contains visited root '${at.root}'`)
    }
    return new Loader(root, this.#context, this.#restrictor, this)
  }

  #containing(): { readonly folder: string } | undefined {
    return this.#repo ?? (this.#referrer === undefined ? undefined : this.#referrer.#containing())
  }

  /** The text of a file, or of a URL. Bytes that are not UTF-8 are kept as Go strings keep them. */
  async load(path: string): Promise<string> {
    return decodeUtf8(await this.loadBytes(path))
  }

  async loadBytes(path: string): Promise<Buffer> {
    this.#context.signal?.throwIfAborted()
    if (/^https?:/i.test(path)) return this.#fetch(path)
    const full = posix.isAbsolute(path) ? path : posix.join(this.root, path)
    let from = full
    if (this.#restrictor === 'rootOnly') {
      const [folder, file] = await cleaned(full, full, this.#context.files)
      if (file === '') refuse(`'${full}' must resolve to a file`)
      if (!isWithin(folder, this.root)) refuse(`security; file '${full}' is not in or below '${this.root}'`)
      from = posix.join(folder, file)
    }
    return this.#count(path, await this.#context.files.read(from).catch((error: NodeJS.ErrnoException) => refuse(goFileError(error, error.code === 'EISDIR' ? 'read' : 'open', from))))
  }

  #count(path: string, content: Buffer): Buffer {
    this.#context.used.bytes += content.length
    if (content.length > limits.file) throw refusal(`${path} is larger than ${limits.file >> 20} MiB`)
    if (this.#context.used.bytes > limits.total) throw refusal(`the files of the kustomization are larger than ${limits.total >> 20} MiB`)
    return content
  }

  async #fetch(url: string): Promise<Buffer> {
    const { remote, signal } = this.#context
    if (remote.fetch === undefined) throw new HttpRefusal(`${url} is not fetched here`)
    const answer = await remote.fetch(url, signal).catch((error: unknown) => refuse(messageOf(error)))
    if (answer.ok) return this.#count(url, answer.body)
    if (parseRepoSpec(url) !== undefined) refuse('URL is a git repository')
    throw new HttpRefusal(`HTTP Error: status code ${answer.status} (${statusTexts[answer.status] ?? ''})`)
  }
}

/** A URL that gave no file: no use looking for a repository there. */
export class HttpRefusal extends Error {}

const statusTexts: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 410: 'Gone', 429: 'Too Many Requests', 500: 'Internal Server Error',
  502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
}

const isWithin = (path: string, folder: string): boolean => folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** Folder and file name of a path, without links; the name is '' for a folder. `shown` is how errors call it. */
async function cleaned(shown: string, path: string, files: KustomizeFiles): Promise<[folder: string, file: string]> {
  const real = await files.realPath(path).catch(async (error: NodeJS.ErrnoException) => refuse(`evalsymlink failure on '${shown}' : ${goFileError(Object.assign(new Error(error.message), { code: error.code, path: await firstMissing(path, files) }), 'lstat', path)}`))
  return await files.isDirectory(real) ? [real, ''] : [posix.dirname(real), posix.basename(real)]
}

/** Go looks at the parts of a path one by one and names the first that is not there. */
async function firstMissing(path: string, files: KustomizeFiles): Promise<string> {
  const parts = path.split('/')
  for (let i = 2; i <= parts.length; i++) {
    const part = parts.slice(0, i).join('/')
    if (!(await files.realPath(part).then(() => true, () => false))) return part
  }
  return path
}

async function confirmedFolder(shown: string, path: string, files: KustomizeFiles): Promise<string> {
  try {
    if (shown === '') refuse('directory path cannot be empty')
    const [folder, file] = await cleaned(shown, path, files).catch((error: unknown) => { throw wrapped(error, 'not a valid directory') })
    if (file !== '') refuse(`'${shown}': file is not directory`)
    return folder
  } catch (error) {
    throw wrapped(error, notDirectory)
  }
}
