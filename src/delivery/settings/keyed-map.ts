import { meant } from '../../errors/index.ts'
import type { Fault, Path } from './fault.ts'

/**
 * A map all of whose keys are known.
 * @param section how the section is called in messages: `evidence`
 * @param at where the map stands below the section
 * @throws what `fault` makes, for what is no map and for an unknown key
 */
export function keyedMap(value: unknown, known: readonly string[], { section, at = [], fault }: { section: string; at?: Path; fault: Fault }): Record<string, unknown> {
  const name = [section, ...at].join('.')
  if (!isMap(value)) throw fault(at, `${name} must be a map`, `Keys: ${known.join(', ')}.`)
  for (const key of Object.keys(value)) if (!known.includes(key)) throw fault([...at, key], `unknown key ${name}.${key}`, meant(key, known))
  return value
}

export const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
