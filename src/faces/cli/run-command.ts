import type { Command, CommandContext } from './command.ts'
import { parseFlags, usage, type Flags } from './flags.ts'
import { globalFlags, readSettings } from './settings.ts'

/** A command line whose command is known. */
export interface CommandLine {
  readonly command: Command
  /** The command's name, of one or two words. */
  readonly path: string
  /** What stands after it. */
  readonly words: readonly string[]
  /** All of it. */
  readonly argv: readonly string[]
  /** The name it was called by. */
  readonly program: string
}

export interface RunOptions extends Pick<CommandContext, 'helm' | 'memory' | 'out' | 'shared' | 'signal'> {
  /** Variables over the process's: the options of a wrapper. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Told of --debug as soon as it is known. */
  readonly onDebug?: () => void
}

/** Reads the flags of a command line and runs it. @returns the exit code. @throws what the command throws, and `usage` */
export async function runCommand({ command, path, words, argv, program }: CommandLine, { out, onDebug, env, ...run }: RunOptions): Promise<number> {
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
  const settings = readSettings(parsed.flags, env === undefined ? process.env : { ...process.env, ...env })
  if (settings.debug) onDebug?.()
  const { printsValues = false } = command
  if (!(typeof printsValues === 'function' ? printsValues(parsed.flags) : printsValues)) out.hideInResults()
  const coloured = settings.colour === 'auto' ? out : out.with({ colour: settings.colour })
  return (await command.run({ flags: parsed.flags, args: parsed.args, settings, out: coloured, argv, ...run })) ?? 0
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

function checkExclusive(command: Command, flags: Flags): void {
  for (const group of command.exclusive ?? []) {
    const set = group.filter((name) => flags.given(name))
    if (set.length > 1) {
      throw usage(
        `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${[...set].sort().join(' ')}] were all set`,
      )
    }
  }
}
