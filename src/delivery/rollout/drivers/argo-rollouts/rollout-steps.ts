import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { followedSteps } from '../followed.ts'
import type { FollowOptions, Followed, FollowedWeight } from '../followed.ts'
import { canarySteps, stopsOf } from './rollout-state.ts'

/**
 * The steps of a Rollout as Pintle follows them: a gate at each pause without end; a pause that ends by itself is a wait in which the gates watch.
 * @param rollout as the chart has it
 */
export function stepsOfRollout(rollout: KubeObject, options: FollowOptions): Followed {
  const name = `Rollout/${rollout.metadata.name}`
  const stops = stopsOf(rollout)
  const isBlueGreen = rollout.spec?.strategy?.blueGreen !== undefined
  const weights: FollowedWeight[] = []
  const notices: string[] = []
  for (const { weight, seconds } of stops) {
    const held = seconds === undefined
    const stays = held ? {} : { stays: seconds * 1000 }
    if (!held) notices.push(`${name} goes on from ${weight}% after ${seconds} s by itself: gates only watch there, and abort`)
    const last = weights.at(-1)
    if (last?.weight !== weight) weights.push({ weight, held, ...stays })
    else weights.splice(-1, 1, { weight, held: last.held || held, ...(last.stays !== undefined || !held ? { stays: (last.stays ?? 0) + (seconds ?? 0) * 1000 } : {}) })
  }
  const refusals: string[] = []
  if (isBlueGreen && stops.length === 0) refusals.push(`${name} promotes by itself as soon as its new pods are ready: set strategy.blueGreen.autoPromotionEnabled: false, so that they are checked before`)
  if (!isBlueGreen && !weights.some((w) => w.held)) {
    const text = `${name} has no pause without end: nothing makes it wait for a gate`
    if (options.gated) refusals.push(`${text}; add \`- pause: {}\` after its setWeight steps`)
    else notices.push(text)
  }
  const analyses = canarySteps(rollout).filter((s) => s?.analysis !== undefined).length + (rollout.spec?.strategy?.canary?.analysis === undefined ? 0 : 1)
  if (analyses > 0) notices.push(`${name} runs ${analyses === 1 ? 'an analysis' : `${analyses} analyses`} of its own, which can abort it; where one cannot decide, Pintle waits until somebody does`)
  const followed = followedSteps(name, weights, options)
  return { steps: followed.steps, refusals: [...refusals, ...followed.refusals], notices }
}
