import { flagTable, groupHelp as groupTable } from '../help-tables.ts'
import type { FlagSpec } from '../flags.ts'
import { helmfileGlobalFlags } from './global-flags.ts'
import type { HelmfileVerb, HelmfileVerbEntry } from './verb.ts'
import { helmfileVerbs } from './verbs.ts'

/** `helmfile` alone. */
export function helmfileHelp(program: string): string {
  return [
    'Releases many charts at once, from state files as helmfile 1.8 reads them.', '', 'Usage:', `  ${program} COMMAND [flags]`, '', 'Commands:', table(helmfileVerbs), '', 'Flags:',
    flagTable(helmfileGlobalFlags), '', `Use "${program} COMMAND --help" for more about a command.`, '',
  ].join('\n')
}

/** `helmfile VERB --help`. */
export function verbHelp(program: string, name: string, verb: HelmfileVerb): string {
  const help: FlagSpec = { name: 'help', short: 'h', type: 'bool', usage: `help for ${name}` }
  return `${[verb.long.trim(), `Usage:\n  ${program} ${verb.use}`, `Flags:\n${flagTable([...verb.flags, help])}`, `Global Flags:\n${flagTable(helmfileGlobalFlags)}`].join('\n\n')}\n`
}

/** `helmfile cache` and the like. */
export function groupHelp(program: string, group: string, verbs: readonly HelmfileVerbEntry[]): string {
  return groupTable(program, group, verbs.map((verb) => ({ name: verb.name, short: verb.short })))
}

function table(verbs: readonly HelmfileVerbEntry[]): string {
  const width = Math.max(...verbs.map((verb) => verb.name.length))
  return verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.short}`).join('\n')
}
