import { describe, expect, test } from 'vitest'
import {
  Duration, Int, NumError, RegexpCache, StringMap, Time, TypedSlice, atoi, byteAt, byteLength, byteSlice, canBackquote,
  compareStrings, emptyUrl, encodeUtf8, fixedZone, formatFloat, hostname, loadLocation, parseDuration, parseFloat, parseInt,
  parseTime, parseUint, parseUrl, pathBase, pathClean, pathDir, pathExt, pathIsAbs, queryEscape, quote, quoteMeta, quoteRune,
  quoteToASCII, runeCount, runes, runesWithIndex, sprint, sprintf, sprintln, unquote, urlString, userinfoString,
} from './index.ts'
import type { IntKind, Value } from './index.ts'
import { vectors } from './vectors.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

/** A Go value of the table: strings, booleans and null as they are, the rest as [type, ...parts]. */
function value(v: Json): Json {
  if (!Array.isArray(v)) return v
  const [type, ...rest] = v as [string, ...Json[]]
  switch (type) {
    case 'f': return Number(rest[0])
    case 'bytes': return encodeUtf8(rest[0])
    case 'list': return rest.map(value)
    case 'strings': return TypedSlice.make('[]string', rest.map(value))
    case 'map': return new Map(entries(rest))
    case 'stringMap': {
      const map = new StringMap()
      for (const [key, item] of entries(rest)) map.set(key, item)
      return map
    }
    case 'duration': return new Duration(BigInt(rest[0]))
    case 'time': {
      const [seconds, nano, zone, name, offset] = rest
      return new Time(BigInt(seconds), nano, zone === 'fixed' ? fixedZone(name, offset) : loadLocation(zone))
    }
    default: return new Int(BigInt(rest[0]), type as IntKind)
  }
}

function entries(flat: Json[]): [string, Value][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], value(flat[2 * i + 1])])
}

const number = (f: number): string => (Object.is(f, -0) ? '-0' : String(f))

/** The answer, or the error as the table writes it. */
function attempt(call: () => Json): Json {
  try {
    return call()
  } catch (e) {
    if (e instanceof NumError) return { error: e.message, value: typeof e.value === 'number' ? number(e.value) : String(e.value) }
    return { error: (e as Error).message }
  }
}

const shown = (t: Time): Json => [String(t.seconds), t.nanosecond, t.zone().name, t.zone().offset, t.location.text()]
const call = (o: Time | Duration, name: string, ...args: Value[]): Json => o.method(name)!.call(args)
const count = (o: Time, name: string): number => Number(call(o, name).value)
const cache = new RegexpCache()

const functions: Record<string, (...args: Json[]) => Json> = {
  sprintf: (format, ...args) => sprintf(format, args),
  sprint: (...args) => sprint(args),
  sprintln: (...args) => sprintln(args),
  quote, quoteToASCII, canBackquote, formatFloat, byteAt, byteSlice, quoteMeta, queryEscape,
  unquote: s => attempt(() => unquote(s)),
  quoteRune: r => quoteRune(Number(r.value)),
  decode: s => [runeCount(s), runes(s), byteLength(s)],
  ranges: s => (s === '' ? null : runesWithIndex(s)),
  compare: (a, b) => Math.sign(compareStrings(a, b)),
  parseInt: (s, base, bits) => attempt(() => String(parseInt(s, base, bits))),
  parseUint: (s, base, bits) => attempt(() => String(parseUint(s, base, bits))),
  atoi: s => attempt(() => String(atoi(s))),
  parseFloat: (s, bits) => attempt(() => number(parseFloat(s, bits))),
  durString: d => d.text(),
  durRound: (d, m) => [call(d, 'Round', m).text(), call(d, 'Truncate', m).text()],
  durParts: d => [
    ...['Hours', 'Minutes', 'Seconds'].map(name => number(call(d, name))),
    String(call(d, 'Milliseconds').value), String(call(d, 'Microseconds').value), call(d, 'Abs').text(),
  ],
  parseDuration: s => attempt(() => String(parseDuration(s).nanoseconds)),
  format: (t, layout) => t.format(layout),
  timeParts: t => [
    count(t, 'Year'), call(t, 'Month').number, count(t, 'Day'), count(t, 'Hour'), count(t, 'Minute'), count(t, 'Second'),
    count(t, 'YearDay'), call(t, 'Weekday').number, call(t, 'IsZero'), String(call(t, 'UnixNano').value), t.text(), call(t, 'IsDST'),
  ],
  parseTime: (layout, text, zone) => attempt(() => shown(parseTime(layout, text, loadLocation(zone)))),
  addDate: (t, years, months, days) => shown(t.addDate(years, months, days)),
  add: (t, d) => shown(t.add(BigInt(d))),
  roundTrunc: (t, d) => [t.round(BigInt(d)), t.truncate(BigInt(d))].flatMap(x => [String(x.seconds), x.nanosecond]),
  sub: (t, u) => [String(t.sub(u).nanoseconds), t.compare(u) < 0, t.compare(u) === 0],
  zoneAt: (zone, seconds) => {
    const { name, offset, dst } = loadLocation(zone).at(seconds)
    return [name, offset, dst]
  },
  regCompile: source => attempt(() => (cache.compile(source), '')),
  regAll: (source, s, n, replacement) => {
    const re = cache.compile(source)
    return [
      re.matchString(s), re.find(s) ?? '', re.findAll(s, n) ?? null, re.split(s, n) ?? null, re.replaceAll(s, replacement),
      re.replaceAllLiteral(s, replacement), re.findSubmatch(s)?.map(g => g ?? '') ?? null,
    ]
  },
  parseUrl: text => attempt(() => {
    const u = parseUrl(text)
    return [
      u.scheme, u.host, hostname(u), u.path, u.rawQuery, u.opaque, u.fragment, u.user ? userinfoString(u.user) : '', urlString(u),
    ]
  }),
  urlString: (scheme, host, path, rawQuery, opaque, fragment) =>
    urlString({ ...emptyUrl(), scheme, host, path, rawQuery, opaque, fragment }),
  path: s => [pathClean(s), pathBase(s), pathDir(s), pathExt(s), pathIsAbs(s)],
}

describe('recorded from Go', () => {
  test.each(Object.keys(vectors))('%s', name => {
    const cases = vectors[name]!
    expect(cases.length).toBeGreaterThan(7)
    for (const entry of cases) {
      const args = entry.slice(0, -1).map(value)
      expect({ args: entry, answer: functions[name]!(...args) }).toEqual({ args: entry, answer: entry[entry.length - 1] })
    }
  })
})
