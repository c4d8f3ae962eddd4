import { Duration, GoObject, Int, Time, compareStrings, formatFloat, isNil, type Value } from '../go/index.ts'
import { keyString, quoteString, quotedPiece } from './key.ts'
import { TomlError } from './toml-error.ts'

const hash = 1
const arrayOfHashes = 2
const other = 3
type TomlType = typeof hash | typeof arrayOfHashes | typeof other

/**
 * The output of BurntSushi/toml's Encoder, Helm's toToml: plain values of a table first, then its sub-tables, both sorted, indented by
 * two spaces per level.
 * @throws TomlError where Encode returns an error: Helm's toToml gives its text instead of the document
 */
export function tomlMarshal(v: Value): string {
  if (v === null || v === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value')
  const encoder = new Encoder()
  try {
    encoder.encode([], v)
  } catch (error) {
    if (error instanceof RangeError) throw new Error('stack overflow: the value contains itself')
    throw error
  }
  return encoder.out
}

class Encoder {
  out = ''

  encode(key: readonly string[], v: Value): void {
    if (isNil(v) && !Array.isArray(v)) return
    if (v instanceof Map || isStruct(v)) {
      if (key.length === 1) this.#newline()
      if (key.length > 0) {
        this.out += `${indent(key)}[${keyString(key)}]`
        this.#newline()
      }
      this.#table(key, v, false)
    } else if (Array.isArray(v) && typeOf(v) === arrayOfHashes) {
      if (key.length === 0) throw new TomlError('toml: top-level values must be Go maps or structs')
      for (const item of v) {
        if (isNil(item)) continue
        this.#newline()
        this.out += `${indent(key)}[[${keyString(key)}]]`
        this.#newline()
        this.#table(key, item as Map<string, Value>, false)
      }
    } else {
      this.#keyValue(key, v, false)
    }
  }

  #newline(): void {
    if (this.out !== '') this.out += '\n'
  }

  #keyValue(key: readonly string[], v: Value, inline: boolean): void {
    if (key.length === 0) return this.#element(v)
    this.out += `${indent(key)}${quotedPiece(key[key.length - 1]!)} = `
    this.#element(v)
    if (!inline) this.#newline()
  }

  #element(v: Value): void {
    switch (typeof v) {
      case 'string': this.out += quoteString(v); return
      case 'boolean': this.out += v ? 'true' : 'false'; return
      case 'number': this.out += floatText(v); return
    }
    if (v === null) throw new Error('reflect: call of reflect.Value.Interface on zero Value')
    if (v instanceof Int) {
      this.out += v.value.toString()
    } else if (Array.isArray(v) || v instanceof Uint8Array) {
      this.out += '['
      for (let i = 0; i < v.length; i++) {
        if (i > 0) this.out += ', '
        if (v instanceof Uint8Array) this.out += String(v[i])
        else this.#element(v[i]!)
      }
      this.out += ']'
    } else if (v instanceof Time) {
      this.out += timeText(v)
    } else if (v instanceof Map || isStruct(v)) {
      this.#table([], v, true)
    } else {
      this.out += quoteString((v as GoObject).text() ?? '')
    }
  }

  #table(key: readonly string[], v: Map<string, Value> | GoObject, inline: boolean): void {
    const isMap = v instanceof Map
    const entries: (readonly [string, Value])[] = isMap ? [...v] : [...v.fields()]
    if (isMap) entries.sort(([a], [b]) => compareStrings(a, b))
    const direct: (readonly [string, Value])[] = []
    const sub: (readonly [string, Value])[] = []
    for (const entry of entries) {
      const type = typeOf(entry[1])
      ;(type === hash || type === arrayOfHashes ? sub : direct).push(entry)
    }
    if (inline) this.out += '{'
    this.#entries(key, direct, inline, sub.length > 0)
    this.#entries(key, sub, inline, false)
    if (inline) this.out += '}'
  }

  #entries(key: readonly string[], entries: readonly (readonly [string, Value])[], inline: boolean, trailingComma: boolean): void {
    entries.forEach(([name, value], i) => {
      if (isNil(value)) return
      if (!inline) return this.encode([...key, name], value)
      this.#keyValue([name], value, true)
      if (trailingComma || i !== entries.length - 1) this.out += ', '
    })
  }
}

function indent(key: readonly string[]): string {
  return '  '.repeat(key.length - 1)
}

/** Whether a Go object is written as a table; times, durations and what has MarshalText are not. */
function isStruct(v: Value): v is GoObject {
  return v instanceof GoObject && !(v instanceof Time) && !(v instanceof Duration) && v.text() === undefined
}

/** encode.go tomlTypeOfGo, as far as it matters; undefined for nil. An array must not hold nil. */
function typeOf(v: Value): TomlType | undefined {
  if (isNil(v)) return undefined
  if (v instanceof Map || isStruct(v)) return hash
  if (!Array.isArray(v) || v.length === 0) return other
  let tables = true
  for (const item of v) {
    const type = typeOf(item)
    if (type === undefined) throw new TomlError('toml: cannot encode array with nil element')
    if (type !== hash) tables = false
  }
  return tables ? arrayOfHashes : other
}

function floatText(f: number): string {
  if (Number.isNaN(f)) return 'nan'
  if (!Number.isFinite(f)) return f < 0 ? '-inf' : 'inf'
  const text = formatFloat(f, 'g')
  return /[e.]/.test(text) ? text : `${text}.0`
}

const localFormats: Readonly<Record<string, string>> = {
  'datetime-local': '2006-01-02T15:04:05.999999999',
  'date-local': '2006-01-02',
  'time-local': '15:04:05.999999999',
}

function timeText(t: Time): string {
  return t.format(localFormats[t.location.name] ?? '2006-01-02T15:04:05.999999999Z07:00')
}
