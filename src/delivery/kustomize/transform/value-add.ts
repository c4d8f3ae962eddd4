import type { Selector } from '../config/types.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { selectResources } from '../resource/select.ts'
import { lookup, setScalar } from '../tree/fields.ts'
import { requireKind, scalar } from '../tree/nodes.ts'
import { splitPath } from '../tree/split-path.ts'
import { setNamespace } from './namespace.ts'

export interface ValueTarget { readonly selector?: Selector | null; readonly fieldPath?: string; readonly filePathPosition?: number }

/** Writes a value into fields, or into a part of the path they hold. Upstream: ValueAddTransformer. */
export function addValues(map: ResourceMap, value: string, targets: readonly ValueTarget[]): void {
  for (const { selector, fieldPath = '', filePathPosition = 0 } of targets) {
    for (const resource of selector ? selectResources(map, selector) : map.list.slice()) {
      if (fieldPath === 'metadata/namespace') {
        setNamespace(resource, { namespace: value, fieldSpecs: [] })
        continue
      }
      const node = lookup(resource.node, splitPath(`/${fieldPath}`, '/'), 'scalar')
      if (node === undefined) continue
      requireKind(node, 'scalar')
      const text = filePathPosition > 0 ? withPart(node.value, filePathPosition - 1, value) : value
      if (text !== '') setScalar(node, scalar(text))
    }
  }
}

/** Puts a part into a path. Upstream: filesys.InsertPathPart. */
function withPart(path: string, position: number, part: string): string {
  if (part === '') return path
  const absolute = path.startsWith('/')
  const parts = path.split('/').filter((one) => one !== '')
  parts.splice(Math.min(position, parts.length), 0, part)
  return (absolute ? '/' : '') + parts.join('/')
}
