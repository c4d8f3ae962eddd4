import type { TreeNode } from '../../../language/yaml/index.ts'
import { limits } from '../limits.ts'
import { refusal, refuse } from '../refusal.ts'
import { setEntry } from './fields.ts'
import { fieldNames, fieldOf, keyOf } from './nodes.ts'

/** Puts what aliases stand for in their places, and merges `<<`. @throws PintleError when that makes too much of too little */
export function deAnchored(root: TreeNode): TreeNode {
  return new DeAnchor().node(root)
}

class DeAnchor {
  readonly #open = new Set<TreeNode>()
  readonly #done = new Set<TreeNode>()
  #nodes = 0

  #count(n: number): void {
    this.#nodes += n
    if (this.#nodes > limits.nodes) throw refusal(`the aliases of a document stand for more than ${limits.nodes} nodes`)
  }

  node(node: TreeNode): TreeNode {
    if (node.kind === 'scalar') return node
    if (node.kind === 'alias') {
      const target = node.alias!
      if (this.#open.has(target)) refuse(`anchor '${node.value}' value contains itself`)
      const plain = this.node(target)
      this.#count(sizeOf(plain))
      return plain.copy()
    }
    if (this.#done.has(node)) return node
    this.#open.add(node)
    if (node.kind === 'mapping') this.#merge(node)
    for (let i = 0; i < node.content.length; i++) node.content[i] = this.node(node.content[i]!)
    this.#open.delete(node)
    this.#done.add(node)
    return node
  }

  #merge(node: TreeNode): void {
    let value: TreeNode | undefined
    for (let i = 0; i < node.content.length; i += 2) {
      if (node.content[i]!.tag !== '!!merge') continue
      if (value !== undefined) refuse('duplicate merge key')
      value = node.content[i + 1]!
    }
    if (value === undefined) return
    const sources = this.#sources(value)
    const at = node.content.findIndex((child, i) => i % 2 === 0 && child.value === '<<')
    if (at >= 0) node.content.splice(at, 2)
    const own = node.content.map((child) => child.copy())
    const out = node.copy()
    for (const source of sources) {
      if (this.#open.has(source) && source !== node) refuse('a mapping is merged into itself')
      this.#count(sizeOf(source))
      for (const name of fieldNames(source)) setEntry(out, keyOf(source, name)!.copy(), fieldOf(source, name)!.copy())
    }
    for (let i = 0; i < own.length; i += 2) setEntry(out, own[i]!, own[i + 1]!)
    node.content = out.content
  }

  /** The mappings to merge, the strongest last. */
  #sources(value: TreeNode): TreeNode[] {
    switch (value.kind) {
      case 'mapping': return [value]
      case 'alias':
        if (value.alias!.kind !== 'mapping') refuse('invalid map merge: received alias for a non-map value')
        if (this.#open.has(value.alias!)) refuse(`anchor '${value.value}' value contains itself`)
        return [value.alias!]
      case 'sequence': {
        const out: TreeNode[] = []
        for (const item of value.content) {
          if (item.kind === 'sequence') refuse('invalid map merge: received a nested sequence')
          out.unshift(...this.#sources(item))
        }
        return out
      }
      default: return refuse('map merge requires map or sequence of maps as the value')
    }
  }
}

function sizeOf(node: TreeNode): number {
  let n = 1
  for (const child of node.content) n += sizeOf(child)
  return n
}
