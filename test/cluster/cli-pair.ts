import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Ran { code: number; out: string; err: string }
export interface RunOptions {
  cwd: string
  env?: Record<string, string>
  stdin?: string
  /** Kills the program (SIGKILL); it then ends with code -1. */
  signal?: AbortSignal
  /** Milliseconds it may take. Default a minute. */
  timeout?: number
}

const pintle = process.env.PINTLE_BIN ?? resolve(import.meta.dirname, '../../bin/pintle.js')

/** Runs command lines with the real Helm 4 and 3, with Pintle called through a link named `helm`, and with Pintle as itself. */
export class CliPair {
  readonly #programs: Readonly<Record<'helm' | 'helm3', string>>
  readonly #home = mkdtempSync(join(tmpdir(), 'pintle-pair-'))
  readonly #link: string

  /** All go by the name `helm`: Helm 3 signs the fields it writes with what it was called by. */
  constructor(helm: string, helm3 = '') {
    const [linked, three] = ['linked', '3'].map((name) => join(this.#home, 'bin', name))
    for (const folder of [linked!, three!]) mkdirSync(folder, { recursive: true })
    this.#programs = { helm, helm3: join(three!, 'helm') }
    if (helm3 !== '') symlinkSync(helm3, this.#programs.helm3)
    this.#link = join(linked!, 'helm')
    symlinkSync(pintle, this.#link)
  }

  /** `linked` is Pintle as `helm`, with plain errors. */
  run(tool: 'helm' | 'helm3' | 'linked' | 'pintle', args: readonly string[], options: RunOptions): Promise<Ran> {
    if (tool === 'linked' || tool === 'pintle') return this.#run(process.execPath, [tool === 'linked' ? this.#link : pintle, ...args], options)
    return this.#run(this.#programs[tool], args, options)
  }

  helm(args: readonly string[], options: RunOptions): Promise<Ran> {
    return this.run('helm', args, options)
  }
  linked(args: readonly string[], options: RunOptions): Promise<Ran> {
    return this.run('linked', args, options)
  }
  pintle(args: readonly string[], options: RunOptions): Promise<Ran> {
    return this.run('pintle', args, options)
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }

  #run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
    const env = { PATH: process.env.PATH, HOME: this.#home, TZ: 'UTC', KUBECONFIG: '/nonexistent/kubeconfig', ...options.env }
    return new Promise((done, fail) => {
      const { cwd, signal, timeout = 60_000 } = options
      const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL', ...(signal && { signal }) })
      const out: Buffer[] = []
      const err: Buffer[] = []
      child.stdout.on('data', (d: Buffer) => out.push(d))
      child.stderr.on('data', (d: Buffer) => err.push(d))
      child.on('error', (error) => { if (signal?.aborted !== true) fail(error) })
      child.on('close', (code) => done({ code: code ?? -1, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }))
      child.stdin.on('error', () => {})
      child.stdin.end(options.stdin ?? '')
    })
  }
}

/** What a program said besides log lines: where Helm writes `level=WARN msg=...`, Pintle has words of its own. */
export const said = (err: string): string =>
  err.split('\n').filter((line) => !/^(level=|time=|[IWE]\d{4} |WARNING: )/.test(line)).join('\n')

/** Times, ages and identities differ from run to run: each becomes a word of its kind. */
export const withoutTimes = (text: string): string => text
  .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\b/g, '<ansic>')
  .replace(/^(.*\tUPDATED) +/m, '$1 ')
  .replace(/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC {0,9}/g, '<time>')
  .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<rfc3339>')
  .replace(/\b(createdAt|modifiedAt)([=:": ]+)\d{10}\b/g, '$1$2<unix>')
