import { positions } from '../../language/yaml/index.ts'
import { findHits } from './find-hits.ts'
import { isRandom } from './literal-value.ts'

/** A scalar of a YAML or JSON document with all that tells what it is. */
export interface YamlScalar {
  readonly path: readonly (string | number)[]
  readonly value: string
  /** Written without quotes as a number. */
  readonly numeric: boolean
  /** What it is called: its key, for items of a list the list's, for `{name: X, value: Y}` X. */
  readonly name: string
  readonly keyLine: number
  readonly line: number
  readonly column: number
  /** Its text starts on the line after, this deep. */
  readonly indent?: number | undefined
}

/**
 * The scalars that can hold a secret: texts, and numbers, for passwords may be some.
 * @param before lines of the file before this document
 * @throws PintleError yaml.parse
 */
export function yamlScalars(text: string, before = 0): YamlScalar[] {
  const lines = text.split('\n')
  const all = [...positions(text)].filter((p) => p.kind === 'scalar' && (typeof p.value === 'string' || typeof p.value === 'number' || typeof p.value === 'bigint'))
  const names = new Map<string, string>()
  for (const { path, value } of all) {
    const last = path.at(-1)
    if (last === 'name' || last === 'key') names.set(parentKey(path), String(value))
  }
  return all.map(({ path, value, line, valueLine, valueColumn }) => {
    const key = path.findLast((step) => typeof step === 'string') ?? ''
    const sibling = path.at(-1) === 'value' ? names.get(parentKey(path)) : undefined
    const block = /^[|>][-+0-9]*\s*(?:#.*)?$/.test((lines[valueLine - 1] ?? '').slice(valueColumn - 1))
    const indent = block ? lines.slice(valueLine, valueLine + 100).find((l) => l.trim() !== '')?.search(/\S/) ?? 0 : undefined
    return { path, value: String(value), numeric: typeof value !== 'string', name: String(sibling ?? key), keyLine: line + before, line: valueLine + before, column: valueColumn, ...(indent === undefined ? {} : { indent }) }
  })
}

const parentKey = (path: readonly (string | number)[]): string => JSON.stringify(path.slice(0, -1))

/** Line and column of an offset in a scalar's value: exact in block scalars; elsewhere where the value starts, for escapes and folds move the rest. */
export function placeIn(scalar: YamlScalar, offset: number): { line: number; column: number } {
  if (scalar.indent === undefined) return { line: scalar.line, column: scalar.column }
  const before = scalar.value.slice(0, offset)
  return { line: scalar.line + before.split('\n').length, column: scalar.indent + offset - before.lastIndexOf('\n') }
}

/** `auth.users[0].password`; a key that is a secret itself is not shown. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((step, i) => {
    if (typeof step === 'number') return `[${step}]`
    const shown = step.length > 12 && (isRandom(step) || findHits(step).length > 0) ? '(hidden)' : step
    return /^[\w-]+$|^\(hidden\)$/.test(shown) ? `${i === 0 ? '' : '.'}${shown}` : `[${JSON.stringify(shown)}]`
  }).join('')
}
