import type { Command, CommandContext } from './command.ts'
import { commands } from './commands.ts'
import { nearest, parseFlags, usage } from './flags.ts'
import type { Interrupts } from './interrupts.ts'
import { Output } from './output.ts'
import { resolveCommand } from './resolve-command.ts'
import { globalFlags, readSettings } from './settings.ts'

/** Runs one command line (without node and script) under the name it was called by, and returns the exit code. */
export async function main(argv: readonly string[], program = 'pintle'): Promise<number> {
  const plain = program === 'helm'
  const out = new Output({ plain })
  let interrupts: Interrupts | undefined
  let debug = argv.includes('--debug')
  try {
    const found = resolveCommand(commands, argv)
    if (found === undefined) return await noCommand(argv, program, out)
    const { path, words, entry } = found
    const command: Command = await entry.load()
    if (command.interrupts !== undefined) interrupts = new (await import('./interrupts.ts')).Interrupts(out, command.interrupts)
    const specs = command.globals === false ? command.flags : [...command.flags, ...globalFlags]
    const parsed = command.raw ? { ...parseFlags([], specs), args: words } : parseFlags(words, specs, { ignoreUnknown: command.ignoreUnknownFlags?.() === true })
    if (parsed.help) {
      const { commandHelp } = await import('./help.ts')
      out.write(commandHelp(program, path, command))
      return 0
    }
    for (const warning of parsed.warnings) out.note(warning)
    checkArguments(command, path, parsed.args, program)
    checkExclusive(command, parsed.flags)
    const settings = readSettings(parsed.flags)
    debug ||= settings.debug
    const context: CommandContext = {
      flags: parsed.flags,
      args: parsed.args,
      settings,
      out: settings.colour === 'auto' ? out : new Output({ colour: settings.colour, plain }),
      signal: interrupts?.signal ?? new AbortController().signal,
      argv,
    }
    return (await command.run(context)) ?? 0
  } catch (error) {
    const { printError } = await import('./print-error.ts')
    const code = await printError(interrupts?.explain(error) ?? error, out, { debug, plain })
    return interrupts?.exitCode ?? code
  } finally {
    interrupts?.end()
  }
}

async function noCommand(argv: readonly string[], program: string, out: Output): Promise<number> {
  const { rootHelp, groupHelp } = await import('./help.ts')
  const word = argv.find((w) => !w.startsWith('-'))
  if (word === undefined || word === 'help') {
    const rest = word === 'help' ? argv.slice(argv.indexOf('help') + 1) : []
    const found = rest.length > 0 ? resolveCommand(commands, rest) : undefined
    if (found) {
      const { commandHelp } = await import('./help.ts')
      out.write(commandHelp(program, found.path, await found.entry.load()))
    } else out.write(rootHelp(program))
    return 0
  }
  const group = commands.filter((c) => [c.name, ...(c.aliases ?? [])].some((name) => name.startsWith(`${word} `)))
  if (group.length > 0) {
    const second = argv[argv.indexOf(word) + 1]
    if (second === undefined || second.startsWith('-')) {
      out.write(groupHelp(program, word, group))
      return 0
    }
    if (program === 'helm') {
      // cobra shows the help of a group whatever follows it, and that is no failure.
      out.write(groupHelp(program, word, group))
      return 0
    }
    throw usage(`unknown command ${JSON.stringify(second)} for "${program} ${word}"`, `Run '${program} ${word} --help' for usage.`)
  }
  if (program === 'helm') {
    const { unknownHelmCommand } = await import('./helm-commands.ts')
    throw unknownHelmCommand(word)
  }
  const near = nearest(word, commands.map((c) => c.name.split(' ')[0]!))
  throw usage(
    `unknown command ${JSON.stringify(word)} for ${JSON.stringify(program)}`,
    near === undefined ? `Run '${program} --help' for usage.` : `did you mean '${program} ${near}'? Run '${program} --help' for usage.`,
  )
}

function checkArguments(command: Command, path: string, args: readonly string[], program: string): void {
  if (!command.args) return
  const [min, max] = command.args
  if (args.length >= min && args.length <= max) return
  const plural = (n: number) => `${n} argument${n === 1 ? '' : 's'}`
  const need =
    min === max ? (min === 0 ? 'accepts no arguments' : `requires ${plural(min)}`)
    : args.length < min ? `requires at least ${plural(min)}` : `accepts at most ${plural(max)}`
  throw usage(`"${program} ${path}" ${need}\n\nUsage:  ${program} ${command.use}`)
}

function checkExclusive(command: Command, flags: CommandContext['flags']): void {
  for (const group of command.exclusive ?? []) {
    const set = group.filter((name) => flags.given(name))
    if (set.length > 1) {
      throw usage(
        `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${[...set].sort().join(' ')}] were all set`,
      )
    }
  }
}

