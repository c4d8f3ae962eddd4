/** JSON values as the sandbox stores them: plain objects whose keys may be any text, `__proto__` included. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonMap = { [key: string]: any }

export const isMap = (v: unknown): v is JsonMap => typeof v === 'object' && v !== null && !Array.isArray(v)

/** The own value under a key: inherited names such as `constructor` are not found. */
export function own(map: JsonMap | undefined | null, key: string): any {
  return map !== undefined && map !== null && Object.hasOwn(map, key) ? map[key] : undefined
}

/** Sets an own property, also when it is called `__proto__`. */
export function put(map: JsonMap, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

/** A deep copy. */
export function clone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(clone) as T
  const out: JsonMap = {}
  for (const key of Object.keys(value)) put(out, key, clone((value as JsonMap)[key]))
  return out as T
}

/** Deep equality of JSON values; the order of keys does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => equal(v, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** Whether a value is empty as Go's `omitempty` sees it. */
export function isEmptyValue(v: unknown): boolean {
  return v === null || v === undefined || v === '' || v === 0 || v === false || (Array.isArray(v) && v.length === 0)
    || (isMap(v) && Object.keys(v).length === 0)
}
