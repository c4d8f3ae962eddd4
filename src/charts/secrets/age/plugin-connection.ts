import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { tmpdir } from 'node:os'
import { PintleError } from '../../../errors/index.ts'
import type { KeyOptions } from '../key-source.ts'

/** What a plugin says: a type with arguments, and bytes. */
export interface PluginStanza {
  readonly args: readonly string[]
  readonly body: Buffer
}

/** A person may have to find a token first. */
const patience = 300_000
/** Far more than the stanzas of a file. */
const maxSaid = 1 << 20

/** A plugin of age that runs, and the lines between it and us. Upstream: clientConnection in age's plugin/client.go. */
export class PluginConnection {
  readonly #name: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  #error: Error | undefined
  readonly #signal: AbortSignal | undefined

  constructor(name: string, protocol: string, { env = process.env, signal }: KeyOptions) {
    this.#name = name
    this.#signal = signal
    // A plugin must not rely on the folder it is started in.
    this.#child = spawn(`age-plugin-${name}`, [`--age-plugin=${protocol}`], { cwd: tmpdir(), env: { ...env } as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'pipe'], timeout: patience, ...(signal && { signal }) })
    this.#child.on('error', (error) => { this.#error ??= error })
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.resume()
    this.#lines = this.#read()
  }

  write(args: readonly string[], body: Uint8Array = Buffer.alloc(0)): void {
    const base64 = Buffer.from(body).toString('base64').replace(/=+$/, '')
    // The last line is shorter than the others, and may be empty.
    const lines = Array.from({ length: Math.floor(base64.length / 64) + 1 }, (_, i) => base64.slice(i * 64, i * 64 + 64))
    this.#child.stdin.write(`-> ${args.join(' ')}\n${lines.join('\n')}\n`)
  }

  /** @throws PintleError secrets.key; the signal's reason */
  async read(): Promise<PluginStanza> {
    const head = await this.#line()
    if (!head.startsWith('-> ') || head.length === 3) throw this.#broken()
    let base64 = ''
    for (;;) {
      const line = await this.#line()
      if (line.length > 64 || !/^[A-Za-z0-9+/]*$/.test(line)) throw this.#broken()
      base64 += line
      if (line.length < 64) return { args: head.slice(3).split(' '), body: Buffer.from(base64, 'base64') }
    }
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.stdout.destroy()
    this.#child.kill('SIGINT')
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next() as IteratorResult<string, undefined>
    if (done !== true) return value
    if (this.#signal?.aborted === true) throw this.#signal.reason
    const { code } = (this.#error ?? {}) as NodeJS.ErrnoException
    throw new PintleError('secrets.key', this.#error === undefined ? `age-plugin-${this.#name} ended too early` : code === 'ENOENT' ? `age-plugin-${this.#name} is not there` : `age-plugin-${this.#name} cannot be run: ${code ?? 'unknown'}`)
  }

  async * #read(): AsyncGenerator<string, undefined> {
    let rest = ''
    let said = 0
    try {
      for await (const chunk of this.#child.stdout) {
        said += (chunk as Buffer).length
        if (said > maxSaid) throw this.#broken()
        const lines = (rest + (chunk as Buffer).toString('latin1')).split('\n')
        rest = lines.pop()!
        yield* lines
      }
    } catch (error) {
      if (error instanceof PintleError) throw error
    }
    // A program that cannot be started says so after its output has ended.
    await new Promise((resolve) => setImmediate(resolve))
    return undefined
  }

  #broken(): PintleError {
    return new PintleError('secrets.key', `age-plugin-${this.#name} does not keep to the protocol`)
  }
}
