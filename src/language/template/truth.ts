import { GoObject, Int, formatValue } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import type { Val } from './frame.ts'
import type { PipeNode } from './node.ts'

/** Whether a value counts as true: not the zero value of its type, not empty (template.IsTrue). */
export function truth(v: Val): boolean {
  switch (typeof v) {
    case 'boolean': return v
    case 'string': return v.length > 0
    case 'number': return v !== 0
    case 'undefined': return false
  }
  if (v === null) return false
  if (v instanceof Map) return v.size > 0
  if (Array.isArray(v)) return v.length > 0
  if (v instanceof Int) return v.value !== 0n
  if (v instanceof Uint8Array) return v.length > 0
  const plain = v.underlying()
  return plain === undefined || truth(plain)
}

/**
 * Whether what a pipeline comes to was given back by a function: Go cannot take its address then, and does not find methods of its pointer
 * (printableValue in exec.go). `and` and `or` give back one of their arguments.
 */
export function isResult({ cmds }: PipeNode): boolean {
  const first = cmds.at(-1)?.args[0]
  return first?.type === 'identifier' && first.ident !== 'and' && first.ident !== 'or'
}

/** What an action writes for a value. */
export function printed(v: Val, isResult = false): string {
  if (typeof v === 'string') return v
  if (v === undefined || v === null) return '<no value>'
  return v instanceof GoObject ? (isResult ? undefined : v.addressableText?.()) ?? formatValue(pointee(v)) : formatValue(v)
}

/** A pointer prints as what it points to; only fmt's `&` before the fields shows the difference. */
export function pointee(v: Value): Value {
  return v instanceof GoObject && v.goKind === 'ptr' && v.text() === undefined ? new Pointee(v) : v
}

class Pointee extends GoObject {
  readonly goType: string
  readonly goKind = 'struct'
  readonly #pointer: GoObject
  constructor(pointer: GoObject) {
    super()
    this.#pointer = pointer
    this.goType = pointer.goType.replace(/^\*/, '')
  }
  override fields(): ReturnType<GoObject['fields']> {
    return this.#pointer.fields()
  }
}
