import type { Shape, StructShape, Value } from '../../language/go/index.ts'
import { Int } from '../../language/go/index.ts'
import type { StateShapeOf } from './schema.ts'

/** Lists that tell "not there" from "empty": `helmfiles[].selectors` decides by it whose selectors count. */
const nullable = new Set(['selectors'])

/**
 * Fills a decoded struct: every field of the shape is there, as spec.ts types it.
 * @param value the struct as the YAML room decodes it: a map of the fields that were there, or null
 */
export function fillStruct<T>(value: Value, shape: StructShape): T {
  const from = value instanceof Map ? value : new Map<string, Value>()
  const out: Record<string, unknown> = {}
  for (const field of shape.fields) {
    const given = from.get(field.name)
    out[field.name] = given === undefined && nullable.has(field.name) ? undefined : fill(given ?? null, field.shape)
  }
  return out as T
}

function fill(value: Value, shape: Shape): unknown {
  switch (shape.kind) {
    case 'any': return value
    case 'string': return value ?? ''
    case 'bool': return value ?? false
    case 'float64': return value instanceof Int ? Number(value.value) : (value ?? 0)
    case 'ptr': return value === null ? undefined : fill(value, shape.elem)
    case 'slice': return Array.isArray(value) ? value.map((item) => fill(item, shape.elem)) : []
    case 'map': return new Map(value instanceof Map ? [...value].map(([key, item]) => [key, fill(item, shape.elem)]) : [])
    case 'struct': return fillStruct(value, shape)
    case 'custom': return fill(value, (shape as unknown as StateShapeOf).as)
    default: return value instanceof Int ? Number(value.value) : (value ?? 0)
  }
}
