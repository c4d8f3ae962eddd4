import { expect, test } from 'vitest'
import { Int, NilMap, NilSlice, TypedSlice, decodeUtf8, jsonMarshal, jsonMarshalIndent, jsonUnmarshal } from './index.ts'
import type { Value } from './index.ts'
import emitVectors from './json-emit-vectors.json' with { type: 'json' }
import vectors from './json-vectors.json' with { type: 'json' }

/** Recorded from encoding/json of Go 1.26 by `go run . ../../go/json-vectors.json ../../go/json-emit-vectors.json` in ../yaml/judge/. */
function wrongOnes(table: { readonly modes: readonly string[]; readonly cases: readonly (readonly (string | null)[])[] }, functions: Readonly<Record<string, (text: string) => string>>): object[] {
  const wrong: object[] = []
  for (const [text, ...answers] of table.cases as [string, ...(string | null)[]][]) {
    table.modes.forEach((mode, i) => {
      const want = answers.slice(0, i + 1).findLast((a) => a !== null)
      let got: string
      try {
        got = `V${functions[mode]!(text)}`
      } catch (error) {
        got = `E${(error as Error).message}`
      }
      if (got !== want) wrong.push({ mode, text, want, got })
    })
  }
  return wrong
}

test('reads what encoding/json reads and refuses the rest in its words', () => {
  expect(wrongOnes(vectors, { json: (text) => jsonMarshal(jsonUnmarshal(text)) })).toEqual([])
  expect(vectors.cases.length).toBeGreaterThan(100)
})

test('writes as encoding/json does: compact, indented, without HTML escapes', () => {
  expect(wrongOnes(emitVectors, {
    'v-json': (text) => jsonMarshal(typed(JSON.parse(text))),
    'v-indent': (text) => jsonMarshalIndent(typed(JSON.parse(text)), '> ', '\t'),
    'v-raw': (text) => jsonMarshal(typed(JSON.parse(text)), { escapeHtml: false }),
  })).toEqual([])
  expect(emitVectors.cases.length).toBeGreaterThan(50)
})

function typed(d: unknown): Value {
  if (!Array.isArray(d)) return d as Value
  const [type, content] = d as [string, never]
  switch (type) {
    case 'string': return fromBase64(content)
    case 'float64': return content === '+Inf' ? Infinity : content === '-Inf' ? -Infinity : Number(content)
    case 'list': return (content as unknown[]).map(typed)
    case 'map': return new Map((content as [string, unknown][]).map(([key, item]) => [fromBase64(key), typed(item)]))
    default: return new Int(BigInt(content), type as 'int' | 'uint64')
  }
}

function fromBase64(text: string): string {
  return decodeUtf8(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
}

test('knows Go\'s kinds of values', () => {
  expect(jsonMarshal([new NilMap(), NilSlice.ofType('[]string'), new Uint8Array([1, 255]), TypedSlice.make('[]string', ['a']), new Int(5n, 'uint8')])).toBe('[null,null,"Af8=",["a"],5]')
})

test('replaces bytes that are not UTF-8 and lone surrogates', () => {
  expect(jsonMarshal('a\udc80b\ud83d\ude00')).toBe('"a\\ufffdb😀"')
  expect(jsonUnmarshal('"\\ud800x\\ud83d\\ude00"')).toBe('\ufffdx😀')
  expect(jsonUnmarshal('"\udcff"')).toBe('\ufffd')
})

test('holds documents to a depth of 10000', () => {
  expect(() => jsonUnmarshal('['.repeat(10001) + ']'.repeat(10001))).toThrow("invalid character '[' exceeded max depth")
  expect(() => jsonUnmarshal('['.repeat(200_000))).toThrow("invalid character '[' exceeded max depth")
})

test('takes __proto__ for a key and the last of duplicates', () => {
  expect(jsonUnmarshal('{"__proto__":{"a":1},"b":1,"b":2}')).toEqual(new Map<string, Value>([['__proto__', new Map([['a', 1]])], ['b', 2]]))
})
