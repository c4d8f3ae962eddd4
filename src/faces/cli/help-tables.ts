import type { CommandEntry } from './command.ts'
import type { FlagSpec } from './flags.ts'

/** `pintle get` and the like. */
export function groupHelp(program: string, group: string, entries: readonly Pick<CommandEntry, 'name' | 'short'>[]): string {
  return `Usage:\n  ${program} ${group} COMMAND [flags]\n\nCommands:\n${commandTable(entries)}\n`
}

/** Commands as --help lists them. */
export function commandTable(entries: readonly Pick<CommandEntry, 'name' | 'short'>[]): string {
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
