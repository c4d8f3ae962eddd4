import { PintleError } from '../../errors/index.ts'
import type { Host, Value } from '../go/index.ts'
import { runDeep } from './deep.ts'
import { isStackOverflow } from './exec-error.ts'
import { Frame, maxTemplateDepth } from './frame.ts'
import type { RunScope, Runnable, Val } from './frame.ts'
import type { Template } from './template.ts'
import type { TemplateSet } from './template-set.ts'
import { tplError, tplParseError, withoutNoValue } from './tpl.ts'
import { Recorder, Trail } from './trail.ts'
import type { Span } from './trail.ts'

export interface ExecutionOptions {
  readonly host: Host
  /** Characters one template may write. Default 32 Mi. */
  readonly maxOutput?: number
  /** Milliseconds that one `execute` may take. Default two minutes. */
  readonly maxTime?: number
  /** How deep templates may nest in all. Default 150,000: Go ends one chain of {{template}} actions at 100,000. */
  readonly maxNesting?: number
  /** How deep include and tpl may nest, whatever they call. Default 25,000; Helm ends an include of the same name at 1000. */
  readonly maxCalls?: number
  /** Levels of nested templates that run on the JavaScript stack; what lies deeper runs on the heap, slower. Default 40. */
  readonly stackLevels?: number
}

/** How often include may nest one and the same name: recursionMaxNums of Helm's engine.go. */
const maxIncludes = 1000

/**
 * Runs templates of a set for one render. Like an engine's render in Helm, it counts nested includes over all its runs.
 * Holds what changes; the set does not.
 */
export class Execution {
  readonly set: TemplateSet
  readonly host: Host
  readonly maxOutput: number
  readonly maxNesting: number
  readonly maxCalls: number
  readonly stackLevels: number
  readonly #maxTime: number
  readonly #scope: Scope
  /** How often each name is being included. */
  readonly included = new Map<string, { count: number }>()
  /** Templates running inside each other now; those of them that include or tpl started on the heap. */
  nesting = 0
  calls = 0
  ticks = 0
  recorder: Recorder | undefined
  #deadline = 0

  constructor(set: TemplateSet, options: ExecutionOptions) {
    this.set = set
    this.host = options.host
    this.maxOutput = options.maxOutput ?? 32 * 1024 * 1024
    this.maxNesting = options.maxNesting ?? 150_000
    this.maxCalls = options.maxCalls ?? 25_000
    this.stackLevels = options.stackLevels ?? 40
    this.#maxTime = options.maxTime ?? 120_000
    this.#scope = new Scope(this, set)
  }

  /**
   * Runs a template and returns what it writes.
   * @throws ExecError (`template.exec`) with Go's text, PintleError `template.limit`
   */
  execute(name: string, data: Value): string {
    return this.#run(name, data)
  }

  /**
   * As execute, and says where each piece of the output came from, as well as can be told; slower. The paths of data begin
   * with that of `data` itself, so that the default gives `.Values.image.tag`.
   */
  trace(name: string, data: Value, path = ''): { output: string, spans: readonly Span[] } {
    const recorder = new Recorder()
    recorder.dataPath = path
    this.recorder = recorder
    try {
      const output = this.#run(name, data)
      return { output, spans: recorder.written.at(-1)?.spans ?? [] }
    } finally {
      this.recorder = undefined
    }
  }

  #run(name: string, data: Value): string {
    const template = this.set.lookup(name)
    if (template === undefined) throw this.set.missing(name)
    this.nesting = 0
    this.calls = 0
    this.included.clear()
    this.#deadline = Date.now() + this.#maxTime
    try {
      return this.#scope.run(template, data ?? undefined, 0)
    } catch (e) {
      if (isStackOverflow(e)) throw this.tooDeep(name, e)
      if (e instanceof RangeError && /Invalid string length/.test(e.message)) throw this.tooLong(name)
      throw e
    }
  }

  /** Fails when the render takes too long. */
  checkTime(): void {
    if (Date.now() > this.#deadline) throw limit(`template: rendering takes longer than ${this.#maxTime / 1000} s`)
  }

  tooDeep(name: string, cause?: unknown): PintleError {
    return limit(`template: ${name}: exceeded maximum template depth (${maxTemplateDepth})`, name, cause)
  }

  tooLong(name: string): PintleError {
    return limit(`template: ${name}: output is longer than ${this.maxOutput} characters`, name)
  }
}

function limit(message: string, file?: string, cause?: unknown): PintleError {
  return new PintleError('template.limit', message, { ...(file === undefined ? {} : { place: { file } }), cause })
}

/** The set a template runs in, for one execution: the set of the execution, or one that `tpl` derived from it. */
export class Scope implements RunScope {
  readonly exec: Execution
  readonly set: TemplateSet
  constructor(exec: Execution, set: TemplateSet) {
    this.exec = exec
    this.set = set
  }

  get host(): Host {
    return this.exec.host
  }

  has(name: string): boolean {
    return this.set.lookup(name) !== undefined
  }

  include(name: string, data: Val): string {
    const counter = this.enter(name)
    const out = this.run(this.find(name), data ?? undefined, 0)
    counter.count--
    return out
  }

  tpl(text: string, data: Val): string {
    const { scope, root } = this.parseText(text)
    try {
      return withoutNoValue(scope.run(root, data ?? undefined, 0))
    } catch (e) {
      throw tplError(text, e)
    }
  }

  /** Counts an include, and refuses it when the name is nested too often. */
  enter(name: string): { count: number } {
    const { included } = this.exec
    let counter = included.get(name)
    if (counter === undefined) included.set(name, (counter = { count: 0 }))
    if (counter.count > maxIncludes) {
      const why = 'unable to execute template'
      throw new Error(`rendering template has a nested reference name: ${name}: ${why}`, { cause: new Error(why) })
    }
    counter.count++
    return counter
  }

  find(name: string): Template {
    const template = this.set.lookup(name)
    if (template === undefined) throw this.set.missing(name)
    return template
  }

  /** The scope and the template of a text given to tpl. */
  parseText(text: string): { scope: Scope, root: Template } {
    try {
      const { set, root } = this.set.withText(text)
      return { scope: new Scope(this.exec, set), root }
    } catch (e) {
      throw tplParseError(text, e)
    }
  }

  tick(f: Frame): void {
    const { exec } = this
    if ((++exec.ticks & 255) !== 0) return
    exec.checkTime()
    if (f.out.length > exec.maxOutput) throw exec.tooLong(this.set.name)
  }

  begin(depth: number): void {
    const { exec } = this
    if ((++exec.ticks & 255) === 0) exec.checkTime()
    if (depth === 0) exec.calls++
    if (++exec.nesting > exec.maxNesting || exec.calls > exec.maxCalls) throw exec.tooDeep(this.set.name)
  }

  end(f: Frame): void {
    const { exec } = this
    if (f.depth === 0) exec.calls--
    exec.nesting--
    if (f.out.length > exec.maxOutput) throw exec.tooLong(this.set.name)
  }

  /** Runs a template; errors leave the counters as they are, since they end the execution. */
  run(template: Runnable, data: Val, depth: number): string {
    const { exec } = this
    if ((++exec.ticks & 255) === 0) exec.checkTime()
    if (exec.nesting >= exec.stackLevels) return runDeep({ scope: this, template, data, depth })
    exec.nesting++
    const { recorder } = exec
    let out: string
    if (recorder === undefined) {
      const { body, slots } = template.code
      const f = new Frame(this, slots, data, depth)
      body(f, data)
      out = f.out
    } else {
      const { body, slots } = template.tracedCode
      const { caller, written } = recorder
      const trail = new Trail(recorder)
      const f = new Frame(this, slots, data, depth, trail)
      body(f, data)
      out = f.out
      recorder.caller = caller
      written.push({ text: out, spans: trail.spans })
    }
    exec.nesting--
    if (out.length > exec.maxOutput) throw exec.tooLong(template.name)
    return out
  }
}
