import { isPintleError } from '../../errors/index.ts'
import { loadKubeconfig } from '../../cluster/kube/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { listReleases, releaseHistory } from '../../cluster/release/index.ts'
import { actionOptions } from './change-options.ts'
import type { ArgumentKind, Command, CommandContext, CommandEntry } from './command.ts'
import { parseFlags, type Flags, type FlagSpec } from './flags.ts'
import { appVersion, chartName } from './commands/list.ts'
import type { Completions } from './completions.ts'
import { isHelmCommand } from './helm-commands.ts'
import { nextWord, resolveCommand } from './resolve-command.ts'
import { withSession } from './session.ts'
import { globalFlags, readSettings } from './settings.ts'

/** cobra's directives: bits that tell a shell what to do with the words. */
const files = 0
const failed = 1
const noSpace = 2
const noFiles = 4

export function directiveNames(directive: number): string {
  const names = [[failed, 'Error'], [noSpace, 'NoSpace'], [noFiles, 'NoFileComp']] as const
  const set = names.flatMap(([bit, name]) => (directive & bit ? [`ShellCompDirective${name}`] : []))
  return set.length === 0 ? 'ShellCompDirectiveDefault' : set.join(', ')
}

type Tools = Pick<CommandContext, 'out' | 'signal'>

const nothing: Completions = { words: [], directive: noFiles }
const noMore: Completions = { words: ['_activeHelp_ This command does not take any more arguments (but may accept flags).'], directive: noFiles }

/** Upstream: getCompletions in cobra's completions.go, with Helm's functions for names. */
export async function completionsOf(commands: readonly CommandEntry[], line: readonly string[], tools: Tools): Promise<Completions> {
  const given = line.slice(0, -1)
  const typed = line.at(-1)!
  const found = resolveCommand(commands, given)
  if (found === undefined) {
    const { flag } = valueAsked(given, typed, globalFlags)
    return flag === undefined ? namesAfter(commands, given, typed, tools.out.plain) : valuesOf(flag, parseFlags([], globalFlags).flags, [], tools)
  }
  const command = await found.entry.load()
  const help: FlagSpec = { name: 'help', short: 'h', type: 'bool', usage: `help for ${found.path.split(' ').at(-1)}` }
  const own = [...command.flags, help].sort(byName)
  const all = [...[...globalFlags].sort(byName), ...own]
  const ended = found.words.includes('--')
  const asked = ended ? {} : valueAsked(found.words, typed, all)
  if (asked.unknown !== undefined) return { words: [], directive: files, error: `Subcommand '${found.path.split(' ').at(-1)}' does not support flag '${asked.unknown}'` }
  const words = asked.separate ? found.words.slice(0, -1) : found.words
  let flags: Flags
  let args: string[]
  try {
    const parsed = parseFlags(words, all)
    if (parsed.help || parsed.flags.changed('help')) return nothing
    ;({ flags, args } = parsed)
  } catch (error) {
    return { words: [], directive: files, error: `Error while parsing flags from args [${words.join(' ')}]: ${(error as Error).message}` }
  }
  if (asked.flag !== undefined) return valuesOf(asked.flag, flags, args, tools)
  if (!ended && typed.startsWith('-') && !typed.includes('=')) return { words: flagNames(all, command, flags, typed), directive: noFiles }
  return argumentsOf(command, flags, args, typed, tools)
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)

/** Commands, or those of a group; flags before a command are its own later. */
function namesAfter(commands: readonly CommandEntry[], given: readonly string[], typed: string, plain: boolean): Completions {
  const words: string[] = []
  for (let i = nextWord(given, 0); i < given.length; i = nextWord(given, i + 1)) words.push(given[i]!)
  if (typed.startsWith('-')) return words.length > 0 ? { words: [], directive: files } : { words: flagNames([...globalFlags].sort(byName), undefined, undefined, typed), directive: noFiles }
  // A group may be called by another name: `dep` for `dependency`.
  const group = words[0] === undefined ? undefined : commands.find((c) => c.aliases?.some((alias) => alias.startsWith(`${words[0]} `)))?.name.split(' ')[0] ?? words[0]
  if (words.length > 1 || (group !== undefined && !commands.some((c) => c.name.startsWith(`${group} `)))) {
    return { words: [], directive: files, error: `unable to find a command for arguments: [${given.join(' ')}]` }
  }
  const shown = commands.filter((c) => !c.hidden && !(plain && isOwn(c)))
  const entries = group === undefined
    ? [...shown.filter((c) => !c.name.includes(' ')).map((c) => [c.name, c.short] as const), ...groups(shown), ['help', 'help about any command'] as const]
    : shown.filter((c) => c.name.startsWith(`${group} `)).map((c) => [c.name.slice(group.length + 1), c.short] as const)
  return { words: entries.filter(([name]) => name.startsWith(typed)).map(([name, short]) => `${name}\t${short}`).sort(), directive: noFiles }
}

const groups = (entries: readonly CommandEntry[]) => [...new Set(entries.flatMap((c) => (c.name.includes(' ') ? [c.name.split(' ')[0]!] : [])))].map((name) => [name, groupShort[name] ?? ''] as const)
const groupShort: Readonly<Record<string, string>> = { get: 'print what is stored of a release', completion: 'print completion scripts', evidence: 'what is kept of each release', rollout: 'see and steer canary and blue-green releases', diff: 'show what would change, as helm-diff does', repo: 'chart repositories', search: 'search for charts', dependency: "manage a chart's dependencies" }

/** Verbs that Helm does not have, which are not offered under its name. */
const isOwn = ({ name }: CommandEntry): boolean => !isHelmCommand(name.split(' ')[0]!)

/** The flag whose value is being typed: `--name=val`, or the word before is `--name` or `-n`. */
function valueAsked(words: readonly string[], typed: string, specs: readonly FlagSpec[]): { flag?: FlagSpec; separate?: boolean; unknown?: string } {
  const find = (name: string): FlagSpec | undefined => specs.find((s) => (name.length === 1 ? s.short === name : s.name === name))
  if (typed.startsWith('-')) {
    const eq = typed.indexOf('=')
    if (eq < 0) return {}
    const name = typed.startsWith('--') ? typed.slice(2, eq) : typed[eq - 1]!
    const flag = find(name)
    return flag === undefined ? { unknown: name } : { flag }
  }
  const before = words.at(-1) ?? ''
  if (!/^(--[^-=]|-[^-=])/.test(before) || before.includes('=')) return {}
  const name = before.startsWith('--') ? before.slice(2) : before.at(-1)!
  const flag = find(name)
  if (flag === undefined) return { unknown: name }
  return flag.type === 'bool' || flag.noValue !== undefined ? {} : { flag, separate: true }
}

const repeatable = new Set<FlagSpec['type']>(['stringArray', 'strings', 'stringToString'])

function flagNames(specs: readonly FlagSpec[], command: Command | undefined, flags: Flags | undefined, typed: string): string[] {
  const excluded = new Set((command?.exclusive ?? []).filter((group) => group.some((name) => flags?.given(name))).flat())
  return specs.flatMap((spec) => {
    if (spec.hidden || spec.deprecated !== undefined) return []
    if (flags?.changed(spec.name) ? !repeatable.has(spec.type) : excluded.has(spec.name)) return []
    return [`--${spec.name}`, ...(spec.short ? [`-${spec.short}`] : [])].filter((name) => name.startsWith(typed)).map((name) => `${name}\t${spec.usage}`)
  })
}

async function valuesOf(flag: FlagSpec, flags: Flags, args: readonly string[], tools: Tools): Promise<Completions> {
  const { completes = flag.choices } = flag
  if (completes === undefined) return { words: [], directive: files }
  if (typeof completes !== 'string') return { words: completes, directive: noFiles }
  if (completes === 'revision') return args.length === 1 ? revisions(args[0]!, flags, tools) : nothing
  return completes === 'context' ? { words: kubeContexts(flags), directive: noFiles } : namespaces(flags, tools)
}

async function argumentsOf({ completes, args: limits, use }: Command, flags: Flags, args: readonly string[], typed: string, tools: Tools): Promise<Completions> {
  if (completes === undefined) return limits?.[1] === 0 ? noMore : { words: [], directive: files }
  const named = flags.has('generate-name') && flags.bool('generate-name') ? completes.filter((kind) => kind !== 'name') : completes
  const kind: ArgumentKind | undefined = named[args.length] ?? (named.at(-1)?.endsWith('...') ? named.at(-1) : undefined)
  // What is fetched is not here.
  const local = !use.startsWith('pull ')
  switch (kind) {
    case undefined: return noMore
    case 'release': case 'releases...': return releases(args, flags, tools)
    case 'revision': return revisions(args[0]!, flags, tools)
    case 'chart': return (await import('./complete-charts.ts')).chartReferences(readSettings(flags), typed, local)
    case 'repository...': return (await import('./complete-charts.ts')).repositoryNames(readSettings(flags), args)
    case 'file': return { words: [], directive: files }
    case 'remote': return { words: ['oci://'], directive: noSpace | noFiles }
    case 'variable': {
      const { environment } = await import('./commands/env.ts')
      return { words: Object.keys(await environment(readSettings(flags))), directive: noFiles }
    }
    default: return nothing
  }
}

/** Asks the cluster, and gives up when the cluster is too slow for a prompt. Whatever is wrong is no matter here. */
async function ask(flags: Flags, { out }: Tools, work: (options: ReturnType<typeof actionOptions>) => Promise<string[]>): Promise<string[] | undefined> {
  const context = { flags, settings: readSettings(flags), out, signal: AbortSignal.timeout(10_000), args: [], argv: [] }
  try {
    return await withSession(context, (session) => work(actionOptions(context, session)))
  } catch (error) {
    if (isPintleError(error) || (error as Error).name === 'TimeoutError') return undefined
    throw error
  }
}

async function releases(already: readonly string[], flags: Flags, tools: Tools): Promise<Completions> {
  const words = await ask(flags, tools, async (options) =>
    (await listReleases(options)).flatMap(({ record }) => (already.includes(record.name) ? [] : [`${record.name}\t${chartName(record)} -> ${record.info.status}`])))
  return words === undefined ? { words: [], directive: files } : { words, directive: noFiles }
}

async function revisions(name: string, flags: Flags, tools: Tools): Promise<Completions> {
  const words = await ask(flags, tools, async (options) =>
    (await releaseHistory({ ...options, name })).map(({ record }) => `${record.version}\tApp: ${appVersion(record)}, Chart: ${chartName(record)}`))
  return words === undefined ? { words: [], directive: failed } : { words, directive: noFiles }
}

async function namespaces(flags: Flags, tools: Tools): Promise<Completions> {
  const words = await ask(flags, tools, async ({ cluster, signal }) => (await cluster.list('v1', 'Namespace', { signal })).items.map((item) => item.metadata.name ?? ''))
  return words === undefined ? { words: [], directive: files } : { words, directive: noFiles }
}

/** Contexts with their clusters. Helm's order is random. */
function kubeContexts(flags: Flags): string[] {
  try {
    const { contexts } = loadKubeconfig({ path: readSettings(flags).kubeconfig || undefined, parseYaml: parseDocument })
    return [...contexts].map(([name, { cluster }]) => `${name}\t${cluster ?? ''}`).sort()
  } catch {
    return []
  }
}
