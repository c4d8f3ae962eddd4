import { GoObject, Int, TypedSlice, formatFloat, isNil, jsonMarshal, type Value } from '../go/index.ts'
import { YamlMap, jsonString, type YamlValue } from './decode.ts'
import { Emitter } from './emit.ts'
import { Resolver, intTag } from './resolve.ts'
import { compareKeys } from './sort-keys.ts'
import { decodeYaml } from './unmarshal.ts'
import { yamlError } from './yaml-error.ts'

/**
 * sigs.k8s.io/yaml's Marshal, Helm's toYaml (which trims the final line break): the value goes through JSON, so integral floats below
 * 1e21 become integers and byte slices base64, and is written by goyaml.v2 with sorted keys.
 * @throws PintleError with Go's text: `error marshaling into JSON: json: unsupported value: NaN`
 */
export function marshal(v: Value): string {
  try {
    const writer = new Writer()
    if (writer.value(v, 0)) return writer.emitter.finish()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw yamlError('error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}')
  }
  return marshalThroughText(v)
}

/** Characters that JSON leaves as they are but YAML forbids or folds. */
const unsafe = /[\x7f-\x9f\ufffe\uffff]/
/** Keys of this length may be too long for a simple key once they are quoted. */
const longKey = 160

/** The way Go goes, for values whose JSON text YAML reads differently. */
function marshalThroughText(v: Value): string {
  let text: string
  try {
    text = jsonMarshal(v)
  } catch (error) {
    throw yamlError(`error marshaling into JSON: ${(error as Error).message}`)
  }
  const value = decodeYaml(text, false)
  const writer = new Writer()
  writer.yamlValue(value)
  return writer.emitter.finish()
}

/** Walks a value and writes it. The methods return false when they met something that has to go through text. */
class Writer {
  readonly emitter = new Emitter()
  readonly #resolver = new Resolver()

  value(v: Value, depth: number): boolean {
    switch (typeof v) {
      case 'string': {
        const text = jsonString(v)
        if (unsafe.test(text)) return false
        this.emitter.string(text)
        return true
      }
      case 'number': this.emitter.word(this.#number(v)); return true
      case 'boolean': this.emitter.word(v ? 'true' : 'false'); return true
    }
    if (v === null || v === undefined || isNil(v)) {
      this.emitter.word('null')
      return true
    }
    if (depth > 4000) return false
    if (v instanceof Map) return this.#mapping(v, depth)
    if (Array.isArray(v)) return this.#sequence(v, depth)
    if (v instanceof Int) {
      this.emitter.word(v.value.toString())
      return true
    }
    if (v instanceof Uint8Array) return this.value(base64(v), depth)
    return this.value((v as GoObject).toJSONValue(), depth + 1)
  }

  #mapping(map: Map<string, Value>, depth: number): boolean {
    const emitter = this.emitter
    if (map.size === 0) {
      emitter.emptyMapping()
      return true
    }
    emitter.startMapping()
    let keys = [...map.keys()]
    let source = map
    if (keys.some((key) => jsonString(key) !== key)) {
      source = new Map([...map].map(([key, value]) => [jsonString(key), value]))
      keys = [...source.keys()]
    }
    if (keys.length > 1) keys.sort(compareKeys)
    for (const key of keys) {
      if (key.length > longKey || unsafe.test(key)) return false
      emitter.key(key)
      if (!this.value(source.get(key)!, depth + 1)) return false
    }
    emitter.end()
    return true
  }

  #sequence(list: Value[], depth: number): boolean {
    const emitter = this.emitter
    if (list.length === 0) {
      emitter.emptySequence()
      return true
    }
    if (list instanceof TypedSlice && list.goType === '[]uint8') return this.value(base64(Uint8Array.from(list, (x) => Number((x as Int).value))), depth)
    emitter.startSequence()
    for (const item of list) {
      emitter.item()
      if (!this.value(item, depth + 1)) return false
    }
    emitter.end()
    return true
  }

  /** A float as JSON writes it and YAML reads it back. */
  #number(f: number): string {
    if (Number.isSafeInteger(f)) return f === 0 ? '0' : f.toString()
    if (!Number.isFinite(f)) throw yamlError(`error marshaling into JSON: json: unsupported value: ${formatFloat(f, 'g')}`)
    if (Math.abs(f) < 1e21 && Number.isInteger(f)) {
      const value = this.#resolver.resolve(String(f))
      if (this.#resolver.tag === intTag) return String(value)
    }
    return formatFloat(f, 'g')
  }

  yamlValue(v: YamlValue): void {
    const emitter = this.emitter
    switch (typeof v) {
      case 'string': emitter.string(v); return
      case 'boolean': emitter.word(v ? 'true' : 'false'); return
      case 'number': emitter.word(formatFloat(v, 'g')); return
    }
    if (v === null) {
      emitter.word('null')
    } else if (v instanceof Int) {
      emitter.word(v.value.toString())
    } else if (v instanceof YamlMap) {
      const list = [...v.entries.values()] as [string, YamlValue][]
      if (list.length === 0) return emitter.emptyMapping()
      emitter.startMapping()
      list.sort(([a], [b]) => compareKeys(a, b))
      for (const [key, item] of list) {
        emitter.key(key)
        this.yamlValue(item)
      }
      emitter.end()
    } else if (v.length === 0) {
      emitter.emptySequence()
    } else {
      emitter.startSequence()
      for (const item of v) {
        emitter.item()
        this.yamlValue(item)
      }
      emitter.end()
    }
  }
}

/** base64.StdEncoding. */
function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(binary)
}
