import { setTimeout as sleep } from 'node:timers/promises'
import type { CallOptions, Cluster } from '../../../cluster/kube/index.ts'
import { isEnded, type Journal, type Observed, type RolloutEvent } from '../../../delivery/rollout/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { readAgain, type Found } from './find-rollout.ts'
import type { RolloutScreen } from './rollout-screen.ts'
import { policyForLost } from './screen-state.ts'

export interface FollowOptions extends CallOptions {
  readonly cluster: Cluster
  readonly screen: RolloutScreen
  /** Milliseconds; 0: as long as it takes. */
  readonly timeout: number
  /** Pods and traffic, where somebody can tell. */
  readonly observe?: (signal?: AbortSignal) => Promise<Observed | undefined>
  /** Stops earlier. */
  readonly until?: (found: Found) => boolean
  /** Milliseconds between two looks. */
  readonly every?: number
}

/** `lost`: nobody drives it, for longer than its policy waits. `gone`: its journal was removed, or is of another rollout. */
export interface Followed {
  readonly found: Found
  readonly why: 'ended' | 'until' | 'timeout' | 'lost' | 'gone'
}

/** Looks on while another process runs a rollout, and tells a screen what happens. The screen has been shown the journal that it begins with. */
export async function followRollout(begin: Found, options: FollowOptions): Promise<Followed> {
  const { cluster, screen, timeout, until, observe, every = 1000, signal } = options
  const end = timeout > 0 ? Date.now() + timeout : Infinity
  let found = begin
  let seen = ''
  for (;;) {
    const { stored: { journal } } = found
    if (isEnded(journal)) return { found, why: 'ended' }
    if (until?.(found) === true) return { found, why: 'until' }
    if (policyForLost({ journal, runner: found.runner }, Date.now()) !== undefined) return { found, why: 'lost' }
    if (Date.now() >= end) return { found, why: 'timeout' }
    const observed = await observe?.(signal).catch((error: unknown) => {
      signal?.throwIfAborted()
      if (!isPintleError(error)) throw error
      return undefined
    })
    if (observed !== undefined && JSON.stringify(observed) !== seen) {
      seen = JSON.stringify(observed)
      screen.onEvent({ type: 'observed', observed })
    }
    await sleep(Math.max(1, Math.min(every, end - Date.now())), undefined, signal && { signal })
    const next = await readAgain(cluster, found.stored, signal ? { signal } : {})
    if (next === undefined || next.stored.journal.id !== journal.id) return { found, why: 'gone' }
    for (const event of between(journal, next.stored.journal)) screen.onEvent(event)
    screen.runner(next.runner)
    found = next
  }
}

/** What happened from one state of a journal to the next, in its order. */
export function between(before: Journal, now: Journal): RolloutEvent[] {
  const known = before.transitions.at(-1)
  const at = known === undefined ? -1 : now.transitions.findLastIndex((t) => t.at === known.at && t.detail === known.detail && t.phase === known.phase)
  const key = (step: number, e: { gate: string; at: string; verdict: string }): string => `${step} ${e.gate} ${e.at} ${e.verdict}`
  const judged = new Set(before.steps.flatMap((s) => s.evaluations.map((e) => key(s.step, e))))
  return [
    ...now.steps.flatMap((s) => s.evaluations.filter((e) => !judged.has(key(s.step, e))).map((evaluation): RolloutEvent => ({ type: 'evaluation', evaluation, step: s.step, background: now.spec.steps[s.step]?.kind !== 'gate' }))),
    ...now.transitions.slice(at + 1).map((transition): RolloutEvent => ({ type: 'transition', transition, journal: now })),
  ]
}
