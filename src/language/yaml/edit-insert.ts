import type { PathStep } from './edit-path.ts'
import { afterProperties, written } from './edit-scalar.ts'
import { mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { plainStyle } from './token.ts'

/** A place in the nodes of a document: as far as the path leads. */
export interface Found {
  readonly nodes: readonly Node[]
  /** The key of the last node, where it is a mapping's member. */
  readonly key: Node | undefined
}

type Inserted = { readonly text: string; readonly line: number } | { readonly why: string; readonly line: number; readonly column: number }

/** The text with the missing end of a path added: in a block below what is there, or inside its braces. */
export function insertion(text: string, found: Found | undefined, path: readonly PathStep[], value: string): Inserted {
  const nodes = found?.nodes ?? []
  const node = nodes.at(-1)
  const rest = path.slice(Math.max(0, nodes.length - 1))
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const splice = (at: number, added: string): Inserted => ({ text: text.slice(0, at) + added + text.slice(at), line: text.slice(0, at).split('\n').length + (/^\r?\n/.test(added) ? 1 : 0) })
  if (node === undefined) return splice(text.length, `${text === '' || text.endsWith('\n') ? '' : eol}${block(rest, value, '', eol)}${eol}`)
  const at = { line: node.line + 1, column: node.column + 1 }
  if (node.kind === scalarNode) {
    if (node.value !== '' || !node.implicit || found!.key === undefined) return { ...at, why: 'a value stands where a mapping must be' }
    return splice(lineEnd(text, node.end), `${eol}${block(rest, value, ' '.repeat(found!.key.column + 2), eol)}`)
  }
  const mapping = node.kind === mappingNode
  if (mapping ? typeof rest[0] !== 'string' : typeof rest[0] !== 'object' || node.kind !== sequenceNode) return { ...at, why: mapping ? 'a mapping stands where a sequence must be' : 'an item is added by [KEY=VALUE] only' }
  const start = afterProperties(text, node)
  if (text[start] === '{' || text[start] === '[') {
    const before = text.slice(start + 1, node.end).trimEnd()
    const comma = before === '' || before.endsWith(',') ? '' : ', '
    const gap = start + 1 + before.length
    return splice(gap, `${comma}${before.endsWith(',') ? ' ' : ''}${flow(rest, value)}`)
  }
  const end = lastEnd(text, node)
  // Text over several lines ends with its line; all else may have a comment behind it.
  const here = text[end - 1] === '\n' ? end : lineEnd(text, end)
  const lines = block(rest, value, ' '.repeat(mapping ? node.children[0]!.column : node.column), eol)
  return text[here - 1] === '\n' ? splice(here, `${lines}${eol}`) : splice(here, `${eol}${lines}`)
}

const word = (text: string): string => written(plainStyle, text)[0]!

function block(steps: readonly PathStep[], value: string, indent: string, eol: string): string {
  const [step, ...rest] = steps
  if (typeof step === 'object') {
    const inner = block(rest, value, `${indent}  `, eol)
    return `${indent}- ${word(step.key)}: ${word(step.equals)}${rest.length === 0 ? '' : eol + inner}`
  }
  const key = `${indent}${word(String(step))}:`
  if (rest.length === 0) return `${key} ${word(value)}`
  return `${key}${eol}${block(rest, value, typeof rest[0] === 'object' ? indent : `${indent}  `, eol)}`
}

function flow(steps: readonly PathStep[], value: string): string {
  const [step, ...rest] = steps
  if (typeof step === 'object') return `{${word(step.key)}: ${JSON.stringify(step.equals)}${rest.length === 0 ? '' : `, ${flow(rest, value)}`}}`
  const inner = rest.length === 0 ? word(value) : typeof rest[0] === 'object' ? `[${flow(rest, value)}]` : `{${flow(rest, value)}}`
  return `${word(String(step))}: ${inner}`
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  if (at < 0) return text.length
  return text[at - 1] === '\r' ? at - 1 : at
}

/** Where the text of a node ends, its last child's included. */
function lastEnd(text: string, node: Node): number {
  const start = afterProperties(text, node)
  if (text[start] === '{' || text[start] === '[') return node.end + 1
  const last = node.children.at(-1)
  return last === undefined ? node.end : lastEnd(text, last)
}
