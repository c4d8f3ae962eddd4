import { Int, formatValue, type Value } from '../../language/go/index.ts'
import { isMap, yamlMap } from './yaml-map.ts'

/** The texts of an answer that must not be shown: strings and numbers, those in a document too. Truths and nothing are no secrets. */
export function secretTexts(value: Value, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (value !== '') found.add(value)
    // Templates may read a document out of it.
    if (/^\s*[{[]|:\s/m.test(value) && value.length < largestDocument) {
      try {
        for (const item of yamlMap(value).values()) secretTexts(item, found)
      } catch {
        // No document.
      }
    }
  } else if (typeof value === 'number' || value instanceof Int) found.add(formatValue(value))
  else if (Array.isArray(value)) for (const item of value) secretTexts(item, found)
  else if (isMap(value)) for (const item of value.values()) secretTexts(item, found)
  return found
}

const largestDocument = 1 << 20
