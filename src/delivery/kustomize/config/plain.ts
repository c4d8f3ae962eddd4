import { Int, type Value } from '../../../language/go/index.ts'

/** A decoded value as plain objects; integers that a number cannot hold become bigints. */
export function plainOf(v: Value): any {
  if (v instanceof Int) return v.value >= -9007199254740991n && v.value <= 9007199254740991n ? Number(v.value) : v.value
  if (v instanceof Map) {
    const out: Record<string, unknown> = {}
    for (const [key, item] of v) {
      if (key === '__proto__') Object.defineProperty(out, key, { value: plainOf(item), enumerable: true, configurable: true, writable: true })
      else out[key] = plainOf(item)
    }
    return out
  }
  return Array.isArray(v) ? Array.from(v, (item) => plainOf(item as Value)) : v
}
