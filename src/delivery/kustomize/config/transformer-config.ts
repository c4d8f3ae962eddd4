import { prefixing } from '../refusal.ts'
import { sameGvk, type Gvk } from '../resource/gvk.ts'
import { fieldSpecs, mergeFieldSpecs, sortByGvk, type FieldSpec } from './field-spec.ts'

/** The fields in which objects name another one of kind `gvk`. */
export interface NameReference { readonly gvk: Gvk; readonly referrers: readonly FieldSpec[] }

/** Which fields each transformer works on. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[]
  readonly nameSuffix: readonly FieldSpec[]
  readonly namespace: readonly FieldSpec[]
  readonly commonLabels: readonly FieldSpec[]
  readonly labels: readonly FieldSpec[]
  readonly templateLabels: readonly FieldSpec[]
  readonly volumeClaimTemplateLabels: readonly FieldSpec[]
  readonly commonAnnotations: readonly FieldSpec[]
  readonly nameReference: readonly NameReference[]
  readonly varReference: readonly FieldSpec[]
  readonly images: readonly FieldSpec[]
  readonly replicas: readonly FieldSpec[]
}

export type FieldSpecName = Exclude<keyof TransformerConfig, 'nameReference'>

/** Fields, and how errors call them, in the order in which they are merged. */
const names: readonly (readonly [FieldSpecName | 'nameReference', string])[] = [
  ['namePrefix', 'NamePrefix'], ['nameSuffix', 'NameSuffix'], ['namespace', 'NameSpace'], ['commonAnnotations', 'CommonAnnotations'], ['commonLabels', 'CommonLabels'],
  ['labels', 'Labels'], ['templateLabels', 'TemplateLabels'], ['volumeClaimTemplateLabels', 'VolumeClaimTemplateLabels'], ['varReference', 'VarReference'],
  ['nameReference', 'NameReference'], ['images', 'Images'], ['replicas', 'Replicas'],
]

export const emptyConfig: TransformerConfig = {
  namePrefix: [], nameSuffix: [], namespace: [], commonLabels: [], labels: [], templateLabels: [], volumeClaimTemplateLabels: [], commonAnnotations: [],
  nameReference: [], varReference: [], images: [], replicas: [],
}

/** A configuration from its file, sorted as upstream sorts it. */
export function configOf(raw: any): TransformerConfig {
  const out: Record<string, unknown> = {}
  for (const [name] of names) {
    if (name !== 'nameReference') out[name] = sortByGvk(fieldSpecs(raw?.[name]))
    else out[name] = sortByGvk(((raw?.[name] ?? []) as any[]).map((entry): NameReference => ({ gvk: { group: entry.group ?? '', version: entry.version ?? '', kind: entry.kind ?? '' }, referrers: fieldSpecs(entry.fieldSpecs) })))
  }
  return out as unknown as TransformerConfig
}

/** Both together. @throws PintleError `failed to merge Images fieldSpec: conflicting fieldspecs` */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  // Nearly every kustomization has the defaults and nothing else, and they are long.
  if (a === b || b === emptyConfig) return a
  const out: Record<string, unknown> = {}
  for (const [name, title] of names) {
    out[name] = prefixing(`failed to merge ${title} fieldSpec`, () =>
      name === 'nameReference' ? sortByGvk(b.nameReference.reduce(mergeReference, a.nameReference as NameReference[])) : sortByGvk(mergeFieldSpecs(a[name], b[name])))
  }
  return out as unknown as TransformerConfig
}

export function mergeReference(list: readonly NameReference[], added: NameReference): NameReference[] {
  let found = false
  const out = list.map((reference) => {
    if (!sameGvk(reference.gvk, added.gvk)) return reference
    found = true
    return { gvk: reference.gvk, referrers: mergeFieldSpecs(reference.referrers, added.referrers) }
  })
  if (!found) out.push(added)
  return out
}
