import { jsonMarshal, jsonUnmarshal, type Value } from '../../../language/go/index.ts'
import { findJsonPath } from '../../../language/jsonpath/index.ts'
import type { Measurement, RawAnswer } from '../types.ts'
import { failed } from './ask.ts'
import { singlePath } from './single-path.ts'
import { oneLine } from './words.ts'

/** The number at a path of a JSON text. `null`, and a list without elements, is no data; a path that leads nowhere is an error: a wrong word in it must not look like "nothing failed". */
export function numberAt(path: string, text: string, raw: RawAnswer): Measurement {
  const nodes = singlePath(path)
  if (typeof nodes === 'string') return failed(`${oneLine(path, 100)}: ${nodes}`, raw)
  let json: Value
  try {
    json = jsonUnmarshal(text)
  } catch {
    return failed('the endpoint did not answer with JSON', raw)
  }
  let found: (Value | undefined)[]
  try {
    found = findJsonPath(nodes, json)
  } catch (error) {
    return failed(`${oneLine(path, 100)}: ${oneLine((error as Error).message)}`, raw)
  }
  if (found.length > 1) return failed(`${oneLine(path, 100)} leads to ${found.length} values, and must lead to one number`, raw)
  const [value] = found
  if (value === undefined || value === null) return { kind: 'absent', raw }
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value
  if (typeof number !== 'number') return failed(`${oneLine(path, 100)} is no number: ${oneLine(jsonMarshal(value), 60)}`, raw)
  return Number.isFinite(number) ? { kind: 'value', value: number, raw } : failed(`${oneLine(path, 100)} is no finite number`, raw)
}

/** Servers write numbers as texts, too. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
