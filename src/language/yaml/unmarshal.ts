import { PintleError } from '../../errors/index.ts'
import { jsonMarshal, type Value } from '../go/index.ts'
import { buildValue, notPlain } from './build.ts'
import { Decoder, checkNumbers, toJsonTree, toJsonValue, type YamlValue } from './decode.ts'
import { lineEvents } from './line-events.ts'
import { composeDocument } from './node.ts'
import { Parser } from './parser.ts'

/**
 * sigs.k8s.io/yaml's Unmarshal into an interface {}: the first document of `text` as YAML 1.1, by way of JSON, so that keys are strings
 * and numbers float64.
 * @throws PintleError `yaml.parse` with the text of Go: `error converting YAML to JSON: yaml: line 3: ...`
 */
export function unmarshal(text: string): Value {
  return read(text, false)
}

/** UnmarshalStrict into an interface {}: like `unmarshal`, but a duplicate key is an error. */
export function unmarshalStrict(text: string): Value {
  return read(text, true)
}

function read(text: string, strict: boolean): Value {
  try {
    const value = buildValue(lineEvents(text) ?? new Parser(text), strict)
    return value === notPlain ? toJsonValue(decodeYaml(text, strict)) : value
  } catch (error) {
    throw prefixed(error, 'error converting YAML to JSON: ')
  }
}

/** goyaml.v2's Unmarshal into an interface {}. */
export function decodeYaml(text: string, strict: boolean): YamlValue {
  // Duplicate keys are told by their lines.
  const simple = strict ? undefined : lineEvents(text)
  const root = composeDocument(simple ?? new Parser(text === '' ? '\n' : text))
  return root === undefined ? null : new Decoder(strict).decode(root)
}

export function prefixed(error: unknown, prefix: string): unknown {
  if (!(error instanceof PintleError)) return error
  return new PintleError(error.code, prefix + error.message, error.details === undefined ? {} : { details: error.details })
}

/**
 * sigs.k8s.io/yaml's YAMLToJSON: the first document as JSON text, with all digits of integers.
 * @throws PintleError with goyaml's text, without a prefix
 */
export function toJsonText(text: string): string {
  const value = decodeYaml(text, false)
  checkNumbers(value)
  return jsonMarshal(toJsonTree(value))
}
