import type { Runtime, Value } from '../go/index.ts'
import type { Trail } from './trail.ts'

/**
 * What an expression yields. `undefined` is Go's invalid reflect.Value (prints `<no value>`, fields of it are nothing), `null`
 * a nil interface (a null in a map: fields of it are an error). A pipeline turns the second into the first.
 */
export type Val = Value | undefined

/** A compiled expression. */
export type Expr = (f: Frame, dot: Val) => Val
/** A compiled statement; the result says how it ended. */
export type Stmt = (f: Frame, dot: Val) => Signal

/** Went through, met {{break}}, met {{continue}}. */
export type Signal = 0 | 1 | 2
export const NORMAL = 0
export const BREAK = 1
export const CONTINUE = 2

/** A template ready to run. */
export interface Code {
  readonly body: Stmt
  /** Number of variables, with $ as the first. */
  readonly slots: number
}

/** A statement or expression that hands templates it calls to its driver instead of running them on its own stack. */
export type DeepStmt = (f: Frame, dot: Val) => Generator<Invocation, Signal, string>
export type DeepExpr = (f: Frame, dot: Val) => Generator<Invocation, Val, string>

export interface DeepCode {
  readonly body: DeepStmt
  readonly slots: number
}

/** A template as those see it who run it. */
export interface Runnable {
  readonly name: string
  readonly code: Code
  readonly deepCode: DeepCode
  readonly tracedCode: Code
}

/** A template to run, and on what. */
export interface Invocation {
  readonly scope: RunScope
  readonly template: Runnable
  readonly data: Val
  readonly depth: number
}

/** What a running template can ask of its set and of the render. */
export interface RunScope extends Runtime {
  has(name: string): boolean
  /** The template of that name; throws Go's error when there is none. */
  find(name: string): Runnable
  /** Runs a template, `depth` {{template}} actions deep. */
  run(template: Runnable, data: Val, depth: number): string
  include(name: string, data: Val): string
  tpl(text: string, data: Val): string
  /** The first half of include: counts the name, refuses it when it is nested too often. Take the count back afterwards. */
  enter(name: string): { count: number }
  /** The first half of tpl: parses the text. */
  parseText(text: string): { scope: RunScope, root: Runnable }
  /** Called in every turn of a loop: checks time and output now and then. */
  tick(f: Frame): void
  /** Called when a template begins and ends whose frames are on the heap. */
  begin(depth: number): void
  end(f: Frame): void
}

/** One running template. */
export class Frame {
  out = ''
  readonly scope: RunScope
  readonly vars: Val[]
  /** How many {{template}} actions deep. */
  readonly depth: number
  /** Where the output came from; undefined unless origins are recorded. */
  readonly trail: Trail | undefined

  constructor(scope: RunScope, slots: number, dot: Val, depth: number, trail?: Trail) {
    this.scope = scope
    this.depth = depth
    this.trail = trail
    const vars: Val[] = [dot]
    for (let i = 1; i < slots; i++) vars.push(undefined)
    this.vars = vars
  }
}

/** text/template's maxExecDepth. */
export const maxTemplateDepth = 100_000
