import type { Command, CommandEntry } from './command.ts'
import { commands } from './commands.ts'
import type { FlagSpec } from './flags.ts'
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

/** `pintle get` and the like. */
export function groupHelp(program: string, group: string, entries: readonly Pick<CommandEntry, 'name' | 'short'>[]): string {
  return `Usage:\n  ${program} ${group} COMMAND [flags]\n\nCommands:\n${commandTable(entries)}\n`
}

function commandTable(entries: readonly Pick<CommandEntry, 'name' | 'short'>[]): string {
  const width = Math.max(...entries.map((e) => e.name.length))
  return entries.map((e) => `  ${e.name.padEnd(width)}  ${e.short}`).join('\n')
}

/** Flags as --help lists them. */
export function flagTable(flags: readonly FlagSpec[]): string {
  const rows = flags
    .filter((f) => !f.hidden && f.deprecated === undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((f) => {
      const type = f.type === 'bool' ? '' : ` ${f.placeholder ?? f.type}`
      const optional = f.noValue === undefined ? '' : `[=${f.noValue}]`
      const shown = f.default === undefined || f.default === '' || f.default === false ? '' : ` (default ${f.default})`
      return [`${f.short ? `  -${f.short}, ` : '      '}--${f.name}${type}${optional}`, `${f.usage}${shown}`] as const
    })
  const width = Math.max(...rows.map((r) => r[0].length))
  return rows.map(([left, right]) => `${left.padEnd(width)}   ${right}`).join('\n')
}
