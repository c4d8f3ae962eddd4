import { composeDocument, mappingNode, scalarNode, sequenceNode, type Node } from './node.ts'
import { Parser } from './parser.ts'
import { Resolver, type Scalar } from './resolve.ts'

/** A place in a document: a mapping's member or a sequence's item. Lines and columns count from 1. */
export interface Position {
  /** Keys and indexes from the root. */
  readonly path: readonly (string | number)[]
  /** Where the key stands; for items and the root, where the value does. */
  readonly line: number
  readonly column: number
  readonly valueLine: number
  readonly valueColumn: number
  readonly kind: 'scalar' | 'mapping' | 'sequence' | 'alias'
  /** Scalars: what it means. A bigint where a number is not exact. */
  readonly value?: Scalar
}

/**
 * Every member and item of the first document, parents before children, with where they stand. Aliases are not followed, merge keys not applied.
 * @throws PintleError yaml.parse
 */
export function* positions(text: string): Generator<Position> {
  const root = composeDocument(new Parser(text))
  if (root !== undefined) yield* walk(root, root, [], new Resolver())
}

function* walk(node: Node, key: Node, path: readonly (string | number)[], resolver: Resolver): Generator<Position> {
  const place = { path, line: key.line + 1, column: key.column + 1, valueLine: node.line + 1, valueColumn: node.column + 1 }
  if (node.kind === scalarNode) {
    const value = node.tag === '' && !node.implicit ? node.value : resolver.resolveTagged(node.tag, node.value)
    yield { ...place, kind: 'scalar', value }
  } else if (node.kind === mappingNode) {
    yield { ...place, kind: 'mapping' }
    for (let i = 0; i + 1 < node.children.length; i += 2) {
      const name = node.children[i]!
      yield* walk(node.children[i + 1]!, name, [...path, name.kind === scalarNode ? name.value : '?'], resolver)
    }
  } else if (node.kind === sequenceNode) {
    yield { ...place, kind: 'sequence' }
    for (const [i, item] of node.children.entries()) yield* walk(item, item, [...path, i], resolver)
  } else yield { ...place, kind: 'alias' }
}
