import type { Evaluation, GateOutcome } from '../../delivery/gates/index.ts'
import { table } from './table.ts'

/** Of a long answer the beginning says what it is. */
const longest = 400

/** Everything that led to a verdict, for people. */
export function gateReport(outcome: GateOutcome): string {
  const rows = outcome.evaluations.map((e) => [e.gate, wordOf(e), valueOf(e), e.samples === undefined ? '-' : `${rounded(e.samples)} of ${e.needed ?? 0}`, `${rounded(e.window / 1000)}s`])
  return `${table([['GATE', 'VERDICT', 'VALUE', 'SAMPLES', 'WINDOW'], ...rows])}\n${outcome.evaluations.map(detail).join('\n')}\n${outcome.verdict.toUpperCase()}: ${outcome.reason}\n`
}

const wordOf = ({ verdict, dryRun, simulated, estimated }: Evaluation): string => [verdict.toUpperCase(), ...(dryRun === true ? ['(dry run)'] : []), ...(estimated === true ? ['(estimated)'] : []), ...(simulated ? ['(simulated)'] : [])].join(' ')

function valueOf({ value, threshold, comparison, unit }: Evaluation): string {
  if (value === undefined) return '-'
  const text = `${rounded(value)}${unit === undefined || unit === 'ratio' ? '' : ` ${unit}`}`
  return threshold === undefined ? text : `${text} (${comparison === '>=' ? 'at least' : 'at most'} ${rounded(threshold)})`
}

function detail({ gate, arithmetic, reason, provider, endpoint, answers, at }: Evaluation): string {
  const lines = [`${gate}: ${arithmetic}`]
  if (reason !== undefined && reason !== arithmetic) lines.push(`  because: ${reason}`)
  lines.push(`  asked: ${provider}${endpoint === '' ? '' : ` at ${endpoint}`}, ${at}`)
  for (const { query, body, reading, at: about } of answers) lines.push(`  query: ${query}`, `  answer${about === at ? '' : ` about ${about}`}${reading === undefined ? '' : ` (${reading})`}: ${short(body)}`)
  return `${lines.join('\n')}\n`
}

function short(body: string): string {
  const line = body.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line === '' ? '(nothing)' : line.length > longest ? `${line.slice(0, longest)}…` : line
}

const rounded = (value: number): string => String(Number(value.toPrecision(6)))
