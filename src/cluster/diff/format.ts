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

const verbs = { add: 'will be added', change: 'will change', remove: 'WILL BE REMOVED', keep: 'leaves the release but stays (resource-policy: keep)', none: 'unchanged' }

/** What is said of an object besides its lines. */
export type Notes = (object: ObjectChange) => readonly string[]

/** The diff for a terminal or a log: a heading per object with its classes, then the changed lines of its YAML. */
export function formatText(changes: ChangeSet, options: { paint?: Paint; context?: number; notes?: Notes } = {}): string {
  const paint = options.paint ?? plain
  const out: string[] = []
  for (const object of changes.objects) {
    if (object.action === 'none') continue
    const colour = object.action === 'add' ? 'green' : object.action === 'remove' ? 'red' : 'yellow'
    const classes = object.classes.length > 0 ? ` [${object.classes.join(', ')}]` : ''
    out.push(paint(colour, paint('bold', `${titleOf(object)} ${verbs[object.action]}${classes}`)))
    for (const note of options.notes?.(object) ?? []) out.push(paint('dim', `  # ${note}`))
    if (object.action !== 'keep') {
      for (const line of hunks(objectLines(object), options.context ?? 3)) {
        if (line === undefined) out.push(paint('dim', '...'))
        else out.push(line.kind === ' ' ? `  ${line.text}` : paint(line.kind === '+' ? 'green' : 'red', `${line.kind} ${line.text}`))
      }
    }
    out.push('')
  }
  out.push(summary(changes))
  return `${out.join('\n')}\n`
}

/** The diff for a pull request or an evidence folder. */
export function formatMarkdown(changes: ChangeSet, options: { context?: number; notes?: Notes } = {}): string {
  const out = [`**${summary(changes)}**`, '']
  const shown = changes.objects.filter((o) => o.action !== 'none')
  if (shown.length > 0) {
    out.push('| object | action | what changes |', '|---|---|---|')
    for (const o of shown) out.push(`| \`${titleOf(o)}\` | ${o.action} | ${o.classes.join(', ')} |`)
    out.push('')
  }
  for (const object of shown) {
    if (object.action === 'keep') continue
    const lines = hunks(objectLines(object), options.context ?? 3).map((l) => (l === undefined ? '@@' : `${l.kind}${l.text}`))
    const longestRun = Math.max(2, ...lines.map((l) => /`+/.exec(l)?.[0].length ?? 0))
    const fence = '`'.repeat(longestRun + 1)
    out.push(`<details><summary><code>${titleOf(object)}</code> ${verbs[object.action]}</summary>`, '', ...noted(options.notes?.(object) ?? []), `${fence}diff`, ...lines, fence, '', '</details>', '')
  }
  return `${out.join('\n')}\n`
}

const noted = (notes: readonly string[]): string[] => (notes.length === 0 ? [] : [...notes.map((note) => `- ${note.replace(/[\\`*_{}[\]<>|]/g, '\\$&')}`), ''])

export const actionText = (o: ObjectChange): string => verbs[o.action]

/** `namespace/Kind/name` */
export function titleOf(o: ObjectChange): string {
  return `${o.namespace ? `${o.namespace}/` : ''}${o.kind}/${o.name}`
}

export function objectLines(object: ObjectChange): DiffLine[] {
  const lines = (o: KubeObject | undefined) => (o === undefined ? [] : marshalPlain(o).trimEnd().split('\n'))
  return diffLines(lines(object.before), lines(object.after))
}

/** Changed lines with their context; undefined stands where lines were left out. */
export function hunks(lines: readonly DiffLine[], context: number): (DiffLine | undefined)[] {
  const wanted = new Uint8Array(lines.length)
  for (const [i, line] of lines.entries()) {
    if (line.kind !== ' ') wanted.fill(1, Math.max(0, i - context), Math.min(lines.length, i + context + 1))
  }
  const out: (DiffLine | undefined)[] = []
  for (const [i, line] of lines.entries()) {
    if (wanted[i]) out.push(line)
    else if (out.length === 0 ? i === 0 : out.at(-1) !== undefined) out.push(undefined)
  }
  return out
}
