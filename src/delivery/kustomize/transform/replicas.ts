import type { FieldSpec } from '../config/field-spec.ts'
import type { Replica } from '../config/types.ts'
import { refuse } from '../refusal.ts'
import { gvkText, isSelected } from '../resource/gvk.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { applyFieldSpec } from './apply-field-spec.ts'
import { setEntryOf } from './set-value.ts'

/** Sets the number of replicas of a workload by its present name or a former one. Upstream: ReplicaCountTransformer. */
export function setReplicas(map: ResourceMap, { name = '', count = 0 }: Replica, specs: readonly FieldSpec[]): void {
  let found = false
  for (const spec of specs) {
    for (const resource of map.matchingAny((id) => id.name === name && isSelected(id.gvk, spec.gvk))) {
      found = true
      applyFieldSpec(resource.node!, spec, { set: setEntryOf('', String(count), '!!int'), createKind: 'scalar', createTag: '!!int' })
    }
  }
  if (!found) refuse(`resource with name ${name} does not match a config with the following GVK [${specs.map((spec) => gvkText(spec.gvk)).join(' ')}]`)
}
