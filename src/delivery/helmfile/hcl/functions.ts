import { RegexpCache, compareStrings, formatFloat, int, jsonMarshal, jsonUnmarshal, sprintf, type Value } from '../../../language/go/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import { cidrFunctions } from './cidr.ts'
import { numberOf, sameValue, textOf, typeName } from './convert.ts'
import type { HclFunction } from './hcl-function.ts'
import { formatDate, timeAdd } from './time-functions.ts'

type Values = Map<string, Value>

const patterns = new RegexpCache()

/** Lists that functions make, at most. */
const maxItems = 1_000_000

const fn = (names: string, call: (...args: Value[]) => Value, rest = false): HclFunction => {
  const list = names === '' ? [] : names.split(' ')
  return { takes: [rest ? list.length - 1 : list.length, rest ? Infinity : list.length], names: list, call: (args) => call(...args) }
}
const number = (value: Value): number => {
  const n = numberOf(value)
  if (n === undefined) throw new Error('a number is required')
  return n
}
const string = (value: Value): string => {
  const text = textOf(value)
  if (text === undefined) throw new Error(`string required, but have ${typeName(value)}`)
  return text
}
const list = (value: Value): Value[] => {
  if (!Array.isArray(value)) throw new Error(`list required, but have ${typeName(value)}`)
  return value
}
const object = (value: Value): Values => {
  if (!(value instanceof Map)) throw new Error(`object required, but have ${typeName(value)}`)
  return value
}
const sortedEntries = (value: Value): [string, Value][] => [...object(value)].sort(([a], [b]) => compareStrings(a, b))
const unique = (items: readonly Value[]): Value[] => items.filter((item, i) => items.findIndex((other) => sameValue(other, item)) === i)
/** A set's elements come in their order. */
const asSet = (items: readonly Value[]): Value[] => unique(items).sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : compareStrings(textOf(a) ?? jsonMarshal(a), textOf(b) ?? jsonMarshal(b))))
const characters = (text: string): string[] => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
const has = (items: readonly Value[], one: Value): boolean => items.some((item) => sameValue(item, one))
const numbers = (pick: (...n: number[]) => number) => fn('numbers', (...args) => {
  if (args.length === 0) throw new Error('must pass at least one number')
  return pick(...args.map(number))
}, true)

/** Names and results of a match: groups by name when there are any, else by number, else the match. */
function captures(pattern: string, match: readonly (string | undefined)[]): Value {
  const names = [...pattern.replace(/\\./g, '').matchAll(/\((?:\?P?<(\w+)>|(?!\?))/g)].map((group) => group[1])
  if (names.some((name) => name !== undefined)) return new Map(names.flatMap((name, i) => (name === undefined ? [] : [[name, match[i + 1] ?? null] as [string, Value]])))
  return match.length > 1 ? match.slice(1).map((group) => group ?? null) : (match[0] ?? '')
}

function flatten(items: readonly Value[]): Value[] {
  return items.flatMap((item) => (Array.isArray(item) ? flatten(item) : [item]))
}

/** JSON as cty encodes it: keys sorted, no exponents. */
function jsonOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(jsonOf)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, jsonOf(item)]))
  return typeof value === 'number' && Number.isSafeInteger(value) ? int(value) : value
}

/** Numbers of decoded documents are numbers of HCL. */
export function fromDocument(value: Value): Value {
  if (Array.isArray(value)) return value.map(fromDocument)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, fromDocument(item)]))
  return numberOfGo(value)
}

function numberOfGo(value: Value): Value {
  return typeof value === 'object' && value !== null && 'value' in value ? Number(value.value) : value
}

/** cty's format: whole numbers where a verb wants them, JSON for what is no primitive. */
function formatted(format: Value, args: readonly Value[]): string {
  const verbs = [...string(format).matchAll(/%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]))
  const given = args.map((arg, i): Value => {
    if (typeof arg === 'object' && arg !== null) return jsonMarshal(jsonOf(arg))
    if (typeof arg === 'number' && Number.isInteger(arg) && !/[eEfgG]/.test(verbs[i] ?? '')) return int(arg)
    return arg
  })
  return sprintf(string(format), given)
}

/** formatlist: lists item by item, other arguments with each. */
function formattedList(format: Value, args: readonly Value[]): Value[] {
  const lengths = args.filter(Array.isArray).map((one) => one.length)
  if (new Set(lengths).size > 1) throw new Error('lists must be of the same length')
  return Array.from({ length: lengths[0] ?? 1 }, (_, i) => formatted(format, args.map((arg) => (Array.isArray(arg) ? arg[i]! : arg))))
}

function range(...args: Value[]): Value[] {
  const [from, to, given] = args.length === 1 ? [0, number(args[0]!), undefined] : [number(args[0]!), number(args[1]!), args[2] === undefined ? undefined : number(args[2])]
  const step = given ?? (to < from ? -1 : 1)
  if (step === 0) throw new Error('step must not be zero')
  if (Math.abs((to - from) / step) > 1024) throw new Error('more than 1024 values were generated; either decrease the difference between start and end or use a smaller step')
  const out: Value[] = []
  for (let n = from; step > 0 ? n < to : n > to; n += step) out.push(n)
  return out
}

function product(...sets: Value[]): Value[] {
  if (sets.length === 0) throw new Error('at least one argument is required')
  let out: Value[][] = [[]]
  for (const set of sets) {
    out = out.flatMap((head) => list(set).map((item) => [...head, item]))
    if (out.length > maxItems) throw new Error(`more than ${maxItems} combinations`)
  }
  return out
}

function chunks(items: Value, size: Value): Value[] {
  const n = number(size)
  if (n < 0) throw new Error('the size argument must be positive')
  const all = list(items)
  if (n === 0) return [all]
  return Array.from({ length: Math.ceil(all.length / n) }, (_, i) => all.slice(i * n, i * n + n))
}

function csv(text: string): Value[] {
  const rows = text.replace(/\r\n/g, '\n').split('\n').filter((row) => row !== '').map((row) => [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? ''))
  const [header, ...records] = rows
  if (header === undefined) throw new Error('missing header line')
  return records.map((record) => {
    if (record.length !== header.length) throw new Error('wrong number of fields')
    return new Map(header.map((name, i) => [name, record[i]!]))
  })
}

/** The functions of helmfile's HCL, as cty has them (pkg/hcllang/hcl_functions.go); `try` and `can` belong to the evaluation. */
export const hclFunctions: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>(Object.entries({
  abs: fn('num', (n) => Math.abs(number(n))),
  ceil: fn('num', (n) => Math.ceil(number(n))),
  chomp: fn('str', (s) => string(s).replace(/[\r\n]+$/, '')),
  coalesce: fn('vals', (...vals) => {
    const found = vals.find((value) => value !== null)
    if (found === undefined) throw new Error('no non-null arguments')
    return found
  }, true),
  coalescelist: fn('vals', (...vals) => {
    const found = vals.find((value) => Array.isArray(value) && value.length > 0)
    if (found === undefined) throw new Error('no non-null arguments')
    return found
  }, true),
  compact: fn('list', (items) => list(items).filter((item) => item !== null && item !== '')),
  concat: fn('seqs', (...seqs) => {
    if (seqs.length === 0) throw new Error('at least one argument is required')
    return seqs.flatMap(list)
  }, true),
  contains: fn('list value', (items, value) => has(list(items), value!)),
  csvdecode: fn('str', (s) => csv(string(s))),
  distinct: fn('list', (items) => unique(list(items))),
  element: fn('list index', (items, at) => {
    const all = list(items)
    if (all.length === 0) throw new Error('cannot use element function with an empty list')
    return all[((number(at!) % all.length) + all.length) % all.length]!
  }),
  chunklist: fn('list size', (items, size) => chunks(items!, size!)),
  flatten: fn('list', (items) => flatten(list(items))),
  floor: fn('num', (n) => Math.floor(number(n))),
  format: fn('format args', (format, ...args) => formatted(format!, args), true),
  formatdate: fn('format time', (format, time) => formatDate(string(format!), string(time!))),
  formatlist: fn('format args', (format, ...args) => formattedList(format!, args), true),
  indent: fn('spaces str', (n, s) => string(s!).replaceAll('\n', `\n${' '.repeat(Math.min(Math.max(number(n!), 0), 1000))}`)),
  int: fn('num', (n) => Math.trunc(number(n))),
  join: fn('separator lists', (separator, ...lists) => lists.flatMap(list).map(string).join(string(separator!)), true),
  jsondecode: fn('str', (s) => fromDocument(jsonUnmarshal(string(s)))),
  jsonencode: fn('val', (value) => jsonMarshal(jsonOf(value!))),
  keys: fn('inputMap', (map) => sortedEntries(map!).map(([key]) => key)),
  length: fn('collection', (value) => {
    if (Array.isArray(value)) return value.length
    throw new Error('collection must be a list, a map or a tuple')
  }),
  log: fn('num base', (n, base) => Math.log(number(n!)) / Math.log(number(base!))),
  lookup: fn('inputMap key default', (map, key, fallback) => object(map!).get(string(key!)) ?? fallback!),
  lower: fn('str', (s) => string(s).toLowerCase()),
  max: numbers(Math.max),
  merge: fn('maps', (...maps) => new Map(maps.filter((map) => map !== null).flatMap((map) => [...object(map)])), true),
  min: numbers(Math.min),
  parseint: fn('number base', (text, base) => {
    const radix = number(base!)
    const digits = string(text!).toLowerCase()
    const value = Number.parseInt(digits, radix)
    if (Number.isNaN(value) || value.toString(radix) !== digits.replace(/^(-?)0+(?=.)/, '$1').replace(/^\+/, '')) throw new Error(`cannot parse ${JSON.stringify(string(text!))} as a base ${radix} integer`)
    return value
  }),
  pow: fn('num power', (n, power) => number(n!) ** number(power!)),
  range: fn('params', range, true),
  regex: fn('pattern string', (pattern, s) => {
    const match = patterns.compile(string(pattern!)).findSubmatch(string(s!))
    if (match === undefined) throw new Error('pattern did not match any part of the given string')
    return captures(string(pattern!), match)
  }),
  regexall: fn('pattern string', (pattern, s) => {
    const compiled = patterns.compile(string(pattern!))
    return (compiled.findAll(string(s!), -1) ?? []).map((match) => captures(string(pattern!), compiled.findSubmatch(match) ?? [match]))
  }),
  reverselist: fn('list', (items) => [...list(items)].reverse()),
  setintersection: fn('first others', (first, ...others) => asSet(list(first!).filter((item) => others.every((other) => has(list(other), item)))), true),
  setproduct: fn('sets', product, true),
  setsubtract: fn('a b', (a, b) => asSet(list(a!).filter((item) => !has(list(b!), item)))),
  setunion: fn('first others', (first, ...others) => asSet([first!, ...others].flatMap(list)), true),
  signum: fn('num', (n) => Math.sign(number(n))),
  slice: fn('list start end', (items, from, to) => {
    const all = list(items)
    const [a, b] = [number(from!), number(to!)]
    if (a < 0 || b > all.length || a > b) throw new Error(a > b ? 'start index must not be greater than end index' : 'slice indexes must not be outside the list')
    return all.slice(a, b)
  }),
  sort: fn('list', (items) => list(items).map(string).sort(compareStrings)),
  split: fn('separator str', (separator, s) => (string(s!) === '' ? [''] : string(s!).split(string(separator!)))),
  strrev: fn('str', (s) => characters(string(s)).reverse().join('')),
  strlen: fn('str', (s) => characters(string(s)).length),
  substr: fn('str offset length', (s, offset, length) => {
    const all = characters(string(s!))
    const from = number(offset!) < 0 ? Math.max(all.length + number(offset!), 0) : number(offset!)
    const count = number(length!)
    return all.slice(from, count < 0 ? undefined : from + count).join('')
  }),
  timeadd: fn('timestamp duration', (time, duration) => timeAdd(string(time!), string(duration!))),
  title: fn('str', (s) => string(s).replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())),
  trim: fn('str cutset', (s, cut) => trimmed(string(s!), string(cut!))),
  trimprefix: fn('str prefix', (s, prefix) => (string(s!).startsWith(string(prefix!)) ? string(s!).slice(string(prefix!).length) : string(s!))),
  trimspace: fn('str', (s) => string(s).trim()),
  trimsuffix: fn('str suffix', (s, suffix) => (string(suffix!) !== '' && string(s!).endsWith(string(suffix!)) ? string(s!).slice(0, -string(suffix!).length) : string(s!))),
  upper: fn('str', (s) => string(s).toUpperCase()),
  values: fn('mapping', (map) => sortedEntries(map!).map(([, value]) => value)),
  yamldecode: fn('src', (s) => fromDocument(unmarshalV3(string(s)))),
  yamlencode: fn('value', (value) => yamlOf(value!, '')),
  zipmap: fn('keys values', (keys, values) => {
    const [names, items] = [list(keys), list(values!)]
    if (names.length !== items.length) throw new Error(`number of keys (${names.length}) does not match number of values (${items.length})`)
    return new Map(names.map((name, i) => [string(name), items[i]!]))
  }),
  ...cidrFunctions(fn, string, number),
}))

function trimmed(text: string, cut: string): string {
  const set = new Set(cut)
  const all = [...text]
  let [from, to] = [0, all.length]
  while (from < to && set.has(all[from]!)) from++
  while (to > from && set.has(all[to - 1]!)) to--
  return all.slice(from, to).join('')
}

/** YAML as go-cty-yaml writes it: strings in double quotes, keys too. */
function yamlOf(value: Value, indent: string): string {
  const scalar = (one: Value): string => (typeof one === 'string' ? JSON.stringify(one) : one === null ? 'null' : typeof one === 'number' ? formatFloat(one, 'f') : String(one))
  if (Array.isArray(value)) return value.length === 0 ? '[]\n' : value.map((item) => `${indent}- ${nested(item, `${indent}  `, true)}`).join('')
  if (value instanceof Map) return value.size === 0 ? '{}\n' : [...value].sort(([a], [b]) => compareStrings(a, b)).map(([key, item]) => `${indent}${JSON.stringify(key)}: ${nested(item, Array.isArray(item) ? indent : `${indent}  `, false)}`).join('').replaceAll(/: \n/g, ':\n')
  return `${scalar(value)}\n`
}

function nested(item: Value, indent: string, inList: boolean): string {
  const empty = Array.isArray(item) ? item.length === 0 : !(item instanceof Map) || item.size === 0
  if (empty) return yamlOf(item, '')
  const text = yamlOf(item, indent)
  return inList ? text.slice(indent.length) : `\n${text}`
}

