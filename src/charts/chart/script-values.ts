import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PintleError } from '../../errors/index.ts'
import { goFsError } from './go-fs-error.ts'

export interface ScriptValuesOptions {
  /** The environment the values are for; the script's function is told. */
  readonly environment?: string
  readonly signal?: AbortSignal
  /** Milliseconds; default 30 s. */
  readonly timeout?: number
}

/** How much a script may give, and say. */
const maxResult = 16 * 1024 * 1024
const maxSaid = 64 * 1024

/**
 * Runs a values file written in TypeScript or JavaScript and gives its values as JSON text. Its default export is an object or a function, async too, that
 * is given `{ environment }` and returns one.
 * The script runs in a process of its own with Node's permission model: it reads files of its own folder and below, and nothing else; it has no environment,
 * no network, no other processes, 256 MiB and 30 seconds.
 * @throws PintleError values.parse with the line the script failed at
 */
export async function runScript(name: string, options: ScriptValuesOptions = {}): Promise<string> {
  let path: string
  try {
    // What is allowed to be read is the real folder.
    path = realpathSync(name)
  } catch (error) {
    throw new PintleError('values.parse', goFsError(error, 'open', name).message, { cause: error, place: { file: name } })
  }
  const run = await runProcess(path, name, options)
  if (run.result === undefined) throw failure(name, path, run)
  return run.result
}

interface Run { readonly result?: string; readonly said: string; readonly end: string }

function runProcess(path: string, name: string, { environment, signal, timeout = 30_000 }: ScriptValuesOptions): Promise<Run> {
  const args = [
    '--permission', `--allow-fs-read=${dirname(path)}/`, '--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--disable-warning=SecurityWarning',
    '--max-old-space-size=256', '--experimental-strip-types', '--input-type=module', '--eval', runner(pathToFileURL(path).href, environment || undefined),
  ]
  return new Promise((done, fail) => {
    signal?.throwIfAborted()
    const child = spawn(process.execPath, args, { cwd: dirname(path), env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], windowsHide: true })
    let said = ''
    let result = ''
    let end = ''
    const stop = (why: string): void => {
      end ||= why
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => stop(`took longer than ${timeout / 1000} s`), timeout)
    const abort = (): void => stop('was cancelled')
    signal?.addEventListener('abort', abort, { once: true })
    const hear = (chunk: Buffer): void => { if (said.length < maxSaid) said += chunk.toString() }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', hear)
    child.stdio[3]!.on('data', (chunk: Buffer) => {
      result += chunk.toString('latin1')
      if (result.length > maxResult) stop(`gives more than ${maxResult / 1024 / 1024} MiB`)
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      fail(new PintleError('values.parse', `${name} cannot be run: ${error.message}`, { cause: error }))
    })
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      if (signal?.aborted === true) return fail(signal.reason as Error)
      if (end === '' && code === 0 && result.endsWith('\n')) return done({ result: Buffer.from(result, 'latin1').toString().trimEnd(), said, end })
      done({ said, end: end || (killedBy === null ? (code === 0 ? 'ended before it gave values' : code === 13 ? 'waits for what never happens' : '') : `was ended by ${killedBy}`) })
    })
  })
}

/**
 * What the process runs. The permission model of Node 24 and before leaves the network open: the modules for it are not found here, and the globals are gone.
 */
function runner(url: string, environment: string | undefined): string {
  return `
import { registerHooks } from 'node:module'
import { writeSync } from 'node:fs'
const refused = /^(?:node:)?(?:child_process|cluster|dgram|dns|http|http2|https|inspector|net|repl|sqlite|test|tls|trace_events|v8|vm|wasi|worker_threads)(?:\\/|$)/
registerHooks({ resolve(specifier, context, next) {
  if (refused.test(specifier)) throw new Error('values files may not use ' + specifier)
  return next(specifier, context)
} })
for (const name of ['fetch', 'WebSocket', 'EventSource']) delete globalThis[name]
const builtin = process.getBuiltinModule
process.getBuiltinModule = (name) => {
  if (refused.test(name)) throw new Error('values files may not use ' + name)
  return builtin(name)
}
const { default: given } = await import(${JSON.stringify(url)})
const values = await (typeof given === 'function' ? given(${JSON.stringify(environment === undefined ? {} : { environment })}) : given)
if (typeof values !== 'object' || values === null || Array.isArray(values)) {
  throw new TypeError(given === undefined ? 'there is no default export' : 'the default export gives no object')
}
const text = JSON.stringify(values, (key, value) => {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new TypeError('the value of ' + key + ' is ' + (typeof value === 'number' ? value : 'a ' + typeof value) + ', which values cannot hold')
  }
  return value
})
const bytes = Buffer.from(text + '\\n')
for (let at = 0; at < bytes.length; ) {
  try {
    at += writeSync(3, bytes, at)
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
  }
}
process.exit(0)
`
}

/** Finds in what Node said the error and the line of the script. */
function failure(name: string, path: string, { said, end }: Run): PintleError {
  if (/heap out of memory/.test(said)) return new PintleError('values.parse', `${name} needs more than 256 MiB`, { place: { file: name } })
  if (end !== '') return new PintleError('values.parse', `${name} ${end}`, { place: { file: name } })
  const error = /^(?:Uncaught )?((?:[A-Z]\w*)?Error(?: \[\w+\])?(?:: [^\n]*)?)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? 'failed'
  const denied = /permission: '(\w+)'(?:,\n\s*resource: '([^'\n]*)')?/.exec(said)
  const text = denied === null ? error.replace(/^Error: /, '') : `may not ${denied[1] === 'FileSystemRead' ? 'read' : 'use'} ${denied[2] || denied[1]}`
  // The first place in the script's folder: of a syntax error it stands above the message, of others in the stack.
  const folder = `${dirname(path)}/`
  const match = [...said.matchAll(/(?<=^|\s|\()((?:file:\/\/)?\/[^\n)]+?):(\d+)(?::(\d+))?(?=[\s)]|$)/g)].find((m) => pathOf(m[1]!).startsWith(folder) && !m[1]!.includes('[eval'))
  if (match === undefined) return new PintleError('values.parse', `${name}: ${text}`, { place: { file: name } })
  const file = pathOf(match[1]!)
  const caret = match[3] === undefined ? /\n( *)\^+(?=\n|$)/.exec(said.slice(match.index, match.index + 2000).split('\n\n')[0]!)?.[1]!.length : Number(match[3]) - 1
  return new PintleError('values.parse', `${name}: ${text}`, {
    place: { file: file === path ? name : file, line: Number(match[2]), ...(caret === undefined ? {} : { column: caret + 1 }) },
    ...(denied === null ? {} : { hint: 'A values file reads its own folder only, and uses no network and no other programs.' }),
  })
}

function pathOf(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place
}
