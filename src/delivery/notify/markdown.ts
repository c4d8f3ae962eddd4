import { sha256 } from '../attestation/index.ts'
import { bounded, boundedLines, headline, rows, stepLines, type Notice } from './notice.ts'

/** What a comment begins with, one a service and environment. */
export const commentMarker = ({ service, environment, namespace }: Notice): string => `<!-- pintle:${sha256(JSON.stringify([service, environment, namespace])).slice(7, 39)} -->`

/** A comment: everything that came from charts, values or the cluster stands in code, where nothing is markup and nobody is mentioned. */
export function commentBody(notice: Notice): string {
  const lines = [commentMarker(notice), `### ${symbols[notice.phase]} ${code(headline(notice), 200)}`, '', '| | |', '|---|---|']
  for (const [name, value] of rows(notice)) lines.push(`| ${name} | ${name === 'run' && isPlainUrl(value) ? `<${value}>` : code(value, 400)} |`)
  if (notice.reason) lines.push('', block(boundedLines(notice.reason, 8000)))
  const steps = stepLines(notice, 50)
  if (steps.length > 0) lines.push('', '<details><summary>Steps</summary>', '', block(boundedLines(steps.join('\n'), 16_000)), '', '</details>')
  if (notice.rollback.length > 0 && notice.phase !== 'deployed') lines.push('', 'Way back:', '', ...notice.rollback.slice(0, 10).map((step, i) => `${i + 1}. ${code(step, 500)}`))
  return `${lines.join('\n')}\n`
}

const symbols = { waiting: '✋', started: '⏳', progressing: '⏳', paused: '✋', deployed: '✅', failed: '❌', 'rolled-back': '↩️' } as const

const isPlainUrl = (text: string): boolean => /^https:\/\/[\w.~:/?#@!$&'()*+,;=%-]+$/.test(text)

/** Text as a code span: between more backticks than it has in a row; a bar would end the cell of a table. */
export function code(text: string, most: number): string {
  const line = bounded(text, most).replaceAll('|', '\\|')
  if (line === '') return ''
  const fence = '`'.repeat(longestRun(line) + 1)
  const pad = /^`|`$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

function block(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}\n${text}\n${fence}`
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length))
