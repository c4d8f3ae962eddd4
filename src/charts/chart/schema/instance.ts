import { Int, StringMap, TypedSlice } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { JsonNumber } from './json.ts'
import type { Json } from './json.ts'
import { compareDecimals, decimalOf, isWhole } from './number.ts'
import type { TypeName } from './schema.ts'

/** What is validated: values, or a schema document against its metaschema. */
export type Instance = Value | Json

/** undefined for what JSON cannot say. */
export function typeOf(v: Instance): TypeName | undefined {
  if (v === null) return 'null'
  switch (typeof v) {
    case 'boolean': return 'boolean'
    case 'string': return 'string'
    case 'number': return Number.isFinite(v) ? 'number' : undefined
  }
  if (v instanceof Map) return v instanceof StringMap ? undefined : 'object'
  if (Array.isArray(v)) return v instanceof TypedSlice ? undefined : 'array'
  return v instanceof Int || v instanceof JsonNumber ? 'number' : undefined
}

/** Whether a number is whole; 1.0 is. */
export function isInteger(v: Instance): boolean {
  if (typeof v === 'number') return Number.isInteger(v)
  if (v instanceof Int) return true
  const decimal = decimalOf(v as JsonNumber)
  return decimal !== undefined && isWhole(decimal)
}

export const isComposite = (v: Instance): boolean => v instanceof Map || Array.isArray(v)

function isNumber(v: Instance): v is number | Int | JsonNumber {
  return typeof v === 'number' || v instanceof Int || v instanceof JsonNumber
}

/** Equality of JSON: numbers by value, members in any order. */
export function equal(a: Instance, b: Instance): boolean {
  if (a === b) return true
  if (isNumber(a)) {
    if (!isNumber(b)) return false
    const x = decimalOf(a)
    const y = decimalOf(b)
    return x !== undefined && y !== undefined && compareDecimals(x, y) === 0
  }
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]!))
  if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false
  for (const [key, value] of a as Map<string, Instance>) {
    const other = (b as Map<string, Instance>).get(key)
    if (other === undefined || !equal(value, other)) return false
  }
  return true
}

/** The first two equal items, in the order the library finds them. */
export function duplicates(array: readonly Instance[]): [number, number] | undefined {
  // Scalars are told apart by their text, so that long lists do not take quadratic time.
  const seen = new Map<string, number>()
  const composites: number[] = []
  for (const [i, item] of array.entries()) {
    if (isComposite(item)) {
      const j = composites.find((k) => equal(array[k]!, item))
      if (j !== undefined) return [j, i]
      composites.push(i)
      continue
    }
    const key = isNumber(item) ? numberKey(item) : `${typeof item} ${String(item)}`
    const j = seen.get(key)
    if (j !== undefined) return [j, i]
    seen.set(key, i)
  }
  return undefined
}

function numberKey(v: number | Int | JsonNumber): string {
  const decimal = decimalOf(v)
  if (decimal === undefined) return 'number ?'
  let { digits, exponent } = decimal
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n
    exponent++
  }
  return `number ${digits}e${digits === 0n ? 0 : exponent}`
}
