import { compareStrings } from '../../../language/go/index.ts'
import type { FieldSpec } from '../config/field-spec.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { applyFieldSpecs } from './apply-field-spec.ts'
import { setEntryOf } from './set-value.ts'

/** Sets labels or annotations in all fields of a list of specs, by name. Upstream: filters/labels, filters/annotations. */
export function setEntries(map: ResourceMap, entries: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): void {
  const keys = Object.keys(entries).sort(compareStrings)
  for (const resource of map.list) {
    for (const key of keys) applyFieldSpecs(resource.node!, specs, { set: setEntryOf(key, entries[key]!, '!!str'), createKind: 'mapping', createTag: '!!map' })
  }
  map.dropEmpty()
}
