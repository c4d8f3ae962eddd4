import { Int, TypedMap, type Value } from '../../language/go/index.ts'
import { unmarshalV3 } from '../../language/yaml/index.ts'

/**
 * A map from YAML or JSON, as goyaml.v3 reads it.
 * @throws Error that has line numbers and quotes nothing: words of the parser may be parts of a secret
 */
export function yamlMap(text: string): Map<string, Value> {
  let value: Value
  try {
    value = unmarshalV3(text)
  } catch (error) {
    const line = /\bline (\d+)/.exec((error as Error).message)
    throw new Error(line === null ? 'yaml: what it holds is no YAML' : `yaml: line ${line[1]}: what it holds is no YAML`)
  }
  if (value === null) return new Map()
  if (isMap(value)) return value
  throw new Error(`yaml: unmarshal errors:\n  line 1: cannot unmarshal ${yamlTag(value)} into map[string]interface {}`)
}

export const isMap = (value: Value | undefined): value is Map<string, Value> => value instanceof Map && !(value instanceof TypedMap && value.goType !== 'map[string]interface {}')

const yamlTag = (value: Value): string => (Array.isArray(value) ? '!!seq' : value instanceof Int ? '!!int' : typeof value === 'number' ? '!!float' : typeof value === 'boolean' ? '!!bool' : '!!str')
