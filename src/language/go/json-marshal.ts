import { formatFloat } from './format-float.ts'
import { compareStrings } from './utf8.ts'
import { Int, TypedSlice, isNil, typeOf } from './values.ts'
import type { Value } from './values.ts'

export interface JsonOptions {
  /** Escape < > & as encoding/json does by default; an Encoder with SetEscapeHTML(false) (Sprig's toRawJson) does not. Default true. */
  readonly escapeHtml?: boolean
}

/**
 * json.Marshal: keys sorted by bytes, no spaces.
 * @throws Error `json: unsupported value: NaN`, `json: unsupported value: encountered a cycle via map[string]interface {}`
 */
export function jsonMarshal(v: Value, options: JsonOptions = {}): string {
  return write(v, options.escapeHtml !== false, undefined, '')
}

/** json.MarshalIndent: every element on a line that begins with `prefix` and `indent` per level. */
export function jsonMarshalIndent(v: Value, prefix: string, indent: string, options: JsonOptions = {}): string {
  return write(v, options.escapeHtml !== false, indent, prefix)
}

function write(v: Value, escapeHtml: boolean, indent: string | undefined, prefix: string): string {
  try {
    return new Writer(escapeHtml, indent).value(v, indent === undefined ? '' : `\n${prefix}`)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Error(`json: unsupported value: encountered a cycle via ${v !== null && typeof v === 'object' ? typeOf(v) : 'map[string]interface {}'}`)
  }
}

class Writer {
  readonly #escapeHtml: boolean
  readonly #indent: string | undefined

  constructor(escapeHtml: boolean, indent: string | undefined) {
    this.#escapeHtml = escapeHtml
    this.#indent = indent
  }

  /** `newline` is the line break with the indentation of the value's own line; '' when compact. */
  value(v: Value, newline: string): string {
    switch (typeof v) {
      case 'string': return jsonString(v, this.#escapeHtml)
      case 'number': return jsonNumber(v)
      case 'boolean': return v ? 'true' : 'false'
    }
    if (v === null || v === undefined || isNil(v)) return 'null'
    if (v instanceof Map) return this.#object(v, newline)
    if (Array.isArray(v)) return this.#array(v, newline)
    if (v instanceof Int) return v.value.toString()
    if (v instanceof Uint8Array) return `"${base64(v)}"`
    let inner: Value
    try {
      inner = v.toJSONValue()
    } catch (error) {
      throw new Error(`json: error calling MarshalJSON for type ${typeOf(v)}: ${(error as Error).message}`)
    }
    // A struct's fields come in their own order, a map's keys sorted.
    return inner instanceof Map && !isNil(inner) ? this.#object(inner, newline, false) : this.value(inner, newline)
  }

  #object(map: Map<string, Value>, newline: string, sorted = true): string {
    if (map.size === 0) return '{}'
    const keys = [...map.keys()]
    if (sorted && keys.length > 1) keys.sort(compareStrings)
    const indent = this.#indent
    const inner = indent === undefined ? '' : newline + indent
    const colon = indent === undefined ? ':' : ': '
    let out = '{'
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      out += (i > 0 ? ',' : '') + inner + jsonString(key, this.#escapeHtml) + colon + this.value(map.get(key)!, inner)
    }
    return out + newline + '}'
  }

  #array(list: Value[], newline: string): string {
    if (list.length === 0) return '[]'
    if (list instanceof TypedSlice && list.goType === '[]uint8') {
      return `"${base64(Uint8Array.from(list, (item) => Number((item as Int).value)))}"`
    }
    const inner = this.#indent === undefined ? '' : newline + this.#indent
    let out = '['
    for (let i = 0; i < list.length; i++) out += (i > 0 ? ',' : '') + inner + this.value(list[i]!, inner)
    return out + newline + ']'
  }
}

/** A float64 as encoding/json writes it, which is ECMAScript's way but for -0. */
export function jsonNumber(f: number): string {
  if (f === 0) return Object.is(f, -0) ? '-0' : '0'
  if (!Number.isFinite(f)) throw new Error(`json: unsupported value: ${formatFloat(f, 'g')}`)
  return String(f)
}

const special = /["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/

/** A string literal of JSON. */
export function jsonString(s: string, escapeHtml = true): string {
  if (!special.test(s)) return `"${s}"`
  let out = '"'
  let from = 0
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0x20) {
      out += s.slice(from, i) + (shortEscapes[c] ?? `\\u00${c < 0x10 ? '0' : ''}${c.toString(16)}`)
    } else if (c === 0x22 || c === 0x5c) {
      out += s.slice(from, i) + '\\' + s[i]
    } else if (escapeHtml && (c === 0x3c || c === 0x3e || c === 0x26)) {
      out += s.slice(from, i) + '\\u00' + c.toString(16)
    } else if (c === 0x2028 || c === 0x2029) {
      out += s.slice(from, i) + '\\u' + c.toString(16)
    } else if ((c & 0xf800) === 0xd800) {
      if ((c & 0x0400) === 0 && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        i++
        continue
      }
      out += s.slice(from, i) + '\\ufffd'
    } else {
      continue
    }
    from = i + 1
  }
  return out + s.slice(from) + '"'
}

const shortEscapes: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' }

/** base64.StdEncoding. */
function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(binary)
}
