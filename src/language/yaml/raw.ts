import { Int, formatFloat } from '../go/index.ts'
import { YamlMap, type YamlValue } from './decode.ts'
import { Emitter } from './emit.ts'
import { compareKeys } from './sort-keys.ts'
import { decodeYaml } from './unmarshal.ts'

/** What goyaml.v2 reads without the detour over JSON: integers stay integers, keys keep their types. */
export type RawValue = YamlValue
export type RawKey = YamlValue

/**
 * goyaml.v2's own Unmarshal of the first document into an interface {}.
 * @throws PintleError `yaml.parse` with goyaml's text, without a prefix
 */
export function readRaw(text: string): RawValue {
  return decodeYaml(text, false)
}

/** goyaml.v2's own Marshal: of a map[interface {}]interface {} with `sorted` keys, else of a MapSlice, in the order of the document. */
export function writeRaw(value: RawValue, options: { readonly sorted: boolean }): string {
  const emitter = new Emitter()
  write(emitter, value, options.sorted)
  return emitter.finish()
}

function write(emitter: Emitter, value: RawValue, sorted: boolean): void {
  if (typeof value === 'string') return emitter.string(value)
  if (value instanceof YamlMap) {
    const entries = [...value.entries.values()]
    if (entries.length === 0) return emitter.emptyMapping()
    if (sorted) entries.sort(([a], [b]) => compareRaw(a, b))
    emitter.startMapping()
    for (const [key, item] of entries) {
      if (typeof key === 'string') emitter.key(key)
      else emitter.keyWord(word(key))
      write(emitter, item, sorted)
    }
    return emitter.end()
  }
  if (!Array.isArray(value)) return emitter.word(word(value))
  if (value.length === 0) return emitter.emptySequence()
  emitter.startSequence()
  for (const item of value) {
    emitter.item()
    write(emitter, item, sorted)
  }
  emitter.end()
}

export function word(value: RawValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Int) return value.value.toString()
  const f = value as number
  if (Number.isNaN(f)) return '.nan'
  if (!Number.isFinite(f)) return f > 0 ? '.inf' : '-.inf'
  return formatFloat(f, 'g')
}

/** keyList of goyaml.v2's sorter.go: numbers and booleans by value, other types by their reflect.Kind. */
export function compareRaw(a: RawKey, b: RawKey): number {
  if (typeof a === 'string' && typeof b === 'string') return compareKeys(a, b)
  const x = numeric(a)
  const y = numeric(b)
  if (x !== undefined && y !== undefined && x !== y) return x < y ? -1 : 1
  return kind(a) - kind(b)
}

const numeric = (key: RawKey): number | undefined =>
  key instanceof Int ? Number(key.value) : typeof key === 'number' ? key : typeof key === 'boolean' ? Number(key) : undefined

/** reflect.Kind: Bool, Int, Uint64, Float64, Interface (nil), String. */
const kind = (key: RawKey): number =>
  typeof key === 'boolean' ? 1 : key instanceof Int ? (key.kind === 'uint64' ? 11 : 2) : typeof key === 'number' ? 14 : key === null ? 20 : 24
