import type { Judged } from './judged.ts'
import { shown } from './judged.ts'

/** What two quotients of the same numbers may differ by: floating point is no reason to end a rollout. */
const rounding = 1e-9

/** Whether a value is above a maximum; one that is equal is not. */
export const above = (value: number, max: number): boolean => value > max + Math.abs(max) * rounding
export const below = (value: number, min: number): boolean => value < min - Math.abs(min) * rounding

/** Holds a value against the one threshold that a gate has. */
export function against(value: number, { max, min }: { readonly max?: number; readonly min?: number }): Required<Pick<Judged, 'value' | 'threshold' | 'comparison'>> & { readonly fails: boolean; readonly text: string } {
  const threshold = max ?? min!
  const fails = max !== undefined ? above(value, max) : below(value, threshold)
  const sign = max !== undefined ? (fails ? '>' : '<=') : fails ? '<' : '>='
  return { value, threshold, comparison: max !== undefined ? '<=' : '>=', fails, text: `${shown(value)} ${sign} ${shown(threshold)}` }
}
