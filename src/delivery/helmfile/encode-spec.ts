import { durationString, int, type Shape, type Value } from '../../language/go/index.ts'
import { StructMap } from '../../language/yaml/index.ts'
import type { StateField, StateShapeOf } from './schema.ts'

/**
 * A struct as goyaml.v3 marshals it: its fields in their order, without those that are empty where they say omitempty.
 * @param value a struct as spec.ts types it
 */
export function encodeStruct(value: object, fields: readonly StateField[]): StructMap {
  const out = new StructMap()
  for (const field of fields) {
    const item = (value as Record<string, unknown>)[field.name]
    if (field.always === true || !isZero(item, field.shape)) out.set(field.name, encode(item, field.shape))
  }
  return out
}

function encode(item: unknown, shape: Shape): Value {
  switch (shape.kind) {
    case 'ptr': return item === undefined ? null : encode(item, shape.elem)
    case 'slice': return ((item as unknown[] | undefined) ?? []).map((one) => encode(one, shape.elem))
    case 'map': return new Map([...((item as Map<string, unknown> | undefined) ?? [])].map(([key, one]) => [key, encode(one, shape.elem)]))
    case 'struct': return encodeStruct(item as object, shape.fields as readonly StateField[])
    case 'custom': return encode(item, (shape as unknown as StateShapeOf).as)
    case 'int': return int(item as number)
    case 'int64': return durationText(item as number)
    default: return item as Value
  }
}

function isZero(item: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'any': return item === null || item === undefined
    case 'slice': return item === undefined || (item as unknown[]).length === 0
    case 'map': return item === undefined || (item as Map<string, unknown>).size === 0
    case 'ptr': return item === undefined
    case 'struct': return shape.fields.every((field) => isZero((item as Record<string, unknown>)[field.name], field.shape))
    case 'custom': return isZero(item, (shape as unknown as StateShapeOf).as)
    default: return item === '' || item === false || item === 0 || item === undefined
  }
}

/** time.Duration's text; only `llm.timeout` is one. */
function durationText(nanoseconds: number): string {
  return durationString(BigInt(Math.trunc(nanoseconds)))
}
