import type { KubeObject } from '../../cluster/kube/index.ts'
import type { Printed } from '../../cluster/release/index.ts'

/**
 * Live objects as `helm status` groups them, in the server's own columns. Every object is laid out for itself, and a header stands only where the
 * columns change. Upstream: statusPrinter in pkg/cmd/status.go, HumanReadablePrinter of k8s.io/cli-runtime.
 */
export function resourceTable(groups: ReadonlyMap<string, readonly Printed[]>): string {
  const out: string[] = []
  let last = ''
  for (const [key, printed] of groups) {
    out.push(`==> ${key}\n`)
    for (const item of printed) {
      const { columns, rows } = cellsOf(item)
      if (rows.length === 0) continue
      const shown = columns.flatMap((c, i) => (c.priority === 0 ? [i] : []))
      const id = JSON.stringify(columns)
      const header = id === last ? [] : [shown.map((i) => columns[i]!.name.toUpperCase())]
      last = id
      out.push(layOut([...header, ...rows.map((row) => shown.filter((i) => i < row.length).map((i) => cellText(row[i])))]))
    }
    out.push('\n')
  }
  return out.join('')
}

function cellsOf(item: Printed): { columns: { name: string; priority: number }[]; rows: unknown[][] } {
  if ('columnDefinitions' in item) return { columns: item.columnDefinitions as { name: string; priority: number }[], rows: ((item.rows ?? []) as { cells: unknown[] }[]).map((row) => row.cells) }
  return { columns: [{ name: 'Name', priority: 0 }, { name: 'Age', priority: 0 }], rows: [[(item as KubeObject).metadata.name ?? '', age((item as KubeObject).metadata.creationTimestamp)]] }
}

/** Cells end at the first line break; control characters are not sent to a terminal. */
function cellText(cell: unknown): string {
  const text = cell === null || cell === undefined ? '' : String(cell)
  const end = text.search(/[\f\n\r]/)
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll('\u001b', '^[')
}

/** text/tabwriter as kubectl sets it: cells at least 6 wide, 3 spaces between, the last one as it is. */
function layOut(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.slice(0, -1).entries()) widths[i] = Math.max(widths[i] ?? 6, [...cell].length + 3)
  return rows.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - [...cell].length))).join('')}\n`).join('')
}

function age(created: string | undefined): string {
  if (created === undefined) return '<unknown>'
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(created)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
