import { PintleError } from '../../errors/index.ts'
import { Int, Time, formatFloat } from '../../language/go/index.ts'
import { marshalCommented, nodeValue, type OutNode, type YamlNode } from '../../language/yaml/index.ts'
import { Branch, Scalar, maxLeaves, type Tree } from './tree.ts'

/**
 * What SOPS makes of a document of YAML: comments become entries of the map or list that they stand in, aliases what they stand for.
 * Upstream: appendYamlNodeToTreeBranch in stores/yaml/store.go.
 * @throws PintleError secrets.format for a document that is no map, keys that are no strings or stand twice
 */
export function branchOf(document: YamlNode, text: string): Branch {
  return new TreeReader(text).document(document)
}

class TreeReader {
  readonly #text: string
  #count = 0

  constructor(text: string) {
    this.#text = text
  }

  document(document: YamlNode): Branch {
    const branch = new Branch()
    const root = document.content[0]!
    addComments(branch, document.head, document.line)
    if (root.kind === 'mapping') this.#mapping(root, branch, true)
    // An empty document, or one of comments.
    else if (root.kind === 'scalar' && root.tag === '!!null') addComments(branch, root.head, root.line, root.foot)
    else throw this.#wrong(root, `a document is ${root.kind === 'sequence' ? 'a list' : 'a value'}: SOPS encrypts maps only`)
    addComments(branch, document.foot)
    return branch
  }

  #mapping(node: YamlNode, branch: Branch, own: boolean): Branch {
    if (own) addComments(branch, node.head, node.line)
    const seen = new Map<string, YamlNode>()
    for (let i = 0; i < node.content.length; i += 2) {
      const key = node.content[i]!
      const value = node.content[i + 1]!
      const name = this.#key(key, seen)
      addComments(branch, key.head, key.line)
      const plain = value.kind === 'scalar' || value.kind === 'alias'
      if (plain) {
        addComments(branch, value.head)
        for (const comment of commentsOf(value.line, true)) branch.comment(comment)
      }
      branch.add(name, this.#value(value, !plain))
      if (plain) addComments(branch, value.foot)
      addComments(branch, key.foot)
    }
    if (own) addComments(branch, node.foot)
    return branch
  }

  #key(key: YamlNode, seen: Map<string, YamlNode>): string {
    const name = key.kind === 'scalar' ? nodeValue(key) : undefined
    if (typeof name !== 'string') throw this.#wrong(key, 'a key is no string; only strings are supported as keys', key.kind === 'scalar')
    const before = seen.get(name)
    if (before !== undefined) throw this.#wrong(key, `the key ${JSON.stringify(name)} stands in line ${this.#line(before)} already`)
    seen.set(name, key)
    return name
  }

  #value(node: YamlNode, own: boolean): Tree {
    if (++this.#count > maxLeaves) throw new PintleError('secrets.format', `more than ${maxLeaves} values`)
    switch (node.kind) {
      case 'alias': return this.#value(node.alias!, true)
      case 'mapping': return this.#mapping(node, new Branch(), own)
      case 'sequence': return this.#sequence(node, own)
      default: return this.#scalar(node)
    }
  }

  #sequence(node: YamlNode, own: boolean): Tree[] {
    const list: Tree[] = own ? commentsOf(`${node.head}\n${node.line}`) : []
    for (const item of node.content) {
      list.push(...commentsOf(item.head), ...commentsOf(item.line, true))
      list.push(this.#value(item, false))
      list.push(...commentsOf(item.foot))
    }
    if (own) list.push(...commentsOf(node.foot))
    return list
  }

  #scalar(node: YamlNode): Scalar | null {
    const value = this.#decode(node)
    if (value === null) return null
    const { type, text } = typed(value)
    if (type === '') throw this.#wrong(node, 'an integer is larger than 64 bits with a sign can hold; put it in quotes', true)
    return new Scalar(type, text, node.pos, node.end)
  }

  #decode(node: YamlNode): ReturnType<typeof nodeValue> {
    try {
      return nodeValue(node)
    } catch {
      // Its words quote the value.
      throw this.#wrong(node, `a value does not fit its tag ${node.tag}`)
    }
  }

  #line({ pos }: YamlNode): number {
    return this.#text.slice(0, pos).split('\n').length
  }

  /** @param unsupported it is YAML, and nothing that SOPS encrypts */
  #wrong(node: YamlNode, what: string, unsupported = false): PintleError {
    return new PintleError('secrets.format', `line ${this.#line(node)}: ${what}`, unsupported ? { details: { unsupported } } : {})
  }
}

function typed(value: boolean | string | number | Int | Time): { type: string; text: string } {
  if (typeof value === 'string') return { type: 'str', text: value }
  if (typeof value === 'boolean') return { type: 'bool', text: value ? 'True' : 'False' }
  if (typeof value === 'number') return { type: 'float', text: formatFloat(value, 'f') }
  if (value instanceof Int) return { type: value.kind === 'int' ? 'int' : '', text: String(value.value) }
  return { type: 'time', text: String(value.toJSONValue()) }
}

function addComments(branch: Branch, ...texts: readonly string[]): void {
  for (const comment of texts.flatMap((text) => commentsOf(text))) branch.comment(comment)
}

function commentsOf(text: string, inline = false): Scalar[] {
  return text.split('\n').filter((line) => line !== '').map((line) => new Scalar('comment', line.slice(1), -1, -1, inline))
}

/** Documents as sops writes them. Upstream: EmitPlainFile in stores/yaml/store.go. */
export function emitYaml(branches: readonly Branch[], indent: number): string {
  return marshalCommented(branches.map((branch) => outMapping(branch)), indent)
}

/** A value as sops prints what was extracted. Upstream: EmitValue, which does not ask for an indentation. */
export function emitYamlValue(value: Tree): string {
  return marshalCommented([outNode(value)], 4)
}

function outNode(value: Tree): OutNode {
  if (value === null) return { kind: 'word', text: 'null' }
  if (value instanceof Branch) return outMapping(value)
  if (Array.isArray(value)) return outSequence(value)
  return outScalar(value)
}

function outScalar({ type, text }: Scalar): OutNode {
  switch (type) {
    case 'int': case 'time': return { kind: 'word', text }
    case 'bool': return { kind: 'word', text: text === 'True' ? 'true' : 'false' }
    case 'float': return { kind: 'word', text: floatText(Number(text === '+Inf' ? 'Infinity' : text === '-Inf' ? '-Infinity' : text)) }
    default: return { kind: 'string', text }
  }
}

function floatText(value: number): string {
  if (Number.isFinite(value)) return formatFloat(value, 'g')
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
}

function outMapping(branch: Branch): OutNode {
  const content: OutNode[] = []
  const pending = new PendingComments()
  const mapping: OutNode = { kind: 'mapping', content }
  for (const { key, value } of branch.entries) {
    if (key === undefined) {
      pending.add(value as Scalar)
      continue
    }
    if (content.length === 0) pending.headOf(mapping)
    const name: OutNode = { kind: 'string', text: key }
    pending.headOf(name)
    const node = outNode(value)
    pending.lineOf(node)
    content.push(name, node)
  }
  pending.rest(mapping, content.at(-2))
  return mapping
}

function outSequence(list: readonly Tree[]): OutNode {
  const content: OutNode[] = []
  const pending = new PendingComments()
  const sequence: OutNode = { kind: 'sequence', content }
  for (const value of list) {
    if (value instanceof Scalar && value.isComment) {
      pending.add(value)
      continue
    }
    if (content.length === 0) pending.headOf(sequence)
    const node = outNode(value)
    pending.headOf(node)
    pending.lineOf(node)
    content.push(node)
  }
  pending.rest(sequence, content.at(-1))
  return sequence
}

/** Comments until the node that they stand at. Upstream: appendTreeBranch in stores/yaml/store.go. */
class PendingComments {
  #head: string[] = []
  #inline: string[] = []

  add({ text, inline }: Scalar): void {
    if (inline) this.#inline.push(`#${text}`)
    else this.#head.push(`#${text}`)
  }

  headOf(node: OutNode): void {
    if (this.#head.length === 0) return
    node.head = this.#head.join('\n') + (node.head === undefined ? '' : `\n${node.head}`)
    this.#head = []
  }

  lineOf(node: OutNode): void {
    if (this.#inline.length === 0) return
    node.line = (node.line === undefined ? '' : `${node.line}\n`) + this.#inline.join('\n')
    this.#inline = []
  }

  /** Those at the end are the foot of the last one, or the head of what has nothing else. */
  rest(parent: OutNode, last: OutNode | undefined): void {
    const texts = [...this.#head, ...this.#inline]
    if (texts.length === 0) return
    if (last === undefined) parent.head = texts.join('\n')
    else last.foot = (last.foot === undefined ? '' : `${last.foot}\n`) + texts.join('\n')
  }
}
