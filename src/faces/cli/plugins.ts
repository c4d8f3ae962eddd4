import { readFileSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseDocument, type Json } from '../../language/yaml/index.ts'

/** A command of a plugin for one platform, as plugin.yaml has it. */
export interface PlatformCommand { readonly os?: string; readonly arch?: string; readonly command?: string; readonly args?: readonly string[] }

export interface Plugin {
  readonly name: string
  /** cli/v1, getter/v1, postrenderer/v1 */
  readonly type: string
  /** subprocess, extism/v1 */
  readonly runtime: string
  readonly folder: string
  readonly commands: readonly PlatformCommand[]
}

/**
 * The plugins in HELM_PLUGINS, a list of folders with one folder for each plugin. What cannot be read is told and left out.
 * Upstream: internal/plugin/loader.go.
 * @throws Error when two have one name
 */
export function findPlugins(path: string, warn: (text: string) => void): Plugin[] {
  return path.split(delimiter).filter((base) => base !== '').flatMap((base) => {
    const found = new Map<string, Plugin>()
    for (const name of foldersOf(base)) {
      const folder = join(base, name)
      const file = join(folder, 'plugin.yaml')
      const text = readText(file)
      if (text === undefined) continue
      let plugin: Plugin
      try {
        plugin = readPlugin(text, folder)
      } catch (error) {
        warn(`failed to load plugin (ignoring) ${file}: ${(error as Error).message}`)
        continue
      }
      const other = found.get(plugin.name)
      if (other !== undefined) throw new Error(`two plugins claim the name ${JSON.stringify(plugin.name)} at ${JSON.stringify(other.folder)} and ${JSON.stringify(folder)}`)
      found.set(plugin.name, plugin)
    }
    return [...found.values()]
  })
}

/** plugin.yaml in today's form, or that of Helm 3, which has no apiVersion and knows commands and downloaders only. */
function readPlugin(text: string, folder: string): Plugin {
  const json = parseDocument(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is no map')
  const field = (key: string): string => (typeof json[key] === 'string' ? json[key] : '')
  const name = field('name')
  const version = field('version')
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new Error(`invalid plugin name ${JSON.stringify(name)}: must contain only a-z, A-Z, 0-9, _ and -`)
  if (version !== '' && !/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version)) throw new Error(`invalid plugin version ${JSON.stringify(version)}: must be valid semver`)
  if (json.apiVersion === undefined) {
    const commands = json.platformCommand === undefined ? [{ command: field('command') }] : commandsOf(json.platformCommand)
    return { name, folder, type: json.downloaders === undefined ? 'cli/v1' : 'getter/v1', runtime: 'subprocess', commands }
  }
  if (json.apiVersion !== 'v1') throw new Error(`invalid plugin apiVersion: ${JSON.stringify(json.apiVersion)}`)
  for (const key of ['version', 'type', 'runtime']) if (field(key) === '') throw new Error(`\`${key}\` missing`)
  const config = json.runtimeConfig
  const commands = typeof config === 'object' && config !== null && !Array.isArray(config) ? commandsOf(config.platformCommand) : []
  return { name, folder, type: field('type'), runtime: field('runtime'), commands }
}

function commandsOf(json: Json | undefined): PlatformCommand[] {
  return Array.isArray(json) ? (json.filter((entry) => typeof entry === 'object' && entry !== null) as PlatformCommand[]) : []
}

const systems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const machines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/**
 * The program and arguments of a plugin on this platform: an entry for system and machine, else the first for the system, else the first
 * for any. Variables are put in. Upstream: PrepareCommands in internal/plugin/subprocess_commands.go.
 * @throws Error when none applies
 */
export function pluginCommand({ commands }: Plugin, extra: readonly string[], env: NodeJS.ProcessEnv): [program: string, args: string[]] {
  const system = systems[process.platform] ?? process.platform
  const machine = machines[process.arch] ?? process.arch
  const fits = (wanted: string | undefined, is: string): boolean => (wanted ?? '').toLowerCase() === is
  const chosen = commands.find((c) => fits(c.os, system) && fits(c.arch, machine))
    ?? commands.find((c) => fits(c.os, system) && fits(c.arch, ''))
    ?? commands.find((c) => fits(c.os, '') && fits(c.arch, ''))
  const words = (chosen?.command ?? '').split(' ')
  if (words[0] === '') throw new Error('failed to prepare plugin command: no plugin command is applicable')
  const [program, ...args] = [...words, ...(chosen?.args ?? [])].map((word) => expand(word, env))
  return [program!, [...args, ...extra]]
}

/** Go's os.Expand. */
function expand(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$(?:\{([^}]*)\}|([*#$@!?-]|\d|[A-Za-z_]\w*))/g, (_, braced: string | undefined, bare: string | undefined) => env[braced ?? bare ?? ''] ?? '')
}

function foldersOf(base: string): string[] {
  try {
    return readdirSync(base).sort()
  } catch {
    return []
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
