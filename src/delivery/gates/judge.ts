import type { GateSpec } from './settings.ts'
import type { Clock, Evaluation, GateRunOptions } from './types.ts'

/** What the ways of judging have in common: gates that can be evaluated, and time. */
export interface Judge {
  readonly clock: Clock
  /** How long after its traffic came a step's numbers are its own: two scrapes, in milliseconds. */
  readonly settle: number
  /** Between two evaluations, milliseconds. */
  readonly interval: number
  /** @param window milliseconds */
  evaluate(spec: GateSpec, window: number, options: GateRunOptions): Promise<Evaluation>
}

/** Waits until so many milliseconds of rollout time have passed since `since`. @throws the signal's reason */
export async function elapsed({ clock }: Judge, ms: number, { since, signal }: GateRunOptions): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const left = ms - (clock.now() - since) * clock.compression
    if (left <= 0) return
    await clock.sleep(left, signal)
  }
}
