import { GoObject, Int, formatValue, int, quote, sortedKeys } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { ExecError, lastNode } from './exec-error.ts'
import type { Last } from './exec-error.ts'
import { CallCompiler } from './calls.ts'
import type { Compiled } from './expressions.ts'
import { concrete, holdsInterfaces } from './fields.ts'
import { BREAK, CONTINUE, NORMAL, maxTemplateDepth } from './frame.ts'
import type { Code, Expr, Frame, Signal, Stmt, Val } from './frame.ts'
import type { ActionNode, BranchNode, ListNode, Node, PipeNode, TemplateNode, TextNode } from './node.ts'
import { isResult, printed, truth } from './truth.ts'

/** Where a range puts what it goes over: slots of variables, or 0. */
export interface RangeTarget {
  readonly index: number
  readonly elem: number
  /** Slots told whether the elements stand in interfaces. */
  readonly flags: readonly number[]
  readonly variables: number
}

/** Compiles the statements of a template (exec.go's walk functions) into closures. */
export class StatementCompiler extends CallCompiler {
  /** Compiles a whole tree. */
  template(root: ListNode): Code {
    return new Whole(this.list(root), this)
  }

  protected list(list: ListNode | undefined): Stmt {
    const parts = (list?.nodes ?? []).map((n) => this.statement(n))
    return sequence(parts)
  }

  protected statement(n: Node): Stmt {
    switch (n.type) {
      case 'text': return this.text(n)
      case 'action': return this.action(n)
      case 'if': return this.if(n)
      case 'with': return this.with(n)
      case 'range': return this.range(n)
      case 'template': return this.templateAction(n)
      case 'break': return () => BREAK
      case 'continue': return () => CONTINUE
    }
    throw new Error(`unknown node: ${n.type}`)
  }

  protected text({ text }: TextNode): Stmt {
    return (f) => {
      f.out += text
      return NORMAL
    }
  }

  protected action({ pipe }: ActionNode): Stmt {
    const { loose: expr } = this.pipe(pipe)
    // A declaration prints nothing.
    if (pipe.decl.length > 0) {
      return (f, dot) => {
        expr(f, dot)
        return NORMAL
      }
    }
    const result = isResult(pipe)
    return (f, dot) => {
      const v = expr(f, dot)
      f.out += typeof v === 'string' ? v : printed(v, result)
      return NORMAL
    }
  }

  protected if(n: BranchNode): Stmt {
    return this.scoped(() => {
      const { loose } = this.pipe(n.pipe)
      const compile = this.branch(n.list)
      let body: Stmt | undefined
      if (!n.elseList) return (f, dot) => (truth(loose(f, dot)) ? (body ??= compile())(f, dot) : NORMAL)
      const compileElse = this.branch(n.elseList)
      let otherwise: Stmt | undefined
      return (f, dot) => (truth(loose(f, dot)) ? (body ??= compile())(f, dot) : (otherwise ??= compileElse())(f, dot))
    })
  }

  protected with(n: BranchNode): Stmt {
    return this.scoped(() => {
      const { expr } = this.pipe(n.pipe)
      const compile = this.withDot(concrete, () => this.branch(n.list))
      const compileElse = n.elseList && this.branch(n.elseList)
      let body: Stmt | undefined
      let otherwise: Stmt | undefined
      return (f, dot) => {
        const v = expr(f, dot)
        if (truth(v)) return (body ??= compile())(f, v)
        return compileElse ? (otherwise ??= compileElse())(f, dot) : NORMAL
      }
    })
  }

  /**
   * Compiles the statements of a branch when they first run, in the scope of now: a process renders most charts once, and many
   * branches never run.
   */
  protected branch(list: ListNode): () => Stmt {
    const scope = [...this.scope]
    const dot = this.dotInInterface
    return () => {
      const outer = this.scope
      this.scope = scope
      try {
        return this.withDot(dot, () => this.list(list))
      } finally {
        this.scope = outer
      }
    }
  }

  protected withDot<T>(inInterface: typeof concrete, body: () => T): T {
    const outer = this.dotInInterface
    this.dotInInterface = inInterface
    const result = body()
    this.dotInInterface = outer
    return result
  }

  protected range(n: BranchNode): Stmt {
    return this.scoped(() => {
      const { subject, target, flag } = this.rangeHead(n.pipe, this.value(n.pipe))
      const compile = this.withDot((f) => f.vars[flag] === true, () => this.branch(n.list))
      const compileElse = n.elseList && this.branch(n.elseList)
      let body: Stmt | undefined
      let otherwise: Stmt | undefined
      return (f, dot) => {
        const turns = this.turns(subject.expr(f, dot), f, target, subject.last)
        if (turns === undefined) return compileElse ? (otherwise ??= compileElse())(f, dot) : NORMAL
        body ??= compile()
        for (let i = 0; i < turns.count; i++) if (body(f, turns.begin(i, f, target)) === BREAK) break
        return NORMAL
      }
    })
  }

  /** The value of a range's pipeline and the variables its turns set. */
  protected rangeHead(pipe: PipeNode, bare: Compiled): { subject: Compiled, target: RangeTarget, flag: number } {
    const flag = this.slotCount++
    const flags = [flag]
    let { expr } = bare
    const slots: number[] = []
    pipe.decl.forEach((decl, i) => {
      const name = decl.ident[0]!
      const variable = pipe.isAssign ? this.resolve(name) : this.newVariable(name)
      const value = expr
      if (variable === undefined) {
        expr = (f, dot) => {
          value(f, dot)
          throw new ExecError(this.unit, lastNode(bare.last, f), `undefined variable: ${name}`)
        }
        return
      }
      const { slot } = variable
      slots.push(slot)
      // The last variable takes the elements; an index is never in an interface.
      if (i === pipe.decl.length - 1) flags.push((variable.flag ||= this.slotCount++))
      expr = (f, dot) => (f.vars[slot] = value(f, dot))
    })
    const [a = 0, b = 0] = slots
    const target: RangeTarget = slots.length > 1
      ? { index: a, elem: b, flags, variables: pipe.decl.length }
      : { index: 0, elem: a, flags, variables: pipe.decl.length }
    return { subject: { ...bare, expr }, target, flag }
  }

  /** What to go over; undefined when there is nothing and the else branch is due. */
  protected turns(v: Val, f: Frame, target: RangeTarget, last: Last): Turns | undefined {
    const inInterfaces = holdsInterfaces(v)
    for (const flag of target.flags) f.vars[flag] = inInterfaces
    if (Array.isArray(v)) return v.length === 0 ? undefined : new Turns(v.length, v)
    if (v instanceof Map) {
      if (v.size === 0) return undefined
      // Key and value are read before the first turn: what the turns change in the map does not show.
      const keys = sortedKeys(v)
      return new Turns(keys.length, keys.map((key) => v.get(key)!), keys)
    }
    if (v === undefined || v === null) return undefined
    if (v instanceof Uint8Array) {
      return v.length === 0 ? undefined : new Turns(v.length, Array.from(v, (b) => new Int(BigInt(b), 'uint8')))
    }
    if (v instanceof Int) {
      if (target.variables > 1) this.#oneVariable(v, f, last)
      return v.value > 0n ? new Turns(Number(v.value), undefined, undefined, v) : undefined
    }
    if (v instanceof GoObject) {
      const plain = v.underlying()
      if (plain instanceof Int) {
        if (target.variables > 1) this.#oneVariable(v, f, last)
        return plain.value > 0n ? new Turns(Number(plain.value), undefined, undefined, plain, v) : undefined
      }
      if (plain !== undefined) return this.turns(plain, f, target, last)
    }
    throw new ExecError(this.unit, lastNode(last, f), `range can't iterate over ${rangeText(v)}`)
  }

  #oneVariable(v: Value, f: Frame, last: Last): never {
    throw new ExecError(this.unit, lastNode(last, f), `can't use ${formatValue(v)} to iterate over more than one variable`)
  }

  protected templateAction(n: TemplateNode): Stmt {
    const data = this.templateData(n)
    return (f, dot) => {
      this.checkTemplate(n, f)
      f.out += f.scope.run(f.scope.find(n.name), data(f, dot), f.depth + 1)
      return NORMAL
    }
  }

  protected templateData(n: TemplateNode): Expr {
    return n.pipe ? this.pipe(n.pipe).expr : () => undefined
  }

  protected checkTemplate(n: TemplateNode, f: Frame): void {
    if (!f.scope.has(n.name)) throw new ExecError(this.unit, n, `template ${quote(n.name)} not defined`)
    if (f.depth === maxTemplateDepth) {
      throw new ExecError(this.unit, n, `exceeded maximum template depth (${maxTemplateDepth})`, undefined, 'template.limit')
    }
  }
}

/** The code of a template; branches that are compiled later add variables. */
class Whole implements Code {
  readonly body: Stmt
  readonly #compiler: StatementCompiler
  constructor(body: Stmt, compiler: StatementCompiler) {
    this.body = body
    this.#compiler = compiler
  }
  get slots(): number {
    return this.#compiler.slots
  }
}

/** The turns of a range. */
export class Turns {
  readonly count: number
  readonly elems: readonly Val[] | undefined
  readonly keys: readonly string[] | undefined
  readonly #number: Int | undefined
  readonly #named: GoObject | undefined
  constructor(count: number, elems: readonly Val[] | undefined, keys?: readonly string[], number?: Int, named?: GoObject) {
    this.count = count
    this.elems = elems
    this.keys = keys
    this.#number = number
    this.#named = named
  }
  /** Begins turn `i`: sets the variables and returns the dot. */
  begin(i: number, f: Frame, { elem, index }: RangeTarget): Val {
    const v = this.elems === undefined ? this.#numberAt(i) : this.elems[i]
    if (elem > 0) f.vars[elem] = v
    if (index > 0) f.vars[index] = this.keys === undefined ? int(i) : this.keys[i]
    f.scope.tick(f)
    return v
  }
  /** Ranging over an integer gives integers of its type. */
  #numberAt(i: number): Value {
    const { kind } = this.#number!
    const plain = kind === 'int' ? int(i) : new Int(BigInt(i), kind)
    return this.#named?.ofSameType?.(plain) ?? plain
  }
}

/** Runs statements one after the other until one of them jumps. */
export function sequence(parts: readonly Stmt[]): Stmt {
  const [a, b, c] = parts as [Stmt, Stmt, Stmt]
  switch (parts.length) {
    case 0: return () => NORMAL
    case 1: return a
    case 2: return (f, dot) => a(f, dot) || b(f, dot)
    case 3: return (f, dot) => a(f, dot) || b(f, dot) || c(f, dot)
  }
  return (f, dot): Signal => {
    for (let i = 0; i < parts.length; i++) {
      const signal = parts[i]!(f, dot)
      if (signal !== NORMAL) return signal
    }
    return NORMAL
  }
}

/** A value as `%v` prints a reflect.Value of it after pointers were followed. */
function rangeText(v: Value): string {
  return v instanceof GoObject && v.goKind === 'ptr' ? printed(v) : formatValue(v)
}
