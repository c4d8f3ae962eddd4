import { spawn } from 'node:child_process'

/** Bytes of output that are kept of a command that judges; of its errors the last. */
const most = { stdout: 64 << 10, stderr: 8 << 10 } as const
/** Milliseconds between asking a command's processes to end and ending them, and for output that is still on its way when the command is over. */
const patience = 2000

export interface CommandOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** How a command ended. */
export interface CommandEnd {
  /** undefined where a signal ended it, or it never ran. */
  readonly code: number | undefined
  /** Why there is no exit code. */
  readonly problem?: string
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a command line with arguments in a process group of its own, which ends with it, whatever it started.
 * @throws the signal's reason, when all of it has ended
 */
export function runCommand(line: string, args: readonly string[], { cwd, env, timeout, signal }: CommandOptions): Promise<CommandEnd> {
  return new Promise((done, fail) => {
    if (signal?.aborted === true) return fail(signal.reason)
    const child = spawn('/bin/sh', ['-c', line, 'sh', ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const out: { stdout: Buffer; stderr: Buffer } = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
    let problem: string | undefined
    const kill = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name)
      } catch {
        // All of it has ended.
      }
    }
    let last: NodeJS.Timeout | undefined
    const end = (why?: string): void => {
      problem ??= why
      kill('SIGTERM')
      last ??= setTimeout(() => kill('SIGKILL'), patience)
    }
    const abort = (): void => end('aborted')
    signal?.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(() => end(`it took longer than ${timeout / 1000} s`), timeout)
    child.stdout.on('data', (chunk: Buffer) => {
      if (out.stdout.length + chunk.length <= most.stdout) out.stdout = Buffer.concat([out.stdout, chunk])
      else if (problem === undefined) end(`it says more than ${most.stdout >> 10} KiB`)
    })
    child.stderr.on('data', (chunk: Buffer) => { out.stderr = Buffer.concat([out.stderr, chunk]).subarray(-most.stderr) })
    child.on('error', (error: NodeJS.ErrnoException) => { problem ??= `it cannot be run: ${error.code ?? 'unknown'}` })
    // What it left running may hold its output open.
    child.on('exit', () => {
      kill('SIGTERM')
      last ??= setTimeout(() => kill('SIGKILL'), patience)
    })
    child.on('close', (code, killed) => {
      clearTimeout(timer)
      clearTimeout(last)
      kill('SIGKILL')
      signal?.removeEventListener('abort', abort)
      if (signal?.aborted === true) return fail(signal.reason)
      if (killed !== null) problem ??= `it was ended by ${killed}`
      const text = (bytes: Buffer): string => bytes.toString('utf8')
      done({ code: problem === undefined ? (code ?? undefined) : undefined, ...(problem !== undefined && { problem }), stdout: text(out.stdout), stderr: text(out.stderr) })
    })
  })
}
