import { PintleError } from '../../errors/index.ts'
import { Int, formatFloat } from '../../language/go/index.ts'
import { unmarshalV3, type YamlNode } from '../../language/yaml/index.ts'
import type { TypedText } from './encrypted-value.ts'
import { maxLeaves, type Leaf } from './leaf.ts'

/**
 * The leaves of a document of YAML or JSON in SOPS' order: values, and comments as items of the map or list that they stand in.
 * Upstream: appendYamlNodeToTreeBranch in stores/yaml/store.go, walkBranch in sops.go.
 */
export class YamlLeaves {
  readonly leaves: Leaf[] = []
  /** The comments before the next value, of every map and list around it. */
  #active: string[][] = []

  /** @param root the node of a document: a map, or nothing */
  document(document: YamlNode): void {
    const root = document.content[0]!
    if (root.kind === 'scalar' && root.tag === '!!null') return
    if (root.kind !== 'mapping') throw new PintleError('secrets.format', 'a document is no map: SOPS encrypts maps only')
    this.#scope(() => {
      this.#comments([document.head, document.line], [])
      this.#mapping(root, [], true)
      this.#comments([document.foot], [])
    })
  }

  #scope(inner: () => void): void {
    const before = this.#active
    this.#active = [...before, []]
    inner()
    this.#active = before
  }

  #comments(texts: readonly string[], path: readonly string[]): void {
    for (const line of texts.flatMap((text) => text.split('\n'))) {
      if (line === '') continue
      const text = line.slice(1)
      this.#active = [...this.#active.slice(0, -1), [...this.#active.at(-1)!, text]]
      this.#push({ type: 'comment', text, path, comment: true, comments: this.#active, start: -1, end: -1 })
    }
  }

  #push(leaf: Leaf): void {
    if (this.leaves.length >= maxLeaves) throw new PintleError('secrets.format', `more than ${maxLeaves} values`)
    this.leaves.push(leaf)
  }

  /** Within its scope. */
  #mapping(node: YamlNode, path: readonly string[], own: boolean): void {
    if (own) this.#comments([node.head, node.line], path)
    for (let i = 0; i < node.content.length; i += 2) {
      const key = node.content[i]!
      const value = node.content[i + 1]!
      if (path.length === 0 && key.value === 'sops') continue
      if (key.kind !== 'scalar') throw new PintleError('secrets.format', 'a key is no string')
      this.#comments([key.head, key.line], path)
      const plain = value.kind === 'scalar' || value.kind === 'alias'
      if (plain) this.#comments([value.head, value.line], path)
      this.#value(value, [...path, key.value], !plain)
      this.#active = [...this.#active.slice(0, -1), []]
      if (plain) this.#comments([value.foot], path)
      this.#comments([key.foot], path)
    }
    if (own) this.#comments([node.foot], path)
  }

  #value(node: YamlNode, path: readonly string[], own: boolean): void {
    switch (node.kind) {
      case 'alias': return this.#value(node.alias!, path, true)
      case 'mapping': return this.#scope(() => this.#mapping(node, path, own))
      case 'sequence': return this.#scope(() => this.#sequence(node, path, own))
      default: {
        const value = typedText(node)
        if (value !== undefined) this.#push({ ...value, path, comment: false, comments: this.#active, start: node.pos, end: node.end })
      }
    }
  }

  #sequence(node: YamlNode, path: readonly string[], own: boolean): void {
    if (own) this.#comments([node.head, node.line], path)
    for (const item of node.content) {
      this.#comments([item.head, item.line], path)
      this.#value(item, path, false)
      this.#active = [...this.#active.slice(0, -1), []]
      this.#comments([item.foot], path)
    }
    if (own) this.#comments([node.foot], path)
  }
}

/** A scalar as SOPS counts it. @returns undefined for null, which it leaves alone */
function typedText(node: YamlNode): TypedText | undefined {
  if (node.tag === '!!null') return undefined
  if (node.tag === '!!bool') return { type: 'bool', text: /^t/i.test(node.value) ? 'True' : 'False' }
  if (node.tag === '!!timestamp') return { type: 'time', text: timeText(node.value) }
  const value = node.tag === '!!int' || node.tag === '!!float' ? unmarshalV3(node.source) : node.value
  if (value instanceof Int) return { type: 'int', text: String(value.value) }
  if (typeof value === 'number') return { type: 'float', text: formatFloat(value, 'f') }
  return { type: 'str', text: node.value }
}

/** RFC 3339 as Go's MarshalText writes it. */
function timeText(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
}
