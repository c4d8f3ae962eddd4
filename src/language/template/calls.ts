import type { GoFunction, Value } from '../go/index.ts'
import { builtins, includeFunction } from './builtins.ts'
import type { Builtin } from './builtins.ts'
import { callError, lastNode } from './exec-error.ts'
import type { Last } from './exec-error.ts'
import { ExpressionCompiler, compiled, paramType, undeclared, wrongCount } from './expressions.ts'
import type { Compiled } from './expressions.ts'
import type { InInterface } from './fields.ts'
import type { Expr, Frame, Val } from './frame.ts'
import { interfaceIndex } from './indexing.ts'
import { nodeText } from './node.ts'
import type { IdentifierNode, Node } from './node.ts'
import { truth } from './truth.ts'

/** Compiles calls of functions: a closure of its own for every number of arguments that is common. */
export class CallCompiler extends ExpressionCompiler {
  protected override call(ident: IdentifierNode, node: Node, argNodes: readonly Node[], final: Compiled | undefined): Compiled {
    const name = ident.ident
    const own = this.settings.funcs.get(name)
    const fn = own ?? builtins.get(name)
    if (fn === undefined) return this.fails(final, ident, `"${name}" is not a defined function`)
    const wrong = wrongCount(name, fn, argNodes.length, final !== undefined)
    if (wrong) return this.fails(final, ident, wrong)
    if (own === undefined && (name === 'and' || name === 'or')) return this.#andOr(name === 'or', ident, argNodes, final)
    const args = argNodes.map((n) => this.operand(n))
    const last = args.at(-1)?.last ?? ident
    if (own === undefined && name === 'call') return this.#callCall(fn, node, args, argNodes, final, last)
    const exprs = args.map((arg, i) => this.bind(argNodes[i]!, arg, paramType(fn, i)))
    if (own === undefined && name === 'slice') {
      argNodes.forEach((n, i) => {
        if (i > 0) exprs[i] = bareIndex(exprs[i]!, this.inInterface(n))
      })
    }
    if (!final) return compiled(this.invocation(fn, name, node, exprs), last)
    const type = paramType(fn, args.length)
    const convert = this.converter(type, last)
    const finalExpr = type === 'interface {}' ? final.loose : final.expr
    if (args.length === 0) {
      const only: Expr = type === 'reflect.Value' ? finalExpr : (f, dot) => convert(finalExpr(f, dot), f)
      return compiled(this.invocation(fn, name, node, [only]), last)
    }
    return compiled(this.pipedInvocation(fn, name, node, exprs, finalExpr, convert), last)
  }

  /** A call with one more argument piped in: that is evaluated first and converted last. */
  protected pipedInvocation(
    fn: GoFunction, name: string, node: Node, exprs: readonly Expr[], final: Expr, convert: (v: Val, f: Frame) => Val,
  ): Expr {
    const unit = this.unit
    const [first, second] = exprs as [Expr, Expr]
    if (exprs.length === 1) {
      return (f, dot) => {
        const piped = final(f, dot)
        const a = first(f, dot) as Value
        const z = convert(piped, f) as Value
        try {
          return fn.call([a, z], f.scope)
        } catch (e) {
          throw callError(unit, node, name, e)
        }
      }
    }
    if (exprs.length === 2) {
      return (f, dot) => {
        const piped = final(f, dot)
        const a = first(f, dot) as Value
        const b = second(f, dot) as Value
        const z = convert(piped, f) as Value
        try {
          return fn.call([a, b, z], f.scope)
        } catch (e) {
          throw callError(unit, node, name, e)
        }
      }
    }
    return (f, dot) => {
      const piped = final(f, dot)
      const values: Value[] = []
      for (const arg of exprs) values.push(arg(f, dot) as Value)
      values.push(convert(piped, f) as Value)
      try {
        return fn.call(values, f.scope)
      } catch (e) {
        throw callError(unit, node, name, e)
      }
    }
  }

  /** A call whose arguments are evaluated from left to right. */
  protected invocation(fn: GoFunction, name: string, node: Node, exprs: readonly Expr[]): Expr {
    const unit = this.unit
    const [a, b, c] = exprs as [Expr, Expr, Expr]
    if (fn === includeFunction) {
      return (f, dot) => {
        const template = a(f, dot) as string
        const data = b(f, dot)
        try {
          return f.scope.include(template, data)
        } catch (e) {
          throw callError(unit, node, name, e)
        }
      }
    }
    const { one, two } = fn as Builtin
    if (one && exprs.length === 1) {
      return (f, dot) => {
        const x = a(f, dot)
        try {
          return one(x)
        } catch (e) {
          throw callError(unit, node, name, e)
        }
      }
    }
    if (two && exprs.length === 2) {
      return (f, dot) => {
        const x = a(f, dot)
        const y = b(f, dot)
        try {
          return two(x, y)
        } catch (e) {
          throw callError(unit, node, name, e)
        }
      }
    }
    switch (exprs.length) {
      case 0:
        return (f) => {
          try {
            return fn.call([], f.scope)
          } catch (e) {
            throw callError(unit, node, name, e)
          }
        }
      case 1:
        return (f, dot) => {
          const x = a(f, dot) as Value
          try {
            return fn.call([x], f.scope)
          } catch (e) {
            throw callError(unit, node, name, e)
          }
        }
      case 2:
        return (f, dot) => {
          const x = a(f, dot) as Value
          const y = b(f, dot) as Value
          try {
            return fn.call([x, y], f.scope)
          } catch (e) {
            throw callError(unit, node, name, e)
          }
        }
      case 3:
        return (f, dot) => {
          const x = a(f, dot) as Value
          const y = b(f, dot) as Value
          const z = c(f, dot) as Value
          try {
            return fn.call([x, y, z], f.scope)
          } catch (e) {
            throw callError(unit, node, name, e)
          }
        }
    }
    return (f, dot) => {
      const values: Value[] = []
      for (const arg of exprs) values.push(arg(f, dot) as Value)
      try {
        return fn.call(values, f.scope)
      } catch (e) {
        throw callError(unit, node, name, e)
      }
    }
  }

  /** and, or: the first argument that decides, or the last. Which one it was, errors that follow want to know. */
  #andOr(stopAt: boolean, here: Node, argNodes: readonly Node[], final: Compiled | undefined): Compiled {
    const outerLazy = this.lazySlots
    const args: Compiled[] = []
    const lazySlots: number[] = []
    argNodes.forEach((n, i) => {
      if (i === 1) this.lazySlots ??= lazySlots
      args.push(this.operand(n))
    })
    this.lazySlots = outerLazy
    const exprs = args.map((arg, i) => this.bind(argNodes[i]!, arg, 'reflect.Value'))
    const lastOf = args.map((arg) => arg.last)
    const simple = this.#shortCircuit(stopAt, exprs, final?.expr, this.slotCount++)
    const mark = this.slotCount - 1
    const expr: Expr = lazySlots.length === 0 ? simple : (f, dot) => {
      for (const slot of lazySlots) f.vars[slot] = undeclared
      return simple(f, dot)
    }
    return compiled(expr, (f) => lastNode(lastOf[f.vars[mark] as unknown as number] ?? here, f))
  }

  #shortCircuit(stopAt: boolean, exprs: readonly Expr[], final: Expr | undefined, mark: number): Expr {
    const [a, b] = exprs as [Expr, Expr]
    if (exprs.length === 2 && !final) {
      return (f, dot) => {
        const x = a(f, dot)
        if (truth(x) === stopAt) {
          f.vars[mark] = 0 as Value
          return x
        }
        const y = b(f, dot)
        f.vars[mark] = 1 as Value
        return y
      }
    }
    return (f, dot) => {
      const piped = final?.(f, dot)
      let v: Val
      for (let i = 0; i < exprs.length; i++) {
        v = exprs[i]!(f, dot)
        f.vars[mark] = i as Value
        if (truth(v) === stopAt) return v
      }
      return final ? piped : v
    }
  }

  /** The builtin `call` knows its callee's name for errors; there are no functions among our values to call. */
  #callCall(fn: GoFunction, node: Node, args: readonly Compiled[], argNodes: readonly Node[], final: Compiled | undefined, last: Last): Compiled {
    const exprs = args.map((arg, i) => this.bind(argNodes[i]!, arg, 'reflect.Value'))
    const callee = argNodes.length > 0 ? nodeText(argNodes[0]!) : undefined
    const expr: Expr = (f, dot) => {
      const piped = final?.expr(f, dot)
      const values = exprs.map((e) => e(f, dot) as Value)
      if (final) values.push(piped as Value)
      try {
        return fn.call([callee ?? (piped as Value), ...values], f.scope)
      } catch (e) {
        throw callError(this.unit, node, 'call', e)
      }
    }
    return compiled(expr, last)
  }
}

/** The builtin `slice` does not look into an interface for an index: oddly, a number straight from a map is refused. */
function bareIndex(expr: Expr, inInterface: InInterface): Expr {
  return (f, dot) => {
    const v = expr(f, dot)
    return v === null || (v !== undefined && inInterface(f, dot)) ? interfaceIndex : v
  }
}
