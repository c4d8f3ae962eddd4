import { Int, compareStrings, decodeShape, formatFloat, type Shape, type StructShape, type Value } from '../go/index.ts'
import { PintleError } from '../../errors/index.ts'
import { buildValue, notPlain } from './build.ts'
import { YamlMap, jsonString, keyText, type YamlValue } from './decode.ts'
import { lineEvents } from './line-events.ts'
import { Parser } from './parser.ts'
import { decodeYaml, prefixed } from './unmarshal.ts'
import { yamlError } from './yaml-error.ts'

/** map[string]interface {}, the target of fromYaml, values files and the like. */
export const anyMap: Shape = { kind: 'map', elem: { kind: 'any' } }

/** []interface {}, the target of fromYamlArray. */
export const anySlice: Shape = { kind: 'slice', elem: { kind: 'any' } }

/**
 * sigs.k8s.io/yaml's Unmarshal (`strict`: UnmarshalStrict) into a typed target: numbers and booleans become strings where the target is
 * a string, and what does not fit fails with Go's text.
 * @returns the value with structs as maps by JSON names; null when the document is empty or null
 * @throws PintleError `yaml.parse`, e.g. `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type map[string]interface {}`
 */
export function unmarshalInto(text: string, shape: Shape, options: { readonly strict?: boolean } = {}): Value {
  const strict = options.strict === true
  let value: Value
  try {
    const simple = isAny(shape) ? buildValue(lineEvents(text) ?? new Parser(text), strict) : notPlain
    if (simple !== notPlain) {
      value = simple
    } else {
      const yaml = decodeYaml(text, strict)
      value = convertInto(yaml, shape)
    }
  } catch (error) {
    throw prefixed(error, 'error converting YAML to JSON: ')
  }
  try {
    return decodeShape(value, shape, { disallowUnknownFields: strict })
  } catch (error) {
    throw new PintleError('yaml.parse', `error unmarshaling JSON: while decoding JSON: ${(error as Error).message}`)
  }
}

function isAny(shape: Shape): boolean {
  return shape.kind === 'any' || ((shape.kind === 'map' || shape.kind === 'slice') && shape.elem.kind === 'any')
}

/** convertToJSONableObject with a target: see fields.go and yaml.go of sigs.k8s.io/yaml. */
function convertInto(value: YamlValue, shape: Shape): Value {
  const converted = convert(value, shape)
  checkFinite(converted)
  return converted
}

/** encoding/json refuses NaN and infinities that did not become strings. */
function checkFinite(v: Value): void {
  if (typeof v === 'number') {
    if (!Number.isFinite(v)) throw yamlError(`json: unsupported value: ${formatFloat(v, 'g')}`)
  } else if (Array.isArray(v)) {
    for (const item of v) checkFinite(item)
  } else if (v instanceof Map) {
    for (const key of [...v.keys()].sort(compareStrings)) checkFinite(v.get(key)!)
  }
}

function convert(value: YamlValue, shape: Shape | undefined): Value {
  while (shape?.kind === 'ptr') shape = shape.elem
  if (value instanceof YamlMap) {
    const map = new Map<string, Value>()
    for (const [key, item] of value.entries.values()) {
      const text = keyText(key, item)
      const target = shape?.kind === 'struct' ? fieldTarget(shape, text) : shape?.kind === 'map' ? shape.elem : undefined
      map.set(jsonString(text), convert(item, target))
    }
    return map
  }
  if (Array.isArray(value)) {
    const elem = shape?.kind === 'slice' ? shape.elem : undefined
    return value.map((item) => convert(item, elem))
  }
  if (typeof value === 'string') return jsonString(value)
  const isString = shape?.kind === 'string'
  if (value instanceof Int) return isString ? value.value.toString() : Number(value.value)
  if (typeof value === 'number') return isString ? formatFloat(value, 'g', -1, 32) : value
  if (typeof value === 'boolean' && isString) return value ? 'true' : 'false'
  return value
}

/** The target sigs.k8s.io/yaml looks at: for a field that comes through an embedded struct it is that struct, which is no string. */
function fieldTarget(shape: StructShape, key: string): Shape | undefined {
  let folded: Shape | undefined
  const lower = key.toLowerCase()
  for (const field of shape.fields) {
    const target = field.embedded === undefined ? field.shape : undefined
    if (field.name === key) return target
    if (field.name.toLowerCase() === lower) folded ??= target
  }
  return folded
}

