import type { BoundMethod, FuncMap, GoFunction, Value } from '../go/index.ts'
import { Mismatch, converterTo, idealOf, literalOf, nilOf } from './assign.ts'
import { ExecError, callError, lastNode } from './exec-error.ts'
import type { Last, Unit } from './exec-error.ts'
import { FieldSite, concrete, fieldsOf, fieldsOfDot, fieldsOfVariable, holdsInterfaces, methodOfFields } from './fields.ts'
import type { InInterface, MethodCall, MissingKey, ValuesMethods } from './fields.ts'
import type { Expr, Frame, Val } from './frame.ts'
import { nodeText } from './node.ts'
import type { ChainNode, CommandNode, FieldNode, IdentifierNode, Node, PipeNode, VariableNode } from './node.ts'

/** What all templates of a set share: compiled code depends on it. */
export interface Settings {
  readonly funcs: FuncMap
  readonly missingKey: MissingKey
  readonly valuesMethods: ValuesMethods
}

export interface Compiled {
  readonly expr: Expr
  /** The same where a nil interface may stay one, for whoever does not tell it from no value. */
  readonly loose: Expr
  readonly last: Last
}

export function compiled(expr: Expr, last: Last, loose: Expr = expr): Compiled {
  return { expr, loose, last }
}

class Variable {
  readonly name: string
  readonly slot: number
  /** Declared within an argument that and/or may skip. */
  readonly lazy: boolean
  /** Slot that says whether the value stands in an interface, as the elements of a range do; 0 until a range sets it. */
  flag = 0
  readonly inInterface: InInterface = (f) => this.flag > 0 && f.vars[this.flag] === true

  constructor(name: string, slot: number, lazy: boolean) {
    this.name = name
    this.slot = slot
    this.lazy = lazy
  }
}

/** Marks a variable whose declaration was skipped. */
export const undeclared = { undeclared: true } as unknown as Value

/**
 * Compiles pipelines into closures. Scopes are resolved here, in the order in which Go's executor would push and pop
 * variables, so that a variable costs an array access when it runs.
 */
export abstract class ExpressionCompiler {
  readonly unit: Unit
  readonly settings: Settings
  protected scope: Variable[] = [new Variable('$', 0, false)]
  protected slotCount = 1
  /** Whether dot stands in an interface. */
  protected dotInInterface: InInterface = concrete
  /** Collects the variables declared where they may be skipped. */
  protected lazySlots: number[] | undefined

  constructor(unit: Unit, settings: Settings) {
    this.unit = unit
    this.settings = settings
  }

  get slots(): number {
    return this.slotCount
  }

  /** A pipeline with its declarations. The value is never a nil interface, but `undefined` in its place. */
  pipe(pipe: PipeNode): Compiled {
    const value = this.value(pipe)
    if (pipe.decl.length === 0) return value
    return compiled(this.store(pipe, value.expr, value.last), value.last)
  }

  /** A pipeline without its declarations. */
  protected value(pipe: PipeNode): Compiled {
    let value: Compiled | undefined
    let before: Last = pipe
    for (const cmd of pipe.cmds) {
      const { expr, last }: Compiled = this.command(cmd, value, before)
      value = compiled(dug(expr), last, expr)
      before = last
    }
    return value!
  }

  /** Stores the value of a pipeline in the variables it declares or assigns. */
  protected store(pipe: PipeNode, expr: Expr, last: Last): Expr {
    let out = expr
    for (const decl of pipe.decl) {
      const name = decl.ident[0]!
      const value = out
      if (!pipe.isAssign) {
        const { slot } = this.newVariable(name)
        out = (f, dot) => (f.vars[slot] = value(f, dot))
        continue
      }
      const target = this.resolve(name)
      if (target === undefined) {
        out = (f, dot) => {
          value(f, dot)
          throw new ExecError(this.unit, lastNode(last, f), `undefined variable: ${name}`)
        }
        continue
      }
      const { slot } = target
      out = (f, dot) => {
        if (target.flag > 0) f.vars[target.flag] = false
        return (f.vars[slot] = value(f, dot))
      }
    }
    return out
  }

  protected newVariable(name: string): Variable {
    const slot = this.slotCount++
    const variable = new Variable(name, slot, this.lazySlots !== undefined)
    this.scope.push(variable)
    this.lazySlots?.push(slot)
    return variable
  }

  protected resolve(name: string): Variable | undefined {
    for (let i = this.scope.length - 1; i >= 0; i--) if (this.scope[i]!.name === name) return this.scope[i]
    return undefined
  }

  /** Runs `body` in a scope of its own. */
  protected scoped<T>(body: () => T): T {
    const mark = this.scope.length
    const result = body()
    this.scope.length = mark
    return result
  }

  protected command(cmd: CommandNode, final: Compiled | undefined, before: Last): Compiled {
    const first = cmd.args[0]!
    const args = cmd.args.slice(1)
    switch (first.type) {
      case 'identifier': return this.call(first, cmd, args, final)
      case 'field':
      case 'variable':
      case 'chain': return this.fields(first, args, final)
      case 'pipe':
        if (args.length > 0 || final) return this.fails(final, before, `can't give argument to non-function ${nodeText(first)}`)
        return this.pipe(first)
    }
    const last: Last = first
    if (args.length > 0 || final) return this.fails(final, last, `can't give argument to non-function ${nodeText(first)}`)
    switch (first.type) {
      case 'dot': return compiled(dotExpr, last)
      case 'nil': return this.fails(final, last, 'nil is not a command')
      case 'bool':
      case 'number':
      case 'string': return this.#constant(last, () => idealOf(first))
    }
    return this.fails(final, last, `can't evaluate command ${nodeText(first)}`)
  }

  #constant(last: Last, value: () => Val): Compiled {
    try {
      const constant = value()
      return compiled(() => constant, last)
    } catch (e) {
      if (!(e instanceof Mismatch)) throw e
      return this.fails(undefined, last, e.message)
    }
  }

  /** An expression that fails when it runs, after the value piped into it. */
  protected fails(final: Compiled | undefined, at: Last, message: string): Compiled {
    const expr: Expr = (f, dot) => {
      final?.expr(f, dot)
      throw new ExecError(this.unit, lastNode(at, f), message)
    }
    return compiled(expr, at)
  }

  // Fields and variables

  /** .a.b, $x.a.b or (pipeline).a.b, with the arguments of a method behind it. */
  protected fields(node: FieldNode | VariableNode | ChainNode, argNodes: readonly Node[], final: Compiled | undefined): Compiled {
    if (node.type === 'variable') return this.#variable(node, argNodes, final)
    if (node.type === 'field') {
      const site = this.#site(node, node.ident, dotExpr, this.dotInInterface)
      return argNodes.length === 0 && !final ? compiled(fieldsOfDot(site), node) : this.#method(node, site, dotExpr, node, argNodes, final)
    }
    if (node.node.type === 'nil') return this.fails(final, node, `indirection through explicit nil in ${nodeText(node)}`)
    const { expr, last } = this.operand(node.node)
    const site = this.#site(last, node.field, expr, concrete)
    return argNodes.length === 0 && !final ? compiled(fieldsOf(expr, site), last) : this.#method(node, site, expr, last, argNodes, final)
  }

  #variable(node: VariableNode, argNodes: readonly Node[], final: Compiled | undefined): Compiled {
    const name = node.ident[0]!
    const bare = argNodes.length === 0 && !final
    const variable = this.resolve(name)
    if (variable === undefined) return this.fails(final, node, `undefined variable: ${name}`)
    const { slot, lazy } = variable
    const root = lazy ? this.#lazyVariable(node) : variableExpr(slot)
    if (node.ident.length === 1) {
      return bare ? compiled(root, node) : this.fails(final, node, `can't give argument to non-function ${nodeText(node)}`)
    }
    const site = this.#site(node, node.ident.slice(1), root, variable.inInterface)
    if (!bare) return this.#method(node, site, root, node, argNodes, final)
    return compiled(lazy ? fieldsOf(root, site) : fieldsOfVariable(slot, site), node)
  }

  /** A variable that may not have been declared: then one further out of the same name counts. */
  #lazyVariable(node: VariableNode): Expr {
    const name = node.ident[0]!
    const slots = this.scope.filter((v) => v.name === name).map((v) => v.slot).reverse()
    return (f) => {
      for (const slot of slots) if (f.vars[slot] !== undeclared) return f.vars[slot]
      throw new ExecError(this.unit, node, `undefined variable: ${name}`)
    }
  }

  #site(at: Last, names: readonly string[], root: Expr, inInterface: InInterface): FieldSite {
    return new FieldSite(this.unit, at, names, this.settings.missingKey, this.settings.valuesMethods, root, inInterface)
  }

  /** Whether the value of an argument stands in an interface when it is handed on. */
  protected inInterface(node: Node): InInterface {
    if (node.type === 'dot') return this.dotInInterface
    if (node.type === 'variable' && node.ident.length === 1) return this.resolve(node.ident[0]!)?.inInterface ?? concrete
    let holder: Expr = dotExpr
    if (node.type === 'field' && node.ident.length > 1) holder = this.operand({ ...node, ident: node.ident.slice(0, -1) }).expr
    else if (node.type === 'variable') holder = this.operand({ ...node, ident: node.ident.slice(0, -1) }).expr
    else if (node.type === 'chain') holder = this.operand(node.field.length > 1 ? { ...node, field: node.field.slice(0, -1) } : node.node).expr
    else if (node.type !== 'field') return concrete
    return (f, dot) => holdsInterfaces(holder(f, dot))
  }

  /** A chain with arguments, whose last field must be a method. Its parameter types, known when it runs, say how to read them. */
  #method(node: Node, site: FieldSite, root: Expr, at: Last, argNodes: readonly Node[], final: Compiled | undefined): Compiled {
    const name = site.names.at(-1)!
    const args = argNodes.map((n) => this.operand(n))
    const last = args.at(-1)?.last ?? at
    const bound = new Map<string, Expr>()
    const bind = (i: number, type: string): Expr => {
      const key = `${i} ${type}`
      let expr = bound.get(key)
      if (!expr) bound.set(key, (expr = this.bind(argNodes[i]!, args[i]!, type)))
      return expr
    }
    const call: MethodCall = (f, dot, method, piped) => {
      const wrong = wrongCount(name, method, args.length, final !== undefined)
      if (wrong) throw new ExecError(this.unit, lastNode(at, f), wrong)
      const values = args.map((_, i) => bind(i, paramType(method, i))(f, dot) as Value)
      if (final) values.push(this.converter(paramType(method, args.length), last)(piped, f) as Value)
      try {
        return method.call(values)
      } catch (e) {
        throw callError(this.unit, node, name, e)
      }
    }
    return compiled(methodOfFields(root, site, call, final?.expr), last)
  }

  // Arguments

  /** An argument, before the type of its parameter is known. */
  protected operand(node: Node): Compiled {
    switch (node.type) {
      case 'dot': return compiled(dotExpr, node)
      case 'field':
      case 'variable':
      case 'chain': return this.fields(node, [], undefined)
      case 'pipe': return this.pipe(node)
      case 'identifier': return this.call(node, node, [], undefined)
      case 'nil': return compiled(() => undefined, node)
      case 'bool':
      case 'number':
      case 'string': return this.#constant(node, () => idealOf(node))
    }
    return this.fails(undefined, node, `can't handle ${nodeText(node)}`)
  }

  /** The argument as a parameter of `type` takes it (evalArg in exec.go): there literals get their type. */
  protected bind(node: Node, arg: Compiled, type: string): Expr {
    const { expr, loose, last } = arg
    if (node.type === 'nil') return this.#constant(node, () => nilOf(type)).expr
    if (node.type === 'bool' || node.type === 'number' || node.type === 'string') {
      return this.#constant(node, () => literalOf(node, type)).expr
    }
    if (type === 'reflect.Value') return expr
    if (type === 'interface {}') return (f, dot) => loose(f, dot) ?? null
    const convert = this.converter(type, last)
    if (type === 'string') {
      return (f, dot) => {
        const v = expr(f, dot)
        return typeof v === 'string' ? v : convert(v, f)
      }
    }
    return (f, dot) => convert(expr(f, dot), f)
  }

  /** Makes a value an argument of `type` or fails at `at`. */
  protected converter(type: string, at: Last): (v: Val, f: Frame) => Val {
    if (type === 'interface {}') return (v) => v ?? null
    if (type === 'reflect.Value') return (v) => v
    const convert = converterTo(type)
    return (v, f) => {
      try {
        return convert(v)
      } catch (e) {
        if (e instanceof Mismatch) throw new ExecError(this.unit, lastNode(at, f), e.message)
        throw e
      }
    }
  }

  /** NAME arguments, with `final` piped in as the last. `node` is what a failing call is blamed on. */
  protected abstract call(ident: IdentifierNode, node: Node, argNodes: readonly Node[], final: Compiled | undefined): Compiled
}

const dotExpr: Expr = (_f, dot) => dot

function variableExpr(slot: number): Expr {
  return (f) => f.vars[slot]
}

/** What a pipeline hands on: no nil interface. */
function dug(expr: Expr): Expr {
  return (f, dot) => expr(f, dot) ?? undefined
}

/** The type of parameter `i`; with `variadic` the last goes on for ever. */
export function paramType(fn: GoFunction | BoundMethod, i: number): string {
  return i < fn.params.length ? fn.params[i]! : fn.params.at(-1)!
}

/** Go's complaint about a number of arguments, or undefined when it is right. */
export function wrongCount(name: string, fn: GoFunction | BoundMethod, args: number, piped: boolean): string | undefined {
  const given = args + (piped ? 1 : 0)
  const want = fn.params.length
  if (!fn.variadic) return given === want ? undefined : `wrong number of args for ${name}: want ${want} got ${given}`
  return given < want - 1 ? `wrong number of args for ${name}: want at least ${want - 1} got ${args}` : undefined
}
