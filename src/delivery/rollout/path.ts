import type { Reach, Router, Sizing } from './routers/router.ts'

/** Where a rollout stands between two of its writes. Every state can be held for as long as one likes. */
export interface State {
  /** Pods that serve when the rollout began. */
  readonly full: number
  /** Pods of the release's own Deployment, and of the copy beside it. */
  readonly stable: number
  readonly canary: number
  /** Percent that the router is told to give the copy; where pods are the weight, what their numbers come to. */
  readonly weight: number
  /** The release's own Deployment has the new template, and everything else is as in the new revision. */
  readonly promoted: boolean
}

/** What a path needs to know of a rollout. */
export interface Way {
  readonly router: Pick<Router, 'by' | 'plan' | 'only'>
  readonly spec: Sizing
  readonly full: number
  /** Pods that the new revision's Deployment asks for. */
  readonly after: number
  /** The new version has a Deployment of the release's own: it is not to be carried, and the old one shrinks with the last write. */
  readonly slots?: boolean
}

const isPods = (way: Way): boolean => way.router.by === 'pods'

function at(way: Way, { stable, canary, achieved }: Reach): State {
  return { full: way.full, stable, canary, weight: achieved, promoted: false }
}

/** What serves before a rollout. */
export function origin(way: Way): State {
  return { full: way.full, stable: way.full, canary: 0, weight: 0, promoted: false }
}

/** The new version beside the old one, without traffic. */
export function beginning(way: Way): State[] {
  return [at(way, { ...way.router.plan(0, way.full, way.spec), achieved: 0 })]
}

/** From one weight to another: capacity first, then traffic; traffic first, then what has none any more. */
export function shifting(way: Way, from: State, weight: number): State[] {
  const to = at(way, way.router.plan(weight, way.full, way.spec))
  if (isPods(way)) return distinct(from, [grown(way, from, to), to])
  // Also when it is asked for less, the old version is as large as ever.
  return distinct(from, [{ ...from, canary: Math.max(from.canary, to.canary) }, { ...from, canary: Math.max(from.canary, to.canary), weight: to.weight }, to])
}

/** Both as large as either state wants them. */
function grown(way: Way, from: State, to: State): State {
  const stable = Math.max(from.stable, to.stable)
  const canary = Math.max(from.canary, to.canary)
  return { ...to, stable, canary, weight: share(way, stable, canary) }
}

const share = (way: Way, stable: number, canary: number): number => (isPods(way) && stable + canary > 0 ? (100 * canary) / (stable + canary) : 0)

/** The copy carries everything while the release's own Deployment gets the new template; then traffic goes back to it. The copy itself goes with the last write. */
export function promoting(way: Way, from: State): State[] {
  const before = from.promoted ? [] : shifting(way, from, 100)
  if (way.slots === true) return before
  const carried = before.at(-1) ?? from
  const promoted: State = { ...carried, stable: way.after, promoted: true, ...(isPods(way) && { weight: share(way, way.after, carried.canary) }) }
  return distinct(from, [...before, ...(from.promoted ? [] : [promoted]), ...(isPods(way) ? [] : [{ ...promoted, weight: 0 }])])
}

/** Back to the old version at full size, and only then its traffic. What is beside it goes with the rollback. */
export function retreating(way: Way, from: State): State[] {
  const steps: State[] = []
  let state = from
  if (state.promoted) {
    // Whoever promoted may have given traffic back to the new pods already: the copy carries it while the old template returns.
    if (!isPods(way)) steps.push(state = { ...state, weight: 100 })
    steps.push(state = { ...state, stable: way.full, promoted: false, ...(isPods(way) && { weight: share(way, way.full, state.canary) }) })
  }
  const whole = { ...state, stable: Math.max(state.stable, way.full), ...(isPods(way) && { weight: share(way, Math.max(state.stable, way.full), state.canary) }) }
  steps.push(whole, isPods(way) ? { ...whole, stable: way.full, canary: 0, weight: 0 } : { ...whole, weight: 0 })
  return distinct(from, steps)
}

function distinct(from: State, states: readonly State[]): State[] {
  const out: State[] = []
  for (const state of states) if (!same(out.at(-1) ?? from, state)) out.push(state)
  return out
}

export const same = (a: State, b: State): boolean => a.stable === b.stable && a.canary === b.canary && Math.abs(a.weight - b.weight) < 1e-9 && a.promoted === b.promoted
