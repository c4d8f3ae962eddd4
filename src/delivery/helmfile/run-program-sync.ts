import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { decodeUtf8 } from '../../language/go/index.ts'
import { exitText } from './hooks/exit-text.ts'

export interface ProgramRun {
  readonly command: string
  readonly args: readonly string[]
  readonly input: string
  /** Absolute. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a program may print. */
const maxBytes = 64 * 1024 * 1024

/**
 * Runs what a template's `exec` names, and waits for it: templates are synchronous.
 * @returns its standard output
 * @throws Error with helmfile's text (newExitError in pkg/helmexec): path, arguments, what it printed
 */
export function runProgramSync(run: ProgramRun): string {
  const path = lookPath(run)
  const result = spawnSync(path, run.args, {
    cwd: run.folder, argv0: run.command, input: run.input, env: definedOf(run.env), maxBuffer: maxBytes, windowsHide: true,
  })
  const stdout = decodeUtf8(result.stdout ?? new Uint8Array())
  const stderr = decodeUtf8(result.stderr ?? new Uint8Array())
  if (result.error !== undefined) throw new Error(`unexpected error: fork/exec ${path}: ${reason(result.error as NodeJS.ErrnoException)}`)
  if (result.status === 0) return stdout
  const status = result.status ?? -1
  const said = result.signal === null ? `exit status ${status}` : `signal: ${signalWords[result.signal] ?? result.signal.slice(3).toLowerCase()}`
  throw new Error(exitText({ path, words: [run.command, ...run.args], error: said, status, stderr, combined: stdout + stderr }))
}

/** exec.LookPath. */
function lookPath({ command, env, folder }: ProgramRun): string {
  if (command.includes('/')) return command
  const path = pathOf(command, env, folder)
  if (path !== undefined) return path
  throw new Error(`unexpected error: exec: ${JSON.stringify(command)}: executable file not found in $PATH`)
}

/** Where a program is found, for messages; its name when it is nowhere. */
export function programPath(command: string, env: ProgramRun['env']): string {
  return pathOf(command, env, '/') ?? command
}

function pathOf(command: string, env: ProgramRun['env'], folder: string): string | undefined {
  for (const dir of (env.PATH ?? '').split(delimiter)) {
    const path = join(dir === '' ? '.' : dir, command)
    if (isExecutable(isAbsolute(path) ? path : resolve(folder, path))) return path
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT': return 'no such file or directory'
    case 'EACCES': return 'permission denied'
    case 'ENOBUFS': return `output is larger than ${maxBytes} bytes`
    default: return error.message
  }
}

const signalWords: Readonly<Record<string, string>> = { SIGKILL: 'killed', SIGTERM: 'terminated', SIGINT: 'interrupt', SIGHUP: 'hangup', SIGABRT: 'aborted', SIGSEGV: 'segmentation fault' }

function definedOf(env: ProgramRun['env']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}
