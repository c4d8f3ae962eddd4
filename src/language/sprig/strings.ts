import {
  atoi, byteLength, byteSlice, compareStrings, decodeUtf8, encodeUtf8, formatValue, GoObject, int, Int, isAscii, isValidUtf8,
  kindOf, NumError, quote, rejoinBytes, runes, StringMap, TypedSlice,
} from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn, variadic } from './define.ts'
import type { Family } from './define.ts'
import { deleteWhiteSpace, initials, kebabCase, pascalCase, snakeCase, swapCase, uncapitalize } from './words.ts'
import { isDigit, isLetter, isSpace, mapRunes, toLower, toTitle, toUpper } from './unicode.ts'
import { abbreviate, wrap } from './wrap.ts'

/** Longest string a single function makes; Go would go on until memory ends. */
export const maxLength = 1 << 28

/** Sprig's strval: a string, bytes as a string, a type's own text, else what %v prints. */
export function strval(v: Value): string {
  if (typeof v === 'string') return v
  if (v instanceof Uint8Array) return decodeUtf8(v)
  if (v instanceof GoObject) return v.text() ?? formatValue(v)
  return formatValue(v)
}

/** Sprig's strslice: a list as strings, without its nils; any other value as a list of one. */
export function strslice(v: Value): TypedSlice {
  if (v instanceof TypedSlice && v.goType === '[]string') return v
  const out = new TypedSlice()
  out.goType = '[]string'
  if (Array.isArray(v)) {
    for (const item of v) if (item !== null) out.push(typeof item === 'string' ? item : strval(item))
  } else if (v instanceof Uint8Array) {
    for (const byte of v) out.push(String(byte))
  } else {
    const inner = v instanceof GoObject && kindOf(v) === 'slice' ? v.underlying() : undefined
    if (inner !== undefined && inner !== null) return strslice(inner)
    if (v !== null) out.push(strval(v))
  }
  return out
}

/** strings.Repeat. */
export function repeat(s: string, count: bigint | number): string {
  if (count < 0) throw new Error('strings: negative Repeat count')
  if (s.length * Number(count) > maxLength) throw new Error('strings: Repeat output length overflow')
  return s.repeat(Number(count))
}

/** strings.TrimSpace. */
export function trimSpace(s: string): string {
  let from = 0
  let to = s.length
  while (from < to && isSpace(s.charCodeAt(from))) from++
  while (to > from && isSpace(s.charCodeAt(to - 1))) to--
  return from === 0 && to === s.length ? s : s.slice(from, to)
}

/** strings.Trim. An invalid byte in the cutset stands for all of them, as Go's U+FFFD does. */
function trim(s: string, cutset: string): string {
  if (s === '' || cutset === '') return s
  const cut = new Set(runes(cutset))
  const chars = Array.from(s)
  const isCut = (i: number): boolean => cut.has(runes(chars[i]!)[0]!)
  let from = 0
  let to = chars.length
  while (from < to && isCut(from)) from++
  while (to > from && isCut(to - 1)) to--
  return chars.slice(from, to).join('')
}

/** Go compares bytes; JavaScript strings agree with that unless a broken character is looked for. */
function asBytes(s: string): string {
  let out = ''
  for (const b of encodeUtf8(s)) out += String.fromCharCode(b)
  return out
}
function fromBytes(s: string): string {
  return decodeUtf8(Uint8Array.from(s, (c) => c.charCodeAt(0)))
}
const broken = (s: string): boolean => !isValidUtf8(s)

/** strings.SplitN(s, separator, n). */
export function splitN(s: string, separator: string, n: number): string[] {
  if (n === 0) return []
  if (separator === '') return explode(s, n)
  if (broken(separator)) return splitN(asBytes(s), asBytes(separator), n).map(fromBytes)
  const parts = s.split(separator)
  if (n < 0 || parts.length <= n) return parts
  return [...parts.slice(0, n - 1), parts.slice(n - 1).join(separator)]
}

function explode(s: string, n: number): string[] {
  const chars = Array.from(s)
  if (n < 0 || chars.length <= n) return chars
  return [...chars.slice(0, n - 1), chars.slice(n - 1).join('')]
}

function replaceAll(s: string, from: string, to: string): string {
  if (broken(from)) return fromBytes(asBytes(s).replaceAll(asBytes(from), () => asBytes(to)))
  if (from !== '') return rejoinBytes(s.includes(from) ? s.split(from).join(to) : s)
  // Go puts the replacement before every character and at the end.
  let out = to
  for (const c of s) out += c + to
  return rejoinBytes(out)
}

function title(s: string): string {
  let previous = 0x20
  return mapRunes(s, (r) => {
    const starts = isSeparator(previous)
    previous = r
    return starts ? toTitle(r) : r
  })
}

function isSeparator(r: number): boolean {
  if (r <= 0x7f) return !((r >= 48 && r <= 57) || (r >= 97 && r <= 122) || (r >= 65 && r <= 90) || r === 95)
  return !isLetter(r) && !isDigit(r) && isSpace(r)
}

/** strings.ToUpper. */
export function upper(s: string): string {
  return isAscii(s) ? s.toUpperCase() : mapRunes(s, toUpper)
}
/** strings.ToLower. */
export function lower(s: string): string {
  return isAscii(s) ? s.toLowerCase() : mapRunes(s, toLower)
}

function indent(spaces: bigint, s: string): string {
  const pad = repeat(' ', spaces)
  if (!s.includes('\n')) return pad + s
  if (pad.length * s.length > maxLength) throw new Error('strings: Repeat output length overflow')
  return pad + s.replaceAll('\n', '\n' + pad)
}

function trunc(count: bigint, s: string): string {
  const c = Number(count)
  const ascii = isAscii(s)
  const length = ascii ? s.length : byteLength(s)
  if (c < 0) return length + c > 0 ? byteSlice(s, length + c) : s
  return length > c ? (ascii ? s.slice(0, c) : byteSlice(s, 0, c)) : s
}

/** s[from:to] with Go's panics. */
function substring(start: bigint, end: bigint, s: string): string {
  const from = Number(start)
  const to = Number(end)
  const length = byteLength(s)
  if (from < 0) {
    if (to < 0) throw new Error(`runtime error: slice bounds out of range [:${end}]`)
    if (to > length) throw new Error(`runtime error: slice bounds out of range [:${end}] with length ${length}`)
    return byteSlice(s, 0, to)
  }
  if (to < 0 || to > length) {
    if (from > length) throw new Error(`runtime error: slice bounds out of range [${start}:${length}]`)
    return byteSlice(s, from)
  }
  if (from > to) throw new Error(`runtime error: slice bounds out of range [${start}:${end}]`)
  return byteSlice(s, from, to)
}

function split(parts: string[]): StringMap {
  const out = new StringMap()
  parts.forEach((part, i) => out.set(`_${i}`, part))
  return out
}

const text = (f: (s: string) => Value): Family[string] => fn('string', ([s]) => f(s as string))
const text2 = (f: (a: string, b: string) => Value): Family[string] => fn('string,string', ([a, b]) => f(a as string, b as string))
const counted = (f: (n: bigint, s: string) => Value): Family[string] =>
  fn('int,string', ([n, s]) => f((n as Int).value, s as string))

const trimAll = text2((cutset, s) => trim(s, cutset))

export const strings: Family = {
  hello: fn('', () => 'Hello!'),
  abbrev: counted((width, s) => (width < 4 ? s : abbreviate(s, 0n, Number(width)))),
  abbrevboth: fn('int,int,string', ([left, right, s]) => {
    const l = (left as Int).value
    const r = (right as Int).value
    return r < 4 || (l > 0 && r < 7) ? s! : abbreviate(s as string, l, Number(r))
  }),
  trunc: counted(trunc),
  trim: text(trimSpace),
  upper: text(upper),
  lower: text(lower),
  title: text(title),
  untitle: text(uncapitalize),
  substr: fn('int,int,string', ([from, to, s]) => substring((from as Int).value, (to as Int).value, s as string)),
  repeat: counted((count, s) => repeat(s, count)),
  trimall: trimAll,
  trimAll,
  trimSuffix: text2((suffix, s) => (suffix !== '' && endsWith(s, suffix) ? withoutBytes(s, suffix, true) : s)),
  trimPrefix: text2((prefix, s) => (prefix !== '' && startsWith(s, prefix) ? withoutBytes(s, prefix, false) : s)),
  nospace: text(deleteWhiteSpace),
  initials: text(initials),
  swapcase: text(swapCase),
  snakecase: text(snakeCase),
  camelcase: text(pascalCase),
  kebabcase: text(kebabCase),
  wrap: counted((width, s) => wrap(s, Number(width), '\n', false)),
  wrapWith: fn('int,string,string', ([width, separator, s]) =>
    wrap(s as string, Number((width as Int).value), (separator as string) || '\n', true)),
  contains: text2((part, s) => (broken(part) ? asBytes(s).includes(asBytes(part)) : s.includes(part))),
  hasPrefix: text2((prefix, s) => startsWith(s, prefix)),
  hasSuffix: text2((suffix, s) => endsWith(s, suffix)),
  quote: variadic('any', (args) => {
    let out = ''
    let first = true
    for (const v of args) {
      if (v === null) continue
      if (!first) out += ' '
      first = false
      out += quote(strval(v!))
    }
    return out
  }),
  squote: variadic('any', (args) => {
    const out: string[] = []
    for (const v of args) if (v !== null) out.push(`'${formatValue(v!)}'`)
    return out.join(' ')
  }),
  cat: variadic('any', (args) => {
    const out: string[] = []
    for (const v of args) if (v !== null) out.push(formatValue(v!))
    return out.join(' ')
  }),
  indent: counted(indent),
  nindent: counted((spaces, s) => '\n' + indent(spaces, s)),
  replace: fn('string,string,string', ([from, to, s]) => replaceAll(s as string, from as string, to as string)),
  plural: fn('string,string,int', ([one, many, count]) => ((count as Int).value === 1n ? one! : many!)),
  toString: fn('any', ([v]) => strval(v!)),
  toStrings: fn('any', ([v]) => strslice(v!)),
  join: fn('string,any', ([separator, v]) => rejoinBytes(strslice(v!).join(separator as string))),
  sortAlpha: fn('any', ([v]) => {
    const slice = Array.isArray(v) || v instanceof Uint8Array || (v instanceof GoObject && kindOf(v) === 'slice')
    // A []string is sorted in place, as strslice hands back the very slice.
    return slice ? strslice(v!).sort((a, b) => compareStrings(a as string, b as string)) : TypedSlice.make('[]string', [strval(v!)])
  }),
  split: text2((separator, s) => split(splitN(s, separator, -1))),
  splitList: text2((separator, s) => TypedSlice.make('[]string', splitN(s, separator, -1))),
  splitn: fn('string,int,string', ([separator, n, s]) =>
    split(splitN(s as string, separator as string, Number((n as Int).value)))),
  atoi: text((s) => {
    try {
      return int(atoi(s))
    } catch (error) {
      // Sprig drops the error and keeps the value, which is the nearest integer when out of range.
      return error instanceof NumError && typeof error.value === 'bigint' ? int(error.value) : int(0)
    }
  }),
}

function startsWith(s: string, prefix: string): boolean {
  return broken(prefix) ? asBytes(s).startsWith(asBytes(prefix)) : s.startsWith(prefix)
}
function endsWith(s: string, suffix: string): boolean {
  return broken(suffix) ? asBytes(s).endsWith(asBytes(suffix)) : s.endsWith(suffix)
}
function withoutBytes(s: string, part: string, atEnd: boolean): string {
  if (!broken(part)) return atEnd ? s.slice(0, s.length - part.length) : s.slice(part.length)
  const n = byteLength(part)
  return atEnd ? byteSlice(s, 0, byteLength(s) - n) : byteSlice(s, n)
}
