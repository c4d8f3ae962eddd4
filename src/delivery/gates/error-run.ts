import type { Evaluation } from './types.ts'

/** So many errors in a row may still be somebody restarting a server. */
const most = 4

/** Counts errors in a row: after more than four nothing can be decided, and waiting will not change that. */
export class ErrorRun {
  #count = 0

  /** @returns the evaluation, inconclusive once there were too many errors in a row; `exhausted` says so */
  add(evaluation: Evaluation): { evaluation: Evaluation; exhausted: boolean } {
    this.#count = evaluation.verdict === 'error' ? this.#count + 1 : 0
    if (this.#count <= most) return { evaluation, exhausted: false }
    return { evaluation: { ...evaluation, verdict: 'inconclusive', reason: `${this.#count} errors in a row, the last one: ${evaluation.reason}` }, exhausted: true }
  }
}
