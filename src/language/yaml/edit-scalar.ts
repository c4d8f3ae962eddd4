import type { Node } from './node.ts'
import { doubleQuotedStyle, singleQuotedStyle } from './token.ts'

/** Where a node's own text begins: after its anchor and tag. */
export function afterProperties(text: string, node: Node): number {
  let at = node.pos
  for (;;) {
    const property = /^[&!][^\s,[\]{}]*[ \t]*/.exec(text.slice(at, at + 4096))
    if (property === null || at >= node.end) return Math.min(at, Math.max(node.pos, node.end))
    const next = at + property[0].length
    // Nothing follows the anchor of an empty value.
    if (next > node.end) return node.end
    at = next
  }
}

/** Ways to write a string, the best first. */
export function written(style: number, value: string): string[] {
  const double = JSON.stringify(value)
  if (style === doubleQuotedStyle) return [double]
  const single = /[\p{Cc}\u2028\u2029]/u.test(value) ? [] : [`'${value.replaceAll("'", "''")}'`]
  if (style === singleQuotedStyle) return [...single, double]
  return [...(/^[\w/][\w./:@+ -]*$/.test(value) && !/: |[: ]$/.test(value) ? [value] : []), double]
}
