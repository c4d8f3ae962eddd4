import { atoi, quote, quoteRune, typeOf } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import type { RuneReader } from './rune-reader.ts'

/** The end of the expression was met: what io.EOF is to Helm's parser. Not a failure. */
export const end: unique symbol = Symbol('end of expression')
/** undefined: go on; `end`: stop, successfully. Failures are thrown. */
export type Outcome = typeof end | undefined

/** Bounds of Helm's parser (pkg/strvals/parser.go). */
const maxIndex = 65536
const maxDepth = 30
/** Helm has no bound here but the memory; ours keeps the stack safe. */
const maxNesting = 2000

type Table = Map<string, Value>

/** How one flavour of the parser reads the value after `=`. */
export interface ValueSyntax {
  /** Characters that end a key. */
  readonly keyStops: string
  readonly escapes: boolean
  /** Reads a value for a key: calls `set` with it if there is one. */
  keyValue(reader: RuneReader, set: (value: Value) => void): Outcome
  /** Reads a value for a list element. */
  itemValue(reader: RuneReader, set: (value: Value) => void): Outcome
}

/** Reads the whole expression into `data`, key after key. */
export function parseAssignments(reader: RuneReader, syntax: ValueSyntax, data: Table): void {
  while (parseKey(reader, syntax, data, 0) !== end);
}

function parseKey(reader: RuneReader, syntax: ValueSyntax, data: Table, depth: number): Outcome {
  const { text: key, stop } = reader.until(syntax.keyStops, syntax.escapes)
  // An empty key takes its value but sets nothing.
  const set = (value: Value): void => {
    if (key !== '') data.set(key, value)
  }
  switch (stop) {
    case '':
      if (key === '') return end
      throw new Error(`key ${quote(key)} has no value`)
    case '=':
      return syntax.keyValue(reader, set)
    case ',':
      throw new Error(`key ${quote(key)} has no value (cannot end with ,)`)
    case '.': {
      depth++
      if (depth > maxDepth) throw new Error(`value name nested level is greater than maximum supported nested level of ${maxDepth}`)
      const old = data.get(key)
      const inner: Table = old === undefined ? new Map() : asTable(old)
      const outcome = parseKey(reader, syntax, inner, depth)
      if (inner.size === 0 && outcome === undefined) throw new Error(`key map ${quote(key)} has no value`)
      if (inner.size > 0) set(inner)
      return outcome
    }
    default: {
      const index = readIndex(reader, syntax)
      if (index === end) return end
      const old = data.get(key)
      const list = old === undefined ? [] : asList(old)
      const result = parseItem(reader, syntax, list, index, depth)
      set(result.list)
      return result.outcome
    }
  }
}

interface Item { list: Value[]; outcome: Outcome }

function parseItem(reader: RuneReader, syntax: ValueSyntax, list: Value[], index: number, depth: number, nesting = 0): Item {
  if (nesting > maxNesting) throw new Error(`lists are nested deeper than ${maxNesting} levels`)
  if (index < 0) throw new Error(`negative ${index} index not allowed`)
  const { text, stop } = reader.until('[.=', syntax.escapes)
  if (text !== '') throw new Error(`unexpected data at end of array index: ${quoteRunes(text)}`)
  switch (stop) {
    case '':
      return { list, outcome: end }
    case '=': {
      let result = list
      const outcome = syntax.itemValue(reader, (value) => { result = setIndex(list, index, value) })
      return { list: result, outcome }
    }
    case '[': {
      const next = readIndex(reader, syntax)
      if (next === end) return { list, outcome: end }
      const old = list[index]
      const inner = parseItem(reader, syntax, old === undefined || old === null ? [] : asList(old), next, depth, nesting + 1)
      if (inner.outcome === end) return { list, outcome: end }
      return { list: setIndex(list, index, inner.list), outcome: undefined }
    }
    default: {
      const old = list[index]
      let inner: Table
      if (old instanceof Map) inner = old
      else {
        inner = new Map()
        if (list.length > index) list[index] = inner
      }
      const outcome = parseKey(reader, syntax, inner, depth)
      // A value that runs into the end of the expression is lost here, as in Helm.
      if (outcome === end) return { list, outcome }
      return { list: setIndex(list, index, inner), outcome }
    }
  }
}

/** The index before `]`. When the expression ends first Helm wraps that end as an error and then takes it for an end all the same. */
function readIndex(reader: RuneReader, syntax: ValueSyntax): number | typeof end {
  const { text, stop } = reader.until(']', syntax.escapes)
  if (stop === '') return end
  try {
    return Number(atoi(text))
  } catch (error) {
    throw new Error(`error parsing index: ${(error as Error).message}`)
  }
}

export function setIndex(list: Value[], index: number, value: Value): Value[] {
  if (index > maxIndex) throw new Error(`index of ${index} is greater than maximum supported index of ${maxIndex}`)
  if (list.length > index) {
    list[index] = value
    return list
  }
  const longer = list.slice()
  while (longer.length < index) longer.push(null)
  longer.push(value)
  return longer
}

/** Go's failed type assertion, which Helm catches and words as an error. */
function mismatch(value: Value, want: string): Error {
  const got = value === null ? 'nil' : typeOf(value)
  return new Error(`unable to parse key: interface conversion: interface {} is ${got}, not ${want}`)
}

function asTable(value: Value): Table {
  if (value instanceof Map) return value
  throw mismatch(value, 'map[string]interface {}')
}

function asList(value: Value): Value[] {
  if (Array.isArray(value)) return value
  throw mismatch(value, '[]interface {}')
}

/** `%q` of a []rune: each rune quoted, in brackets. */
function quoteRunes(text: string): string {
  return `[${Array.from(text, (c) => quoteRune(c.codePointAt(0)!)).join(' ')}]`
}
