import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export interface ProgramOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Bytes of output that are kept; the program is ended beyond. Default 64 MiB. */
  readonly limit?: number
}

/** What a program left behind, in Go's words. */
export interface ProgramResult {
  /** Where it was found: os/exec's Cmd.Path. */
  readonly path: string
  /** As a shell sees it; -1 where a signal ended it or it never ran. */
  readonly code: number
  /** `exit status 3`, `signal: killed`; undefined on success. */
  readonly failed?: string
  /** It could not be started: os/exec's error. */
  readonly notStarted?: string
  readonly stdout: string
  readonly stderr: string
  /** Both, in the order in which they came. */
  readonly combined: string
}

/**
 * Runs a program to its end. It never fails but by its result.
 * @param command a name to look for on the PATH, or a path relative to `cwd`
 */
export async function runProgram(command: string, args: readonly string[], { cwd, env, signal, limit = 64 << 20 }: ProgramOptions): Promise<ProgramResult> {
  const path = command.includes('/') ? command : onPath(command, env.PATH ?? '')
  const none = { code: -1, stdout: '', stderr: '', combined: '' }
  if (path === undefined) return { ...none, path: command, notStarted: `exec: ${JSON.stringify(command)}: executable file not found in $PATH` }
  return await new Promise((done) => {
    const child = spawn(path, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], argv0: command })
    const kept: { stdout: Buffer[]; stderr: Buffer[]; combined: Buffer[] } = { stdout: [], stderr: [], combined: [] }
    let size = 0
    const keep = (stream: 'stdout' | 'stderr') => (chunk: Buffer): void => {
      size += chunk.length
      if (size > limit) { child.kill('SIGKILL'); return }
      kept[stream].push(chunk)
      kept.combined.push(chunk)
    }
    child.stdout.on('data', keep('stdout'))
    child.stderr.on('data', keep('stderr'))
    const interrupt = (): void => { child.kill('SIGINT') }
    signal?.addEventListener('abort', interrupt, { once: true })
    if (signal?.aborted === true) interrupt()
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', interrupt)
      done({ ...none, path, notStarted: `fork/exec ${path}: ${reasons[error.code ?? ''] ?? error.message}` })
    })
    child.on('close', (code, ended) => {
      signal?.removeEventListener('abort', interrupt)
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString()
      const failed = ended !== null ? `signal: ${signals[ended] ?? ended}` : code === 0 ? undefined : `exit status ${code}`
      done({ path, code: code ?? -1, stdout: text(kept.stdout), stderr: text(kept.stderr), combined: text(kept.combined), ...(failed !== undefined && { failed }) })
    })
  })
}

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such file or directory', EACCES: 'permission denied', ENOEXEC: 'exec format error', E2BIG: 'argument list too long', ENOTDIR: 'not a directory' }
const signals: Readonly<Record<string, string>> = { SIGKILL: 'killed', SIGINT: 'interrupt', SIGTERM: 'terminated', SIGHUP: 'hangup', SIGSEGV: 'segmentation fault', SIGABRT: 'aborted', SIGPIPE: 'broken pipe' }

function onPath(name: string, path: string): string | undefined {
  return path.split(delimiter).filter((folder) => folder !== '').map((folder) => resolve(join(folder, name))).find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return statSync(place).isFile()
    } catch {
      return false
    }
  })
}
