import { createDecipheriv, createHmac, hash, scryptSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  compareStrings, decodeUtf8, Duration, encodeUtf8, Int, loadLocation, NilMap, NilSlice, StringMap, Time, TypedSlice, typeOf, utc,
  ValuesMap,
} from '../go/index.ts'
import type { Host, HostCrypto, IntKind, Runtime, Value } from '../go/index.ts'
import { helmFunctions, parseVersion, VersionObject } from './index.ts'

/**
 * function-vectors.json: calls and what Helm 4.3.1's function map made of them, recorded by a Go program that ran each as a
 * template action on data of those types; a sample of some 150,000 generated calls, all of which were compared. Values:
 * JSON's own for nil, bool, string, []interface {} and fractions; else an object with one key that names the type.
 */
type Coded = null | boolean | string | number | Coded[] | { [type: string]: unknown }
type Vector = [name: string, args: Coded[], result: Coded]

const vectors = JSON.parse(readFileSync(new URL('function-vectors.json', import.meta.url), 'utf8')) as Vector[]

function decode(coded: Coded): Value {
  if (coded === null || typeof coded !== 'object') return coded
  if (Array.isArray(coded)) return coded.map(decode)
  const [type, body] = Object.entries(coded)[0]!
  const into = <M extends Map<string, Value>>(map: M): M => {
    for (const [key, v] of body as [string, Coded][]) map.set(key, decode(v))
    return map
  }
  switch (type) {
    case 'f': return Number(body)
    case 'nil': return body === 'map' ? new NilMap() : NilSlice.ofType(body as string)
    case 'bytes': return encodeUtf8(body as string)
    case 'map': return into(new Map())
    case 'values': return into(new ValuesMap())
    case 'strings': return into(new StringMap())
    case 'duration': return new Duration(BigInt(body as string))
    case 'version': return new VersionObject(parseVersion(body as string))
    case 'time': {
      const [seconds, nanosecond, zone] = body as [string, number, string]
      return new Time(BigInt(seconds), nanosecond, loadLocation(zone), utc)
    }
  }
  if (type.startsWith('[]')) return TypedSlice.make(type, (body as Coded[]).map(decode))
  return new Int(BigInt(body as string), type as IntKind)
}

function encode(v: Value): Coded {
  if (v === null || typeof v === 'string' || typeof v === 'boolean') return v
  if (typeof v === 'number') {
    return Number.isInteger(v) || !Number.isFinite(v) ? { f: Object.is(v, -0) ? '-0' : String(v) } : v
  }
  if (v instanceof Int) return { [v.kind]: String(v.value) }
  if (v instanceof NilMap) return { nil: 'map' }
  if (v instanceof NilSlice) return { nil: v.goType }
  if (v instanceof Uint8Array) return { bytes: decodeUtf8(v) }
  if (v instanceof Map) {
    const name = { 'map[string]interface {}': 'map', 'common.Values': 'values', 'map[string]string': 'strings' }[typeOf(v)]!
    return { [name]: [...v.keys()].sort(compareStrings).map((key) => [key, encode(v.get(key)!)]) }
  }
  if (Array.isArray(v)) {
    const items = Array.from(v, encode)
    return typeOf(v) === '[]interface {}' ? items : { [typeOf(v)]: items }
  }
  if (v instanceof Duration) return { duration: String(v.nanoseconds) }
  if (v instanceof Time) return { time: [String(v.seconds), v.nanosecond, v.location.text()] }
  return { version: (v as VersionObject).version.original }
}

const unused = (): never => {
  throw new Error('no vector makes keys')
}
const crypto: HostCrypto = {
  hash: (algorithm, data) => hash(algorithm, data, 'buffer'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  scrypt: (password, salt, N, r, p, length) => scryptSync(password, salt, length, { N, r, p, maxmem: 1 << 27 }),
  aesCbc: (_, key, iv, data) => createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(data),
  generateKey: unused,
  sign: unused,
  publicKeyDer: unused,
  bcrypt: unused,
}
const host: Host = {
  now: () => 1_700_000_000_000_000_000n,
  randomBytes: (count) => new Uint8Array(count),
  localZone: 'UTC',
  lookup: () => new Map(),
  getHostByName: () => '',
  lint: false,
  crypto,
}
const runtime: Runtime = { include: () => '', tpl: () => '', host }

const byName = new Map<string, Vector[]>()
for (const vector of vectors) byName.set(vector[0], [...(byName.get(vector[0]) ?? []), vector])

describe('results and errors as Helm gives them', () => {
  test.each([...byName])('%s', (name, calls) => {
    const fn = helmFunctions.get(name)!
    for (const [, args, expected] of calls) {
      let result: Coded
      try {
        result = encode(fn.call(args.map(decode), runtime))
      } catch (error) {
        result = { error: (error as Error).message }
      }
      expect(result, `${name} ${JSON.stringify(args)}`).toEqual(expected)
    }
  })
})
