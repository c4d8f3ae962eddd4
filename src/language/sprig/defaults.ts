import { GoObject, Int, kindOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn, variadic } from './define.ts'
import type { Family } from './define.ts'

/** Sprig's empty: nil, false, zero, and what has no length; a struct never is. */
export function empty(v: Value): boolean {
  switch (typeof v) {
    case 'string': return v === ''
    case 'boolean': return !v
    case 'number': return v === 0
  }
  if (v === null) return true
  if (v instanceof Int) return v.value === 0n
  if (v instanceof Map) return v.size === 0
  if (Array.isArray(v) || v instanceof Uint8Array) return v.length === 0
  if (v instanceof GoObject) {
    const kind = kindOf(v)
    // A pointer that is there is not nil; a named scalar or list counts by what it holds.
    return kind === 'struct' || kind === 'ptr' ? false : empty(v.underlying() ?? null)
  }
  return false
}

export const defaults: Family = {
  default: variadic('any,any', (args) => (args.length < 2 || empty(args[1]!) ? args[0]! : args[1]!)),
  empty: fn('any', ([v]) => empty(v!)),
  coalesce: variadic('any', (args) => {
    for (const v of args) if (!empty(v)) return v
    return null
  }),
  all: variadic('any', (args) => !args.some(empty)),
  any: variadic('any', (args) => !args.every(empty)),
  ternary: fn('any,any,bool', ([yes, no, condition]) => (condition ? yes! : no!)),
}
