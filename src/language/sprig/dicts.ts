import { asPlainMap, NilMap, sortedKeys, TypedSlice, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn, variadic } from './define.ts'
import type { Family } from './define.ts'
import { mergeMaps } from './merge.ts'
import { strval } from './strings.ts'

type Dict = Map<string, Value>

/** A nil passed for a map is a nil map. */
const dictOf = (v: Value | undefined): Dict => (v === null || v === undefined ? new NilMap() : (v as Dict))

/** Go's panic where a value is asserted to have a type it has not. */
function assertion(v: Value, wanted: string): Error {
  return new Error(`interface conversion: interface {} is ${v === null ? 'nil' : typeOf(v)}, not ${wanted}`)
}

function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new Error('dig needs at least three arguments')
  const path = args.slice(0, -2)
  let at = asDict(args.at(-1)!)
  for (const key of path) if (typeof key !== 'string') throw assertion(key, 'string')
  for (let i = 0; ; i++) {
    const step = at.get(path[i] as string)
    if (step === undefined) return args.at(-2)!
    if (i === path.length - 1) return step
    at = asDict(step)
  }
}

function asDict(v: Value): Dict {
  if (v instanceof Map && typeOf(v) === 'map[string]interface {}') return v
  throw assertion(v, 'map[string]interface {}')
}

function merge(overwrite: boolean, must: boolean): Family[string] {
  return variadic('map,map', (args) => {
    let target = dictOf(args[0])
    for (const source of args.slice(1)) {
      const from = dictOf(source)
      // mergo makes a nil map before it writes, but leaves two nils alone.
      if (target instanceof NilMap && !(from instanceof NilMap)) target = new Map()
      const error = mergeMaps(target, from, overwrite)
      if (error === undefined) continue
      if (must) throw new Error(error)
      return ''
    }
    return asPlainMap(target)
  })
}

export const dicts: Family = {
  dict: variadic('any', (args) => {
    const out: Dict = new Map()
    for (let i = 0; i < args.length; i += 2) {
      const key = args[i]!
      out.set(typeof key === 'string' ? key : strval(key), i + 1 < args.length ? args[i + 1]! : '')
    }
    return out
  }),
  get: fn('map,string', ([d, key]) => dictOf(d).get(key as string) ?? nilOrMissing(dictOf(d), key as string)),
  set: fn('map,string,any', ([d, key, v]) => {
    const map = dictOf(d)
    map.set(key as string, v!)
    return asPlainMap(map)
  }),
  unset: fn('map,string', ([d, key]) => {
    const map = dictOf(d)
    map.delete(key as string)
    return asPlainMap(map)
  }),
  hasKey: fn('map,string', ([d, key]) => dictOf(d).has(key as string)),
  pluck: variadic('string,map', ([key, ...maps]) => {
    const out: Value[] = []
    for (const d of maps) {
      const v = dictOf(d).get(key as string)
      if (v !== undefined) out.push(v)
    }
    return out
  }),
  // Go gives keys and values in random order; here they are sorted, so that a render can be repeated.
  keys: variadic('map', (maps) => {
    const out = new TypedSlice()
    out.goType = '[]string'
    for (const d of maps) for (const key of sortedKeys(dictOf(d))) out.push(key)
    return out
  }),
  values: fn('map', ([d]) => sortedKeys(dictOf(d)).map((key) => dictOf(d).get(key)!)),
  pick: variadic('map,string', ([d, ...keys]) => {
    const out: Dict = new Map()
    for (const key of keys as string[]) {
      const v = dictOf(d).get(key)
      if (v !== undefined) out.set(key, v)
    }
    return out
  }),
  omit: variadic('map,string', ([d, ...keys]) => {
    const omitted = new Set(keys as string[])
    const out: Dict = new Map()
    for (const [key, v] of dictOf(d)) if (!omitted.has(key)) out.set(key, v)
    return out
  }),
  dig: variadic('any', dig),
  merge: merge(false, false),
  mergeOverwrite: merge(true, false),
  mustMerge: merge(false, true),
  mustMergeOverwrite: merge(true, true),
}

const nilOrMissing = (d: Dict, key: string): Value => (d.has(key) ? null : '')
