import { isValidUtf8 } from '../go/index.ts'
import { Emitter } from './emit.ts'
import { binaryText } from './marshal-pretty.ts'
import { yamlError } from './yaml-error.ts'

/** What goyaml.v3 can be given to write: a node with comments, each line of which begins with `#`. */
export interface OutNode {
  readonly kind: 'mapping' | 'sequence' | 'string' | 'word'
  /** Of strings, and of words (numbers, booleans, times, null), which need no quotes. */
  readonly text?: string
  /** Of mappings keys, which are strings, and values in turn. */
  readonly content?: readonly OutNode[]
  head?: string
  line?: string
  foot?: string
}

/**
 * goyaml.v3's Encoder with SetIndent: documents of nodes with comments. Upstream: encoder.node in encode.go. One thing is different: the indentation that a literal block names
 * in a sequence is the one it has (upstream names another one and cannot read it back).
 * @param indent spaces a level; what is not from 2 to 9 counts as 2
 * @throws PintleError yaml.parse for what is nested too deep
 */
export function marshalCommented(documents: readonly OutNode[], indent: number): string {
  const writer = new Writer(indent < 2 || indent > 9 ? 2 : indent)
  try {
    documents.forEach((document, i) => writer.document(document, i === 0))
  } catch (error) {
    if (error instanceof RangeError) throw yamlError('yaml: exceeded max depth of 10000')
    throw error
  }
  return writer.emitter.out
}

class Writer {
  readonly emitter: Emitter

  constructor(indent: number) {
    this.emitter = new Emitter(true, indent)
  }

  document(root: OutNode, first: boolean): void {
    const { emitter } = this
    emitter.startDocument(first)
    this.#startComments(root)
    emitter.writeHead()
    this.#node(root)
    emitter.endDocument()
  }

  /** A node whose first comments are known: as upstream, what is due after a collection is looked at when it starts. */
  #node(node: OutNode): void {
    const { emitter } = this
    if (node.kind === 'string') this.#string(node.text!)
    else if (node.kind === 'word') emitter.word(node.text!)
    emitter.writeLine()
    emitter.writeFoot()
    if (node.kind === 'mapping') this.#mapping(node)
    else if (node.kind === 'sequence') this.#sequence(node)
  }

  /** Those of scalars come at once, those of collections when they end. */
  #startComments({ kind, head, line, foot }: OutNode): void {
    const { emitter } = this
    if (head) emitter.head = head
    if (kind === 'string' || kind === 'word') this.#endComments(line, foot)
  }

  #endComments(line: string | undefined, foot: string | undefined): void {
    if (line) this.emitter.line = line
    if (foot) this.emitter.foot = foot
  }

  #string(text: string): void {
    // As a string it would need quotes; upstream asks for a tag.
    if (text === '<<') this.emitter.tagged('!!merge', text, false)
    else if (isValidUtf8(text)) this.emitter.string(text)
    else this.emitter.tagged('!!binary', binaryText(text), false)
  }

  #key(text: string): void {
    if (text === '<<') this.emitter.tagged('!!merge', text, true)
    else if (isValidUtf8(text)) this.emitter.key(text)
    else this.emitter.tagged('!!binary', binaryText(text), true)
  }

  #mapping({ content = [], line, foot }: OutNode): void {
    const { emitter } = this
    if (content.length === 0) {
      this.#endComments(line, foot)
      emitter.emptyMapping()
      emitter.writeLine()
      return emitter.writeFoot()
    }
    emitter.startMapping()
    let tail = ''
    for (let i = 0; i < content.length; i += 2) {
      const key = content[i]!
      const value = content[i + 1]!
      if (key.head) emitter.head = key.head
      if (tail !== '') emitter.tail = tail
      tail = key.foot ?? ''
      this.#key(key.text!)
      this.#startComments(value)
      emitter.value(value.kind === 'string' || value.kind === 'word')
      this.#node(value)
    }
    if (tail !== '') emitter.tail = tail
    this.#endComments(line, foot)
    emitter.endMapping()
  }

  #sequence({ content = [], line, foot }: OutNode): void {
    const { emitter } = this
    if (content.length === 0) {
      this.#endComments(line, foot)
      emitter.emptySequence()
      emitter.writeLine()
      return emitter.writeFoot()
    }
    emitter.startSequence()
    for (const item of content) {
      this.#startComments(item)
      emitter.item()
      this.#node(item)
    }
    this.#endComments(line, foot)
    emitter.end()
  }
}
