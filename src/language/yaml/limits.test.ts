import { expect, it } from 'vitest'
import { marshal, readHead, toJsonText, unmarshal } from './index.ts'

const message = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}
const prefix = 'error converting YAML to JSON: '

// The texts are those of goyaml's limit_test.go and of a Go program over the same inputs.
it.each([
  ['['.repeat(100_000), 'yaml: exceeded max depth of 10000'],
  ['x: ' + '{'.repeat(100_000), 'yaml: exceeded max depth of 10000'],
  ['- '.repeat(100_000), 'yaml: exceeded max depth of 10000'],
  [`{a: &a [{a}${',{a}'.repeat(255_900)}], b: &b [*a${',*a'.repeat(99)}]}`, 'yaml: document contains excessive aliasing'],
  ['a: &a [x,x,x,x,x,x,x,x,x]\n' + 'bcdefgh'.replace(/./g, (c) => `${c}: &${c} [${Array(9).fill(`*${String.fromCharCode(c.charCodeAt(0) - 1)}`).join(',')}]\n`), 'yaml: document contains excessive aliasing'],
  ['a: &a {x: 1, y: *a}', "yaml: anchor 'a' value contains itself"],
  ['&a [*a]', "yaml: anchor 'a' value contains itself"],
])('refuses bombs in bounded time: %#', (text, want) => {
  const started = performance.now()
  expect(message(() => unmarshal(text))).toBe(prefix + want)
  expect(message(() => readHead(text))).toBe(prefix + want)
  // On a busy machine; without bounds each would take hours.
  expect(performance.now() - started).toBeLessThan(30_000)
}, 60_000)

it('takes many aliases as long as they are few compared to the document, and every alias is a copy', () => {
  const value = unmarshal(`x: &x {a: 1}\n${Array.from({ length: 3000 }, (_, i) => `k${i}: *x`).join('\n')}`) as Map<string, unknown>
  expect(value.size).toBe(3001)
  expect(value.get('k1')).toEqual(value.get('k2'))
  expect(value.get('k1')).not.toBe(value.get('k2'))
})

it('reads and writes long scalars', () => {
  const long = 'x'.repeat(20_000_000)
  expect((unmarshal(`a: ${long}`) as Map<string, unknown>).get('a')).toBe(long)
  const block = `a: |\n${`  ${'y'.repeat(98)}\n`.repeat(200_000)}`
  expect(marshal(unmarshal(block))).toBe(block)
})

it('holds keys to 1024 characters, counted as characters', () => {
  const want = prefix + 'yaml: mapping values are not allowed in this context'
  expect(message(() => unmarshal(`${'k'.repeat(1025)}: x`))).toBe(want)
  expect(message(() => unmarshal(`${'😀'.repeat(1025)}: x`))).toBe(want)
  expect((unmarshal(`${'😀'.repeat(1024)}: x`) as Map<string, unknown>).size).toBe(1)
})

it('writes what contains itself as an error', () => {
  const map = new Map<string, never>()
  map.set('a', map as never)
  expect(message(() => marshal(map))).toBe('error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}')
})

it('keeps all digits of integers in JSON text', () => {
  expect(toJsonText('a: 18446744073709551615\nb: -9223372036854775808\nc: 0x7fffffffffffffff\nd: 99999999999999999999')).toBe('{"a":18446744073709551615,"b":-9223372036854775808,"c":9223372036854775807,"d":100000000000000000000}')
})

it('treats __proto__ and constructor as ordinary keys', () => {
  const value = unmarshal('__proto__: {a: 1}\nconstructor: 2\n') as Map<string, unknown>
  expect([...value.keys()]).toEqual(['__proto__', 'constructor'])
  expect(marshal(value as never)).toBe('__proto__:\n  a: 1\nconstructor: 2\n')
})
