import { sprint, sprintf, sprintln, typeOf } from '../go/index.ts'
import type { FuncMap, GoFunction, Value } from '../go/index.ts'
import { equal, less, lessOrEqual } from './compare.ts'
import { html, js, urlquery } from './escape.ts'
import type { Val } from './frame.ts'
import { index, length, slice } from './indexing.ts'
import { truth } from './truth.ts'

/**
 * A function of text/template itself. Parameters of type reflect.Value tell no value (`undefined`) from nil (`null`), which
 * no other function can. `one` and `two` are shortcuts for calls with that many arguments.
 */
export interface Builtin extends GoFunction {
  readonly one?: (a: Val) => Val
  readonly two?: (a: Val, b: Val) => Val
}

const reflected = 'reflect.Value'

/**
 * Helm's include: put this very object into the function map, under any name; the engine knows it and gives it to the
 * template set it is called from.
 */
export const includeFunction: GoFunction = {
  params: ['string', 'interface {}'],
  call: ([name, data], runtime) => runtime.include(name as string, data ?? null),
}

/** Helm's tpl; see includeFunction. */
export const tplFunction: GoFunction = {
  params: ['string', 'interface {}'],
  call: ([text, data], runtime) => runtime.tpl(text as string, data ?? null),
}

function eq(args: readonly Val[]): boolean {
  if (args.length === 1) throw new Error('missing argument for comparison')
  for (let i = 1; i < args.length; i++) if (equal(args[0], args[i])) return true
  return false
}

function comparison(compare: (a: Val, b: Val) => boolean): Builtin {
  return { params: [reflected, reflected], call: ([a, b]) => compare(a, b), two: compare }
}

function onText(escape: (args: readonly Value[]) => string): Builtin {
  return { params: ['interface {}'], variadic: true, call: (args) => escape(args) }
}

/** and, or and call have their rules in the compiler; what is here gives their signatures. */
function special(params: readonly string[]): Builtin {
  return {
    params,
    variadic: true,
    call: () => {
      throw new Error('unreachable')
    },
  }
}

/** The functions every template has. */
export const builtins: FuncMap = new Map<string, Builtin>([
  ['and', special([reflected, reflected])],
  ['or', special([reflected, reflected])],
  ['call', { params: [reflected, reflected], variadic: true, call: (args) => callValue(args) }],
  ['not', { params: [reflected], call: ([a]) => !truth(a), one: (a) => !truth(a) }],
  ['len', { params: [reflected], call: ([a]) => length(a), one: length }],
  ['index', {
    params: [reflected, reflected],
    variadic: true,
    call: ([item, ...indexes]) => index(item, indexes) as Value,
    two: (item, key) => index(item, [key]),
  }],
  ['slice', { params: [reflected, reflected], variadic: true, call: ([item, ...indexes]) => slice(item, indexes) }],
  ['eq', { params: [reflected, reflected], variadic: true, call: eq, two: equal }],
  ['ne', comparison((a, b) => !equal(a, b))],
  ['lt', comparison(less)],
  ['le', comparison(lessOrEqual)],
  ['gt', comparison((a, b) => !lessOrEqual(a, b))],
  ['ge', comparison((a, b) => !less(a, b))],
  ['print', onText(sprint)],
  ['println', onText(sprintln)],
  ['printf', { params: ['string', 'interface {}'], variadic: true, call: ([format, ...args]) => sprintf(format as string, args) }],
  ['html', onText(html)],
  ['js', onText(js)],
  ['urlquery', onText(urlquery)],
])

/** No value of ours is a function, so all that is left of `call` is to say so. The first argument is the callee's name. */
function callValue([name, fn]: readonly Val[]): never {
  if (fn === undefined || fn === null) throw new Error('call of nil')
  throw new Error(`non-function ${calleeName(name)} of type ${typeOf(fn)}`)
}

/** reflect.Value.String of a callee that came through the pipe. */
function calleeName(name: Val): string {
  return typeof name === 'string' ? name : name === undefined ? '<invalid Value>' : `<${typeOf(name)} Value>`
}
