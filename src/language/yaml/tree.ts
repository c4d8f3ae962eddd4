/** The kinds of goyaml.v3's nodes. Documents do not stand here: their one node does. */
export type TreeKind = 'mapping' | 'sequence' | 'scalar' | 'alias'

/** How a node is written, as bits: goyaml.v3's Style. */
export const treeStyle = { plain: 0, doubleQuoted: 1, singleQuoted: 2, literal: 4, folded: 8, flow: 16 } as const

/**
 * A node of goyaml.v3 that can be changed and shared, as Go's pointers are: what changes a node changes it everywhere it stands.
 * `tag` is short (`!!str`); '' stands for none, and then the text decides again when the node is written.
 */
export class TreeNode {
  kind: TreeKind
  tag: string
  /** Scalars: the text. Aliases: the name. */
  value: string
  style: number
  /** Mappings: keys and values in turn. */
  content: TreeNode[]
  /** Aliases: what they stand for. */
  alias: TreeNode | undefined
  /** Comments, where they were read. */
  head = ''
  line = ''
  foot = ''

  constructor(kind: TreeKind, tag = '', value = '', style = 0, content: TreeNode[] = []) {
    this.kind = kind
    this.tag = tag
    this.value = value
    this.style = style
    this.content = content
    this.alias = undefined
  }

  /** Becomes what another node is: `*node = *other`. The children are shared from then on. */
  assign(other: TreeNode): void {
    this.kind = other.kind
    this.tag = other.tag
    this.value = other.value
    this.style = other.style
    this.content = other.content
    this.alias = other.alias
    this.head = other.head
    this.line = other.line
    this.foot = other.foot
  }

  /** A deep copy; aliases keep what they stand for. */
  copy(): TreeNode {
    const out = new TreeNode(this.kind)
    out.assign(this)
    out.content = this.content.length === 0 ? this.content.slice() : this.content.map((child) => child.copy())
    return out
  }
}
