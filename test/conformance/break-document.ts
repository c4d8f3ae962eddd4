import { parseDocument, type Json } from '../../src/language/yaml/index.ts'
import type { Random } from './random.ts'

/** A document with one thing changed at random, so that validators have something to refuse. */
export function breakDocument(text: string, random: Random): string {
  if (random.chance(0.15)) return repeatedLine(text, random)
  let root: Json
  try {
    root = structuredClone(parseDocument(text))
  } catch {
    return text
  }
  const places: { holder: Json[] | { [key: string]: Json }; key: string | number }[] = []
  const walk = (value: Json): void => {
    if (value === null || typeof value !== 'object') return
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      places.push({ holder: value as Json[], key })
      walk((value as { [key: string]: Json })[key]!)
    }
  }
  walk(root)
  if (places.length === 0) return text
  const { holder, key } = random.pick(places)
  const at = holder as { [key: string]: Json }
  const values: Json[] = [null, 0, 7, 1.5, -1, 1e20, true, '', 'text', '7', 'true', [], ['a'], [null], {}, { a: 'b' }, { name: 'x' }]
  switch (random.below(6)) {
    case 0:
      delete at[key]
      if (Array.isArray(holder)) holder.splice(Number(key), 0, null)
      break
    case 1:
      if (!Array.isArray(holder)) at[random.pick(['unknown', 'Name', 'spec', 'replicas', 'items', 'kind', 'value'])] = random.pick(values)
      break
    case 2:
      if (!Array.isArray(holder)) {
        at[`${String(key)}s`] = at[key]!
        delete at[key]
      }
      break
    default:
      at[key] = random.pick(values)
  }
  return JSON.stringify(root)
}

/** Often a key that is there twice. */
function repeatedLine(text: string, random: Random): string {
  const lines = text.split('\n')
  const i = random.below(lines.length)
  return [...lines.slice(0, i + 1), lines[i]!, ...lines.slice(i + 1)].join('\n')
}
