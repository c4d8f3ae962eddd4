import { Emitter } from './emit.ts'
import { scalarForm } from './tree-form.ts'
import { treeStyle, type TreeNode } from './tree.ts'

/**
 * A tree as kyaml writes it: goyaml.v3's Encoder with an indentation of 2 and CompactSeqIndent, with all comments that were read.
 * Upstream: encoder.node in encode.go.
 * @param options compact: false indents sequences below their key, as the Encoder does that was not told otherwise
 */
export function writeTree(root: TreeNode, { compact = true }: { readonly compact?: boolean } = {}): string {
  const emitter = new Emitter(true, 2, compact)
  startComments(emitter, root)
  emitter.writeHead()
  write(emitter, root)
  emitter.endDocument()
  return emitter.out
}

/** Comments of scalars come at once, those of collections when they end. */
function startComments(emitter: Emitter, node: TreeNode): void {
  if (node.head !== '') emitter.head = node.head
  if (node.kind === 'scalar' || node.kind === 'alias') endComments(emitter, node)
}

function endComments(emitter: Emitter, { line, foot }: TreeNode): void {
  if (line !== '') emitter.line = line
  if (foot !== '') emitter.foot = foot
}

function write(emitter: Emitter, node: TreeNode): void {
  if (node.kind === 'scalar') {
    const { tag, style } = scalarForm(node)
    emitter.styled(node.value, style, tag, false)
  } else if (node.kind === 'alias') {
    emitter.raw(`*${node.value}`)
  }
  emitter.writeLine()
  emitter.writeFoot()
  if (node.kind !== 'mapping' && node.kind !== 'sequence') return
  if (node.tag !== '' && node.tag !== (node.kind === 'mapping' ? '!!map' : '!!seq')) emitter.raw(node.tag)
  if (node.content.length === 0 || (node.style & treeStyle.flow) !== 0) {
    emitter.raw(flowText(node))
    endComments(emitter, node)
    emitter.writeLine()
    emitter.writeFoot()
  } else if (node.kind === 'mapping') {
    mapping(emitter, node)
  } else {
    emitter.startSequence()
    for (const item of node.content) {
      startComments(emitter, item)
      emitter.item()
      write(emitter, item)
    }
    endComments(emitter, node)
    emitter.end()
  }
}

function mapping(emitter: Emitter, node: TreeNode): void {
  emitter.startMapping()
  let tail = ''
  for (let i = 0; i < node.content.length; i += 2) {
    const key = node.content[i]!
    const value = node.content[i + 1]!
    if (key.head !== '') emitter.head = key.head
    if (key.line !== '') emitter.line = key.line
    if (tail !== '') emitter.tail = tail
    tail = key.foot
    if (key.kind === 'scalar') {
      const { tag, style } = scalarForm(key)
      emitter.styled(key.value, style, tag, true)
    } else {
      emitter.styled(flowText(key), 0, '', true)
    }
    startComments(emitter, value)
    const simple = value.kind === 'scalar' || value.kind === 'alias'
    emitter.value(simple)
    write(emitter, value)
  }
  if (tail !== '') emitter.tail = tail
  endComments(emitter, node)
  emitter.endMapping()
}

/** A node in brackets or braces, on one line. */
function flowText(node: TreeNode): string {
  switch (node.kind) {
    case 'alias': return `*${node.value}`
    case 'sequence': return `[${node.content.map(flowText).join(', ')}]`
    case 'scalar': {
      const { tag, style } = scalarForm(node)
      const emitter = new Emitter(true, 2, true)
      const block = (style & (treeStyle.literal | treeStyle.folded)) !== 0
      const plain = style === 0 && (node.value === '' || /[,?[\]{}]/.test(node.value))
      emitter.styled(node.value, block ? treeStyle.doubleQuoted : plain ? treeStyle.singleQuoted : style, tag, false)
      return emitter.finish().trimEnd()
    }
    default: {
      const parts: string[] = []
      for (let i = 0; i < node.content.length; i += 2) parts.push(`${flowText(node.content[i]!)}: ${flowText(node.content[i + 1]!)}`)
      return `{${parts.join(', ')}}`
    }
  }
}
