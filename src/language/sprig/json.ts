import { jsonMarshal, jsonMarshalIndent, jsonSyntaxError, jsonUnmarshal, NilMap, NilSlice } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

/** What encoding/json calls the value in the error for a wrong type; '' for those that fit. */
export function mismatch(v: Value, wanted: 'map[string]interface {}' | '[]interface {}'): string {
  const found = v instanceof Map ? 'object' : Array.isArray(v) ? 'array' : typeof v === 'boolean' ? 'bool' : typeof v
  return `json: cannot unmarshal ${found} into Go value of type ${wanted}`
}

/** json.Unmarshal into a map; Helm puts an error into it. */
function fromJson(text: string): Value {
  let v: Value
  let error: string | undefined
  try {
    v = jsonUnmarshal(text)
  } catch (e) {
    error = (e as Error).message
    if (jsonSyntaxError(text) !== undefined) return new Map([['Error', error]])
    // Only a number too large: Go leaves nil there and keeps the rest.
    v = jsonUnmarshal(withoutHugeNumbers(text))
  }
  if (v === null) return error === undefined ? new NilMap() : new Map([['Error', mismatch(0, 'map[string]interface {}')]])
  if (!(v instanceof Map)) return new Map([['Error', mismatch(v, 'map[string]interface {}')]])
  if (error !== undefined) v.set('Error', error)
  return v
}

function withoutHugeNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token[0] === '"' || Number.isFinite(Number(token)) ? token : 'null')
}

function fromJsonArray(text: string): Value {
  try {
    const v = jsonUnmarshal(text)
    if (v === null) return NilSlice.ofType()
    return Array.isArray(v) ? v : [mismatch(v, '[]interface {}')]
  } catch (error) {
    return [(error as Error).message]
  }
}

/** The text, or '' where the value has no JSON: what Sprig's and Helm's functions without `must` give. */
function orEmpty(marshal: (v: Value) => string): Family[string] {
  return fn('any', ([v]) => {
    try {
      return marshal(v!)
    } catch {
      return ''
    }
  })
}

const pretty = (v: Value): string => jsonMarshalIndent(v, '', '  ')
const raw = fn('any', ([v]) => jsonMarshal(v!, { escapeHtml: false }))

/** Sprig's JSON functions, where Helm has not put its own in their place. */
export const sprigJson: Family = {
  fromJson: fn('string', ([text]) => {
    try {
      return jsonUnmarshal(text as string)
    } catch {
      return null
    }
  }),
  mustFromJson: fn('string', ([text]) => jsonUnmarshal(text as string)),
  toJson: orEmpty(jsonMarshal),
  mustToJson: fn('any', ([v]) => jsonMarshal(v!)),
  toPrettyJson: orEmpty(pretty),
  mustToPrettyJson: fn('any', ([v]) => pretty(v!)),
  toRawJson: raw,
  mustToRawJson: raw,
}

/** Helm's: fromJson reads objects only and keeps an error as a key. */
export const helmJson: Family = {
  fromJson: fn('string', ([text]) => fromJson(text as string)),
  fromJsonArray: fn('string', ([text]) => fromJsonArray(text as string)),
}
