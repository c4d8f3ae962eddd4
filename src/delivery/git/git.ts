import { spawn } from 'node:child_process'
import { PintleError } from '../../errors/index.ts'

export interface GitRun {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes that are answers, beside 0. */
  readonly allow?: readonly number[]
  /** Milliseconds. Default two minutes: a fetch from a slow server. */
  readonly timeout?: number
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** What git may answer at most; the largest answer asked for is one file. */
const maxAnswer = 16 << 20
/** Transports that run no program of the URL's choice, as ext:: does. */
const protocols = 'file:git:http:https:ssh'
/** Variables that would lead git to another repository, index or work tree than the one named. */
const elsewhere = /^GIT_(DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|PREFIX|NAMESPACE|QUARANTINE_PATH|GRAFT_FILE|SHALLOW_FILE|CEILING_DIRECTORIES|(GLOB|NOGLOB|ICASE)_PATHSPECS|EXTERNAL_DIFF|TRACE\w*|CURL_VERBOSE)$/

/** The `git` program in one repository: fixed arguments, no shell, no questions asked on a terminal. */
export class Git {
  readonly folder: string
  readonly #signal: AbortSignal | undefined
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: string, options: { signal?: AbortSignal; env?: NodeJS.ProcessEnv } = {}) {
    this.folder = folder
    this.#signal = options.signal
    const env = options.env ?? process.env
    this.#env = { ...Object.fromEntries(Object.entries(env).filter(([name]) => !elsewhere.test(name))), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: protocols, GIT_LITERAL_PATHSPECS: '1' }
  }

  /**
   * Runs one command.
   * @throws PintleError gitops.git with what git said, credentials of URLs taken out; the signal's reason
   */
  async run(args: readonly string[], options: GitRun = {}): Promise<GitAnswer> {
    this.#signal?.throwIfAborted()
    const answer = await this.#spawn(args, options)
    if (answer.code === 0 || options.allow?.includes(answer.code)) return answer
    throw gitError(args[0]!, withoutCredentials(answer.stderr))
  }

  /** Its output as one trimmed line of text. */
  async text(args: readonly string[], options: GitRun = {}): Promise<string> {
    return (await this.run(args, options)).stdout.toString().trim()
  }

  #spawn(args: readonly string[], options: GitRun): Promise<GitAnswer> {
    return new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: this.folder, env: { ...this.#env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'], timeout: options.timeout ?? 120_000, ...(this.#signal ? { signal: this.#signal } : {}) })
      const chunks: Buffer[] = []
      let size = 0
      let stderr = ''
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxAnswer) child.kill()
        else chunks.push(chunk)
      })
      child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-16_384) })
      child.stdin.on('error', () => {})
      child.stdin.end(options.input ?? '')
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (this.#signal?.aborted) reject(this.#signal.reason as Error)
        else reject(new PintleError('gitops.git', error.code === 'ENOENT' ? 'git is not installed, or the folder is not there' : error.message, { cause: error }))
      })
      child.on('close', (code, signal) => {
        if (size > maxAnswer) reject(new PintleError('gitops.git', `git ${args[0]} answers more than ${maxAnswer >> 20} MiB`))
        else if (code === null) reject(new PintleError('gitops.git', `git ${args[0]} was ended by ${signal ?? 'a signal'}: it took too long`))
        else resolve({ code, stdout: Buffer.concat(chunks), stderr })
      })
    })
  }
}

/** Text of git without the user and password of any URL in it. */
export const withoutCredentials = (text: string): string => text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')

function gitError(command: string, stderr: string): PintleError {
  const said = stderr.split('\n').filter((line) => /^(fatal|error|remote|ssh|!)|denied|rejected/i.test(line)).join('\n') || stderr.trim()
  const hint = /tell me who you are|empty ident|auto-detect email/i.test(stderr) ? 'Set user.name and user.email with git config.'
    : /could not read Username|Authentication failed|Permission denied|terminal prompts disabled/i.test(stderr) ? 'git has no credentials for it: set up a credential helper, an SSH key or a token.'
    : /dubious ownership/.test(stderr) ? 'The repository belongs to somebody else; git config safe.directory allows it.'
    : /not a git repository/.test(stderr) ? 'Name a folder that lies in a repository of Git.'
    : /failed to sign|gpg|ssh-keygen/i.test(stderr) ? 'commit.gpgsign asks for a signature: check user.signingkey and the agent.' : undefined
  return new PintleError('gitops.git', `git ${command}: ${said || 'failed without a word'}`, hint === undefined ? {} : { hint })
}
