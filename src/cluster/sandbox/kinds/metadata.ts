import { equal, isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { ResourceType } from '../resources.ts'
import { forbiddenField, invalidValue, required } from '../status.ts'
import type { FieldError } from '../status.ts'
import { label1035Problems, labelProblems, labelValueProblems, pathProblems, qualifiedNameProblems, subdomainProblems } from '../../kube/index.ts'

const rules = {
  subdomain: subdomainProblems, label: labelProblems, label1035: label1035Problems, path: pathProblems, any: (): string[] => [],
} as const

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** What apimachinery's ValidateObjectMeta refuses. */
export function metadataProblems(type: ResourceType, object: JsonMap): FieldError[] {
  const out: FieldError[] = []
  const meta = object.metadata as JsonMap
  const rule = rules[type.strategy.nameRule ?? 'subdomain']
  if (meta.name) for (const p of rule(String(meta.name))) out.push(invalidValue('metadata.name', meta.name, p))
  if (meta.generateName) for (const p of rule(String(meta.generateName).replace(/-$/, ''))) out.push(invalidValue('metadata.generateName', meta.generateName, p))
  for (const [key, value] of Object.entries((isMap(meta.labels) ? meta.labels : {}) as Record<string, string>)) {
    for (const p of qualifiedNameProblems(key)) out.push(invalidValue('metadata.labels', key, p))
    for (const p of labelValueProblems(value)) out.push(invalidValue('metadata.labels', value, p))
  }
  let size = 0
  for (const [key, value] of Object.entries((isMap(meta.annotations) ? meta.annotations : {}) as Record<string, string>)) {
    for (const p of qualifiedNameProblems(key.toLowerCase())) out.push(invalidValue('metadata.annotations', key, p))
    size += key.length + value.length
  }
  if (size > 262_144) out.push({ type: 'FieldValueTooLong', field: 'metadata.annotations', detail: 'may not be more than 262144 bytes' })
  let controllers = 0
  ;((meta.ownerReferences ?? []) as JsonMap[]).forEach((o) => {
    const at = 'metadata.ownerReferences'
    if (!o.apiVersion) out.push(invalidValue(`${at}.apiVersion`, o.apiVersion ?? '', 'version must not be empty'))
    if (!o.kind) out.push(invalidValue(`${at}.kind`, o.kind ?? '', 'must not be empty'))
    if (!o.name) out.push(invalidValue(`${at}.name`, o.name ?? '', 'must not be empty'))
    if (!o.uid) out.push(invalidValue(`${at}.uid`, o.uid ?? '', 'must not be empty'))
    if (o.controller === true && ++controllers === 2) out.push(invalidValue('metadata.ownerReferences', meta.ownerReferences, `Only one reference can have Controller set to true. Found "true" in references for ${(meta.ownerReferences as JsonMap[])[0]?.name} and ${o.name}`))
  })
  ;((meta.finalizers ?? []) as string[]).forEach((f) => {
    for (const p of qualifiedNameProblems(f)) out.push(invalidValue('metadata.finalizers', f, p))
  })
  ;((meta.finalizers ?? []) as string[]).forEach((f, i) => {
    if (!f.includes('/') && !standardFinalizers.has(f)) out.push(invalidValue(`metadata.finalizers[${i}]`, f, 'name is neither a standard finalizer name nor is it fully qualified'))
  })
  return out
}

/** What ValidateObjectMetaUpdate refuses beyond it. */
export function metadataUpdateProblems(object: JsonMap, old: JsonMap): FieldError[] {
  const out: FieldError[] = []
  if (!object.metadata.name) out.push(required('metadata.name'))
  if (old.metadata.deletionTimestamp !== undefined) {
    const before = new Set((old.metadata.finalizers ?? []) as string[])
    const added = ((object.metadata.finalizers ?? []) as string[]).filter((f) => !before.has(f))
    if (added.length > 0) out.push(forbiddenField('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}`))
  }
  return out
}

/** ConfigMaps and Secrets that were made immutable. */
export function immutableProblems(object: JsonMap, old: JsonMap): FieldError[] {
  const out: FieldError[] = []
  if (old.immutable === true && (old.kind === 'ConfigMap' || old.kind === 'Secret')) {
    if (object.immutable !== true) out.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'))
    for (const key of ['data', 'binaryData']) if (!equal(object[key] ?? {}, old[key] ?? {})) out.push(forbiddenField(key, 'field is immutable when `immutable` is set'))
  }
  return out
}
