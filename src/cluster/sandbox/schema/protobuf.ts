import { put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Schema } from './schema.ts'

/**
 * Reads Kubernetes' protocol buffers (application/vnd.kubernetes.protobuf), which Go's typed clients send: `k8s\0`, then a
 * runtime.Unknown with the kind and the object's message.
 */
export function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } | undefined {
  if (bytes[0] !== 0x6b || bytes[1] !== 0x38 || bytes[2] !== 0x73 || bytes[3] !== 0) return undefined
  let apiVersion = ''
  let kind = ''
  let raw: Uint8Array = new Uint8Array()
  for (const f of fields(bytes.subarray(4))) {
    if (f.number === 1) for (const g of fields(f.bytes)) { if (g.number === 1) apiVersion = text(g.bytes); else if (g.number === 2) kind = text(g.bytes) }
    else if (f.number === 2) raw = f.bytes
  }
  return { apiVersion, kind, raw }
}

/** A message as JSON. */
export function readMessage(bytes: Uint8Array, schema: Schema): JsonMap {
  const out: JsonMap = {}
  const byNumber = new Map([...schema.fields!.values()].filter((f) => f.number > 0).map((f) => [f.number, f]))
  for (const f of fields(bytes)) {
    const field = byNumber.get(f.number)
    if (field === undefined) continue
    const inner = field.schema
    if (inner.type === 'list') {
      const list = (out[field.name] ??= []) as unknown[]
      if (f.wire === 2 && isVarint(inner.element!)) for (const v of packed(f.bytes)) list.push(Number(v))
      else list.push(value(f, inner.element!))
    } else if (inner.type === 'map') {
      const map = (out[field.name] ??= {}) as JsonMap
      let key = ''
      let v: unknown
      for (const g of fields(f.bytes)) { if (g.number === 1) key = text(g.bytes); else if (g.number === 2) v = value(g, inner.element!) }
      put(map, key, v ?? zero(inner.element!))
    } else out[field.name] = value(f, inner)
  }
  return out
}

interface Raw { number: number; wire: number; varint: bigint; bytes: Uint8Array }

const decoder = new TextDecoder()
const text = (b: Uint8Array): string => decoder.decode(b)
const isVarint = (s: Schema): boolean => s.type === 'int32' || s.type === 'int64' || s.type === 'bool'

function zero(s: Schema): unknown {
  return isVarint(s) ? (s.type === 'bool' ? false : 0) : s.type === 'list' ? [] : s.type === 'struct' || s.type === 'map' ? {} : ''
}

function value(f: Raw, schema: Schema): unknown {
  switch (schema.type) {
    case 'string': return text(f.bytes)
    case 'bool': return f.varint !== 0n
    case 'int32': case 'int64': return Number(BigInt.asIntN(64, f.varint))
    case 'float': return new DataView(f.bytes.buffer, f.bytes.byteOffset, 8).getFloat64(0, true)
    case 'bytes': return Buffer.from(f.bytes).toString('base64')
    case 'quantity': {
      for (const g of fields(f.bytes)) if (g.number === 1) return text(g.bytes)
      return '0'
    }
    case 'time': case 'microtime': return time(f.bytes, schema.type === 'microtime')
    case 'intOrString': {
      let type = 0
      let number = 0
      let string = ''
      for (const g of fields(f.bytes)) {
        if (g.number === 1) type = Number(g.varint)
        else if (g.number === 2) number = Number(BigInt.asIntN(64, g.varint))
        else if (g.number === 3) string = text(g.bytes)
      }
      return type === 1 ? string : number
    }
    case 'any': case 'raw': case 'open': {
      for (const g of fields(f.bytes)) {
        if (g.number !== 1) continue
        try {
          return JSON.parse(text(g.bytes))
        } catch {
          return undefined
        }
      }
      return undefined
    }
    case 'list': return [...fields(f.bytes)].filter((g) => g.number === 1).map((g) => value(g, schema.element!))
    case 'map': return {}
    case 'struct': return readMessage(f.bytes, schema)
  }
}

function time(bytes: Uint8Array, micro: boolean): string | undefined {
  let seconds = 0n
  let nanos = 0
  let any = false
  for (const g of fields(bytes)) {
    any = true
    if (g.number === 1) seconds = BigInt.asIntN(64, g.varint)
    else if (g.number === 2) nanos = Number(g.varint)
  }
  if (!any) return undefined
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return micro ? `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`
}

function varint(bytes: Uint8Array, at: number): [bigint, number] {
  let result = 0n
  let shift = 0n
  for (;;) {
    const b = bytes[at++]
    if (b === undefined || shift > 63n) throw new RangeError('unexpected EOF')
    result |= BigInt(b & 0x7f) << shift
    if (b < 0x80) return [result, at]
    shift += 7n
  }
}

function* packed(bytes: Uint8Array): Generator<bigint> {
  let at = 0
  while (at < bytes.length) {
    const [v, next] = varint(bytes, at)
    at = next
    yield BigInt.asIntN(64, v)
  }
}

const none = new Uint8Array()

function* fields(bytes: Uint8Array): Generator<Raw> {
  let at = 0
  while (at < bytes.length) {
    let key: bigint
    ;[key, at] = varint(bytes, at)
    const number = Number(key >> 3n)
    const wire = Number(key & 7n)
    if (wire === 0) {
      let v: bigint
      ;[v, at] = varint(bytes, at)
      yield { number, wire, varint: v, bytes: none }
      continue
    }
    let length: number
    if (wire === 2) {
      let n: bigint
      ;[n, at] = varint(bytes, at)
      length = Number(n)
    } else if (wire === 1) length = 8
    else if (wire === 5) length = 4
    else throw new RangeError(`unexpected wire type ${wire}`)
    if (at + length > bytes.length) throw new RangeError('unexpected EOF')
    yield { number, wire, varint: 0n, bytes: bytes.subarray(at, at + length) }
    at += length
  }
}
