import { compareStrings } from '../../../language/go/index.ts'
import type { TreeNode } from '../../../language/yaml/index.ts'
import type { Schema, Schemas } from '../schema/schema.ts'
import { setField } from './fields.ts'
import { fieldNames, fieldOf, isMissingOrNull, isNull, keyOf, requireKind, scalar, textOf, type Node } from './nodes.ts'
import { mergeElements } from './merge-list.ts'
import { directiveOf } from './patch-directive.ts'
import type { ListDirection, Merged, TreeMerger } from './tree-merger.ts'

/**
 * Merges `source` into `dest`, which changes and whose nodes are shared with `source` afterwards: kyaml's merge2 over its walker.
 * @returns undefined when nothing is left
 */
export function mergeTrees(source: TreeNode, dest: TreeNode, schemas: Schemas, direction: ListDirection): Node {
  return new Merger(schemas, direction).walk(dest, source, undefined).node
}

class Merger implements TreeMerger {
  readonly direction: ListDirection
  readonly #schemas: Schemas
  constructor(schemas: Schemas, direction: ListDirection) {
    this.#schemas = schemas
    this.direction = direction
  }

  walk(dest: Node, source: Node, known: Schema | undefined): Merged {
    const schema = known ?? this.#typeOf(dest) ?? this.#typeOf(source)
    const kind = !isMissingOrNull(dest) ? (dest as TreeNode).kind : !isMissingOrNull(source) ? (source as TreeNode).kind : undefined
    switch (kind) {
      case undefined: return this.#map(dest, source, schema)
      case 'mapping': case 'sequence': case 'scalar':
        requireKind(dest, kind)
        requireKind(source, kind)
        if (kind === 'mapping') return this.#map(dest, source, schema)
        if (kind === 'scalar') return { node: source ?? dest }
        return schema?.mergeKeys === undefined ? { node: this.#styled(dest, source, source ?? dest) } : this.#list(dest, source, schema)
      default: return { node: undefined }
    }
  }

  #typeOf(node: Node): Schema | undefined {
    if (isMissingOrNull(node)) return undefined
    const kind = textOf(fieldOf(node, 'kind'))
    const apiVersion = textOf(fieldOf(node, 'apiVersion'))
    return kind === '' || apiVersion === '' ? undefined : this.#schemas.of(apiVersion, kind)
  }

  /** A collection without content takes the style of the other one. */
  #styled(dest: Node, source: Node, result: Node): Node {
    if (dest !== undefined && source !== undefined && dest.kind !== 'scalar' && dest.content.length === 0) dest.style = source.style
    return result
  }

  #map(dest: Node, source: Node, schema: Schema | undefined): Merged {
    const visited = this.#visitMap(dest, source)
    const into = visited.node
    if (into === undefined) return visited
    const names = new Set([...fieldNames(into), ...(source === undefined || source.kind !== 'mapping' ? [] : fieldNames(source))])
    for (const name of [...names].sort(compareStrings)) {
      const from = fieldOf(source, name)
      const to = fieldOf(into, name)
      const merged = this.walk(to, from, schema?.field(name))
      const key = merged.node === from && from !== undefined ? keyOf(source, name) : merged.node === to ? keyOf(into, name) : undefined
      setField(into, name, merged.node, { keep: merged.keep === true, keyStyle: key?.style ?? 0 })
    }
    return visited
  }

  #visitMap(dest: Node, source: Node): Merged {
    this.#styled(dest, source, undefined)
    if (isMissingOrNull(dest)) {
      if (source !== undefined && !isNull(source) && directiveOf(source, true) === 'delete') return { node: undefined }
      if (source === undefined && dest !== undefined && (dest as TreeNode).value !== '') return { node: scalar((dest as TreeNode).value, '!!null'), keep: true }
      return { node: source }
    }
    if (isNull(source)) return { node: undefined }
    switch (source === undefined ? 'merge' : directiveOf(source)) {
      case 'delete': return { node: undefined }
      case 'replace': return { node: source }
      default: return { node: dest }
    }
  }

  #list(dest: Node, source: Node, schema: Schema): Merged {
    this.#styled(dest, source, undefined)
    let into: Node
    if (isMissingOrNull(dest)) into = source
    else if (isNull(source)) into = undefined
    else {
      const directive = source === undefined ? 'merge' : directiveOf(source)
      into = directive === 'delete' ? undefined : directive === 'replace' ? source : dest
    }
    return into === undefined ? { node: undefined } : { node: mergeElements(this, into, source, schema) }
  }
}
