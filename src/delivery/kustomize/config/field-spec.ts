import { sortAsGo } from '../../../language/go/index.ts'
import { refuse } from '../refusal.ts'
import { isGvkLess, isSelected, type Gvk } from '../resource/gvk.ts'
import type { RawFieldSpec } from './types.ts'

/** A field of some kinds of objects. `create`: it is made where it is missing. */
export interface FieldSpec {
  readonly gvk: Gvk
  readonly path: string
  readonly create: boolean
}

export const fieldSpec = (path: string, create = false, gvk: Partial<Gvk> = {}): FieldSpec =>
  ({ path, create, gvk: { group: gvk.group ?? '', version: gvk.version ?? '', kind: gvk.kind ?? '' } })

export const fieldSpecs = (raw: readonly RawFieldSpec[] | null | undefined): FieldSpec[] =>
  (raw ?? []).map(({ path, create, group, version, kind }) => fieldSpec(path ?? '', create === true, { group: group ?? '', version: version ?? '', kind: kind ?? '' }))

/** Adds one, unless there is one that means as much. @throws PintleError when both disagree about `create` */
export function mergeFieldSpec(list: readonly FieldSpec[], added: FieldSpec): FieldSpec[] {
  const same = list.find((spec) => isSelected(spec.gvk, added.gvk) && spec.path === added.path)
  if (same === undefined) return [...list, added]
  if (same.create !== added.create) refuse('conflicting fieldspecs')
  return list as FieldSpec[]
}

export function mergeFieldSpecs(list: readonly FieldSpec[], added: readonly FieldSpec[]): FieldSpec[] {
  let out = list as FieldSpec[]
  for (const spec of added) out = mergeFieldSpec(out, spec)
  return out
}

/** In the order of their kinds, as Go's sort.Sort leaves them. */
export function sortByGvk<T extends { readonly gvk: Gvk }>(list: readonly T[]): T[] {
  const out = list.slice()
  sortAsGo(out, (a, b) => isGvkLess(a.gvk, b.gvk))
  return out
}
