import { describe, expect, test } from 'vitest'
import { Int, decodeUtf8, jsonMarshal, type Value } from '../go/index.ts'
import emitVectors from './emit-vectors.json' with { type: 'json' }
import { marshal, marshalPretty, readHead, unmarshal, unmarshalStrict } from './index.ts'
import vectors from './vectors.json' with { type: 'json' }

/**
 * What sigs.k8s.io/yaml and goyaml.v3 answer at the versions Helm 4.3.1 links: the tests of go-yaml by behaviour, mutations of charts' files,
 * texts put together at random, and random values. Recorded by `go run . ../vectors.json ../emit-vectors.json` in judge/.
 */
const read: Readonly<Record<string, (text: string) => string>> = {
  any: (text) => jsonMarshal(unmarshal(text)),
  strict: (text) => jsonMarshal(unmarshalStrict(text)),
  emit: (text) => marshal(unmarshal(text)),
  pretty: (text) => marshalPretty(unmarshal(text)),
  head: (text) => {
    const { apiVersion, kind, name, annotations } = readHead(text)
    return jsonMarshal([apiVersion, kind, name, annotations === undefined ? null : new Map(annotations)])
  },
}

const emit: Readonly<Record<string, (text: string) => string>> = {
  'v-yaml': (text) => marshal(typed(JSON.parse(text))),
  'v-pretty': (text) => marshalPretty(typed(JSON.parse(text))),
}

/** A value as the judge describes it: scalars as [type, text], in base64 what is a string. */
export function typed(d: unknown): Value {
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

function attempt(f: (text: string) => string, text: string): string {
  try {
    return `V${f(text)}`
  } catch (error) {
    return `E${(error as Error).message}`
  }
}

describe.each([
  ['reads as sigs.k8s.io/yaml does', vectors, read],
  ['writes as goyaml does', emitVectors, emit],
] as const)('%s', (_, table, functions) => {
  test.each(table.modes.map((mode, i) => [mode, i] as const))('%s', (mode, i) => {
    const f = functions[mode]!
    const wrong: object[] = []
    for (const [text, ...answers] of table.cases as [string, ...(string | null)[]][]) {
      const want = answers.slice(0, i + 1).findLast((a) => a !== null)
      const got = attempt(f, text)
      if (got !== want) wrong.push({ text, want, got })
    }
    expect(wrong).toEqual([])
    expect(table.cases.length).toBeGreaterThan(100)
  })
})
