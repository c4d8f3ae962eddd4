import type { GoFunction, Value } from '../go/index.ts'
import { includeFunction, tplFunction, builtins } from './builtins.ts'
import { callError, lastNode } from './exec-error.ts'
import type { Last } from './exec-error.ts'
import { tplError, withoutNoValue } from './tpl.ts'
import { compiled, paramType, wrongCount } from './expressions.ts'
import type { Compiled } from './expressions.ts'
import { concrete } from './fields.ts'
import { BREAK, Frame, NORMAL } from './frame.ts'
import type { DeepCode, DeepExpr, DeepStmt, Invocation, Stmt, Val } from './frame.ts'
import type { BranchNode, CommandNode, ListNode, Node, PipeNode, TemplateNode } from './node.ts'
import { StatementCompiler } from './statements.ts'
import { isResult, printed, truth } from './truth.ts'

/** A statement or expression either way: plain code where no template is called, a generator where one is. */
type MixedStmt = { readonly plain: Stmt } | { readonly deep: DeepStmt }
interface MixedExpr {
  readonly plain?: Compiled
  readonly deep?: DeepExpr
  readonly last: Last
}

/**
 * Compiles a template into generators that yield the templates they call. `runDeep` keeps them in an array, so that an
 * include a thousand deep, or a hundred thousand nested templates, fail as in Go and do not overflow the JavaScript stack.
 * Slower than plain code: only what is nested deep runs this way. Whatever calls no template is compiled as plain code.
 */
export class DeepCompiler extends StatementCompiler {
  readonly #calls = new Map<Node, boolean>()

  deepTemplate(root: ListNode): DeepCode {
    const body = this.#deepList(root)
    return { body, slots: this.slots }
  }

  /** Whether a template may be called within the node. */
  #callsTemplate(n: Node | undefined): boolean {
    if (n === undefined) return false
    let known = this.#calls.get(n)
    if (known === undefined) this.#calls.set(n, (known = this.#searchCall(n)))
    return known
  }

  #searchCall(n: Node): boolean {
    switch (n.type) {
      case 'list': return n.nodes.some((c) => this.#callsTemplate(c))
      case 'action': return this.#callsTemplate(n.pipe)
      case 'pipe': return n.cmds.some((c) => this.#callsTemplate(c))
      case 'command': return n.args.some((c) => this.#callsTemplate(c))
      case 'chain': return this.#callsTemplate(n.node)
      case 'if':
      case 'with':
      case 'range': return this.#callsTemplate(n.pipe) || this.#callsTemplate(n.list) || this.#callsTemplate(n.elseList)
      case 'template': return true
      case 'identifier': {
        const fn = this.settings.funcs.get(n.ident)
        return fn === includeFunction || fn === tplFunction
      }
    }
    return false
  }

  // Statements

  #deepList(list: ListNode | undefined): DeepStmt {
    const parts = (list?.nodes ?? []).map((n) => this.#mixedStatement(n))
    return function* (f, dot) {
      for (const part of parts) {
        const signal = 'plain' in part ? part.plain(f, dot) : yield* part.deep(f, dot)
        if (signal !== NORMAL) return signal
      }
      return NORMAL
    }
  }

  #mixedStatement(n: Node): MixedStmt {
    if (!this.#callsTemplate(n)) return { plain: this.statement(n) }
    switch (n.type) {
      case 'action': return { deep: this.#deepAction(n.pipe) }
      case 'if':
      case 'with': return { deep: this.#deepBranch(n) }
      case 'range': return { deep: this.#deepRange(n) }
      case 'template': return { deep: this.#deepTemplateAction(n) }
    }
    return { plain: this.statement(n) }
  }

  #deepAction(pipe: PipeNode): DeepStmt {
    const value = this.#value(this.#mixedPipe(pipe))
    const silent = pipe.decl.length > 0
    const result = isResult(pipe)
    return function* (f, dot) {
      const v = yield* value(f, dot)
      if (!silent) f.out += printed(v, result)
      return NORMAL
    }
  }

  #deepBranch(n: BranchNode): DeepStmt {
    return this.scoped(() => {
      const condition = this.#value(this.#mixedPipe(n.pipe))
      const isWith = n.type === 'with'
      const list = (): DeepStmt => this.scoped(() => this.#deepList(n.list))
      const body = isWith ? this.withDot(concrete, list) : list()
      const otherwise = this.#deepList(n.elseList)
      return function* (f, dot) {
        const v = yield* condition(f, dot)
        return truth(v) ? yield* body(f, isWith ? v : dot) : yield* otherwise(f, dot)
      }
    })
  }

  #deepRange(n: BranchNode): DeepStmt {
    return this.scoped(() => {
      const over = this.#mixedValue(n.pipe)
      const slot = this.slotCount++
      const value = this.#value(over)
      const { subject, target, flag } = this.rangeHead(n.pipe, this.#stored(slot, over.last))
      const body = this.withDot((f) => f.vars[flag] === true, () => this.scoped(() => this.#deepList(n.list)))
      const otherwise = this.#deepList(n.elseList)
      const turnsOf = this.turns.bind(this)
      return function* (f, dot) {
        f.vars[slot] = yield* value(f, dot)
        const turns = turnsOf(subject.expr(f, dot), f, target, subject.last)
        if (turns === undefined) return yield* otherwise(f, dot)
        for (let i = 0; i < turns.count; i++) if ((yield* body(f, turns.begin(i, f, target))) === BREAK) break
        return NORMAL
      }
    })
  }

  #deepTemplateAction(n: TemplateNode): DeepStmt {
    const data = n.pipe && this.#value(this.#mixedPipe(n.pipe))
    const check = (f: Frame): void => this.checkTemplate(n, f)
    return function* (f, dot) {
      check(f)
      const template = f.scope.find(n.name)
      f.out += yield { scope: f.scope, template, data: data && (yield* data(f, dot)), depth: f.depth + 1 }
      return NORMAL
    }
  }

  // Expressions

  #mixedPipe(pipe: PipeNode): MixedExpr {
    const value = this.#mixedValue(pipe)
    if (pipe.decl.length === 0) return value
    const { last } = value
    const deep = this.#value(value)
    const slot = this.slotCount++
    const store = this.store(pipe, (f) => f.vars[slot], last)
    return {
      last,
      deep: function* (f, dot) {
        f.vars[slot] = yield* deep(f, dot)
        return store(f, dot)
      },
    }
  }

  /** A pipeline without its declarations. */
  #mixedValue(pipe: PipeNode): MixedExpr {
    if (!this.#callsTemplate(pipe)) {
      const plain = this.value(pipe)
      return { plain, last: plain.last }
    }
    let value: MixedExpr | undefined
    let before: Last = pipe
    for (const cmd of pipe.cmds) {
      value = dug(this.#mixedCommand(cmd, value, before))
      before = value.last
    }
    return value!
  }

  /** A command with what is piped into it. That is put in a variable first when it takes a generator. */
  #mixedCommand(cmd: CommandNode, final: MixedExpr | undefined, before: Last): MixedExpr {
    let piped: DeepExpr | undefined
    let slot = 0
    let plainFinal = final?.plain
    if (final?.deep) {
      piped = final.deep
      slot = this.slotCount++
      plainFinal = this.#stored(slot, final.last)
    }
    const own = this.#ownCommand(cmd, plainFinal, before)
    if (!piped) return own
    const rest = this.#value(own)
    return {
      last: own.last,
      deep: function* (f, dot) {
        f.vars[slot] = yield* piped(f, dot)
        return yield* rest(f, dot)
      },
    }
  }

  #ownCommand(cmd: CommandNode, final: Compiled | undefined, before: Last): MixedExpr {
    const [first, ...argNodes] = cmd.args as [Node, ...Node[]]
    if (this.#callsTemplate(cmd)) {
      if (first.type === 'identifier') {
        const deep = this.#deepCall(first.ident, cmd, argNodes, final)
        if (deep) return deep
      }
      if (first.type === 'pipe' && argNodes.length === 0 && !final) return this.#mixedPipe(first)
    }
    const plain = this.command(cmd, final, before)
    return { plain, last: plain.last }
  }

  /** A call with templates among its arguments or as what it calls; undefined for what plain code must do. */
  #deepCall(name: string, node: Node, argNodes: readonly Node[], final: Compiled | undefined): MixedExpr | undefined {
    const own = this.settings.funcs.get(name)
    const fn = own ?? builtins.get(name)
    if (fn === undefined || wrongCount(name, fn, argNodes.length, final !== undefined)) return undefined
    if (own === undefined && (name === 'and' || name === 'or')) return this.#deepAndOr(name === 'or', node, argNodes, final)
    if (own === undefined && (name === 'call' || name === 'slice')) return undefined
    let last: Last = node.type === 'command' ? node.args[0]! : node
    const args: DeepExpr[] = []
    argNodes.forEach((n, i) => {
      const arg = this.#argument(n, paramType(fn, i))
      args.push(this.#value(arg))
      last = arg.last
    })
    const convert = final && this.converter(paramType(fn, argNodes.length), last)
    const invoke = this.#invocation(fn, name, node)
    return {
      last,
      deep: function* (f, dot) {
        const piped = final?.expr(f, dot)
        const values: Value[] = []
        for (const arg of args) values.push((yield* arg(f, dot)) as Value)
        if (convert) values.push(convert(piped, f) as Value)
        return yield* invoke(f, values)
      },
    }
  }

  /** An argument as a parameter of `type` takes it. */
  #argument(n: Node, type: string): MixedExpr {
    let deep: DeepExpr | undefined
    let last: Last = n
    if (n.type === 'pipe' && this.#callsTemplate(n)) ({ deep, last } = this.#mixedPipe(n))
    if (!deep) {
      const operand = this.operand(n)
      return { plain: compiled(this.bind(n, operand, type), operand.last), last: operand.last }
    }
    const convert = this.converter(type, last)
    return {
      last,
      deep: function* (f, dot) {
        return convert(yield* deep(f, dot), f)
      },
    }
  }

  #invocation(fn: GoFunction, name: string, node: Node): (f: Frame, values: Value[]) => Generator<Invocation, Val, string> {
    const { unit } = this
    return function* (f, values) {
      try {
        if (fn === includeFunction) return yield* include(f, values)
        if (fn === tplFunction) return yield* tpl(f, values)
        return fn.call(values, f.scope)
      } catch (e) {
        throw callError(unit, node, name, e)
      }
    }
  }

  #deepAndOr(stopAt: boolean, node: Node, argNodes: readonly Node[], final: Compiled | undefined): MixedExpr {
    const args = argNodes.map((n) => this.#argument(n, 'reflect.Value'))
    const values = args.map((arg) => this.#value(arg))
    const mark = this.slotCount++
    return {
      last: (f) => lastNode(args[f.vars[mark] as unknown as number]?.last ?? node, f),
      deep: function* (f, dot) {
        const piped = final?.expr(f, dot)
        let v: Val
        for (let i = 0; i < values.length; i++) {
          v = yield* values[i]!(f, dot)
          f.vars[mark] = i as Value
          if (truth(v) === stopAt) return v
        }
        return final ? piped : v
      },
    }
  }

  /** Either kind of expression as a generator. */
  #value({ plain, deep }: MixedExpr): DeepExpr {
    if (deep) return deep
    const { expr } = plain!
    // oxlint-disable-next-line require-yield -- it calls no template, so it has nothing to hand to the driver
    return function* (f, dot) {
      return expr(f, dot)
    }
  }

  #stored(slot: number, last: Last): Compiled {
    return compiled((f) => f.vars[slot], last)
  }
}

/** No nil interface leaves a command of a pipeline. */
function dug({ plain, deep, last }: MixedExpr): MixedExpr {
  if (plain) {
    const { expr } = plain
    return { plain: compiled((f, dot) => expr(f, dot) ?? undefined, last), last }
  }
  return {
    last,
    deep: function* (f, dot) {
      return (yield* deep!(f, dot)) ?? undefined
    },
  }
}

function* include(f: Frame, [name, data]: Value[]): Generator<Invocation, Val, string> {
  const { scope } = f
  const counter = scope.enter(name as string)
  const out = yield { scope, template: scope.find(name as string), data: data ?? undefined, depth: 0 }
  counter.count--
  return out
}

function* tpl(f: Frame, [text, data]: Value[]): Generator<Invocation, Val, string> {
  const { scope, root } = f.scope.parseText(text as string)
  try {
    return withoutNoValue(yield { scope, template: root, data: data ?? undefined, depth: 0 })
  } catch (e) {
    throw tplError(text as string, e)
  }
}

interface Level {
  readonly frame: Frame
  readonly run: Generator<Invocation, unknown, string>
}

function begin({ scope, template, data, depth }: Invocation): Level {
  scope.begin(depth)
  const { body, slots } = template.deepCode
  const frame = new Frame(scope, slots, data, depth)
  return { frame, run: body(frame, data) }
}

/** Runs a template and all it calls with a stack of its own. */
export function runDeep(first: Invocation): string {
  const levels = [begin(first)]
  let sent = ''
  let failed = false
  let error: unknown
  for (;;) {
    const { frame, run } = levels.at(-1)!
    try {
      const { done, value } = failed ? run.throw(error) : run.next(sent)
      failed = false
      if (!done) {
        levels.push(begin(value as Invocation))
        continue
      }
      frame.scope.end(frame)
      sent = frame.out
      levels.pop()
      if (levels.length === 0) return sent
    } catch (e) {
      levels.pop()
      if (levels.length === 0) throw e
      failed = true
      error = e
    }
  }
}
