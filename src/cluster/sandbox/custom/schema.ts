import { isMap } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Field, Schema } from '../schema/schema.ts'

/** The schema of a custom resource's version, from its CustomResourceDefinition. `metadata` is Kubernetes' ObjectMeta. */
export function customSchema(version: JsonMap, metadata: Schema, preserveAll: boolean): Schema {
  const source = (version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }) as JsonMap
  const made = convert(source, preserveAll)
  const fields = new Map(made.fields ?? [])
  const text = (name: string): Field => ({ name, schema: { type: 'string' }, omitEmpty: true, omitZero: false, pointer: false, number: 0 })
  fields.set('apiVersion', text('apiVersion'))
  fields.set('kind', text('kind'))
  fields.set('metadata', { name: 'metadata', schema: metadata, omitEmpty: true, omitZero: false, pointer: false, number: 0 })
  return { ...made, type: 'struct', fields, source }
}

function convert(s: JsonMap, preserveAll: boolean): Schema {
  const preserve = preserveAll || s['x-kubernetes-preserve-unknown-fields'] === true
  const common = { source: s, ...(s.nullable === true ? { nullable: true } : {}) }
  if (s['x-kubernetes-int-or-string'] === true) return { type: 'intOrString', ...common }
  const type = s.type as string | undefined
  if (s['x-kubernetes-embedded-resource'] === true || type === 'object' || s.properties !== undefined) {
    const properties = (isMap(s.properties) ? s.properties : {}) as JsonMap
    const extra = s.additionalProperties as unknown
    const atomic = s['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {}
    const embedded = s['x-kubernetes-embedded-resource'] === true ? { embedded: true } : {}
    if (Object.keys(properties).length === 0 && isMap(extra)) return { type: 'map', element: convert(extra, preserveAll), ...atomic, ...common }
    const fields = new Map<string, Field>()
    for (const name of Object.keys(properties)) {
      const p = properties[name] as JsonMap
      fields.set(name, { name, schema: convert(p, preserveAll), omitEmpty: true, omitZero: false, pointer: true, number: 0, ...(p.default !== undefined ? { default: p.default } : {}) })
    }
    if (s['x-kubernetes-embedded-resource'] === true) for (const name of ['apiVersion', 'kind']) if (!fields.has(name)) fields.set(name, { name, schema: { type: 'string' }, omitEmpty: true, omitZero: false, pointer: true, number: 0 })
    if (s['x-kubernetes-embedded-resource'] === true && !fields.has('metadata')) fields.set('metadata', { name: 'metadata', schema: { type: 'any' }, omitEmpty: true, omitZero: false, pointer: true, number: 0 })
    return {
      type: 'struct', fields, ...atomic, ...embedded, ...common, ...(preserve || extra === true ? { preserve: true } : {}), ...(isMap(extra) ? { element: convert(extra, preserveAll) } : {}),
      ...(Array.isArray(s.required) ? { required: s.required as string[] } : {}),
    }
  }
  switch (type) {
    case 'array': {
      const listType = s['x-kubernetes-list-type'] as 'atomic' | 'set' | 'map' | undefined
      return { type: 'list', element: isMap(s.items) ? convert(s.items, preserveAll) : { type: 'any' }, listType: listType ?? 'atomic', ...(s['x-kubernetes-list-map-keys'] ? { keys: s['x-kubernetes-list-map-keys'] as string[] } : {}), ...common }
    }
    case 'string': return { type: 'string', ...common }
    case 'integer': return { type: 'int64', ...common }
    case 'number': return { type: 'float', ...common }
    case 'boolean': return { type: 'bool', ...common }
    default: return { type: 'any', ...common, ...(preserve ? { preserve: true } : {}) }
  }
}
