import { CommentedTokens } from './comments.ts'
import {
  Parser, aliasEvent, documentEndEvent, documentStartEvent, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent, streamEndEvent,
} from './parser.ts'
import { Resolver, longPrefix } from './resolve.ts'
import { plainStyle } from './token.ts'
import { yamlError } from './yaml-error.ts'

/** A node of a document as goyaml.v3 has it: with its tag, its comments, and not decoded. */
export interface YamlNode {
  readonly kind: 'document' | 'mapping' | 'sequence' | 'scalar' | 'alias'
  /** Short: `!!str`. Empty for documents and aliases. */
  readonly tag: string
  /** Scalars: the text. Aliases: the name. */
  readonly value: string
  /** Mappings: keys and values in turn. Documents: their one node. */
  content: YamlNode[]
  readonly alias?: YamlNode
  readonly anchor: string
  /** In brackets or braces. */
  readonly flow: boolean
  /** Scalars: as they are written, quotes and all. */
  readonly source: string
  /** Where it starts in the text. */
  readonly pos: number
  /** Where scalars and aliases end; of others, where their first token does. */
  readonly end: number
  head: string
  line: string
  foot: string
}

const maxDepth = 10000

/**
 * All documents of a text as goyaml.v3's Decoder gives them to a Node.
 * @throws PintleError yaml.parse
 */
export function readCommented(text: string): YamlNode[] {
  const reader = new NodeReader(text)
  const out: YamlNode[] = []
  for (let document = reader.document(); document !== undefined; document = reader.document()) out.push(document)
  return out
}

class NodeReader {
  readonly #text: string
  readonly #parser: Parser
  readonly #resolver = new Resolver(true)
  readonly #anchors = new Map<string, YamlNode>()
  #event: number = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#parser = new Parser(new CommentedTokens(text), true)
    this.#advance()
  }

  #advance(): void {
    this.#event = this.#parser.next()
  }

  #at(event: number): boolean {
    return this.#event === event
  }

  document(): YamlNode | undefined {
    if (this.#at(streamEndEvent)) return undefined
    if (!this.#at(documentStartEvent)) throw yamlError('yaml: attempted to go past the end of stream; corrupted value?')
    const node = this.#make('document', '', '')
    this.#advance()
    node.content.push(this.#node())
    if (this.#at(documentEndEvent)) node.foot = this.#parser.foot
    this.#advance()
    return node
  }

  #make(kind: YamlNode['kind'], tag: string, value: string, alias?: YamlNode): YamlNode {
    const { anchor, head, comment, foot, flow, pos, end } = this.#parser
    return {
      kind, tag, value, content: [], flow, pos, end, head, line: comment, foot, anchor: kind === 'alias' || kind === 'document' ? '' : anchor,
      source: kind === 'scalar' ? this.#text.slice(pos, end) : '', ...(alias && { alias }),
    }
  }

  #node(): YamlNode {
    if (++this.#depth > maxDepth) throw yamlError(`yaml: exceeded max depth of ${maxDepth}`)
    let node: YamlNode
    switch (this.#event) {
      case scalarEvent: node = this.#scalar(); break
      case aliasEvent: node = this.#alias(); break
      case mappingStartEvent: node = this.#mapping(); break
      case sequenceStartEvent: node = this.#sequence(); break
      default: throw yamlError('yaml: attempted to parse unknown event')
    }
    this.#depth--
    return node
  }

  #keep(node: YamlNode): YamlNode {
    if (node.anchor !== '') this.#anchors.set(node.anchor, node)
    return node
  }

  #tag(otherwise: string): string {
    const { tag } = this.#parser
    if (tag === '' || tag === '!') return otherwise
    return tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag
  }

  #scalar(): YamlNode {
    const { value, style } = this.#parser
    let tag = '!!str'
    if (style === plainStyle) {
      this.#resolver.resolve(value)
      tag = value === '<<' ? '!!merge' : `!!${this.#resolver.tag}`
    }
    const node = this.#keep(this.#make('scalar', this.#tag(tag), value))
    this.#advance()
    return node
  }

  #alias(): YamlNode {
    const { value } = this.#parser
    const target = this.#anchors.get(value)
    if (target === undefined) throw yamlError(`yaml: unknown anchor '${value}' referenced`)
    const node = this.#make('alias', '', value, target)
    this.#advance()
    return node
  }

  #sequence(): YamlNode {
    const node = this.#keep(this.#make('sequence', this.#tag('!!seq'), ''))
    this.#advance()
    while (this.#event !== sequenceEndEvent) node.content.push(this.#node())
    node.line = this.#parser.comment
    node.foot = this.#parser.foot
    this.#advance()
    return node
  }

  /** Feet belong to the key before them. Upstream: parser.mapping in decode.go. */
  #mapping(): YamlNode {
    const node = this.#keep(this.#make('mapping', this.#tag('!!map'), ''))
    const { content } = node
    this.#advance()
    while (this.#event !== mappingEndEvent) {
      const key = this.#node()
      content.push(key)
      if (!node.flow && key.foot !== '' && content.length > 2) {
        content[content.length - 3]!.foot = key.foot
        key.foot = ''
      }
      const value = this.#node()
      content.push(value)
      if (key.foot === '' && value.foot !== '') {
        key.foot = value.foot
        value.foot = ''
      }
    }
    node.line = this.#parser.comment
    node.foot = this.#parser.foot
    if (!node.flow && node.foot !== '' && content.length > 1) {
      content[content.length - 2]!.foot = node.foot
      node.foot = ''
    }
    this.#advance()
    return node
  }
}
