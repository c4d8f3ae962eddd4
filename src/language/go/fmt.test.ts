import { describe, expect, test } from 'vitest'
import { Duration, GoObject, Int, Month, NilMap, NilSlice, Time, formatValue, int, sprint, sprintf, utc } from './index.ts'
import type { Kind, Value } from './index.ts'

class Point extends GoObject {
  readonly goType: string
  readonly goKind: Kind
  constructor(pointer: boolean) {
    super()
    this.goType = pointer ? '*main.P' : 'main.P'
    this.goKind = pointer ? 'ptr' : 'struct'
  }
  override fields(): [string, Value][] {
    return [['A', int(1)], ['B', 'x'], ['C', null]]
  }
}

class Named extends GoObject {
  readonly goType = 'main.S'
  readonly goKind = 'struct'
  override fields(): [string, Value][] {
    return [['A', int(3)]]
  }
  override text(): string {
    return 'S!'
  }
}

// Verb, then what Go 1.26 prints for a struct, a pointer to it, a Stringer, a list of one and a map with a duration.
const table: [string, string, string, string, string, string][] = [
  ['%v', '{1 x <nil>}', '&{1 x <nil>}', 'S!', '[S!]', 'map[k:1.5s]'],
  ['%+v', '{A:1 B:x C:<nil>}', '&{A:1 B:x C:<nil>}', 'S!', '[S!]', 'map[k:1.5s]'],
  [
    '%#v', 'main.P{A:1, B:"x", C:interface {}(nil)}', '&main.P{A:1, B:"x", C:interface {}(nil)}', 'main.S{A:3}',
    '[]interface {}{main.S{A:3}}', 'map[string]interface {}{"k":1500000000}',
  ],
  ['%s', '{%!s(int=1) x <nil>}', '&{%!s(int=1) x <nil>}', 'S!', '[S!]', 'map[k:1.5s]'],
  ['%d', '{1 %!d(string=x) <nil>}', '&{1 %!d(string=x) <nil>}', '{3}', '[{3}]', 'map[%!d(string=k):1500000000]'],
  ['%T', 'main.P', '*main.P', 'main.S', '[]interface {}', 'map[string]interface {}'],
  ['%q', "{'\\x01' \"x\" <nil>}", "&{'\\x01' \"x\" <nil>}", '"S!"', '["S!"]', 'map["k":"1.5s"]'],
  ['%5v|', '{    1     x <nil>}|', '&{    1     x <nil>}|', '   S!|', '[   S!]|', 'map[    k: 1.5s]|'],
  ['%x', '{1 78 <nil>}', '&{1 78 <nil>}', '5321', '[5321]', 'map[6b:312e3573]'],
]

describe('objects', () => {
  test.each(table)('%s', (format, struct, pointer, stringer, list, map) => {
    expect(sprintf(format, [new Point(false)])).toBe(struct)
    expect(sprintf(format, [new Point(true)])).toBe(pointer)
    expect(sprintf(format, [new Named()])).toBe(stringer)
    expect(sprintf(format, [[new Named()]])).toBe(list)
    expect(sprintf(format, [new Map([['k', new Duration(1_500_000_000n)]])])).toBe(map)
  })

  test('named integers and times', () => {
    const t = Time.date(2024, 2, 29, 12, 0, 0, 5, utc)
    expect(sprintf('%v %d %#v %T', [new Month(3), new Month(3), new Month(3), new Month(3)])).toBe('March 3 3 time.Month')
    expect(sprintf('%v|%#v', [[t], t])).toBe(
      '[2024-02-29 12:00:00.000000005 +0000 UTC]|time.Date(2024, time.February, 29, 12, 0, 0, 5, time.UTC)',
    )
  })
})

test('values print as fmt.Sprint prints them', () => {
  const nested = new Map<string, Value>([['b', [1e6, null, true]], ['a', new Map([['__proto__', int(-1)]])]])
  expect(formatValue(nested)).toBe('map[a:map[__proto__:-1] b:[1e+06 <nil> true]]')
  expect(sprint([int(1), int(2), 'x', 'y', 1.5, new Int(3n, 'uint8')])).toBe('1 2xy1.5 3')
})

test('nil slices and maps', () => {
  const args = [NilSlice.ofType('[]string'), new NilMap()]
  expect(sprintf('%v %v', args)).toBe('[] map[]')
  expect(sprintf('%#v %#v', args)).toBe('[]string(nil) map[string]interface {}(nil)')
})

test('formats without their arguments', () => {
  expect(sprintf('plain', [])).toBe('plain')
  expect(sprintf('100% sure', [])).toBe('100%!s(MISSING)ure')
  expect(sprintf('100%', [int(1)])).toBe('100%!(NOVERB)%!(EXTRA int=1)')
  expect(sprintf('%d%%', [int(5)])).toBe('5%')
})

test('hostile widths cost little', () => {
  expect(sprintf('%99999999999d', [int(1)])).toBe('%!(NOVERB)%!(EXTRA int=1)')
  expect(sprintf('%.1000000f', [0.1]).length).toBe(1_000_002)
})
