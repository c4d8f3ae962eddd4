import type { Value } from '../go/index.ts'
import { marshal, marshalPretty, unmarshal } from '../yaml/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { mismatch } from './json.ts'

const notDecoded = 'error unmarshaling JSON: while decoding JSON: '

/** sigs.k8s.io/yaml without the line break at the end, as all of Helm's functions give it. */
function toYaml(v: Value): string {
  const text = marshal(v)
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

/** goyaml.v3 with an indent of two, without the line break at the end. */
function toYamlPretty(v: Value): string {
  const text = marshalPretty(v)
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

function orEmpty(marshal: (v: Value) => string): Family[string] {
  return fn('any', ([v]) => {
    try {
      return marshal(v!)
    } catch {
      return ''
    }
  })
}

function fromYaml(text: string): Value {
  try {
    const v = unmarshal(text)
    // An empty document leaves the map that was made for it alone.
    if (v === null) return new Map()
    return v instanceof Map ? v : new Map([['Error', notDecoded + mismatch(v, 'map[string]interface {}')]])
  } catch (error) {
    return new Map([['Error', (error as Error).message]])
  }
}

function fromYamlArray(text: string): Value {
  try {
    const v = unmarshal(text)
    if (v === null) return []
    return Array.isArray(v) ? v : [notDecoded + mismatch(v, '[]interface {}')]
  } catch (error) {
    return [(error as Error).message]
  }
}

export const yaml: Family = {
  toYaml: orEmpty(toYaml),
  toYamlPretty: orEmpty(toYamlPretty),
  mustToYaml: fn('any', ([v]) => toYaml(v!)),
  fromYaml: fn('string', ([text]) => fromYaml(text as string)),
  fromYamlArray: fn('string', ([text]) => fromYamlArray(text as string)),
}
