import { GoObject, StringMap, kindOf, sprintf, typeOf, type Value } from '../../language/go/index.ts'

/** Nothing stands at a path: getOrNil takes it for nil. */
class NoValue extends Error {}

/** helmfile's `get PATH [DEFAULT] OBJECT` (pkg/tmpl/get_or_nil.go). */
export function getAt(path: string, rest: readonly Value[]): Value {
  if (rest.length !== 1 && rest.length !== 2) {
    throw new Error(`unexpected number of args passed to the template function get(path, [def, ]obj): expected 1 or 2, got ${rest.length}, args was ${sprintf('%v', [[...rest]])}`)
  }
  const [fallback, object] = rest.length === 2 ? [rest[0], rest[1]!] : [undefined, rest[0]!]
  return lookUp(path === '' ? [] : path.split('.'), fallback, object)
}

export function getOrNil(path: string, object: Value): Value {
  try {
    return getAt(path, [object])
  } catch (error) {
    if (error instanceof NoValue) return null
    throw error
  }
}

function lookUp(keys: readonly string[], fallback: Value | undefined, object: Value): Value {
  let at = object
  for (const [i, key] of keys.entries()) {
    // A path that ends in a dot, or the rest of one that is empty, ends there.
    if (i > 0 && keys.slice(i).join('.') === '') return at
    const missing = (message: string): Value => {
      if (fallback !== undefined) return fallback
      throw new NoValue(message)
    }
    if (at instanceof Map) {
      const value = at.get(key)
      if (value === undefined) return missing(sprintf('no value exist for key "%s" in %v', [key, at]))
      at = value
      if (object instanceof StringMap) return value
    } else if (at instanceof GoObject && kindOf(at) === 'struct') {
      const field = at.fields().find(([name]) => name === key)
      if (field === undefined) return missing(sprintf('no field named "%s" exist in %v', [key, at]))
      at = field[1]
    } else {
      throw new NoValue(`unexpected type(${at === null ? '<nil>' : typeOf(at)}) of value for key "${key}": it must be either map[string]any or any struct`)
    }
  }
  return at
}

/** helmfile's setValueAtPath: changes `values` itself. */
export function setValueAtPath(path: string, value: Value, values: Map<string, Value>): Value {
  const steps = path.split('.')
  const last = steps.pop()!
  let at = values
  for (const key of steps) {
    const next = at.get(key)
    if (next === undefined) throw new Error(`failed to set value at path "${path}": value for key "${key}" does not exist`)
    if (!(next instanceof Map)) throw new Error(`failed to set value at path "${path}": value for key "${key}" was not a map`)
    at = next
  }
  at.set(last, value)
  return values
}
