import type { GoFunction } from '../go/index.ts'
import { includeFunction, tplFunction } from './builtins.ts'
import { callError } from './exec-error.ts'
import type { Last } from './exec-error.ts'
import { concrete } from './fields.ts'
import { BREAK, NORMAL } from './frame.ts'
import type { Expr, Stmt } from './frame.ts'
import type { ActionNode, BranchNode, CommandNode, Node, PipeNode, TemplateNode, TextNode } from './node.ts'
import { StatementCompiler } from './statements.ts'
import { elementPath, fieldPath } from './trail.ts'
import type { DataPath, Origin, Trail } from './trail.ts'
import { isResult, printed, truth } from './truth.ts'

type PathOf = (trail: Trail) => DataPath

const unknown: PathOf = () => undefined

/** Compiles statements that also record, in the trail of their frame, where each piece of output comes from. */
export class TracedCompiler extends StatementCompiler {
  #lineStarts: number[] | undefined

  protected override text({ text, pos }: TextNode): Stmt {
    const lines: { start: number, end: number, origin: Origin }[] = []
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf('\n', start)
      const end = newline < 0 ? text.length : newline + 1
      lines.push({ start, end, origin: this.#origin(pos + start) })
      start = end
    }
    return (f) => {
      const { spans, caller } = f.trail!
      const at = f.out.length
      f.out += text
      for (const { start, end, origin } of lines) spans.push({ start: at + start, end: at + end, origin: { ...origin, caller } })
      return NORMAL
    }
  }

  protected override action({ pipe, pos }: ActionNode): Stmt {
    const origin = this.#origin(pos)
    const paths = this.#pathsIn(pipe)
    const { expr } = this.pipe(pipe)
    const silent = pipe.decl.length > 0
    const result = isResult(pipe)
    return (f, dot) => {
      const trail = f.trail!
      const { recorder } = trail
      const outer = recorder.written
      const own: Origin = { ...origin, paths: resolved(paths, trail), caller: trail.caller }
      recorder.caller = own
      recorder.written = []
      const v = expr(f, dot)
      if (!silent) {
        const text = printed(v, result)
        const start = f.out.length
        f.out += text
        trail.attribute(text, start, own, recorder.written)
      }
      recorder.written = outer
      return NORMAL
    }
  }

  protected override with(n: BranchNode): Stmt {
    return this.scoped(() => {
      const path = this.#pathOf(n.pipe)
      const { expr } = this.pipe(n.pipe)
      const body = this.withDot(concrete, () => this.scoped(() => this.list(n.list)))
      const otherwise = n.elseList && this.list(n.elseList)
      return (f, dot) => {
        const trail = f.trail!
        const inner = path(trail)
        const v = expr(f, dot)
        if (!truth(v)) return otherwise ? otherwise(f, dot) : NORMAL
        const outer = trail.dotPath
        trail.dotPath = inner
        const signal = body(f, v)
        trail.dotPath = outer
        return signal
      }
    })
  }

  protected override range(n: BranchNode): Stmt {
    return this.scoped(() => {
      const path = this.#pathOf(n.pipe)
      const { subject, target, flag } = this.rangeHead(n.pipe, this.value(n.pipe))
      const body = this.withDot((f) => f.vars[flag] === true, () => this.scoped(() => this.list(n.list)))
      const otherwise = n.elseList && this.list(n.elseList)
      return (f, dot) => {
        const trail = f.trail!
        const over = path(trail)
        const turns = this.turns(subject.expr(f, dot), f, target, subject.last)
        if (turns === undefined) return otherwise ? otherwise(f, dot) : NORMAL
        const outer = trail.dotPath
        for (let i = 0; i < turns.count; i++) {
          const v = turns.begin(i, f, target)
          const key = turns.keys?.[i]
          trail.dotPath = elementPath(over, key ?? i)
          if (target.elem > 0) trail.varPaths[target.elem] = trail.dotPath
          if (body(f, v) === BREAK) break
        }
        trail.dotPath = outer
        return NORMAL
      }
    })
  }

  protected override templateAction(n: TemplateNode): Stmt {
    const origin = this.#origin(n.pos)
    const path = n.pipe ? this.#pathOf(n.pipe) : unknown
    const data = this.templateData(n)
    return (f, dot) => {
      this.checkTemplate(n, f)
      const trail = f.trail!
      const { recorder } = trail
      const outer = recorder.written
      const template = f.scope.find(n.name)
      const value = data(f, dot)
      const own: Origin = { ...origin, caller: trail.caller }
      recorder.caller = own
      recorder.dataPath = path(trail)
      recorder.written = []
      const text = f.scope.run(template, value, f.depth + 1)
      const start = f.out.length
      f.out += text
      trail.attribute(text, start, own, recorder.written)
      recorder.written = outer
      return NORMAL
    }
  }

  /** Variables remember where their value came from. */
  protected override store(pipe: PipeNode, expr: Expr, last: Last): Expr {
    const path = this.#pathOf(pipe)
    const stored = super.store(pipe, expr, last)
    const slots = pipe.decl.map((d) => this.resolve(d.ident[0]!)?.slot ?? 0).filter((slot) => slot > 0)
    return (f, dot) => {
      const where = path(f.trail!)
      const v = stored(f, dot)
      for (const slot of slots) f.trail!.varPaths[slot] = where
      return v
    }
  }

  /** include and tpl tell the template they run where its data stands. */
  protected override invocation(fn: GoFunction, name: string, node: Node, exprs: readonly Expr[]): Expr {
    if (fn !== includeFunction && fn !== tplFunction) return super.invocation(fn, name, node, exprs)
    const [first, second] = exprs as [Expr, Expr]
    const dataNode = node.type === 'command' ? node.args[2] : undefined
    const path = dataNode ? this.#pathOf(dataNode) : unknown
    const { unit } = this
    return (f, dot) => {
      const text = first(f, dot) as string
      const data = second(f, dot)
      const { recorder } = f.trail!
      recorder.dataPath = path(f.trail!)
      try {
        return fn === includeFunction ? f.scope.include(text, data) : f.scope.tpl(text, data)
      } catch (e) {
        throw callError(unit, node, name, e)
      }
    }
  }

  #origin(pos: number): Origin {
    const { text, name, parseName } = this.unit
    // Long texts have an origin for every line.
    if (this.#lineStarts === undefined) {
      this.#lineStarts = [0]
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
    }
    let line = 1
    for (let low = 0, high = this.#lineStarts.length - 1; low <= high; ) {
      const middle = (low + high) >> 1
      if (this.#lineStarts[middle]! <= pos) {
        line = middle + 1
        low = middle + 1
      } else high = middle - 1
    }
    const start = this.#lineStarts[line - 1]!
    return { template: parseName, executing: name, line, column: pos - start + 1, paths: [] }
  }

  /** Where the value of a node stands in the data, if it stands anywhere: fields, and what passes them on. */
  #pathOf(n: Node): PathOf {
    switch (n.type) {
      case 'dot': return (trail) => trail.dotPath
      case 'field': return (trail) => fieldPath(trail.dotPath, n.ident)
      case 'chain': {
        const base = this.#pathOf(n.node)
        return (trail) => fieldPath(base(trail), n.field)
      }
      case 'variable': {
        const slot = this.resolve(n.ident[0]!)?.slot
        const fields = n.ident.slice(1)
        return slot === undefined ? unknown : (trail) => fieldPath(trail.varPaths[slot], fields)
      }
      case 'pipe': {
        const [first, ...rest] = n.cmds
        return rest.every((c) => calls(c, 'default')) ? this.#pathOf(first!) : unknown
      }
      case 'command': {
        if (n.args.length === 1) return this.#pathOf(n.args[0]!)
        if (calls(n, 'default') && n.args.length === 3) return this.#pathOf(n.args[2]!)
        return calls(n, 'dict') ? this.#pathsOfDict(n) : unknown
      }
    }
    return unknown
  }

  #pathsOfDict({ args }: CommandNode): PathOf {
    const entries: [string, PathOf][] = []
    for (let i = 1; i + 1 < args.length; i += 2) {
      const key = args[i]!
      if (key.type === 'string') entries.push([key.text, this.#pathOf(args[i + 1]!)])
    }
    return (trail) => new Map(entries.map(([key, path]) => [key, path(trail)]))
  }

  /** All data an expression reads, but for what it only hands to a template. */
  #pathsIn(n: Node): PathOf[] {
    switch (n.type) {
      case 'field':
      case 'variable':
      case 'chain':
      case 'dot': {
        const own = this.#pathOf(n)
        return n.type === 'chain' ? [own, ...this.#pathsIn(n.node)] : [own]
      }
      case 'pipe': return n.cmds.flatMap((c) => this.#pathsIn(c))
      case 'command': {
        const fn = n.args[0]!.type === 'identifier' ? this.settings.funcs.get(n.args[0].ident) : undefined
        if (fn === includeFunction) return []
        return (fn === tplFunction ? n.args.slice(0, 2) : n.args).flatMap((a) => this.#pathsIn(a))
      }
    }
    return []
  }
}

function resolved(paths: readonly PathOf[], trail: Trail): string[] {
  const out = new Set<string>()
  for (const path of paths) {
    const p = path(trail)
    if (typeof p === 'string' && p !== '') out.add(p)
  }
  return [...out]
}

function calls(n: CommandNode, name: string): boolean {
  const [first] = n.args
  return first?.type === 'identifier' && first.ident === name
}
