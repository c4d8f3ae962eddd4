import { expect, test } from 'vitest'
import { jsonMarshal, parseTime, type Value } from '../../language/go/index.ts'
import { getAt, getOrNil, setValueAtPath } from './path-values.ts'
import { parseStateValues } from './state-values.ts'
import { mergeValues } from './values-merge.ts'
import { fromPlain, toPlain, type Json } from '../../language/yaml/index.ts'

const values = (json: Json): Map<string, Value> => fromPlain(json) as Map<string, Value>

test('get', () => {
  const object = values({ a: { b: 'x', n: null }, t: 'text' })
  expect(getAt('a.b', [object])).toBe('x')
  expect(getAt('', [object])).toBe(object)
  expect(getAt('a.c', ['other', object])).toBe('other')
  expect(() => getAt('a.c', [object])).toThrow('no value exist for key "c" in map[b:x n:<nil>]')
  expect(() => getAt('t.c', [object])).toThrow('unexpected type(string) of value for key "c": it must be either map[string]any or any struct')
  expect(() => getAt('a', [1, 2, 3])).toThrow('expected 1 or 2, got 3')
  expect(getAt('a', ['other', parseTime('2006-01-02', '2020-01-01')])).toBe('other')
  expect(getOrNil('t.c', object)).toBeNull()
})

test('setValueAtPath', () => {
  const object = values({ a: { b: 1 }, t: 1 })
  setValueAtPath('a.c', 2, object)
  expect(toPlain(object)).toEqual({ a: { b: 1, c: 2 }, t: 1 })
  expect(() => setValueAtPath('x.c', 2, object)).toThrow('value for key "x" does not exist')
  expect(() => setValueAtPath('t.c', 2, object)).toThrow('value for key "t" was not a map')
})

test.each([
  [['a.b=1,c=true'], [], { a: { b: 1 }, c: true }],
  [['a[1]=x', 'a[0].b=null'], [], { a: [{ b: null }, 'x'] }],
  [['n=007,z=0,f=1.5,e='], ['s=1'], { n: '007', z: 0, f: '1.5', e: '', s: '1' }],
  [['a\\.b=1'], ["q='x,y',r=z"], { 'a.b': 1, q: "'x,y'", r: 'z' }],
])('%j', (sets, strings, expected) => {
  expect(JSON.parse(jsonMarshal(parseStateValues(sets, strings)))).toEqual(expected)
})

test('what --state-values-set cannot be', () => {
  expect(() => parseStateValues(['secret'], [])).toThrow('each value needs a key')
  expect(() => parseStateValues(['a[99999999]=1'], [])).toThrow('index 99999999 is too large')
  expect(() => parseStateValues(['a=1,a.b=2'], [])).toThrow('a key below a value that is no map')
})

test('merging: lists are replaced, unless null leaves items in place', () => {
  const base = values({ l: [1, 2, 3], m: { a: 1 }, k: 'x' })
  expect(toPlain(mergeValues(base, values({ l: [9], m: { b: 2 }, k: null })))).toEqual({ l: [9], m: { a: 1, b: 2 }, k: 'x' })
  expect(toPlain(mergeValues(base, values({ l: [null, 9] })))).toEqual({ l: [1, 9, 3], m: { a: 1 }, k: 'x' })
  expect(toPlain(mergeValues(base, values({ l: [9] }), 'merge'))).toEqual({ l: [9, 2, 3], m: { a: 1 }, k: 'x' })
})
