import type { GateSpec } from './settings.ts'
import { above, below } from './threshold.ts'
import type { Evaluation } from './types.ts'

/** Evaluations that are remembered. */
const remembered = 5
/** By so much a threshold must be missed to count at once. */
const grave = 5

/** Failures of one gate in the background, where a single one may be chance: windows overlap, and many are looked at. */
export class FailureRun {
  #last: boolean[] = []

  /** @returns why the version must go; undefined: it may stay */
  add(evaluation: Evaluation, spec: GateSpec): string | undefined {
    const fails = evaluation.verdict === 'fail'
    const [before] = this.#last.slice(-1)
    const others = this.#last.filter(Boolean).length
    this.#last = [...this.#last, fails].slice(-remembered)
    if (!fails) return undefined
    if (isGrave(evaluation, spec)) return `${grave} times the threshold or more`
    if (before === true) return 'the second failure in a row'
    return others > 0 && this.#last.filter(Boolean).length > 1 ? `the second failure in ${this.#last.length} evaluations` : undefined
  }
}

/** Missed by five times; for a share that must be reached, what is left to the whole counts. */
function isGrave({ value, threshold, comparison }: Evaluation, spec: GateSpec): boolean {
  if (value === undefined || threshold === undefined) return false
  if (comparison === '<=') return threshold > 0 && !below(value, grave * threshold)
  if (spec.kind === 'latency') return !below(1 - value, grave * (1 - threshold))
  return threshold > 0 && !above(value, threshold / grave)
}
