import type { Command, CommandEntry } from './command.ts'
import { commands } from './commands.ts'
import type { FlagSpec } from './flags.ts'
import { commandTable, flagTable } from './help-tables.ts'
import { globalFlags } from './settings.ts'

/** `pintle COMMAND --help`. */
export function commandHelp(program: string, path: string, command: Command): string {
  const parts = [command.long.trim(), `Usage:\n  ${program} ${command.use}`]
  if (command.examples) parts.push(`Examples:\n${command.examples.trim().replace(/^/gm, '  ')}`)
  const help: FlagSpec = { name: 'help', short: 'h', type: 'bool', usage: `help for ${path.split(' ').at(-1)}` }
  parts.push(`Flags:\n${flagTable([...command.flags, help])}`)
  if (command.globals !== false) parts.push(`Global Flags:\n${flagTable(globalFlags)}`)
  return `${parts.join('\n\n')}\n`
}

/** `pintle` without a command. */
export function rootHelp(program: string): string {
  const groups = new Map<string, CommandEntry[]>()
  for (const entry of commands) {
    if (entry.hidden) continue
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
  }
  const lines = ['Pintle releases Helm charts to Kubernetes the careful way: pin, render, diff, upgrade, verify.', '', 'Usage:', `  ${program} COMMAND [flags]`]
  for (const [group, entries] of groups) {
    lines.push('', `${group}:`, commandTable(entries))
  }
  lines.push('', 'Global Flags:', flagTable(globalFlags), '', `Use "${program} COMMAND --help" for more about a command.`)
  return `${lines.join('\n')}\n`
}
