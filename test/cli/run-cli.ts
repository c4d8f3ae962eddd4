import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface CliResult { code: number; out: string; err: string }

/** The built CLI. */
export const pintle = process.env.PINTLE_BIN ?? resolve(import.meta.dirname, '../../bin/pintle.js')

export interface CliOptions {
  cwd?: string
  env?: Record<string, string>
  stdin?: string
  timeout?: number
  /** Another program than Pintle: its path, and arguments before the others. */
  program?: readonly string[]
}

/** A command line while it runs. */
export interface RunningCli {
  readonly ended: Promise<CliResult & { signal: NodeJS.Signals | null }>
  kill(signal: NodeJS.Signals): void
  /** Waits until standard error holds this; @throws when the program ends before */
  said(pattern: RegExp): Promise<void>
}

/** Starts the built CLI as a user would, in a folder, with an environment that knows no cluster unless one is given. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const [program, ...before] = options.program ?? [process.execPath, pintle]
  const child = spawn(program!, [...before, ...args], {
    cwd: options.cwd, timeout: options.timeout ?? 60_000, stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: options.cwd ?? '/nonexistent', KUBECONFIG: '/nonexistent/kubeconfig', ...options.env },
  })
  let out = ''
  let err = ''
  let over = false
  const waiting = new Set<() => void>()
  const look = (): void => { for (const check of waiting) check() }
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => {
    err += d.toString()
    look()
  })
  const ended = new Promise<CliResult & { signal: NodeJS.Signals | null }>((done, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => {
      over = true
      look()
      done({ code: code ?? -1, out, err, signal })
    })
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.stdin ?? '')
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    said: (pattern) => new Promise((done, fail) => {
      const check = (): void => {
        if (pattern.test(err)) done()
        else if (over) fail(new Error(`ended without saying ${pattern}:\n${out}${err}`))
        else return
        waiting.delete(check)
      }
      waiting.add(check)
      check()
    }),
  }
}

/** Runs it to its end. */
export const runCli = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  startCli(args, options).ended.then(({ code, out, err }) => ({ code, out, err }))

/** A folder for one test with the files given, and a way to remove it. */
export function folder(files: Record<string, string | Uint8Array>): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pintle-cli-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The files of a minimal chart, with more on top. */
export function chart(more: Record<string, string> = {}): Record<string, string> {
  return { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'c/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n', ...more }
}
