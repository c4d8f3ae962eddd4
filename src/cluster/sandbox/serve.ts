import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PintleError } from '../../errors/index.ts'
import { connectSync } from '../kube/index.ts'
import type { Cluster } from '../kube/index.ts'
import { Sandbox } from './sandbox.ts'
import type { SandboxOptions } from './sandbox.ts'

export interface ServeOptions extends SandboxOptions {
  /** Default: any free port. */
  port?: number
  /** Where the kubeconfig is written. Default `kubeconfig` in the data folder. */
  kubeconfigPath?: string
  /** Where objects and the server's address are kept. Default: see `sandboxDir`. */
  dataDir?: string
  /** Ends by itself after so many minutes without a request; 0 never. Default 0. */
  idleMinutes?: number
  signal?: AbortSignal
}

export interface ServedSandbox { readonly url: string; readonly kubeconfigPath: string; readonly sandbox: Sandbox; stop(): Promise<void>; readonly ended: Promise<void> }

/** The folder of this user's sandbox: `$PINTLE_SANDBOX_DIR`, else `pintle/sandbox` in the state folder. */
export function sandboxDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.PINTLE_SANDBOX_DIR || join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'pintle', 'sandbox')
}

/** Name of the hidden command that `connectOrStartSandbox` starts: it has to call `serveSandbox({ dataDir: <its argument> })`. */
export const sandboxServerCommand = '__sandbox-server'

interface ServerFile { url: string; kubeconfig: string; pid: number }
const serverFile = (dir: string): string => join(dir, 'server.json')

/**
 * Serves a sandbox until it is stopped, its signal aborts or the process is told to end. One server a folder: a second one
 * for the same folder is refused.
 * @throws PintleError usage when another process serves the folder
 */
export async function serveSandbox(options: ServeOptions = {}): Promise<ServedSandbox> {
  const dir = options.dataDir ?? sandboxDir()
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const unlock = lock(dir)
  const sandbox = new Sandbox({ ...options, dataDir: dir })
  try {
    const { url, kubeconfig } = await sandbox.listen({ ...(options.port === undefined ? {} : { port: options.port }) })
    const kubeconfigPath = options.kubeconfigPath ?? join(dir, 'kubeconfig')
    replaceFile(kubeconfigPath, kubeconfig)
    replaceFile(serverFile(dir), JSON.stringify({ url, kubeconfig: kubeconfigPath, pid: process.pid } satisfies ServerFile))
    let finish = (): void => {}
    const ended = new Promise<void>((resolve) => { finish = resolve })
    let stopping = false
    const stop = async (): Promise<void> => {
      if (stopping) return ended
      stopping = true
      clearInterval(idle)
      for (const s of ['SIGINT', 'SIGTERM'] as const) process.off(s, onSignal)
      options.signal?.removeEventListener('abort', onSignal)
      rmSync(serverFile(dir), { force: true })
      await sandbox.close()
      unlock()
      finish()
    }
    const onSignal = (): void => { void stop() }
    for (const s of ['SIGINT', 'SIGTERM'] as const) process.on(s, onSignal)
    options.signal?.addEventListener('abort', onSignal)
    const idle = setInterval(() => {
      if (options.idleMinutes && sandbox.idleMilliseconds() > options.idleMinutes * 60_000) void stop()
    }, 30_000)
    idle.unref()
    return { url, kubeconfigPath, sandbox, stop, ended }
  } catch (error) {
    await sandbox.close()
    unlock()
    throw error
  }
}

/** Written whole, readable by its owner alone. */
function replaceFile(path: string, text: string): void {
  const next = `${path}.${process.pid}.new`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, path)
}

/** Takes the folder for this process; a lock of a process that is gone does not count. */
function lock(dir: string): () => void {
  const path = join(dir, 'lock')
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = openSync(path, 'wx', 0o600)
      writeSync(handle, String(process.pid))
      closeSync(handle)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const pid = Number(readText(path))
      if (pid !== process.pid && pid > 0 && isRunning(pid)) {
        throw new PintleError('usage', `a sandbox already runs in ${dir} (process ${pid})`, { hint: 'Use it, or stop it first: `pintle sandbox stop`.' })
      }
      rmSync(path, { force: true })
    }
  }
  throw new PintleError('usage', `the sandbox folder ${dir} cannot be locked`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The server of a folder, when one runs. */
export function runningSandbox(dir: string = sandboxDir()): { url: string; kubeconfigPath: string; pid: number } | undefined {
  try {
    const { url, kubeconfig, pid } = JSON.parse(readFileSync(serverFile(dir), 'utf8')) as ServerFile
    return isRunning(pid) ? { url, kubeconfigPath: kubeconfig, pid } : undefined
  } catch {
    return undefined
  }
}

/** Ends the server of a folder; false when none ran. `forget` also throws its objects away. */
export async function stopSandbox(options: { dir?: string; forget?: boolean } = {}): Promise<boolean> {
  const dir = options.dir ?? sandboxDir()
  const found = runningSandbox(dir)
  if (found !== undefined) {
    process.kill(found.pid, 'SIGTERM')
    for (let i = 0; i < 100 && isRunning(found.pid); i++) await sleep(50)
  }
  if (options.forget) rmSync(join(dir, 'objects.json'), { force: true })
  return found !== undefined
}

export interface ConnectSandboxOptions {
  namespace?: string
  signal?: AbortSignal
  dir?: string
  /** Default "helm", so that releases interchange with Helm's. */
  fieldManager?: string
  onWarning?: (text: string) => void
  /** Program and arguments that call `serveSandbox` for the folder. Default: this program with `sandboxServerCommand` and the folder. */
  command?: readonly string[]
}

/** A client of this user's sandbox; a server is started in the background when none runs. */
export async function connectOrStartSandbox(options: ConnectSandboxOptions = {}): Promise<{ cluster: Cluster; started: boolean; kubeconfigPath: string }> {
  const dir = options.dir ?? sandboxDir()
  const existing = await tryConnect(dir, options)
  if (existing !== undefined) return { ...existing, started: false }
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const [program, ...args] = options.command ?? [process.execPath, ...process.execArgv, process.argv[1]!, sandboxServerCommand, dir]
  const log = openSync(join(dir, 'server.log'), 'w', 0o600)
  const child = spawn(program!, args, { detached: true, stdio: ['ignore', log, log], env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined } })
  closeSync(log)
  let exit: string | undefined
  child.on('error', (error) => { exit = error.message })
  child.on('exit', (code) => { exit ??= `exit code ${code}` })
  child.unref()
  for (let i = 0; i < 400; i++) {
    await sleep(i < 40 ? 25 : 50, undefined, options.signal ? { signal: options.signal } : {})
    const found = await tryConnect(dir, options)
    if (found !== undefined) return { ...found, started: true }
    // Two commands may start one at the same time: the loser's server ends, and both use the winner's.
    if (exit !== undefined && i > 80) break
  }
  throw new PintleError('kube.unreachable', `the sandbox did not start${exit === undefined ? '' : `: ${exit}`}`, { hint: `Its log is ${join(dir, 'server.log')}.` })
}

async function tryConnect(dir: string, options: ConnectSandboxOptions): Promise<{ cluster: Cluster; kubeconfigPath: string } | undefined> {
  const found = runningSandbox(dir)
  if (found === undefined) return undefined
  const cluster = connectSync({
    kubeconfig: found.kubeconfigPath, env: {}, qps: 0, fieldManager: options.fieldManager ?? 'helm',
    ...(options.namespace ? { namespace: options.namespace } : {}), ...(options.onWarning ? { onWarning: options.onWarning } : {}),
  })
  try {
    await cluster.version(options.signal ? { signal: options.signal } : {})
    return { cluster, kubeconfigPath: found.kubeconfigPath }
  } catch {
    cluster.close()
    options.signal?.throwIfAborted()
    return undefined
  }
}
