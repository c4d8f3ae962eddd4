import { type Shape, type Value } from '../../language/go/index.ts'
import { mergeMaps } from '../../language/sprig/index.ts'
import type { StateField, StateShapeOf } from './schema.ts'

/** What mergo is told: WithOverride and WithAppendSlice. */
export interface MergeRules {
  readonly override: boolean
  readonly append: boolean
}

/**
 * mergo's Merge of one struct into another, in place: what is empty in the source (nil, false, 0, "", no items) never takes the place of anything. Upstream: deepMerge in
 * dario.cat/mergo merge.go. One thing is not copied: there, merging into what two releases share by a pointer changes both.
 */
export function mergeStruct<T extends object>(target: T, source: T, fields: readonly StateField[], rules: MergeRules): void {
  const to = target as Record<string, unknown>
  const from = source as Record<string, unknown>
  for (const { name, shape } of fields) to[name] = merged(to[name], from[name], shape, rules)
}

function merged(old: unknown, value: unknown, shape: Shape, rules: MergeRules): unknown {
  switch (shape.kind) {
    case 'struct':
      mergeStruct(old as object, value as object, shape.fields as readonly StateField[], rules)
      return old
    case 'custom': return merged(old, value, (shape as unknown as StateShapeOf).as, rules)
    case 'slice': {
      const items = (value as unknown[] | undefined) ?? []
      const before = old as unknown[] | undefined
      if (rules.append) return value === undefined && before === undefined ? undefined : [...(before ?? []), ...items]
      return items.length > 0 && (rules.override || before === undefined || before.length === 0) ? value : old
    }
    case 'map': return mergedMap(old as Map<string, unknown>, value as Map<string, unknown>, shape.elem, rules)
    case 'ptr':
      if (value === undefined) return old
      return old === undefined ? value : merged(old, value, shape.elem, rules)
    default: {
      const setable = isEmpty(old) || rules.override
      return setable && !isEmpty(value) ? value : old
    }
  }
}

function mergedMap(old: Map<string, unknown>, value: Map<string, unknown>, elem: Shape, rules: MergeRules): Map<string, unknown> {
  if (elem.kind === 'any') {
    mergeMaps(old as Map<string, Value>, value as Map<string, Value>, rules.override)
    return old
  }
  // Structs in maps have no address, so that they are replaced as a whole.
  for (const [key, item] of value) if (rules.override || !old.has(key) || isEmpty(old.get(key))) old.set(key, item)
  return old
}

function isEmpty(item: unknown): boolean {
  return item === undefined || item === null || item === '' || item === false || item === 0
}
