import { isMap, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import type { Schema } from './schema.ts'

/**
 * The object as it comes back from etcd, where built-in kinds lie as protocol buffers: those know no empty lists and maps
 * (they come back as null) and no null bytes (they come back empty).
 */
export function storageForm(value: JsonMap, schema: Schema): JsonMap {
  let out = value
  for (const field of schema.fields!.values()) {
    const v = value[field.name] as unknown
    if (v === undefined || v === null) continue
    const next = form(v, field.schema)
    if (next === v) continue
    if (out === value) out = { ...value }
    if (next === null && field.omitEmpty) delete out[field.name]
    else put(out, field.name, next)
  }
  return out
}

function form(v: unknown, schema: Schema): unknown {
  switch (schema.type) {
    case 'struct': return isMap(v) ? storageForm(v, schema) : v
    case 'list': {
      if (!Array.isArray(v)) return v
      if (v.length === 0) return null
      if (schema.element!.type !== 'struct') return v
      let changed = false
      const items = v.map((item) => {
        const next = form(item, schema.element!)
        changed ||= next !== item
        return next
      })
      return changed ? items : v
    }
    case 'map': {
      if (!isMap(v)) return v
      const keys = Object.keys(v)
      if (keys.length === 0) return null
      const inner = schema.element!.type
      if (inner !== 'struct' && inner !== 'bytes') return v
      const out: JsonMap = {}
      for (const key of keys) put(out, key, inner === 'bytes' ? v[key] ?? '' : form(v[key], schema.element!))
      return out
    }
    default: return v
  }
}
