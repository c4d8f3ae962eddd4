import type { Step } from '../types.ts'

/** What a rollout that another controller moves comes to, as its objects in the chart say: for the plan. */
export interface Followed {
  readonly steps: readonly Step[]
  /** Why Pintle does not begin it. */
  readonly refusals: readonly string[]
  /** What Pintle cannot decide about, in clear words. */
  readonly notices: readonly string[]
}

export interface FollowOptions {
  /** The weights of `canary.steps`, where pintle.yaml has them: they must be the controller's. */
  readonly asked?: readonly number[]
  /** Whether the service has gates. */
  readonly gated: boolean
}

/** A weight at which the controller stays; `held` when it waits there for Pintle's word. */
export interface FollowedWeight { readonly weight: number; readonly held: boolean; /** Milliseconds that it stays. */ readonly stays?: number }

/** Steps of a rollout over these weights, and where pintle.yaml disagrees with them. @param who the controller's object */
export function followedSteps(who: string, weights: readonly FollowedWeight[], { asked, gated }: FollowOptions): Pick<Followed, 'steps' | 'refusals'> {
  const gate: Step[] = gated ? [{ kind: 'gate' }] : []
  const steps = weights.flatMap(({ weight, held, stays }): Step[] => [
    { kind: 'weight', weight },
    // At weight 0 no metric says anything of the new version.
    ...(held && weight > 0 ? gate : []),
    ...(stays === undefined || stays <= 0 ? [] : [{ kind: 'wait', for: stays } as const]),
  ])
  const own = weights.map((w) => w.weight)
  const wanted = asked?.filter((w) => w < 100 && !(w === 0 && !own.includes(0)))
  const refusals = wanted === undefined || wanted.join() === own.filter((w) => w < 100).join() ? [] : [`canary.steps asks for ${list([...wanted, 100])} percent, and ${who} stops at ${list([...own.filter((w) => w < 100), 100])}: leave canary.steps out to follow it, or change its own steps`]
  return { steps: own.at(-1) === 100 ? steps : [...steps, { kind: 'weight', weight: 100 }], refusals }
}

const list = (weights: readonly number[]): string => weights.join(', ')
