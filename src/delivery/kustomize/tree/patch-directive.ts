import type { TreeNode } from '../../../language/yaml/index.ts'
import { refuse } from '../refusal.ts'
import { clear, get, setElement } from './fields.ts'
import { isMissingOrNull, textOf } from './nodes.ts'

export type Directive = 'merge' | 'replace' | 'delete'
const key = '$patch'

/**
 * What `$patch` in a patch asks for, which is taken out of it. In a list it stands as an element of its own.
 * @param options lenient: an unknown directive is none
 */
export function directiveOf(patch: TreeNode, lenient = false): Directive {
  if (patch.kind === 'sequence') {
    const element = patch.content.find((item) => item.kind === 'mapping' && get(item, key) !== undefined)
    if (element === undefined || element.content.length > 2) return 'merge'
    const text = textOf(get(element, key))
    return known(text, lenient, () => setElement(patch, undefined, [key], [text]))
  }
  const value = get(patch, key)
  if (value === undefined) return 'merge'
  return known(isMissingOrNull(value) ? '' : value.value, lenient, () => clear(patch, key))
}

function known(text: string, lenient: boolean, elide: () => void): Directive {
  if (text !== 'merge' && text !== 'replace' && text !== 'delete') return lenient ? 'merge' : refuse(`unknown patch strategy '${text}'`)
  elide()
  return text
}
