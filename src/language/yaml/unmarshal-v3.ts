import type { Value } from '../go/index.ts'
import { YamlMap, goSyntax, type YamlValue } from './decode.ts'
import { DecoderV3, toTypedValue, toValue, type ValueV3 } from './decode-v3.ts'
import { composeDocument } from './node.ts'
import { Parser } from './parser.ts'
import { yamlError } from './yaml-error.ts'

/**
 * goyaml.v3's Unmarshal into an interface {}, which Helm uses for plugins and for the namespace of hooks whose logs it prints. Unlike
 * `unmarshal` it knows yes and on as strings, keeps integers (`Int`) and times, takes 0o17, refuses duplicate keys, and lets own keys win over
 * merged ones wherever they stand. Keys that are not strings become their text here.
 * @throws PintleError with goyaml.v3's text: `yaml: line 3: ...`, `yaml: unmarshal errors:\n  line 2: mapping key "a" already defined at line 1`
 */
export function unmarshalV3(text: string): Value {
  return unmarshalAny(text, toValue)
}

/** As `unmarshalV3`; maps with keys that are no strings keep them (`AnyKeyMap`). */
export function unmarshalTypedV3(text: string): Value {
  return unmarshalAny(text, toTypedValue)
}

function unmarshalAny(text: string, convert: (value: ValueV3) => Value): Value {
  const root = composeDocument(new Parser(text === '' ? '\n' : text, true))
  if (root === undefined) return null
  try {
    return convert(new DecoderV3().decode(root) ?? null)
  } catch (error) {
    if (error instanceof RangeError) throw yamlError('yaml: exceeded max depth of 10000')
    throw error
  }
}

/** `%#v` of a document's mapping, which goes to a map[string]interface {}. */
export function goSyntaxV3(text: string): string {
  const root = composeDocument(new Parser(text, true))
  const value = root === undefined ? null : new DecoderV3().decode(root)
  if (value instanceof YamlMap) value.stringKeys = true
  return goSyntax((value ?? null) as YamlValue)
}
