import type { EnvironmentReport, FleetOutcome } from '../../../../delivery/helmfile/index.ts'
import type { Output } from '../../output.ts'
import { table } from '../../table.ts'

/** What is where after a run over several environments, and why something failed. */
export function fleetTable(outcome: FleetOutcome, out: Output): string {
  const rows = outcome.waves.flatMap(({ reports }) => reports.flatMap(rowsOf))
  const lines = [table([['ENVIRONMENT', 'CLUSTER', 'NAMESPACE', 'RELEASE', 'REVISION', 'CHART', 'STATUS', 'CHANGE'], ...rows], (text, row, column) => (row === 0 ? out.style('bold', text) : column === 6 ? out.style(text === 'deployed' ? 'green' : 'red', text) : text)).replace(/[ \t]+$/gm, '')]
  for (const [i, { state, reports, environments }] of outcome.waves.entries()) {
    if (state === 'not begun') lines.push(`wave ${i + 1} (${environments.join(', ')}) was not begun\n`)
    for (const report of reports) lines.push(...troubleOf(report).map((text) => `${report.environment}: ${text}\n`))
  }
  return lines.join('')
}

export const troubleOf = ({ releases, errors }: EnvironmentReport): string[] => [
  ...releases.filter(({ trouble }) => trouble !== '').map(({ name, trouble }) => `${name}: ${trouble}`), ...errors.map(brief),
]

/** Of an error of Helm what it printed: its command line is in the log above. */
function brief(text: string): string {
  const printed = /\n\nSTDERR:\n([\s\S]*?)(?:\n\nCOMBINED OUTPUT:|$)/.exec(text)?.[1]?.replace(/^ +/gm, '').trim()
  return printed === undefined ? text : `${text.split('\n')[0]!.replace(/: command ".*$/, '')}: ${printed}`
}

function rowsOf({ environment, clusters, releases, code }: EnvironmentReport): string[][] {
  if (releases.length === 0) return [[environment, clusters.join(' '), '', '', '', '', code === 0 ? 'no releases' : 'failed', '']]
  return releases.map(({ name, namespace, context, chart, version, revision, status, change, trouble }) => [
    environment, context || clusters.join(' '), namespace, name, revision === 0 ? '' : String(revision), version === '' ? chart : `${chart}-${version}`, trouble === '' || status !== 'deployed' ? status : 'unhealthy', change,
  ])
}

/** The same for machines. */
export function fleetJson({ waves, code }: FleetOutcome): string {
  return JSON.stringify({ code, waves: waves.map(({ environments, state, reports }) => ({ environments, state, reports: reports.map((report) => ({ ...report, trouble: troubleOf(report) })) })) }, undefined, 2)
}
