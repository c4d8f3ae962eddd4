import { encodeUtf8, Int, NumError, TypedSlice, fixedZone, parseFloat, parseInt, parseTime, quote, utc, type Location, type Time, type Value } from '../go/index.ts'
import { keyString } from './key.ts'
import { Lexer, type Item, type ItemType } from './lexer.ts'
import { TomlError } from './toml-error.ts'

type Key = readonly string[]

const tableSlice = '[]map[string]interface {}'

/**
 * BurntSushi/toml's Unmarshal into a map[string]interface {}, Helm's fromToml: integers are int64, arrays of tables
 * []map[string]interface {}, dates time.Time.
 * @throws TomlError `toml: line 1 (last key "a"): ...`
 */
export function tomlUnmarshal(text: string, options: { /** The machine's zone, for times without one. */ readonly local?: Location } = {}): Map<string, Value> {
  return new Parser(text, options.local ?? utc).parse()
}

class Parser {
  readonly #lexer: Lexer
  readonly #local: Location
  readonly #root = new Map<string, Value>()
  /** The table in scope, and the key in it that is being read. */
  #context: Key = []
  #currentKey = ''
  #line = 0
  /** Full keys whose last type was an array, and tables that exist only because something in them does. */
  readonly #arrays = new Set<string>()
  readonly #implicits = new Set<string>()

  constructor(text: string, local: Location) {
    this.#local = local
    // A UTF-16 mark is two bytes that are not UTF-8.
    if (text.startsWith('\udcff\udcfe') || text.startsWith('\udcfe\udcff')) text = text.slice(2)
    else if (text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    if (encodeUtf8(text.slice(0, 6)).subarray(0, 6).includes(0)) {
      throw new TomlError('toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8', 1)
    }
    this.#lexer = new Lexer(text)
  }

  parse(): Map<string, Value> {
    for (let item = this.#next(); item.type !== 'eof'; item = this.#next()) this.#topLevel(item)
    return this.#root
  }

  #fail(message: string, line: number): never {
    const last = this.#current()
    throw new TomlError(`toml: line ${line}${last === '' ? '' : ` (last key ${quote(last)})`}: ${message}`, line)
  }

  #current(): string {
    if (this.#currentKey === '') return keyString(this.#context)
    return this.#context.length === 0 ? this.#currentKey : `${keyString(this.#context)}.${this.#currentKey}`
  }

  #next(): Item {
    const item = this.#lexer.nextItem()
    if (item.type === 'error') this.#fail(item.value, item.line)
    return item
  }

  /** Reads the pieces of a key up to the item that ends it. */
  #key(end: ItemType): Key {
    const key: string[] = []
    let item = this.#next()
    this.#line = item.line
    for (; item.type !== end && item.type !== 'eof'; item = this.#next()) {
      key.push(item.type === 'text' ? item.value : (this.#value(item, false) as string))
    }
    return key
  }

  #topLevel(item: Item): void {
    switch (item.type) {
      case 'commentStart':
        this.#next()
        return
      case 'tableStart':
        this.#addContext(this.#key('tableEnd'), false)
        this.#setType('', false)
        return
      case 'arrayTableStart':
        this.#addContext(this.#key('arrayTableEnd'), true)
        this.#setType('', false)
        return
      default: {
        const outer = this.#context
        this.#keyValue()
        this.#context = outer
        this.#currentKey = ''
      }
    }
  }

  /** `a.b = value` after its keyStart; returns the pieces before the last and the value. */
  #keyValue(): { parents: Key; value: Value } {
    const key = this.#key('keyEnd')
    this.#currentKey = key[key.length - 1]!
    const parents = key.slice(0, -1)
    for (const piece of parents) {
      const context = [...this.#context, piece]
      this.#implicits.add(keyString(context))
      this.#addContext(context, false)
    }
    const value = this.#value(this.#next(), false)
    this.#setValue(this.#currentKey, value)
    this.#setType(this.#currentKey, Array.isArray(value))
    return { parents, value }
  }

  #value(item: Item, parentIsArray: boolean): Value {
    switch (item.type) {
      case 'string':
      case 'rawString': return item.value
      case 'stringEsc': return this.#replaceEscapes(item, item.value)
      case 'multilineString': return this.#replaceEscapes(item, stripEscapedNewlines(stripFirstNewline(item.value)))
      case 'rawMultilineString': return stripFirstNewline(item.value)
      case 'integer': return this.#integer(item)
      case 'float': return this.#float(item)
      case 'bool': return item.value === 'true'
      case 'datetime': return this.#datetime(item)
      case 'array': return this.#array()
      case 'inlineTableStart': return this.#inlineTable(parentIsArray)
      default: throw new Error(`BUG: Unexpected value type: ${item.type}`)
    }
  }

  #integer(item: Item): Value {
    const text = item.value
    if (!underscoresOk(text)) this.#fail(`Invalid integer ${quote(text)}: underscores must be surrounded by digits`, item.line)
    if (hasLeadingZero(text)) this.#fail(`Invalid integer ${quote(text)}: cannot have leading zeroes`, item.line)
    try {
      return new Int(parseInt(text, 0, 64), 'int64')
    } catch (error) {
      if (error instanceof NumError && error.message.endsWith('value out of range')) this.#fail(`${text} is out of range for int64`, item.line)
      throw new Error(`BUG: Expected integer value, but got '${text}'.\n\n`)
    }
  }

  #float(item: Item): Value {
    const text = item.value
    const parts = text.split(/[.eE]/).filter((part) => part !== '')
    if (parts.some((part) => !underscoresOk(part))) this.#fail(`Invalid float ${quote(text)}: underscores must be surrounded by digits`, item.line)
    if (parts.length > 0 && hasLeadingZero(parts[0]!)) this.#fail(`Invalid float ${quote(text)}: cannot have leading zeroes`, item.line)
    if (/\.(?:\D|$)/.test(text)) this.#fail(`Invalid float ${quote(text)}: '.' must be followed by one or more digits`, item.line)
    let plain = text.replaceAll('_', '')
    if (plain === '+nan' || plain === '-nan') plain = 'nan'
    try {
      return parseFloat(plain, 64)
    } catch (error) {
      if (error instanceof NumError && error.message.endsWith('value out of range')) this.#fail(`${text} is out of range for float64`, item.line)
      this.#fail(`Invalid float value: ${quote(text)}`, item.line)
    }
  }

  #datetime(item: Item): Value {
    const text = item.value.replaceAll('z', 'Z').replaceAll('t', 'T').replaceAll(' ', 'T')
    for (const [layout, zone] of layouts) {
      let time: Time
      try {
        time = parseTime(layout, text, zone === '' ? this.#local : fixedZone(zone, 0))
      } catch {
        continue
      }
      if (missingLeadingZero(text, layout)) break
      return time
    }
    this.#fail(`invalid datetime: ${quote(text)}`, item.line)
  }

  #array(): Value {
    this.#setType(this.#currentKey, true)
    const items: Value[] = []
    for (let item = this.#next(); item.type !== 'arrayEnd'; item = this.#next()) {
      if (item.type === 'commentStart') this.#next()
      else items.push(this.#value(item, true))
    }
    return items
  }

  #inlineTable(parentIsArray: boolean): Value {
    const table = new Map<string, Value>()
    const outerContext = this.#context
    const outerKey = this.#currentKey
    this.#context = [...this.#context, this.#currentKey]
    const context = this.#context
    this.#currentKey = ''
    this.#implicits.add(keyString(context))
    this.#addContext(context, parentIsArray)
    for (let item = this.#next(); item.type !== 'inlineTableEnd'; item = this.#next()) {
      if (item.type === 'commentStart') {
        this.#next()
        continue
      }
      const { parents, value } = this.#keyValue()
      let inner: Map<string, Value> = table
      for (const piece of parents) {
        let next = inner.get(piece)
        if (next === undefined) inner.set(piece, next = new Map())
        if (!(next instanceof Map)) this.#fail(`${quote(keyString(this.#context))} is not a table`, this.#line)
        inner = next
      }
      inner.set(this.#currentKey, value)
      this.#context = context
    }
    this.#context = outerContext
    this.#currentKey = outerKey
    return table
  }

  /** Makes `key` the table in scope, and creates it and the ones above it. */
  #addContext(key: Key, array: boolean): void {
    let table = this.#root
    const context: string[] = []
    for (const piece of key.slice(0, -1)) {
      context.push(piece)
      if (!table.has(piece)) {
        this.#implicits.add(keyString(context))
        table.set(piece, new Map())
      }
      const next = tableOf(table.get(piece)!)
      if (next === undefined) this.#fail(`Key '${keyString(context)}' was already created as a hash.`, this.#line)
      table = next
    }
    this.#context = context
    const last = key[key.length - 1]!
    if (array) {
      let list = table.get(last)
      if (list === undefined) table.set(last, list = TypedSlice.make(tableSlice, []))
      if (!isTableSlice(list)) this.#fail(`Key '${keyString(key)}' was already created and cannot be used as an array.`, this.#line)
      list.push(new Map())
    } else {
      this.#setValue(last, new Map())
    }
    this.#context = [...this.#context, last]
  }

  #setValue(key: string, value: Value): void {
    let table = this.#root
    const context: string[] = []
    for (const piece of this.#context) {
      context.push(piece)
      const next = tableOf(table.get(piece) ?? null)
      if (next === undefined) this.#fail(`Key '${keyString(context)}' has already been defined.`, this.#line)
      table = next
    }
    context.push(key)
    if (!table.has(key)) {
      table.set(key, value)
      return
    }
    const full = keyString(context)
    const implicit = this.#implicits.delete(full)
    if (!implicit) this.#fail(`Key '${full}' has already been defined.`, this.#line)
    // A table that was only implied stays as it is; an array replaces what stood in for it.
    if (this.#arrays.has(full)) table.set(key, value)
  }

  #setType(key: string, array: boolean): void {
    const full = keyString(key === '' ? this.#context : [...this.#context, key])
    if (array) this.#arrays.add(full)
    else this.#arrays.delete(full)
  }

  #replaceEscapes(item: Item, text: string): string {
    return text.replace(/\\(?:x(..)|u(....)|U(........)|([^]))/gu, (_, x?: string, u?: string, long?: string, c?: string) => {
      const hex = x ?? u ?? long
      if (hex !== undefined) {
        const rune = Number.parseInt(hex, 16)
        if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) this.#fail(`Escaped character '\\u${hex}' is not valid UTF-8.`, item.line)
        return String.fromCodePoint(rune)
      }
      if (c === ' ' || c === '\t') this.#fail(`invalid escape: '\\${c}'`, item.line)
      return escapes[c!] ?? c!
    })
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b', '"': '"', '\\': '\\' }

/** Layouts of dates with the zone of those that name none; '' is the machine's. */
const layouts = [
  ['2006-01-02T15:04:05.999999999Z07:00', ''],
  ['2006-01-02T15:04:05.999999999', 'datetime-local'],
  ['2006-01-02', 'date-local'],
  ['15:04:05.999999999', 'time-local'],
  ['2006-01-02T15:04Z07:00', ''],
  ['2006-01-02T15:04', 'datetime-local'],
  ['15:04', 'time-local'],
] as const

function isTableSlice(v: Value): v is TypedSlice {
  return v instanceof TypedSlice && v.goType === tableSlice
}

function tableOf(v: Value): Map<string, Value> | undefined {
  if (isTableSlice(v)) return v[v.length - 1] as Map<string, Value>
  return v instanceof Map ? v : undefined
}

function hasLeadingZero(s: string): boolean {
  return /^0[^box]/.test(s) || /^[-+]0./.test(s)
}

function underscoresOk(s: string): boolean {
  if (/^[-+]?(?:nan|inf)$/.test(s)) return true
  let accept = false
  for (const c of s) {
    if (c === '_' && !accept) return false
    accept = /[0-9a-fA-F]/.test(c)
  }
  return accept
}

/** Go reads `1979-1-1` by a layout with two digits, too; TOML does not. */
function missingLeadingZero(text: string, layout: string): boolean {
  for (let i = 0; i < layout.length; i++) {
    const c = layout[i]!
    if (c === '.' || c === 'Z') return false
    if (!(c >= '0' && c <= '9') && text[i] !== c) return true
  }
  return false
}

function stripFirstNewline(s: string): string {
  return s.startsWith('\n') ? s.slice(1) : s.startsWith('\r\n') ? s.slice(2) : s
}

/** Drops every backslash before a line break, with the blanks around it. */
function stripEscapedNewlines(s: string): string {
  return s.replace(/\\\\|\\[ \t\r\n]+/g, (match) => (match === '\\\\' || !match.includes('\n') ? match : ''))
}
