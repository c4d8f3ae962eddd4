import { Int, formatFloat, quote as goQuote } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { JsonNumber } from './json.ts'
import type { Json } from './json.ts'
import { escapeToken } from './locations.ts'

/** One thing a value does wrong, or several under a common heading (ValidationError and kind.go of the schema library). */
export class Failure {
  /** `group` has no text of its own, `reference` is left out around a single cause. */
  readonly kind: 'schema' | 'group' | 'reference' | 'plain'
  /** Where in the instance. */
  readonly path: readonly string[]
  readonly text: string
  causes: readonly Failure[]

  constructor(kind: Failure['kind'], path: readonly string[], text: string, causes: readonly Failure[] = []) {
    this.kind = kind
    this.path = path
    this.text = text
    this.causes = causes
  }

  /** The text Helm prints: a line each, causes indented below what they caused. */
  toString(): string {
    const lines: string[] = []
    this.#write(lines, 0)
    return lines.join('\n')
  }

  #write(lines: string[], indent: number): void {
    if (this.kind !== 'reference' || this.causes.length !== 1) {
      const lead = indent > 0 ? `${'  '.repeat(indent - 1)}- ` : ''
      lines.push(lead + (this.kind === 'schema' ? this.text : `at ${quote(pointerOf(this.path))}: ${this.text}`))
      indent++
    }
    for (const cause of this.causes) cause.#write(lines, indent)
  }

  /** The failures without causes, which name the values at fault. */
  *leaves(): Generator<Failure> {
    if (this.causes.length === 0) yield this
    for (const cause of this.causes) yield* cause.leaves()
  }
}

export function pointerOf(path: readonly string[]): string {
  return path.map((token) => `/${escapeToken(token)}`).join('')
}

/** A text in single quotes. A backslash at its end loses one of the two it is escaped to, as in the library (kind.go). */
export function quote(s: string): string {
  return `'${goQuote(s).replaceAll('\\"', '"').replaceAll("'", "\\'").slice(1, -1)}'`
}

export const joinQuoted = (list: readonly string[]): string => list.map(quote).join(', ')

/** A scalar as messages show it. */
export function display(v: Json | Value): string {
  if (typeof v === 'string') return quote(v)
  if (v === null) return '<nil>'
  if (typeof v === 'boolean') return String(v)
  if (v instanceof JsonNumber) return v.text
  if (v instanceof Int) return String(v.value)
  if (typeof v === 'number') return formatFloat(v, 'g', -1, 64)
  return 'value'
}
