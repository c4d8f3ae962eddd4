import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { Credential, CredentialStore } from './credential.ts'
import { noCredential } from './credential.ts'

type Env = Readonly<Record<string, string | undefined>>

const prefix = 'docker-credential-'
/** The user name that helpers give with an identity token. */
const tokenUser = '<token>'
const longestAnswer = 1 << 20
/** A helper may ask its user to unlock a keychain. */
const patience = 120_000

/**
 * Credentials kept by a `docker-credential-NAME` program: the server's address or the credential goes to its standard input, its answer
 * comes as JSON. Upstream: registry/remote/credentials/native_store.go of oras-go.
 */
export class HelperStore implements CredentialStore {
  readonly #program: string
  readonly #env: Env

  /** @param name without the prefix */
  constructor(name: string, env: Env) {
    this.#program = prefix + name
    this.#env = env
  }

  async get(server: string, options: { signal?: AbortSignal | undefined } = {}): Promise<Credential> {
    let answer: string
    try {
      answer = await this.#run('get', server, options)
    } catch (error) {
      if ((error as Error).message === 'credentials not found in native keychain') return noCredential
      throw error
    }
    let parsed: { Username?: unknown; Secret?: unknown } | null
    try {
      parsed = JSON.parse(answer)
    } catch {
      // What it printed may be a secret: not a word of it is repeated.
      throw new PintleError('registry.auth', `${this.#program}: its answer is not JSON`)
    }
    const username = String(parsed?.Username ?? '')
    const secret = String(parsed?.Secret ?? '')
    return username === tokenUser ? { ...noCredential, refreshToken: secret } : { ...noCredential, username, password: secret }
  }

  async put(server: string, credential: Credential, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    const [Username, Secret] = credential.refreshToken === '' ? [credential.username, credential.password] : [tokenUser, credential.refreshToken]
    await this.#run('store', JSON.stringify({ ServerURL: server, Username, Secret }), options)
  }

  async delete(server: string, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#run('erase', server, options)
  }

  #run(action: string, input: string, { signal }: { signal?: AbortSignal | undefined }): Promise<string> {
    const program = this.#program
    return new Promise((resolve, reject) => {
      const child = spawn(program, [action], { env: this.#env as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'inherit'], timeout: patience, killSignal: 'SIGKILL', ...(signal && { signal }) })
      const chunks: Buffer[] = []
      let size = 0
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > longestAnswer) child.kill('SIGKILL')
        else chunks.push(chunk)
      })
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (signal?.aborted) return reject(signal.reason)
        const missing = error.code === 'ENOENT'
        reject(new PintleError('registry.auth', missing ? `exec: "${program}": executable file not found in $PATH` : `exec: "${program}": ${error.message}`, {
          cause: error,
          ...(missing ? { hint: `The registry configuration names the credential helper ${program}, which is not installed: install it, or remove credsStore or credHelpers from the file.` } : {}),
        }))
      })
      child.on('close', (code, killed) => {
        const text = Buffer.concat(chunks).toString()
        if (code === 0) return resolve(text)
        // Helpers say what is wrong on standard output.
        const said = text.trim()
        reject(new PintleError('registry.auth', said !== '' && code !== null ? said : code === null ? `signal: ${killed === 'SIGKILL' ? 'killed' : killed}` : `exit status ${code}`))
      })
    })
  }
}

/** The helper a platform has for everything, where it is installed: getDefaultHelperSuffix. */
export function platformHelper(env: Env, platform: NodeJS.Platform = process.platform): string | undefined {
  const name = platform === 'darwin' ? 'osxkeychain' : platform === 'win32' ? 'wincred' : platform !== 'linux' ? undefined : onPath('pass', env) ? 'pass' : 'secretservice'
  return name !== undefined && onPath(prefix + name + (platform === 'win32' ? '.exe' : ''), env) ? name : undefined
}

function onPath(program: string, env: Env): boolean {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      if (statSync(path).isFile()) return true
    } catch {
      // Not here.
    }
  }
  return false
}
