import type { CommandNode, ListNode, Node, ParsedTree, PipeNode } from '../../../language/template/index.ts'
import { element, keyOf, member, optional, union, unknown, type Abstract } from './abstract.ts'
import { callFunction, type Reader } from './functions.ts'
import type { Reads } from './reads.ts'

/** A read that no condition and no default protects. */
export interface BareRead {
  readonly path: readonly string[]
  /** `member`: a field of it is taken, which fails when it is missing; `output`: it is written or computed with. */
  readonly use: 'member' | 'output'
  readonly template: string
  /** Offset in the template's text. */
  readonly pos: number
}

/** A template by name, and the file it stands in. */
export interface NamedTree { readonly tree: ParsedTree; readonly file: string }

/** Thrown when a chart is too entangled. */
export class TooComplex extends Error {}

/** How many nodes are looked at. The largest public charts stay below a tenth. */
const maxSteps = 400_000
/** How often a template may call itself. */
const maxNesting = 3

/**
 * Runs templates on what is known of their input, both ways of every condition, and notes which values they read.
 * What it does not follow counts as reading all that is handed over, so that nothing counts as unread by mistake.
 */
export class TemplateReader implements Reader {
  readonly reads: Reads
  readonly bare: BareRead[] = []
  /** Texts that go through tpl unknown. */
  usesFiles = false
  readonly #templates: ReadonlyMap<string, NamedTree>
  /** Parses a text given to tpl. */
  readonly #parse: (text: string) => ParsedTree[]
  readonly #done = new Set<string>()
  readonly #active = new Map<string, number>()
  readonly called = new Set<string>()
  /** Paths that a condition around looks at. */
  #guards: readonly (readonly string[])[] = []
  #guessing = 0
  #steps = 0
  #file = ''

  constructor(reads: Reads, templates: ReadonlyMap<string, NamedTree>, parse: (text: string) => ParsedTree[]) {
    this.reads = reads
    this.#templates = templates
    this.#parse = parse
  }

  /** @param guess nobody is seen to call it so: its reads count, but nothing is missed */
  run(tree: ParsedTree, file: string, dot: Abstract, guess = false): void {
    const before = [this.#file, this.#guards] as const
    this.#file = file
    if (guess) this.#guessing++
    this.#list(tree.root, dot, new Variables(undefined).declare('$', dot))
    if (guess) this.#guessing--
    ;[this.#file, this.#guards] = before
  }

  /** Calls a template by name; undefined stands for one that cannot be known. */
  call(name: string | undefined, argument: Abstract): void {
    if (name === undefined) {
      // Any of them.
      for (const other of this.#templates.keys()) this.#call(other, argument, true)
    } else if (this.#templates.has(name)) this.#call(name, argument, false)
    else this.use(argument, true, undefined)
  }

  #call(name: string, argument: Abstract, guess: boolean): void {
    if (!guess) this.called.add(name)
    const nesting = this.#active.get(name) ?? 0
    if (nesting >= maxNesting) return this.use(argument, true, undefined)
    const key = `${guess || this.#guessing > 0 ? '?' : ''}${name} ${keyOf(argument)}`
    // What is handed over can grow with every call.
    this.#steps += key.length >> 6
    if (this.#done.has(key)) return
    this.#done.add(key)
    const { tree, file } = this.#templates.get(name)!
    this.#active.set(name, nesting + 1)
    this.run(tree, file, argument, guess)
    this.#active.set(name, nesting)
  }

  /** A text that tpl makes a template of. */
  runText(text: string, dot: Abstract): void {
    if (!text.includes('{{') || this.#done.has(`tpl ${text} ${keyOf(dot)}`)) return
    this.#done.add(`tpl ${text} ${keyOf(dot)}`)
    for (const tree of this.#parse(text)) this.run(tree, this.#file, dot, true)
  }

  /** Notes that a value is used; `pos` where its absence would show. */
  use(a: Abstract, whole: boolean, pos: number | undefined, seen: Set<Abstract> = new Set()): void {
    switch (a.is) {
      case 'root':
        this.reads.all = true
        return
      case 'values':
        this.reads.add(a.path, whole)
        if (pos !== undefined && !a.optional) this.#bare(a, 'output', pos)
        return
      case 'dict':
      case 'list':
      case 'union': {
        // The same part may be in many places.
        if (seen.has(a)) return
        seen.add(a)
        if (++this.#steps > maxSteps) throw new TooComplex()
        for (const item of a.is === 'dict' ? a.entries.values() : a.is === 'list' ? a.items : a.of) this.use(item, whole, undefined, seen)
      }
    }
  }

  #bare(a: Abstract & { is: 'values' }, use: BareRead['use'], pos: number): void {
    if (a.guess || this.#guessing > 0 || this.#guards.some((guard) => guard.every((key, i) => a.path[i] === key) || a.path.every((key, i) => guard[i] === key))) return
    this.bare.push({ path: a.path, use, template: this.#file, pos })
  }

  /** Runs `body` where a condition on values is known to hold. */
  #guarded(condition: readonly (readonly string[])[], body: () => void): void {
    const before = this.#guards
    this.#guards = [...before, ...condition]
    body()
    this.#guards = before
  }

  #list(list: ListNode, dot: Abstract, variables: Variables): void {
    for (const node of list.nodes) this.#statement(node, dot, variables)
  }

  #statement(node: Node, dot: Abstract, variables: Variables): void {
    if (++this.#steps > maxSteps) throw new TooComplex()
    switch (node.type) {
      case 'action': {
        const value = this.#pipe(node.pipe, dot, variables)
        if (node.pipe.decl.length === 0) this.use(value, true, node.pos)
        return
      }
      case 'if':
      case 'with':
      case 'range': {
        const inner = new Variables(variables)
        const looked: (readonly string[])[] = []
        const value = this.#condition(node.pipe, dot, inner, looked, node.type === 'range')
        this.#guarded(looked, () => {
          const body = node.type === 'if' ? dot : node.type === 'with' ? value : element(value)
          this.#list(node.list, body, inner)
        })
        if (node.elseList) this.#guarded(looked, () => this.#list(node.elseList!, dot, new Variables(inner)))
        return
      }
      case 'template':
        this.call(node.name, node.pipe === undefined ? unknown : this.#pipe(node.pipe, dot, variables))
    }
  }

  /** Reads a condition; `looked` gets what it looks at. */
  #condition(pipe: PipeNode, dot: Abstract, variables: Variables, looked: (readonly string[])[], isRange: boolean): Abstract {
    const value = this.#pipe({ ...pipe, decl: [] }, dot, variables)
    this.use(value, false, undefined)
    // Looking at all values says nothing about any.
    looked.push(...[...this.#lookedAt(pipe, dot, variables), ...pathsOf(value)].filter((path) => path.length > 0))
    if (isRange) {
      const item = element(value)
      const [first, second] = pipe.decl
      if (second !== undefined) {
        // The key says something, too.
        this.use(item, false, undefined)
        variables.declare(first!.ident[0]!, unknown).declare(second.ident[0]!, item)
      } else if (first !== undefined) variables.declare(first.ident[0]!, item)
    } else if (pipe.decl.length > 0) variables.declare(pipe.decl[0]!.ident[0]!, value)
    return value
  }

  /** Every value a pipeline mentions. */
  #lookedAt(node: Node, dot: Abstract, variables: Variables): (readonly string[])[] {
    switch (node.type) {
      case 'pipe': return node.cmds.flatMap((c) => this.#lookedAt(c, dot, variables))
      case 'command': {
        const inside = node.args.flatMap((a) => this.#lookedAt(a, dot, variables))
        // hasKey .Values.a "b"
        const keys = node.args.flatMap((a) => (a.type === 'string' ? [a.text] : []))
        return keys.length === 0 ? inside : [...inside, ...inside.flatMap((path) => keys.map((key) => [...path, key]))]
      }
      case 'chain': return this.#lookedAt(node.node, dot, variables).map((path) => [...path, ...node.field])
      case 'field': return pathsOf(node.ident.reduce(member, dot))
      case 'dot': return pathsOf(dot)
      case 'variable': return pathsOf(node.ident.slice(1).reduce(member, variables.get(node.ident[0]!)))
    }
    return []
  }

  #pipe(pipe: PipeNode, dot: Abstract, variables: Variables): Abstract {
    let value: Abstract | undefined
    for (const command of pipe.cmds) value = this.#command(command, dot, variables, value)
    const result = value ?? unknown
    const declared = pipe.decl[0]
    if (declared !== undefined) {
      const name = declared.ident[0]!
      if (pipe.isAssign) {
        // Which of the assignments counts later is not followed.
        this.use(result, true, undefined)
        variables.assign(name, result)
      } else variables.declare(name, result)
    }
    return result
  }

  #command(command: CommandNode, dot: Abstract, variables: Variables, final: Abstract | undefined): Abstract {
    if (++this.#steps > maxSteps) throw new TooComplex()
    const [first, ...rest] = command.args
    if (first!.type === 'identifier') {
      const name = first!.ident
      if (name === 'and' || name === 'or') return this.#shortCircuit(rest, dot, variables, final)
      const args = rest.map((node) => this.#operand(node, dot, variables))
      if (final !== undefined) args.push(final)
      return callFunction(name, args, this, first!.pos, { unknownName: rest[0] === undefined || !mentionsBasePath(rest[0]) })
    }
    if (rest.length > 0 || final !== undefined) {
      // A method: .Files.Get, .Capabilities.APIVersions.Has
      this.#operand(first!, dot, variables)
      for (const node of rest) this.use(this.#operand(node, dot, variables), true, undefined)
      if (final !== undefined) this.use(final, true, undefined)
      return unknown
    }
    return this.#operand(first!, dot, variables)
  }

  /** What stands before in `and` and `or` is a condition for what follows. */
  #shortCircuit(nodes: readonly Node[], dot: Abstract, variables: Variables, final: Abstract | undefined): Abstract {
    const before = this.#guards
    const values: Abstract[] = []
    for (const node of nodes) {
      const value = this.#operand(node, dot, variables)
      this.use(value, false, undefined)
      values.push(value)
      this.#guards = [...this.#guards, ...this.#lookedAt(node, dot, variables).filter((path) => path.length > 0)]
    }
    this.#guards = before
    if (final !== undefined) values.push(final)
    return optional(union(values))
  }

  #operand(node: Node, dot: Abstract, variables: Variables): Abstract {
    switch (node.type) {
      case 'dot': return dot
      case 'field': return this.#members(dot, node.ident, node.pos, 0)
      case 'variable': return this.#members(variables.get(node.ident[0]!), node.ident.slice(1), node.pos, 0)
      // A value that went through parentheses may be nil: its fields are nil, too.
      case 'chain': return optional(node.field.reduce(member, this.#operand(node.node, dot, variables)))
      case 'pipe': return this.#pipe(node, dot, new Variables(variables))
      case 'string': return { is: 'text', text: node.text }
      case 'identifier': return callFunction(node.ident, [], this, node.pos, { unknownName: true })
    }
    return unknown
  }

  #members(from: Abstract, names: readonly string[], pos: number, at: number): Abstract {
    let value = from
    for (const [i, name] of names.entries()) {
      if (name === 'Files' && (value.is === 'root' || value.is === 'unknown')) this.usesFiles = true
      // Only a chain of fields fails: what came out of a pipeline may be nil.
      if (i > at && value.is === 'values' && value.path.length > 0 && i > (from.is === 'root' ? 1 : 0)) this.#bare({ ...value }, 'member', pos)
      value = member(value, name)
    }
    return value
  }
}

/** The values something may be. */
function pathsOf(a: Abstract): (readonly string[])[] {
  if (a.is === 'values') return [a.path]
  return a.is === 'union' ? a.of.flatMap(pathsOf) : []
}

/** `include (print $.Template.BasePath "/configmap.yaml") .` runs a file that is run anyway. */
function mentionsBasePath(node: Node): boolean {
  switch (node.type) {
    case 'pipe': return node.cmds.some(mentionsBasePath)
    case 'command': return node.args.some(mentionsBasePath)
    case 'field':
    case 'variable': return node.ident.includes('BasePath')
  }
  return false
}

class Variables {
  readonly #outer: Variables | undefined
  readonly #own = new Map<string, Abstract>()

  constructor(outer: Variables | undefined) {
    this.#outer = outer
  }

  declare(name: string, value: Abstract): this {
    this.#own.set(name, value)
    return this
  }

  assign(name: string, value: Abstract): void {
    if (this.#own.has(name) || this.#outer === undefined) this.#own.set(name, union([this.#own.get(name) ?? unknown, value]))
    else this.#outer.assign(name, value)
  }

  get(name: string): Abstract {
    return this.#own.get(name) ?? this.#outer?.get(name) ?? unknown
  }
}
