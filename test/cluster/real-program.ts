import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leash } from './control-plane.ts'

/** A real controller beside the control plane: started, killed, started again. It ends with this process, however that ends. */
export class RealProgram {
  readonly #program: string
  readonly #args: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  readonly #dir = mkdtempSync(join(tmpdir(), 'pintle-program-'))
  #process: ChildProcess | undefined

  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#program = program
    this.#args = args
    this.#env = env
  }

  start(): this {
    const log = openSync(join(this.#dir, 'log'), 'a')
    this.#process = spawn('sh', ['-c', leash, 'sh', this.#program, ...this.#args], { stdio: ['pipe', log, log], cwd: this.#dir, env: { ...process.env, ...this.#env } })
    this.#process.stdin!.on('error', () => {})
    closeSync(log)
    return this
  }

  /** At once, as a node that dies would end it. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdin!.destroy()
    await ended
  }

  /** The end of what it has printed. */
  tail(lines = 30): string {
    return readFileSync(join(this.#dir, 'log'), 'utf8').split('\n').slice(-lines).join('\n')
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
