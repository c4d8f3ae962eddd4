import { int64, parseInt } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { end, parseAssignments } from './assign.ts'
import type { Outcome, ValueSyntax } from './assign.ts'
import { jsonPrefix } from './json-prefix.ts'
import { RuneReader } from './rune-reader.ts'

type Table = Map<string, Value>

/**
 * --set: `a.b[0]=1,c={x,y}` into `data`. true, false, null and decimal integers get their types, all else is text.
 * @throws Error with Helm's text (pkg/strvals)
 */
export function parseSet(text: string, data: Table): void {
  parseAssignments(new RuneReader(text), listSyntax(typedValue), data)
}

/** --set-string: like --set, but every value is text. */
export function parseSetString(text: string, data: Table): void {
  parseAssignments(new RuneReader(text), listSyntax((s) => s), data)
}

/** --set-file: the values are names of files; `read` returns their contents. */
export function parseSetFile(text: string, data: Table, read: (name: string) => string): void {
  parseAssignments(new RuneReader(text), listSyntax(read), data)
}

/** --set-json of the form `key=JSON,key=JSON`. */
export function parseSetJson(text: string, data: Table): void {
  parseAssignments(new RuneReader(text), jsonSyntax, data)
}

/** --set-literal: everything after the first `=` is the value. */
export function parseSetLiteral(text: string, data: Table): void {
  parseAssignments(new RuneReader(text), literalSyntax, data)
}

/** A value of --set. */
function typedValue(text: string): Value {
  if (text.length <= 5) {
    // strings.EqualFold: the long s and the like fold to no letter of these words, except `ſ` in false.
    const lower = text.replaceAll('\u017f', 's').toLowerCase()
    if (lower === 'true') return true
    if (lower === 'false') return false
    if (lower === 'null') return null
    if (text === '0') return int64(0)
  }
  if (text !== '' && text[0] !== '0') {
    try {
      return int64(parseInt(text, 10, 64))
    } catch {
      return text
    }
  }
  return text
}

function listSyntax(read: (text: string) => Value): ValueSyntax {
  const value = (reader: RuneReader, set: (value: Value) => void): boolean => {
    const first = reader.next()
    if (first < 0) {
      set('')
      return false
    }
    if (first === 0x7b) {
      set(readList(reader, read))
    } else {
      reader.back()
      set(read(reader.until(',', true).text))
    }
    return true
  }
  return {
    keyStops: '=[,.',
    escapes: true,
    keyValue: (reader, set): Outcome => (value(reader, set) ? undefined : end),
    itemValue(reader, set): Outcome {
      value(reader, set)
      return undefined
    },
  }
}

/** The rest of `{a,b}`. */
function readList(reader: RuneReader, read: (text: string) => Value): Value[] {
  const list: Value[] = []
  for (;;) {
    const { text, stop } = reader.until(',}', true)
    if (stop === '') throw new Error("list must terminate with '}'")
    if (stop === ',') {
      list.push(read(text))
      continue
    }
    const next = reader.next()
    if (next >= 0 && next !== 0x2c) reader.back()
    list.push(read(text))
    return list
  }
}

function jsonValue(reader: RuneReader, set: (value: Value) => void): Outcome {
  if (skipBlank(reader)) {
    set(null)
    return undefined
  }
  const rest = reader.rest()
  const { value, length } = jsonPrefix(rest)
  set(value)
  reader.skip(Array.from(rest.slice(0, length)).length)
  skipBlank(reader)
  return undefined
}

const jsonSyntax: ValueSyntax = { keyStops: '=[,.', escapes: true, keyValue: jsonValue, itemValue: jsonValue }

/** Skips white space; true when a comma (consumed) or the end follows. */
function skipBlank(reader: RuneReader): boolean {
  for (;;) {
    const rune = reader.next()
    if (rune < 0 || rune === 0x2c) return true
    if (!isSpace(rune)) {
      reader.back()
      return false
    }
  }
}

/** unicode.IsSpace. */
function isSpace(r: number): boolean {
  return (r >= 9 && r <= 13) || r === 0x20 || r === 0x85 || r === 0xa0 || r === 0x1680 || (r >= 0x2000 && r <= 0x200a) ||
    r === 0x2028 || r === 0x2029 || r === 0x202f || r === 0x205f || r === 0x3000
}

function literalValue(reader: RuneReader, set: (value: Value) => void): Outcome {
  set(reader.until('', false).text)
  return undefined
}

const literalSyntax: ValueSyntax = { keyStops: '=[.', escapes: false, keyValue: literalValue, itemValue: literalValue }
