import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { followedSteps } from '../followed.ts'
import type { FollowOptions, Followed, FollowedWeight } from '../followed.ts'
import type { Manifest } from '../../manifest.ts'
import { analysisOf, isBlueGreen, targetOf, weightsOfCanary } from './canary-state.ts'
import { gateHooks } from './gate-hooks.ts'
import type { HookType } from './gate-hooks.ts'

/**
 * The steps of a Canary as Pintle follows them, and which of its gates Pintle can open.
 * @param chart the release's objects: what Flagger makes itself must not be among them
 */
export function stepsOfCanary(canary: KubeObject, chart: Manifest, options: FollowOptions): Followed {
  const name = `Canary/${canary.metadata.name}`
  const hooks = gateHooks(canary)
  const has = (type: HookType): boolean => hooks.some((h) => h.type === type && h.path !== undefined)
  const weights = weightsOfCanary(canary).map((weight): FollowedWeight => ({ weight, held: true }))
  const blueGreen = isBlueGreen(canary)
  const refusals: string[] = []
  if (canary.spec?.skipAnalysis === true || analysisOf(canary) === undefined) refusals.push(`${name} skips its analysis: Flagger promotes at once`)
  else if (!blueGreen && weights.length === 0) refusals.push(`${name} has neither stepWeight, stepWeights nor iterations: Flagger never gives it traffic`)
  if (canary.spec?.suspend === true) refusals.push(`${name} is suspended`)
  refusals.push(...owned(canary, chart))
  const notices = [
    ...hooks.filter((h) => h.path === undefined).map((h) => `webhook ${h.name} (${h.type}) of ${name} is not a gate that Pintle can open: somebody else has to answer it`),
    ...(!blueGreen && !has('confirm-traffic-increase') ? [`${name} has no confirm-traffic-increase gate: Flagger raises the traffic by its own checks, Pintle follows, and a gate that fails only leads back`] : []),
    ...(!has('confirm-promotion') && (blueGreen || !has('confirm-traffic-increase')) ? [`${name} has no confirm-promotion gate: Flagger promotes by its own checks`] : []),
    ...(!has('rollback') ? [`${name} has no rollback gate: Flagger cannot be told to go back; an abort rolls the release back, and the pods that have traffic become the old version's in place`] : []),
  ]
  const followed = followedSteps(name, blueGreen ? [{ weight: 0, held: false }] : weights, options)
  return { steps: followed.steps, refusals: [...refusals, ...followed.refusals], notices }
}

/** Flagger makes these, and would take them over from the release, or lose them to it, again and again. */
function owned(canary: KubeObject, chart: Manifest): string[] {
  const { kind, name } = targetOf(canary)
  const service = canary.spec?.service?.name || name
  const made = [['Service', service], ['Service', `${service}-primary`], ['Service', `${service}-canary`], [kind, `${name}-primary`]] as const
  return made.filter(([k, n]) => chart.objects.some((o) => o.kind === k && o.metadata.name === n)).map(([k, n]) => `the chart has ${k}/${n}, which Flagger makes for Canary/${canary.metadata.name}: take it out of the chart`)
}
