import { expect, test } from 'vitest'
import type { Value } from '../go/index.ts'
import { evaluateJsonPath, findJsonPath, parseJsonPath } from './index.ts'

const map = (entries: Record<string, Value>): Value => new Map(Object.entries(entries))
const values = map({
  image: map({ repository: 'nginx', tag: '1.2' }), n: 1_000_000, nothing: null, list: [map({ name: 'a', n: 1 }), map({ name: 'b', n: 2.5, sub: [1, 2] })], deep: [[1], [2, 3]], 'a.b': 'dotted',
})
const find = (path: string): string => evaluateJsonPath(parseJsonPath(path), values)

test.each([
  ['{.image.tag}', '1.2'], ['{.image}', '{"repository":"nginx","tag":"1.2"}'], ['{.n}', '1e+06'], ['{.nothing}', 'null'], ['{.list[*].name}', 'a b'], ['{.list[-1].name}', 'b'], ['{.list[0,1].n}', '1 2.5'],
  ['{range .list[*]}{.name}:{.n};{end}!', 'a:1;b:2.5;!'], ['{range .list[*]}{range .sub[*]}{@}{end},{end}', undefined], ['{.list[?(@.n>1.5)].name}', 'b'], ['{.list[?(@.name=="a")].n}', '1'], ['{.list[?(@.sub)].name}', 'b'], ['{..name}', 'a b'],
  ['{.deep[*][*]}', '1 2 3'], ["{['a\\.b']}", 'dotted'], ['plain {.image.repository} text', 'plain nginx text'], ['{"x\\ty"}', 'x\ty'], ['', ''], ['{.list[1:0]}', undefined], ['{.gone}', undefined], ['{.list[9]}', undefined], ['{end}', undefined], ['{.list[?(@.n==1)].n}', undefined],
])('%s', (path, expected) => {
  if (expected === undefined) expect(() => find(path)).toThrow()
  else expect(find(path)).toBe(expected)
})

test.each([
  ['{.image', 'unclosed action'], ['{.list[}', 'unterminated array'], ['{.list[x]}', 'invalid array index x'], ['{.list[?(@.n==1)}', 'unclosed array expect ]'], ['{"x}', 'unterminated quoted string'], ['{%}', "unrecognized character in action: U+0025 '%'"], ['{1.2.3}', 'cannot parse number 1.2.3'], ['{....x}', 'invalid multiple recursive descent'],
])('%s is refused', (path, message) => {
  expect(() => parseJsonPath(path)).toThrow(message)
})

test('found values keep their types', () => {
  expect(findJsonPath(parseJsonPath('{.list[*].n}'), values)).toEqual([1, 2.5])
  expect(findJsonPath(parseJsonPath('{.nothing}'), values)).toEqual([null])
  expect(findJsonPath(parseJsonPath('{.list[?(@.n>9.0)]}'), map({ list: [map({ n: 2.5 })] }))).toEqual([])
})

test('long and deep input ends', () => {
  expect(find(`{.list[0]${'.x'.repeat(0)}}`)).toBe('{"n":1,"name":"a"}')
  expect(() => find(`{${'.x'.repeat(100_000)}}`)).toThrow('x is not found')
  expect(find('x'.repeat(1_000_000))).toHaveLength(1_000_000)
})
