import { describe, expect, test } from 'vitest'
import { Int } from '../../../language/go/index.ts'
import type { Table } from '../merge-maps.ts'
import { fromJson, outcome, spelled, vectors } from '../vectors/vector-values.ts'
import { jsonPrefix } from './json-prefix.ts'
import { parseSet, parseSetFile, parseSetJson, parseSetLiteral, parseSetString } from './parse.ts'

const parsers: Record<string, (text: string, data: Table) => void> = {
  set: parseSet,
  string: parseSetString,
  json: parseSetJson,
  literal: parseSetLiteral,
  file: (text, data) => parseSetFile(text, data, (name) => `<${name}>`),
}

describe('--set family', () => {
  test.each(vectors<[kind: string, base: unknown, expressions: string[], expected: unknown]>('strvals'))('%s %j %j', (kind, base, expressions, expected) => {
    const data = fromJson(base) as Table
    const got = outcome(() => {
      for (const text of expressions) parsers[kind]!(text, data)
      return spelled(data)
    })
    // Helm keeps the reason of a JSON error to itself.
    if (kind === 'json' && 'error' in (expected as object)) expect(got).toHaveProperty('error')
    else expect(got).toEqual(expected)
  })

  test('integers are int64, what overflows or begins with zero stays text', () => {
    const data: Table = new Map()
    parseSet('a=9223372036854775807,b=9223372036854775808,c=007,d=0,e=-1,f=1.5', data)
    expect(data.get('a')).toEqual(new Int(9223372036854775807n, 'int64'))
    expect([...data.values()].slice(1).map((v) => (v instanceof Int ? v.value : v))).toEqual(['9223372036854775808', '007', 0n, -1n, '1.5'])
  })

  test('bounds: index, nesting of names, nesting of lists', () => {
    expect(() => parseSet('a[65537]=1', new Map())).toThrow('index of 65537 is greater than maximum supported index of 65536')
    expect(() => parseSet(`${'a.'.repeat(31)}b=1`, new Map())).toThrow('value name nested level is greater than maximum supported nested level of 30')
    expect(() => parseSet(`a${'[0]'.repeat(50_000)}=1`, new Map())).toThrow('lists are nested deeper')
  })

  test('__proto__ and constructor are keys like others', () => {
    const data: Table = new Map()
    parseSet('__proto__.polluted=1,constructor=x', data)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect([...data.keys()]).toEqual(['__proto__', 'constructor'])
    expect(jsonPrefix('{"__proto__":{"a":1}} rest').value).toEqual(new Map([['__proto__', new Map([['a', 1]])]]))
  })
})
