import { GoObject, Int, encodeUtf8, formatFloat, isValidUtf8, type Value } from '../go/index.ts'
import { AnyKeyMap } from './any-key-map.ts'
import { Emitter } from './emit.ts'
import { compareRaw, word, type RawKey } from './raw.ts'
import { compareKeysV3 } from './sort-keys.ts'
import { yamlError } from './yaml-error.ts'

/** A Go struct, as a map by its fields' names in YAML: it is written in the order of its entries. */
export class StructMap extends Map<string, Value> {}

/**
 * goyaml.v3's Encoder with SetIndent(2), Helm's toYamlPretty (which trims the final line break): values are written as they are, without
 * JSON in between, so that 1000000.0 is `1e+06` and a byte slice a list of numbers.
 */
export function marshalPretty(v: Value): string {
  const emitter = new Emitter(true)
  try {
    write(emitter, v)
  } catch (error) {
    if (error instanceof RangeError) throw yamlError('yaml: the value contains itself')
    throw error
  }
  return emitter.finish()
}

function write(emitter: Emitter, v: Value): void {
  switch (typeof v) {
    case 'string':
      if (isValidUtf8(v)) emitter.string(v)
      else emitter.tagged('!!binary', binaryText(v), false)
      return
    case 'number': emitter.word(floatText(v)); return
    case 'boolean': emitter.word(v ? 'true' : 'false'); return
  }
  if (v === null || v === undefined) {
    emitter.word('null')
  } else if (v instanceof Map) {
    if (v.size === 0) return emitter.emptyMapping()
    emitter.startMapping()
    if (v instanceof AnyKeyMap) {
      writeAnyKeys(emitter, v)
      return
    }
    for (const key of v instanceof StructMap ? v.keys() : [...v.keys()].sort(compareKeysV3)) {
      writeKey(emitter, key)
      write(emitter, v.get(key)!)
    }
    emitter.end()
  } else if (v instanceof Int) {
    emitter.word(v.value.toString())
  } else if (Array.isArray(v) || v instanceof Uint8Array) {
    if (v.length === 0) return emitter.emptySequence()
    emitter.startSequence()
    for (const item of v) {
      emitter.item()
      if (v instanceof Uint8Array) emitter.word(String(item))
      else write(emitter, item as Value)
    }
    emitter.end()
  } else {
    writeObject(emitter, v)
  }
}

function writeAnyKeys(emitter: Emitter, map: AnyKeyMap): void {
  const keys = [...map.keysByText].sort(([, a], [, b]) => compareRaw(a as RawKey, b as RawKey))
  for (const [text, key] of keys) {
    if (typeof key === 'string') writeKey(emitter, key)
    else emitter.keyWord(key instanceof GoObject ? String(key.toJSONValue()) : word(key as RawKey))
    write(emitter, map.get(text)!)
  }
  emitter.end()
}

function writeKey(emitter: Emitter, key: string): void {
  if (isValidUtf8(key)) emitter.key(key)
  else emitter.tagged('!!binary', binaryText(key), true)
}

/** Times and what has MarshalText become strings, other structs mappings by the lower-cased names of their fields. */
function writeObject(emitter: Emitter, object: GoObject): void {
  const text = object.text()
  if (/^\*?time\.Time$/.test(object.goType)) return emitter.word(String(object.toJSONValue()))
  if (text !== undefined) return emitter.string(text)
  const fields = object.fields()
  if (fields.length === 0) return emitter.emptyMapping()
  emitter.startMapping()
  for (const [name, value] of fields) {
    emitter.key(name.toLowerCase())
    write(emitter, value)
  }
  emitter.end()
}

function floatText(f: number): string {
  if (Number.isFinite(f)) return formatFloat(f, 'g')
  return Number.isNaN(f) ? '.nan' : f > 0 ? '.inf' : '-.inf'
}

/** base64 in lines of 70 characters when it needs more than one (resolve.go encodeBase64). */
export function binaryText(s: string): string {
  const text = btoa(String.fromCharCode(...encodeUtf8(s)))
  if (text.length < 70) return text
  return text.replace(/.{1,70}/g, '$&\n')
}
