import type { FieldSpec } from '../config/field-spec.ts'
import { isSelected, type Gvk } from '../resource/gvk.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { applyFieldSpec } from './apply-field-spec.ts'
import { setEntryOf } from './set-value.ts'

/** Kinds whose names mean something to others. */
const skipped: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' }, { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' }, { group: '', version: '', kind: 'Namespace' },
]

/** Puts a text before or behind names. Upstream: PrefixTransformer, SuffixTransformer. */
export function affixNames(map: ResourceMap, where: 'prefix' | 'suffix', text: string, specs: readonly FieldSpec[]): void {
  for (const resource of map.list) {
    const id = resource.originalId
    if (skipped.some((gvk) => isSelected(id.gvk, gvk))) continue
    for (const spec of specs) {
      if (!isSelected(id.gvk, spec.gvk)) continue
      if (spec.path === 'metadata/name') {
        if (where === 'prefix') resource.addPrefix(text)
        else resource.addSuffix(text)
        if (text !== '') resource.storeId()
      }
      applyFieldSpec(resource.node!, spec, {
        set: (node) => setEntryOf('', where === 'prefix' ? text + node.value : node.value + text)(node), createKind: 'scalar', createTag: '!!str',
      })
    }
  }
}
