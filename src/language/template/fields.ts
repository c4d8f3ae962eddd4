import { GoObject, TypedMap, TypedSlice, ValuesMap, ValuesView, quote, typeOf } from '../go/index.ts'
import type { BoundMethod, Value } from '../go/index.ts'
import { elemTypeOf, zeroOf } from './assign.ts'
import { ExecError, callError, lastNode } from './exec-error.ts'
import type { Last, Unit } from './exec-error.ts'
import type { Expr, Frame, Val } from './frame.ts'

/** What a field of a map without that key is: nothing (prints `<no value>`), the zero of its type, or an error. */
export type MissingKey = 'default' | 'zero' | 'error'

/** Arguments of a method, compiled: evaluated once it is known that there is a method, with its parameter types. */
export type MethodCall = (f: Frame, dot: Val, method: BoundMethod, final: Val) => Val

/** The methods of Go's common.Values by name; the language does not know what they do. */
export type ValuesMethods = ReadonlyMap<string, (values: Map<string, Value>) => BoundMethod>

/** Whether the value of an expression, when it runs, stands in an interface: Go's error texts name the type `interface {}`. */
export type InInterface = (f: Frame, dot: Val) => boolean

export const concrete: InInterface = () => false

/** A chain of fields at one place of a template: the slow ways of evaluating it, and its errors. */
export class FieldSite {
  readonly unit: Unit
  readonly names: readonly string[]
  readonly missing: MissingKey
  /** What a step over a missing key of a plain map gives; ABSENT sends it to `step`, which fails. */
  readonly absent: Val
  /** Whether a name may be a method of common.Values, which goes before a key. */
  readonly namesMethod: boolean
  readonly #methods: ValuesMethods
  readonly #at: Last
  readonly #root: Expr
  readonly #rootInInterface: InInterface

  constructor(unit: Unit, at: Last, names: readonly string[], missing: MissingKey, methods: ValuesMethods, root: Expr, inInterface: InInterface) {
    this.unit = unit
    this.names = names
    this.missing = missing
    this.absent = missing === 'zero' ? null : undefined
    this.namesMethod = names.some((name) => methods.has(name))
    this.#methods = methods
    this.#at = at
    this.#root = root
    this.#rootInInterface = inInterface
  }

  /** Step `i` of the chain, on anything but a present key of a plain map (evalField in exec.go, without arguments). */
  step(f: Frame, dot: Val, v: Val, i: number): Val {
    const name = this.names[i]!
    if (v === undefined) {
      if (this.missing === 'error') this.fail(f, `nil data; no entry for key ${quote(name)}`)
      return undefined
    }
    if (v === null) this.fail(f, `nil pointer evaluating interface {}.${name}`)
    const method = this.#methodOf(v, name)
    if (method) return this.callBare(f, name, method)
    const map = mapOf(v)
    if (map) {
      const found = map.get(name)
      return found === undefined ? this.#missingKey(f, map, name) : found
    }
    if (v instanceof GoObject) {
      for (const [field, value] of v.fields()) if (field === name) return value
    }
    return this.fail(f, `can't evaluate field ${name} in type ${this.#typeAt(f, dot, v, i)}`)
  }

  /** The last step of a chain that has arguments: it must be a method. */
  call(f: Frame, dot: Val, v: Val, call: MethodCall, final: Val): Val {
    const i = this.names.length - 1
    const name = this.names[i]!
    const method = v === undefined || v === null ? undefined : this.#methodOf(v, name)
    if (v === undefined || v === null) return this.step(f, dot, v, i)
    if (method) return call(f, dot, method, final)
    if (mapOf(v)) this.fail(f, `${name} is not a method but has arguments`)
    if (v instanceof GoObject && v.fields().some(([field]) => field === name)) {
      this.fail(f, `${name} has arguments but cannot be invoked as function`)
    }
    return this.step(f, dot, v, i)
  }

  fail(f: Frame, message: string): never {
    throw new ExecError(this.unit, lastNode(this.#at, f), message)
  }

  callBare(f: Frame, name: string, method: BoundMethod): Val {
    const want = method.params.length
    if (method.variadic) {
      if (want > 1) this.fail(f, `wrong number of args for ${name}: want at least ${want - 1} got 0`)
    } else if (want !== 0) {
      this.fail(f, `wrong number of args for ${name}: want ${want} got 0`)
    }
    if (method.refused !== undefined) this.fail(f, method.refused)
    try {
      return method.call([])
    } catch (e) {
      throw callError(this.unit, lastNode(this.#at, f), name, e)
    }
  }

  #methodOf(v: Value, name: string): BoundMethod | undefined {
    if (v instanceof ValuesMap || v instanceof ValuesView) return this.#methods.get(name)?.(v)
    if (v instanceof GoObject) return v.method(name)
    if (v instanceof TypedMap || v instanceof TypedSlice) return v.method?.(name)
    return undefined
  }

  #missingKey(f: Frame, map: Map<string, Value>, name: string): Val {
    if (this.missing === 'default') return undefined
    if (this.missing === 'error') this.fail(f, `map has no entry for key ${quote(name)}`)
    return zeroOf(elemTypeOf(map))
  }

  /** The type Go names for the receiver of step `i`: that of the place it was found in. */
  #typeAt(f: Frame, dot: Val, v: Value, i: number): string {
    if (i === 0) return this.#rootInInterface(f, dot) ? 'interface {}' : typeOf(v)
    let holder: Val = this.#root(f, dot)
    for (let at = 0; at < i - 1; at++) holder = this.step(f, dot, holder, at)
    return holdsInterfaces(holder) ? 'interface {}' : typeOf(v)
  }
}

/** Whether what is in a map or slice is typed interface {}. */
export function holdsInterfaces(holder: Val): boolean {
  if (holder instanceof Map) return elemTypeOf(holder) === 'interface {}'
  if (Array.isArray(holder)) return !(holder instanceof TypedSlice) || holder.goType === '[]interface {}'
  if (!(holder instanceof GoObject)) return false
  return holdsInterfaces(holder.underlying())
}

function mapOf(v: Value): Map<string, Value> | undefined {
  if (v instanceof Map) return v
  const plain = v instanceof GoObject ? v.underlying() : undefined
  return plain instanceof Map ? plain : undefined
}

/** One step of a chain: what nearly every field of a chart is, a key of a plain map, and the site for all else. */
function step(f: Frame, dot: Val, v: Val, name: string, site: FieldSite, i: number): Val {
  if (v instanceof Map && (v.constructor === Map || (v.constructor === ValuesMap && !site.namesMethod))) {
    const found = v.get(name)
    if (found !== undefined) return found
    if (site.missing !== 'error') return site.absent
  }
  return site.step(f, dot, v, i)
}

/** A chain of fields from dot. */
export function fieldsOfDot(site: FieldSite): Expr {
  const [a, b, c] = site.names as [string, string, string]
  switch (site.names.length) {
    case 1: return (f, dot) => step(f, dot, dot, a, site, 0)
    case 2: return (f, dot) => step(f, dot, step(f, dot, dot, a, site, 0), b, site, 1)
    case 3: return (f, dot) => step(f, dot, step(f, dot, step(f, dot, dot, a, site, 0), b, site, 1), c, site, 2)
  }
  return fieldsOf((_f, dot) => dot, site)
}

/** A chain of fields from a variable. */
export function fieldsOfVariable(slot: number, site: FieldSite): Expr {
  const [a, b, c] = site.names as [string, string, string]
  switch (site.names.length) {
    case 1: return (f, dot) => step(f, dot, f.vars[slot], a, site, 0)
    case 2: return (f, dot) => step(f, dot, step(f, dot, f.vars[slot], a, site, 0), b, site, 1)
    case 3: return (f, dot) => step(f, dot, step(f, dot, step(f, dot, f.vars[slot], a, site, 0), b, site, 1), c, site, 2)
  }
  return fieldsOf((f) => f.vars[slot], site)
}

/** A chain of fields from anything. */
export function fieldsOf(root: Expr, site: FieldSite): Expr {
  const { names } = site
  if (names.length === 1) {
    const name = names[0]!
    return (f, dot) => step(f, dot, root(f, dot), name, site, 0)
  }
  return (f, dot) => {
    let v = root(f, dot)
    for (let i = 0; i < names.length; i++) v = step(f, dot, v, names[i]!, site, i)
    return v
  }
}

/** A chain whose last field has arguments. */
export function methodOfFields(root: Expr, site: FieldSite, call: MethodCall, final: Expr | undefined): Expr {
  const { names } = site
  const last = names.length - 1
  return (f, dot) => {
    const piped = final?.(f, dot)
    let v = root(f, dot)
    for (let i = 0; i < last; i++) v = step(f, dot, v, names[i]!, site, i)
    return site.call(f, dot, v, call, piped)
  }
}
