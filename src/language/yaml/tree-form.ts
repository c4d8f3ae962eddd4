import { Resolver } from './resolve.ts'
import { treeStyle, type TreeNode } from './tree.ts'

const resolver = new Resolver(true)
const quoted = treeStyle.singleQuoted | treeStyle.doubleQuoted | treeStyle.literal | treeStyle.folded

/** How a scalar is written: the tag that stands before it, and its style. Upstream: encoder.node in encode.go. */
export function scalarForm(node: TreeNode): { tag: string; style: number } {
  let { tag } = node
  let force = false
  if (tag === '!!str' && (node.style & quoted) !== 0) {
    tag = ''
  } else if (tag !== '') {
    resolver.resolve(node.value)
    const resolved = node.value === '<<' ? '!!merge' : `!!${resolver.tag}`
    if (resolved === tag) {
      tag = ''
    } else if (tag === '!!str') {
      tag = ''
      force = true
    }
  }
  let style = node.style & quoted
  if (style === 0 && node.value.includes('\n')) style = treeStyle.literal
  else if (style === 0 && force) style = treeStyle.doubleQuoted
  return { tag, style }
}
