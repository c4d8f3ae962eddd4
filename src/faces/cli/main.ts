import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { nearest, usage } from './flags.ts'
import type { Interrupts } from './interrupts.ts'
import { Output } from './output.ts'
import { resolveCommand } from './resolve-command.ts'
import { runCommand } from './run-command.ts'

/** Runs one command line (without node and script) under the name it was called by, and returns the exit code. */
export async function main(given: readonly string[], program = 'pintle'): Promise<number> {
  if (program === 'helmfile') return await (await import('./helmfile/dispatch.ts')).runHelmfile(given, program, { helm })
  const plain = program === 'helm'
  const out = new Output({ plain })
  let interrupts: Interrupts | undefined
  let debug = given.includes('--debug')
  try {
    const wrapped = given.includes('secrets') || process.env.HELM_SECRETS_WRAPPER_ENABLED !== undefined ? (await import('./secrets-wrapper.ts')).unwrapSecrets(given, commands, program) : undefined
    if (wrapped?.text !== undefined) {
      out.write(wrapped.text)
      return wrapped.code ?? 0
    }
    const argv = wrapped?.argv ?? given
    const found = resolveCommand(commands, argv)
    if (found === undefined) return await noCommand(argv, program, out)
    const { path, words, entry } = found
    const command: Command = await entry.load()
    if (command.interrupts !== undefined) interrupts = new (await import('./interrupts.ts')).Interrupts(out, command.interrupts)
    const signal = interrupts?.signal ?? new AbortController().signal
    return await runCommand({ command, path, words, argv, program }, { out, signal, helm, env: wrapped?.env, onDebug: () => { debug = true } })
  } catch (error) {
    const { printError } = await import('./print-error.ts')
    const code = await printError(interrupts?.explain(error) ?? error, out, { debug, plain })
    return interrupts?.exitCode ?? code
  } finally {
    interrupts?.end()
  }
}

const helm = async () => new (await import('./in-process-helm.ts')).InProcessHelm(commands)

async function noCommand(argv: readonly string[], program: string, out: Output): Promise<number> {
  const { rootHelp } = await import('./help.ts')
  const { groupHelp } = await import('./help-tables.ts')
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
  const group = commands.filter((c) => c.hidden !== true && [c.name, ...(c.aliases ?? [])].some((name) => name.startsWith(`${word} `)))
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
