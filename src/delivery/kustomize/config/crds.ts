import { compareStrings } from '../../../language/go/index.ts'
import { toPlain, unmarshal } from '../../../language/yaml/index.ts'
import { messageOf, refuse } from '../refusal.ts'
import { fieldSpec, mergeFieldSpec } from './field-spec.ts'
import { emptyConfig, mergeConfigs, mergeReference, type TransformerConfig } from './transformer-config.ts'

type Definition = { Schema?: { properties?: Record<string, any> } }

/** Which fields of custom objects hold names and labels, from the OpenAPI definitions of a `crds` file. Upstream: loadconfigfromcrds.go. */
export function configFromDefinitions(text: string, path: string): TransformerConfig {
  let definitions: Record<string, Definition>
  try {
    definitions = (toPlain(unmarshal(text)) ?? {}) as Record<string, Definition>
    if (typeof definitions !== 'object' || Array.isArray(definitions)) refuse('json: cannot unmarshal into Go value of type accumulator.nameToApiMap')
  } catch (error) {
    return refuse(`unable to parse open API definition from '${path}': ${messageOf(error)}`)
  }
  let config = emptyConfig
  for (const name of Object.keys(definitions).sort(compareStrings)) {
    const properties = propertiesOf(definitions[name])
    if (!['kind', 'apiVersion', 'metadata'].every((field) => Object.hasOwn(properties, field))) continue
    config = mergeConfigs(config, read(emptyConfig, name.split('.').pop()!, definitions, name, [], new Set()))
  }
  return config
}

/** Keys of Go structs without tags come in any case. */
function propertiesOf(definition: Definition | undefined): Record<string, any> {
  const schema = definition?.Schema ?? (definition as { schema?: Definition['Schema'] } | undefined)?.schema
  return typeof schema?.properties === 'object' && schema.properties !== null ? schema.properties : {}
}

function read(start: TransformerConfig, kind: string, definitions: Record<string, Definition>, name: string, path: readonly string[], open: ReadonlySet<string>): TransformerConfig {
  if (open.has(name)) return start
  let config = start
  const properties = propertiesOf(Object.hasOwn(definitions, name) ? definitions[name] : undefined)
  for (const field of Object.keys(properties).sort(compareStrings)) {
    const property = properties[field] ?? {}
    const at = [...path, field]
    const spec = fieldSpec(at.join('/'), false, { kind })
    if (typeof property['x-kubernetes-annotation'] === 'string') config = { ...config, commonAnnotations: mergeFieldSpec(config.commonAnnotations, spec) }
    if (typeof property['x-kubernetes-label-selector'] === 'string') config = { ...config, commonLabels: mergeFieldSpec(config.commonLabels, spec) }
    if (typeof property['x-kubernetes-identity'] === 'string') config = { ...config, namePrefix: mergeFieldSpec(config.namePrefix, spec) }
    const version = property['x-kubernetes-object-ref-api-version']
    const target = property['x-kubernetes-object-ref-kind']
    if (typeof version === 'string' && typeof target === 'string') {
      const key = property['x-kubernetes-object-ref-name-key']
      const referrer = fieldSpec([...at, typeof key === 'string' ? key : 'name'].join('/'), false, { kind })
      config = { ...config, nameReference: mergeReference(config.nameReference, { gvk: { group: '', version, kind: target }, referrers: [referrer] }) }
    }
    if (typeof property.$ref === 'string') config = read(config, kind, definitions, property.$ref, at, new Set([...open, name]))
  }
  return config
}
