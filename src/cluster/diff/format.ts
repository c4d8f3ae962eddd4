import { marshalPlain } from '../../language/yaml/index.ts'
import type { KubeObject } from '../kube/index.ts'
import type { ChangeSet, ObjectChange } from './diff-objects.ts'
import { diffLines, type DiffLine } from './lines.ts'

/** Paints a piece of text; the identity where there are no colours. */
export type Paint = (style: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string) => string
const plain: Paint = (_, text) => text

/** `Plan: 1 to add, 2 to change, 0 to remove, 5 unchanged.` */
export function summary(changes: ChangeSet): string {
  return `Plan: ${changes.added} to add, ${changes.changed} to change, ${changes.removed} to remove, ${changes.unchanged} unchanged.`
}

const usual: Verbs = { add: 'will be added', change: 'will change', remove: 'WILL BE REMOVED', keep: 'leaves the release but stays (resource-policy: keep)', none: 'unchanged' }

/** What is said of an object besides its lines. */
export type Notes = (object: ObjectChange) => readonly string[]
/** What becomes of an object, in words. */
export type Verbs = Readonly<Record<ObjectChange['action'], string>>

export interface FormatOptions {
  /** Lines shown around changes. */
  readonly context?: number
  readonly notes?: Notes
  readonly verbs?: Verbs
  /** What wrote a line that is added; said behind it. */
  readonly origin?: (object: ObjectChange, line: PlacedLine) => string | undefined
  /** Without the sentence that counts. */
  readonly uncounted?: boolean
}

/** A line, and which one it is of the side it is on, from 0. */
export interface PlacedLine extends DiffLine { readonly at: number }

/** The diff for a terminal or a log: a heading per object with its classes, then the changed lines of its YAML. */
export function formatText(changes: ChangeSet, options: FormatOptions & { readonly paint?: Paint } = {}): string {
  const paint = options.paint ?? plain
  const out: string[] = []
  for (const object of changes.objects) {
    if (object.action === 'none') continue
    const colour = object.action === 'add' ? 'green' : object.action === 'remove' ? 'red' : 'yellow'
    const classes = object.classes.length > 0 ? ` [${object.classes.join(', ')}]` : ''
    out.push(paint(colour, paint('bold', `${titleOf(object)} ${actionText(object, options.verbs)}${classes}`)))
    for (const note of options.notes?.(object) ?? []) out.push(paint('dim', `  # ${note}`))
    if (object.action !== 'keep') {
      for (const line of hunks(objectLines(object), options.context ?? 3)) {
        if (line === undefined) out.push(paint('dim', '...'))
        else if (line.kind === ' ') out.push(`  ${line.text}`)
        else out.push(paint(line.kind === '+' ? 'green' : 'red', `${line.kind} ${line.text}`) + behind(options.origin?.(object, line), (text) => paint('dim', text)))
      }
    }
    out.push('')
  }
  if (options.uncounted !== true) out.push(summary(changes))
  return out.length === 0 ? '' : `${out.join('\n')}\n`
}

const behind = (origin: string | undefined, paint: (text: string) => string = (text) => text): string => (origin === undefined ? '' : paint(`  # ${origin}`))

/** The diff for a pull request or an evidence folder. */
export function formatMarkdown(changes: ChangeSet, options: FormatOptions = {}): string {
  const out: string[] = options.uncounted === true ? [] : [`**${summary(changes)}**`, '']
  const shown = changes.objects.filter((o) => o.action !== 'none')
  if (shown.length > 0) {
    out.push('| object | action | what changes |', '|---|---|---|')
    for (const o of shown) out.push(`| \`${titleOf(o)}\` | ${o.action} | ${o.classes.join(', ')} |`)
    out.push('')
  }
  for (const object of shown) {
    if (object.action === 'keep') continue
    const lines = hunks(objectLines(object), options.context ?? 3).map((l) => (l === undefined ? '@@' : `${l.kind}${l.text}${behind(options.origin?.(object, l))}`))
    const longestRun = Math.max(2, ...lines.map((l) => /`+/.exec(l)?.[0].length ?? 0))
    const fence = '`'.repeat(longestRun + 1)
    out.push(`<details><summary><code>${titleOf(object)}</code> ${actionText(object, options.verbs)}</summary>`, '', ...noted(options.notes?.(object) ?? []), `${fence}diff`, ...lines, fence, '', '</details>', '')
  }
  return `${out.join('\n')}\n`
}

const noted = (notes: readonly string[]): string[] => (notes.length === 0 ? [] : [...notes.map((note) => `- ${note.replace(/[\\`*_{}[\]<>|]/g, '\\$&')}`), ''])

export const actionText = (o: ObjectChange, verbs: Verbs = usual): string => verbs[o.action]

/** `namespace/Kind/name` */
export function titleOf(o: ObjectChange): string {
  return `${o.namespace ? `${o.namespace}/` : ''}${o.kind}/${o.name}`
}

/** Both sides as YAML, line by line. */
export function objectLines(object: ObjectChange): PlacedLine[] {
  const lines = (o: KubeObject | undefined) => (o === undefined ? [] : marshalPlain(o).trimEnd().split('\n'))
  let [old, now] = [0, 0]
  return diffLines(lines(object.before), lines(object.after)).map((line) => {
    if (line.kind === '-') return { ...line, at: old++ }
    if (line.kind === ' ') old++
    return { ...line, at: now++ }
  })
}

/** Changed lines with their context; undefined stands where lines were left out. */
export function hunks(lines: readonly PlacedLine[], context: number): (PlacedLine | undefined)[] {
  const wanted = new Uint8Array(lines.length)
  for (const [i, line] of lines.entries()) {
    if (line.kind !== ' ') wanted.fill(1, Math.max(0, i - context), Math.min(lines.length, i + context + 1))
  }
  const out: (PlacedLine | undefined)[] = []
  for (const [i, line] of lines.entries()) {
    if (wanted[i]) out.push(line)
    else if (out.length === 0 ? i === 0 : out.at(-1) !== undefined) out.push(undefined)
  }
  return out
}
