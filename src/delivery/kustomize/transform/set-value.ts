import type { TreeNode } from '../../../language/yaml/index.ts'
import { setField, setScalar } from '../tree/fields.ts'
import { fieldOf, isNilOrEmpty, scalar, textOf } from '../tree/nodes.ts'

/**
 * A setter of one field, or of the node itself when the name is ''. It always sets the same node, as upstream's does: where several
 * places take it, what changes one of them later changes all. Upstream: filtersutil.SetEntry.
 */
export function setEntryOf(name: string, value: string, tag = ''): (node: TreeNode) => void {
  const made = scalar(value, tag)
  return (node) => {
    if (name === '') setScalar(node, made)
    else setField(node, name, made)
  }
}

/** The same, where there is no text yet. */
export function setEntryIfEmptyOf(name: string, value: string, tag = ''): (node: TreeNode) => void {
  const set = setEntryOf(name, value, tag)
  return (node) => {
    if (!isNilOrEmpty(node)) {
      if (node.kind === 'scalar' ? node.value !== '' : textOf(fieldOf(node, name)) !== '') return
    }
    set(node)
  }
}
