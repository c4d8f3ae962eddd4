import type { Evaluation } from './types.ts'

/** What the arithmetic of one gate came to; the rest of an evaluation is the same for all. */
export type Judged = Pick<Evaluation, 'verdict' | 'value' | 'threshold' | 'comparison' | 'unit' | 'samples' | 'needed' | 'arithmetic' | 'reason' | 'estimated'>

/** Nothing can be said: why, and how far the arithmetic came. */
export const undecided = (verdict: 'error' | 'no-data' | 'inconclusive', reason: string, more: Partial<Judged> = {}): Judged => ({ verdict, reason, arithmetic: reason, ...more })

/** A number for people: six digits, and whole numbers whole. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))
}
