import { PintleError } from '../../errors/index.ts'
import type { ErrorCode, Place } from '../../errors/index.ts'
import { byteLength, quote } from '../go/index.ts'
import type { Frame } from './frame.ts'
import { nodeText } from './node.ts'
import type { Node } from './node.ts'

/** What an error must know of the template it happens in. */
export interface Unit {
  /** The template that runs: the file, or the name of a define. */
  readonly name: string
  /** The text it was parsed from: the file a define stands in, `gotpl` for the argument of `tpl`. */
  readonly parseName: string
  readonly text: string
}

/**
 * The node that was evaluated last when an expression is done: Go's exec.go keeps it in a variable (`s.at`) and blames it for
 * what fails next. Only and/or leave it open until they run.
 */
export type Last = Node | ((f: Frame) => Node)

export function lastNode(last: Last, f: Frame): Node {
  return typeof last === 'function' ? last(f) : last
}

/** One step of the stack of an error: where a template was when it failed or called what failed. */
export interface ExecFrame {
  /** File (or `gotpl`), line from 1, column in bytes from 0 as Go prints it. */
  readonly template: string
  readonly line: number
  readonly column: number
  /** The template that was executing. */
  readonly executing: string
  /** The piece of the template at fault. */
  readonly context: string
  /** What went wrong; in outer frames `error calling include: ` and everything beneath. */
  readonly message: string
}

/**
 * A failure while a template runs. `message` is Go's text with all the errors beneath; the parts are kept, so that nobody
 * needs to parse that text again.
 */
export class ExecError extends PintleError {
  readonly frame: ExecFrame

  constructor(unit: Unit, node: Node, message: string, cause?: unknown, code: ErrorCode = 'template.exec') {
    const { line, column } = position(unit.text, node.pos)
    const context = nodeText(node)
    const { name, parseName } = unit
    super(code, `template: ${parseName}:${line}:${column}: executing ${quote(name)} at <${context}>: ${message}`, {
      place: placeOf(unit, line, node.pos),
      cause,
    })
    this.name = 'ExecError'
    this.frame = { template: parseName, line, column, executing: name, context, message }
  }

  /** The stack, outermost template first, as far as the errors beneath are of templates, too. */
  frames(): ExecFrame[] {
    const out = [this.frame]
    for (let e = this.cause; e instanceof Error; e = e.cause) if (e instanceof ExecError) out.push(e.frame)
    return out
  }

  /**
   * The texts of this error and of what Go's errors.Unwrap finds beneath, one after the other. As in Go, an ExecError comes
   * twice: the exported wrapper and the formatted error in it.
   */
  chain(): string[] {
    return unwrapChain(this)
  }
}

/** The texts of an error and of its causes, as repeated errors.Unwrap gives them. */
export function unwrapChain(error: Error): string[] {
  const out: string[] = []
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    out.push(e.message)
    if (e instanceof ExecError) out.push(e.message)
  }
  return out
}

/** Turns whatever a function threw into Go's `error calling NAME: ...`; limits pass through as they are. */
export function callError(unit: Unit, node: Node, name: string, thrown: unknown): unknown {
  if (isFatal(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new ExecError(unit, node, `error calling ${name}: ${message}`, thrown instanceof Error ? thrown : undefined)
}

/** Whether an error ends the whole render whatever it passes through. */
export function isFatal(e: unknown): boolean {
  if (e instanceof RangeError) return isStackOverflow(e) || /Invalid string length/.test(e.message)
  return e instanceof PintleError && e.code === 'template.limit' && !(e instanceof ExecError)
}

export function isStackOverflow(e: unknown): boolean {
  return e instanceof RangeError && /call stack/.test(e.message)
}

/** Line from 1 and column in bytes from 0, as parse.Tree.ErrorContext counts them. */
export function position(text: string, pos: number): { line: number, column: number } {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < pos; at = text.indexOf('\n', at + 1)) {
    line++
    start = at + 1
  }
  return { line, column: byteLength(text.slice(start, pos)) }
}

function placeOf(unit: Unit, line: number, pos: number): Place {
  const start = unit.text.lastIndexOf('\n', pos - 1) + 1
  return { file: unit.parseName, line, column: pos - start + 1, source: unit.text }
}
