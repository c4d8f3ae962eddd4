import type { LeaseState } from '../../../cluster/release/index.ts'
import type { Evaluation } from '../../../delivery/gates/index.ts'
import { isEnded, type Disturbance, type Journal, type Observed, type RolloutEvent } from '../../../delivery/rollout/index.ts'
import type { Waiting } from '../live-panel.ts'
import { length } from './words.ts'

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
  /** Id of the record of evidence, once there is one. */
  readonly evidence?: string
}

export interface Runner {
  readonly lease?: Pick<LeaseState, 'holder' | 'renewed' | 'expired'>
  /** Nobody drives the rollout any more. */
  readonly lost: boolean
}

/** A rollout that has just been kept, or handed over, has no Lease for a moment, in milliseconds. */
const settling = 10_000

/**
 * Whether a rollout under way has nobody who drives it.
 * @param now milliseconds since 1970
 */
export function runnerOf(journal: Journal, lease: LeaseState | undefined, now: number): Runner {
  if (isEnded(journal)) return { lost: false, ...(lease && { lease }) }
  // Its process ended on this machine, or it was not heard of for longer than its Lease lasts.
  if (lease !== undefined) return { lease, lost: lease.expired }
  return { lost: now - lastHeard(journal, undefined) > settling }
}

const lastHeard = (journal: Journal, lease: Runner['lease']): number => Math.max(...[lease?.renewed, journal.transitions.at(-1)?.at, journal.started].map((at) => Date.parse(at ?? '') || 0))

/**
 * For how many milliseconds a rollout has had nobody; undefined when somebody drives it.
 * @param since somebody decided that it goes on, milliseconds since 1970
 */
export function lostFor({ journal, runner }: Pick<ScreenState, 'journal' | 'runner'>, now: number, since = 0): number | undefined {
  if (runner?.lost !== true) return undefined
  const last = Math.max(since, lastHeard(journal, runner.lease))
  return Math.max(0, now - last)
}

/** The state of a journal that was read. */
export function stateOf(journal: Journal, more: Partial<Pick<ScreenState, 'runner' | 'observed' | 'evidence'>> = {}): ScreenState {
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

/** What the rollout's own policy says is to be done now that its runner is gone; undefined while there is nothing to be done. */
export function policyForLost(state: Pick<ScreenState, 'journal' | 'runner'>, now: number, since = 0): 'abort' | 'hold' | undefined {
  const gone = lostFor(state, now, since)
  return gone === undefined || gone < state.journal.spec.lostAfter ? undefined : state.journal.spec.lost
}

/** Why the policy aborts, for the journal. */
export const lostReason = (state: Pick<ScreenState, 'journal' | 'runner'>, now: number): string => `its runner was gone for ${length(lostFor(state, now) ?? 0)}, and the rollout says \`lost: abort\``
