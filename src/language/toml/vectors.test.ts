import { expect, test } from 'vitest'
import { Int, Time, decodeUtf8, jsonMarshal, type Value } from '../go/index.ts'
import emitVectors from './emit-vectors.json' with { type: 'json' }
import { TomlError, tomlMarshal, tomlUnmarshal } from './index.ts'
import vectors from './vectors.json' with { type: 'json' }

/**
 * Recorded from BurntSushi/toml 1.6.0 by `go run . ../../toml/vectors.json ../../toml/emit-vectors.json` in ../yaml/judge/: documents of its own tests and
 * random ones, read and written again, and random values written.
 */
function check(cases: readonly (readonly (string | null)[])[], f: (text: string) => string): void {
  const wrong: object[] = []
  for (const [text, want] of cases as [string, string][]) {
    let got: string
    try {
      got = `V${f(text)}`
    } catch (error) {
      got = `E${(error as Error).message}`
    }
    // Bytes that are not UTF-8 are replaced in what was recorded.
    got = got.replace(/[\udc80-\udcff]/g, (c, i: number) => (/[\ud800-\udbff]/.test(got[i - 1] ?? '') ? c : '\ufffd'))
    if (got !== want) wrong.push({ text, want, got })
  }
  expect(wrong).toEqual([])
  expect(cases.length).toBeGreaterThan(50)
}

test('reads and writes again', () => {
  check(vectors.cases, (text) => {
    const value = tomlUnmarshal(text)
    let json: string
    try {
      json = jsonMarshal(value)
    } catch (error) {
      json = `MARSHAL ERROR ${(error as Error).message}`
    }
    return `${json}\n${tomlMarshal(value)}`
  })
})

test('writes values', () => check(emitVectors.cases, (text) => tomlMarshal(typed(JSON.parse(text)))))

test('gives Go\'s types', () => {
  const value = tomlUnmarshal('i = 1\nt = 1979-05-27T07:32:00-08:00\n[[a]]\nx = 1\n')
  expect(value.get('i')).toEqual(new Int(1n, 'int64'))
  expect(value.get('t')).toBeInstanceOf(Time)
  expect(value.get('a')).toMatchObject({ goType: '[]map[string]interface {}' })
})

test('tells errors from panics', () => {
  expect(() => tomlMarshal([null])).toThrow(TomlError)
  expect(() => tomlMarshal(null)).not.toThrow(TomlError)
  expect(() => tomlUnmarshal('a = \udc80')).toThrow('toml: line 1 (last key "a"): invalid UTF-8 byte: 0x80')
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
