import { CommentedTokens } from './comments.ts'
import {
  Parser, aliasEvent, documentStartEvent, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent,
} from './parser.ts'
import { Resolver, longPrefix } from './resolve.ts'
import { doubleQuotedStyle, foldedStyle, literalStyle, plainStyle, singleQuotedStyle } from './token.ts'
import { TreeNode, treeStyle, type TreeKind } from './tree.ts'
import { yamlError } from './yaml-error.ts'

/** Deeper documents are refused: every walk over a tree calls itself. Upstream allows 10000. */
const maxDepth = 1000

const styles: Readonly<Record<number, number>> = {
  [plainStyle]: 0, [doubleQuotedStyle]: treeStyle.doubleQuoted, [singleQuotedStyle]: treeStyle.singleQuoted, [literalStyle]: treeStyle.literal, [foldedStyle]: treeStyle.folded,
}

/**
 * The first document of a text as goyaml.v3's Decoder gives it to a Node; what follows it is not read.
 * @param options comments: keep them, for texts that are written again
 * @returns undefined when there is no document
 * @throws PintleError yaml.parse with goyaml's text
 */
export function readTree(text: string, options: { readonly comments?: boolean } = {}): TreeNode | undefined {
  return new TreeReader(text === '' ? '\n' : text, options.comments === true).document()
}

class TreeReader {
  readonly #parser: Parser
  readonly #comments: boolean
  readonly #resolver = new Resolver(true)
  readonly #anchors = new Map<string, TreeNode>()
  #event = 0
  #depth = 0

  constructor(text: string, comments: boolean) {
    this.#comments = comments
    this.#parser = new Parser(comments ? new CommentedTokens(text) : text, true)
  }

  document(): TreeNode | undefined {
    if (this.#parser.next() !== documentStartEvent) return undefined
    const { head } = this.#parser
    this.#event = this.#parser.next()
    const root = this.#node()
    // The head of the document, which an empty line parts from the first key, stays where it is.
    if (this.#comments && head !== '') root.head = `${head}\n\n${root.head}`
    if (this.#comments && this.#parser.foot !== '') root.foot = this.#parser.foot
    return root
  }

  #advance(): void {
    this.#event = this.#parser.next()
  }

  #node(): TreeNode {
    if (++this.#depth > maxDepth) throw yamlError(`yaml: exceeded max depth of ${maxDepth}`)
    let node: TreeNode
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

  #make(kind: TreeKind, tag: string): TreeNode {
    const { anchor, flow, head, comment, foot } = this.#parser
    const node = new TreeNode(kind, tag, '', flow && kind !== 'scalar' ? treeStyle.flow : 0)
    if (this.#comments) {
      node.head = head
      node.line = comment
      node.foot = foot
    }
    if (anchor !== '') this.#anchors.set(anchor, node)
    return node
  }

  #tag(otherwise: string): string {
    const { tag } = this.#parser
    if (tag === '' || tag === '!') return otherwise
    return tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag
  }

  #scalar(): TreeNode {
    const { value, style } = this.#parser
    let tag = '!!str'
    if (style === plainStyle) {
      this.#resolver.resolve(value)
      tag = value === '<<' ? '!!merge' : `!!${this.#resolver.tag}`
    }
    const node = this.#make('scalar', this.#tag(tag))
    node.value = value
    node.style = styles[style]!
    this.#advance()
    return node
  }

  #alias(): TreeNode {
    const { value } = this.#parser
    const target = this.#anchors.get(value)
    if (target === undefined) throw yamlError(`yaml: unknown anchor '${value}' referenced`)
    const node = new TreeNode('alias', '', value)
    node.alias = target
    this.#advance()
    return node
  }

  #sequence(): TreeNode {
    const node = this.#make('sequence', this.#tag('!!seq'))
    this.#advance()
    while (this.#event !== sequenceEndEvent) node.content.push(this.#node())
    if (this.#comments) {
      node.line = this.#parser.comment
      node.foot = this.#parser.foot
    }
    this.#advance()
    return node
  }

  /** Feet belong to the key before them. Upstream: parser.mapping in decode.go. */
  #mapping(): TreeNode {
    const node = this.#make('mapping', this.#tag('!!map'))
    const { content } = node
    const block = (node.style & treeStyle.flow) === 0
    this.#advance()
    while (this.#event !== mappingEndEvent) {
      const key = this.#node()
      content.push(key)
      if (block && key.foot !== '' && content.length > 2) {
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
    if (this.#comments) {
      node.line = this.#parser.comment
      node.foot = this.#parser.foot
      if (block && node.foot !== '' && content.length > 1) {
        content[content.length - 2]!.foot = node.foot
        node.foot = ''
      }
    }
    this.#advance()
    return node
  }
}
