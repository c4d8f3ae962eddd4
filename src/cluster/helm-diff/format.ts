import type { ChangeType, Report, ReportEntry } from './report-types.ts'
import type { LineRecord } from './line-diff.ts'

/** The colours of helm-diff. Upstream: ansi.Color of mgutz/ansi. */
export type Colour = 'red' | 'green' | 'yellow' | 'magenta' | 'lightBlue'
const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, magenta: 35, lightBlue: 94 }

export interface FormatOptions {
  readonly colour?: boolean
  readonly suppressedKinds?: readonly string[]
}

type Paint = (colour: Colour, text: string) => string

const painter = (colour: boolean | undefined): Paint => (style, text) => (colour === true ? `\u001b[0;${codes[style]}m${text}\u001b[0m` : text)

const colours: Readonly<Record<ChangeType, Colour>> = { ADD: 'green', REMOVE: 'red', MODIFY: 'yellow', OWNERSHIP: 'magenta', MODIFY_SUPPRESSED: 'lightBlue' }
const hidden = 'has changed, but diff is empty after suppression.'
const said: Readonly<Record<ChangeType, string>> = { ADD: 'has been added:', REMOVE: 'has been removed:', MODIFY: 'has changed:', OWNERSHIP: 'changed ownership:', MODIFY_SUPPRESSED: hidden }
const planned: Readonly<Record<ChangeType, string>> = { ADD: 'to be added.', REMOVE: 'to be removed.', MODIFY: 'to be changed.', OWNERSHIP: 'to change ownership.', MODIFY_SUPPRESSED: hidden }

/** `--output diff`: a heading for each object, then its lines. Upstream: printDiffReport in diff/report.go. */
export function formatDiff({ entries }: Report, options: FormatOptions = {}): string {
  const paint = painter(options.colour)
  const out: string[] = []
  for (const entry of entries) {
    out.push(paint(colours[entry.change], `${entry.key} ${said[entry.change]}`), '\n')
    lines(entry, options.suppressedKinds ?? [], paint, out)
  }
  return out.join('')
}

/** `--output simple`: a line for each object, and how many there are. */
export function formatSimple({ entries }: Report, options: FormatOptions = {}): string {
  const paint = painter(options.colour)
  const count = (change: ChangeType): number => entries.filter((entry) => entry.change === change).length
  const each = entries.map((entry) => `${paint(colours[entry.change], `${entry.key} ${planned[entry.change]}`)}\n`).join('')
  return `${each}Plan: ${count('ADD')} to add, ${count('MODIFY')} to change, ${count('REMOVE')} to destroy, ${count('OWNERSHIP')} to change ownership.\n`
}

function lines(entry: ReportEntry, suppressedKinds: readonly string[], paint: Paint, out: string[]): void {
  if (suppressedKinds.includes(entry.kind)) {
    // The line break is inside the colours, as in printDiffRecords.
    out.push(paint('yellow', `+ Changes suppressed on sensitive content of type ${entry.kind}\n`))
    return
  }
  if (entry.context < 0) {
    for (const line of entry.lines) out.push(shown(line, paint))
    return
  }
  const distances = distancesOf(entry.lines)
  let omitting = false
  entry.lines.forEach((line, i) => {
    if (distances[i]! <= entry.context) {
      omitting = false
      out.push(shown(line, paint))
    } else if (!omitting) {
      omitting = true
      out.push('...\n')
    }
  })
}

function shown({ delta, text }: LineRecord, paint: Paint): string {
  if (delta === '+') return `${paint('green', `+ ${text}`)}\n`
  if (delta === '-') return `${paint('red', `- ${text}`)}\n`
  return text === '' ? '\n' : `  ${text}\n`
}

/** How far each line is from the nearest change. */
function distancesOf(records: readonly LineRecord[]): number[] {
  const out = records.map(() => Number.MAX_SAFE_INTEGER)
  const sweep = (indexes: Iterable<number>): void => {
    let distance = Number.MAX_SAFE_INTEGER
    for (const i of indexes) {
      distance = records[i]!.delta === ' ' ? distance + 1 : 0
      out[i] = Math.min(out[i]!, distance)
    }
  }
  sweep(records.keys())
  sweep([...records.keys()].reverse())
  return out
}
