import type { Check, CheckStatus } from '../../delivery/doctor/index.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

const order: readonly CheckStatus[] = ['stop', 'warn', 'unknown', 'ok']
const colours = { stop: 'red', warn: 'yellow', unknown: 'cyan', ok: 'green' } as const

/** Worst first; in each, the order of the checks. */
export const sorted = (checks: readonly Check[]): Check[] => order.flatMap((status) => checks.filter((c) => c.status === status))

/** A table, and below it what to do about each check that is not well. */
export function doctorText(checks: readonly Check[], out: Output): string {
  const all = sorted(checks)
  const rows = [['CHECK', 'STATUS', 'FOUND'], ...all.map((c) => [c.id, c.status, c.messages.join('\n') || '-'])]
  const shown = table(rows, (text, row, column) => (column === 1 && row > 0 ? out.style(colours[all[row - 1]!.status], text) : text)).replace(/[ \t]+$/gm, '')
  const advice = all.filter((c) => c.fix !== undefined).map((c) => `${c.id}: ${c.fix}`)
  return `${shown}${advice.length === 0 ? '' : `\nWhat to do:\n${advice.map((line) => `  ${line}`).join('\n')}\n`}\n${summary(checks)}\n`
}

/** For a pull request or a ticket. */
export function doctorMarkdown(title: string, checks: readonly Check[]): string {
  const cell = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replaceAll('\n', '<br>')
  const rows = sorted(checks).map((c) => `| ${c.status === 'ok' ? 'ok' : `**${c.status}**`} | \`${c.id}\` | ${c.messages.map(cell).join('<br>')} | ${(c.fix ?? '').replaceAll('|', '\\|').replaceAll('\n', '<br>')} |`)
  return `### ${cell(title)}\n\n${summary(checks)}\n\n| Status | Check | Found | What to do |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

function summary(checks: readonly Check[]): string {
  const count = (status: CheckStatus): number => checks.filter((c) => c.status === status).length
  const parts = order.filter((s) => count(s) > 0).map((s) => `${count(s)} ${s}`)
  return `${count('stop') > 0 ? 'Do not release' : 'Nothing stops a release'}: ${parts.join(', ')}.`
}
