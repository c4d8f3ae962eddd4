import { DeepCompiler } from './deep.ts'
import type { Unit } from './exec-error.ts'
import type { Settings } from './expressions.ts'
import type { Code, DeepCode, Runnable } from './frame.ts'
import { isEmptyTree } from './node.ts'
import type { ListNode } from './node.ts'
import { StatementCompiler } from './statements.ts'
import { TracedCompiler } from './traced.ts'

/** One parsed template, compiled when it first runs. Never changes, so that many renders can share it. */
export class Template implements Unit, Runnable {
  readonly name: string
  readonly parseName: string
  readonly text: string
  readonly root: ListNode
  readonly #settings: Settings
  #code: Code | undefined
  #deepCode: DeepCode | undefined
  #tracedCode: Code | undefined

  constructor(name: string, parseName: string, text: string, root: ListNode, settings: Settings) {
    this.name = name
    this.parseName = parseName
    this.text = text
    this.root = root
    this.#settings = settings
  }

  /** Whether it is nothing but white space, so that it replaces no other. */
  get isEmpty(): boolean {
    return isEmptyTree(this.root)
  }

  get code(): Code {
    return (this.#code ??= new StatementCompiler(this, this.#settings).template(this.root))
  }

  /** The code for runs nested so deep that the JavaScript stack must not grow. */
  get deepCode(): DeepCode {
    return (this.#deepCode ??= new DeepCompiler(this, this.#settings).deepTemplate(this.root))
  }

  /** The code that records where output comes from. */
  get tracedCode(): Code {
    return (this.#tracedCode ??= new TracedCompiler(this, this.#settings).template(this.root))
  }
}
