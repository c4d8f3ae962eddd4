import { Duration } from '../../../language/go/index.ts'
import type { Log } from '../charts/helm-runner.ts'
import type { ReleaseSpec } from '../spec.ts'

/** A release that something was done to. */
export interface Affected {
  readonly release: ReleaseSpec
  /** The version of the chart that is installed, where it was looked up. */
  version?: string
  /** Milliseconds. */
  duration?: number
}

/** What a run did to which releases. Source: AffectedReleases in pkg/state/state.go. */
export class AffectedReleases {
  readonly upgraded: Affected[] = []
  readonly reinstalled: Affected[] = []
  readonly deleted: Affected[] = []
  readonly failed: Affected[] = []
  deleteFailed: Affected[] = []

  /** helmfile takes those that failed before for failed deletions, too, and forgets earlier ones. */
  failedToDelete(one: Affected): void {
    this.deleteFailed = [...this.failed, one]
  }

  /** Logs a table of each kind. @param colour titles are bold and blue */
  show(log: Log, colour: boolean): void {
    const full = (list: readonly Affected[], chart: (c: string) => string): string[][] => list.map(({ release, version = '', duration = 0 }) => [release.name, release.namespace, chart(release.chart), version, rounded(duration)])
    const brief = (list: readonly Affected[]): string[][] => list.map(({ release, duration = 0 }) => [release.name, release.namespace, rounded(duration)])
    const all = ['NAME', 'NAMESPACE', 'CHART', 'VERSION', 'DURATION']
    const few = ['NAME', 'NAMESPACE', 'DURATION']
    const sections: [string, string[], string[][]][] = [
      ['Updated Releases', all, full(this.upgraded, withoutCredentials)], ['Reinstalled Releases', all, full(this.reinstalled, withoutCredentials)], ['Deleted Releases', few, brief(this.deleted)],
      ['Failed Releases', all, full(this.failed, withoutCredentials)], ['Failed to Delete Releases', few, brief(this.deleteFailed)],
    ]
    for (const [title, columns, rows] of sections) {
      if (rows.length === 0) continue
      const table = tableText(columns, rows)
      log('info', `\n${divider(title, Math.max(...table.split('\n').map((line) => width(line.replace(/ +$/, '')))), colour)}`)
      log('info', table)
    }
  }
}

const rounded = (milliseconds: number): string => new Duration(BigInt(Math.round(milliseconds * 1e6))).round(1_000_000_000n).text()

const withoutCredentials = (chart: string): string => chart.replace(/^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/)[^/@]*@/, '$1---:---@')

/** Source: go-prettytable; the last column alone is aligned to the right. */
function tableText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((name, i) => Math.max(width(name), name === 'CHART' ? 6 : 0, ...rows.map((row) => width(row[i]!))))
  const line = (cells: readonly string[]): string => `${cells.map((cell, i) => {
    const space = ' '.repeat(widths[i]! - width(cell))
    return i === cells.length - 1 ? `${space}${cell}` : `${cell}${space}`
  }).join('   ')}\n`
  return [columns, ...rows].map(line).join('')
}

/** Columns on a terminal, for names as Kubernetes allows them. */
const width = (text: string): number => [...text].length

/** Source: HeaderDividerCentered in pkg/kubedog/printer.go. */
function divider(title: string, wanted: number, colour: boolean): string {
  const content = ` ${title} `
  const left = Math.floor((wanted - content.length) / 2)
  const text = wanted <= content.length ? `==========${content}==========` : `${'='.repeat(left)}${content}${'='.repeat(wanted - content.length - left)}`
  return colour ? `\u001B[1m\u001B[34m${text}\u001B[0m` : text
}
