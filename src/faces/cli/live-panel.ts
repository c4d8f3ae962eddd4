import type { ReleaseEvent, WaitingObject } from '../../cluster/release/index.ts'
import type { Output } from './output.ts'
import { Redrawn } from './redrawn.ts'

export type Waiting = Extract<ReleaseEvent, { type: 'progress' }>

const shownRows = 12

/** What is waited for, on a terminal: a table that is redrawn in its place when something changes, and each second for the clock. */
export class LivePanel {
  readonly #drawn: Redrawn
  #event: Waiting | undefined
  #began = 0

  constructor(out: Output) {
    this.#drawn = new Redrawn(out, (columns) => (this.#event === undefined ? undefined : panelLines(this.#event, { columns, now: Date.now(), began: this.#began })))
  }

  waiting(event: Waiting): void {
    if (this.#event === undefined) this.#began = Date.now()
    this.#event = event
    this.#drawn.draw()
  }

  /** Takes the table away, until the next event. */
  clear(): void {
    this.#event = undefined
    this.#drawn.clear()
  }
}

/** The table as text: RESOURCE, STATE and INFO of what is not ready. No line is longer than the terminal, or redrawing would go wrong. */
export function panelLines({ done, total, waiting }: Waiting, { columns, now, began }: { columns: number; now: number; began: number }): string[] {
  const open = total - done
  const rows = waiting.flatMap((w) => rowsOf(w, now))
  const shown = rows.slice(0, shownRows)
  const widths = [0, 1].map((i) => Math.max(['RESOURCE', 'STATE'][i]!.length, ...shown.map((r) => r[i]!.length)))
  const line = (row: readonly string[]): string => fit(`${row[0]!.padEnd(widths[0]!)}  ${row[1]!.padEnd(widths[1]!)}  ${row[2]}`, columns)
  return [
    fit(`waiting on ${open} object${open === 1 ? '' : 's'} [${done}/${total} done] ${seconds(now - began)}`, columns),
    line(['RESOURCE', 'STATE', 'INFO']), ...shown.map(line),
    ...(rows.length > shown.length ? [fit(`and ${rows.length - shown.length} more`, columns)] : []),
  ]
}

function rowsOf({ ref, status, message, pods = [] }: WaitingObject, now: number): [string, string, string][] {
  return [
    [`${ref.kind}/${ref.name}`, status, message],
    ...pods.slice(0, 3).map((p): [string, string, string] => {
      const left = p.fatalAt === undefined ? '' : `fails in ${seconds(Math.max(0, Date.parse(p.fatalAt) - now))}: `
      return [`  ${p.pod}${p.container ? ` (${p.container})` : ''}`, p.reason, `${left}${p.message ?? ''}`]
    }),
  ]
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)}s`
const fit = (text: string, columns: number): string => text.replace(/\s+/g, (space) => (space.includes('\n') ? ' ' : space)).trimEnd().slice(0, columns - 1)
