import type { LeaseState } from '../../../cluster/release/index.ts'
import type { Evaluation } from '../../../delivery/gates/index.ts'
import type { Disturbance, Journal, Observed, RolloutEvent } from '../../../delivery/rollout/index.ts'
import type { Waiting } from '../live-panel.ts'
import { isEnded } from './words.ts'

/** What is known of a rollout at a moment: all that a screen draws. */
export interface ScreenState {
  readonly journal: Journal
  /** Who runs it, as its Lease tells; left out where this very process does. */
  readonly runner?: Runner
  readonly observed?: Observed
  /** Of the step under way, the last of each gate. */
  readonly evaluations: ReadonlyMap<string, Evaluation>
  readonly waiting?: Waiting
  readonly disturbances: readonly Disturbance[]
}

export interface Runner {
  readonly lease?: Pick<LeaseState, 'holder' | 'renewed' | 'expired'>
  /** Nobody drives the rollout any more. */
  readonly lost: boolean
}

/** Whether a rollout under way has nobody who drives it. */
export function runnerOf(journal: Journal, lease: LeaseState | undefined): Runner {
  if (isEnded(journal)) return { lost: false, ...(lease && { lease }) }
  if (lease === undefined) return { lost: true }
  // Its process ended on this machine, or it let its Lease go: nothing more is to be waited for.
  return { lease, lost: lease.expired }
}

/** Whether a lost runner has been gone for as long as the policy waits before it acts. */
export function lostFor({ journal, runner }: Pick<ScreenState, 'journal' | 'runner'>, now: number): number | undefined {
  if (runner?.lost !== true) return undefined
  const last = Date.parse(runner.lease?.renewed ?? journal.transitions.at(-1)?.at ?? journal.started)
  return Number.isFinite(last) ? Math.max(0, now - last) : undefined
}

/** The state of a journal that was read. */
export function stateOf(journal: Journal, more: Partial<Pick<ScreenState, 'runner' | 'observed'>> = {}): ScreenState {
  return { journal, evaluations: evaluationsOf(journal), disturbances: [], ...more }
}

const evaluationsOf = (journal: Journal): Map<string, Evaluation> => new Map((journal.steps.find((s) => s.step === journal.step) ?? journal.steps.at(-1))?.evaluations.map((e) => [e.gate, e]))

/** @returns the state after an event; undefined before the first journal is known */
export function after(state: ScreenState | undefined, event: RolloutEvent): ScreenState | undefined {
  if (event.type === 'transition') {
    const { journal } = event
    const moved = state === undefined || state.journal.step !== journal.step
    const evaluations = evaluationsOf(journal)
    // Gates of a step stay on the screen until those of the next have something to say.
    if (state !== undefined && evaluations.size === 0) for (const [gate, e] of state.evaluations) evaluations.set(gate, e)
    const { waiting: _, ...rest } = state ?? { disturbances: [] }
    return { ...rest, journal, evaluations: moved || state === undefined ? evaluations : new Map([...state.evaluations, ...evaluations]) }
  }
  if (state === undefined) return undefined
  switch (event.type) {
    case 'evaluation': return { ...state, evaluations: new Map(state.evaluations).set(event.evaluation.gate, event.evaluation) }
    case 'observed': return { ...state, observed: event.observed }
    case 'disturbance': return { ...state, disturbances: [...state.disturbances, event.disturbance].slice(-3) }
    case 'release': {
      if (event.event.type !== 'progress') return state
      if (event.event.done < event.event.total) return { ...state, waiting: event.event }
      const { waiting: _, ...rest } = state
      return rest
    }
    default: return state
  }
}
