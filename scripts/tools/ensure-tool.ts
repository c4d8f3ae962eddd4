import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { moduleOf, toolModules } from './tools.ts'
import type { ModuleName, ToolModule, ToolName } from './tools.ts'

const sourceRoot = join(import.meta.dirname, 'go')

/** Where built programs live: `$PINTLE_TOOLS_DIR`, else the user's cache folder. */
export function toolsDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.PINTLE_TOOLS_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pintle', 'tools')
}

export interface EnsureToolOptions {
  /** Told in one line what is being built and why it takes long. Default: standard error. */
  log?: (line: string) => void
  env?: NodeJS.ProcessEnv
}

/**
 * The path of a real program (kube-apiserver, helm, ...) built from pinned sources; the first call builds it, which
 * takes minutes, later calls only look.
 * @returns undefined when there is no Go on this machine: the caller skips, saying so. Under CI=true that is an error.
 */
export async function ensureTool(tool: ToolName, options: EnsureToolOptions = {}): Promise<string | undefined> {
  const env = options.env ?? process.env
  const log = options.log ?? (line => process.stderr.write(`${line}\n`))
  const name = moduleOf(tool)
  const module: ToolModule = toolModules[name]
  const directory = join(toolsDir(env), `${tool}-${module.version}-${await fingerprint(name, tool)}`)
  const program = join(directory, tool)
  if (existsSync(program)) return program

  if (!(await runs('go', ['version'], env))) {
    const message = `${tool} ${module.version} cannot be built: there is no Go on this machine (https://go.dev/dl)`
    if (env.CI === 'true') throw new Error(message)
    log(`${message}; what needs it is skipped`)
    return undefined
  }
  await mkdir(toolsDir(env), { recursive: true })
  const unlock = await lock(`${directory}.lock`, () => log(`waiting for another process that builds ${tool}`))
  try {
    if (!existsSync(program)) await build(name, tool, directory, env, log)
  } finally {
    await unlock()
  }
  return program
}

/** Everything that decides what is built: the pins, link settings, and the sources when they are our own. */
async function fingerprint(name: ModuleName, tool: ToolName): Promise<string> {
  const module: ToolModule = toolModules[name]
  const pkg = module.packages[tool]!
  const hash = createHash('sha256').update(JSON.stringify([pkg, module.link ?? {}, process.platform, process.arch]))
  const root = join(sourceRoot, name)
  const files = ['go.mod', 'go.sum']
  if (pkg.startsWith('.')) files.push(...(await readdir(join(root, pkg))).filter(f => f.endsWith('.go')).sort().map(f => join(pkg, f)))
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 12)
}

async function build(name: ModuleName, tool: ToolName, directory: string, env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  const module: ToolModule = toolModules[name]
  const started = Date.now()
  log(`building ${tool} ${module.version} from Go sources; this takes minutes, once`)
  const link = ['-s', '-w', ...Object.entries(module.link ?? {}).map(([key, value]) => `-X ${key}=${value}`)].join(' ')
  const unfinished = `${directory}.${process.pid}`
  await mkdir(unfinished, { recursive: true })
  try {
    const pkg = module.packages[tool]!
    const args = ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', link, '-o', join(unfinished, tool), pkg]
    const result = await run('go', args, { ...env, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }, join(sourceRoot, name))
    if (result.code !== 0) throw new Error(`go build ${pkg} failed:\n${result.output}`)
    // Somebody may have taken our lock for a dead process's and been faster.
    await rename(unfinished, directory).catch(error => { if (!existsSync(join(directory, tool))) throw error })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  log(`built ${tool} ${module.version} in ${Math.round((Date.now() - started) / 1000)} s: ${directory}`)
}

const staleAfter = 60_000

/** A lock file that its owner touches while it lives, so that one left behind by a killed process is taken over. */
async function lock(path: string, waiting: () => void): Promise<() => Promise<void>> {
  for (let told = false; ; ) {
    try {
      const handle = await open(path, 'wx')
      await handle.writeFile(String(process.pid))
      await handle.close()
      const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), staleAfter / 6)
      return async () => {
        clearInterval(heartbeat)
        await rm(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const age = await stat(path).then(s => Date.now() - s.mtimeMs, () => 0)
    if (age > staleAfter) {
      await rm(path, { force: true })
      continue
    }
    if (!told) waiting()
    told = true
    await sleep(500)
  }
}

async function runs(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await run(command, args, env, process.cwd()).catch(() => ({ code: 1 }))).code === 0
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => { output = (output + chunk.toString()).slice(-20_000) }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 1, output }))
  })
}
