import type { GoFunction, Runtime, Value } from '../go/index.ts'

/** A family's functions by name. */
export type Family = Readonly<Record<string, GoFunction>>

/**
 * A function of fixed arity. `params` are Go's parameter types, separated by commas; `any` stands for interface {}.
 * The template room has checked the arguments against them.
 */
export function fn(params: string, call: (args: Value[], runtime: Runtime) => Value): GoFunction {
  return { params: types(params), call }
}

/** A variadic function: the last of `params` is the type of the rest. */
export function variadic(params: string, call: (args: Value[], runtime: Runtime) => Value): GoFunction {
  return { params: types(params), variadic: true, call }
}

const names: Readonly<Record<string, string>> = {
  any: 'interface {}',
  map: 'map[string]interface {}',
  list: '[]interface {}',
}

function types(params: string): string[] {
  return params === '' ? [] : params.split(',').map((name) => names[name] ?? name)
}
