import type { KubeObject } from '../../../cluster/kube/index.ts'
import { Manifest } from '../manifest.ts'
import type { RolloutSpec } from '../types.ts'
import { refused } from '../refused.ts'
import { stepsOfRollout } from './argo-rollouts/rollout-steps.ts'
import { drivenObject } from './driven-release.ts'
import { isBlueGreen } from './flagger/canary-state.ts'
import { stepsOfCanary } from './flagger/canary-steps.ts'
import type { Followed } from './followed.ts'

/**
 * How a rollout goes that another controller moves: by the steps of its own object, where pintle.yaml has none.
 * @param spec as pintle.yaml asks for it; no steps mean the controller's
 * @returns the steps, and what Pintle cannot decide about
 * @throws PintleError rule.refused where the object and pintle.yaml disagree, or nothing would wait for a gate
 */
export function planDriven(spec: RolloutSpec, stable: Manifest, target: Manifest): { readonly rollout: RolloutSpec; readonly notices: readonly string[] } {
  const [group, kind] = spec.router === 'flagger' ? ['flagger.app', 'Canary'] as const : ['argoproj.io', 'Rollout'] as const
  const object = drivenObject(target, group, kind, spec.workload)
  const text = `${kind}/${object.metadata.name}`
  if (stable.find(target.nameOf(object)) === undefined) throw refused(`${text} is new in this release: there is no version of it that the new one could be compared with`, 'Release it once with `strategy: rolling`.')
  const weights = spec.steps.flatMap((s) => (s.kind === 'weight' ? [s.weight] : []))
  const asked = spec.strategy === 'canary' && weights.length > 0 ? { asked: weights } : {}
  const followed = follow(object, kind, target, { gated: spec.gates !== undefined, ...asked })
  const isFlip = kind === 'Canary' ? isBlueGreen(object) : object.spec?.strategy?.blueGreen !== undefined
  const refusals = isFlip === (spec.strategy === 'blue-green') ? followed.refusals : [`${text} is ${isFlip ? 'blue-green' : 'a canary'}, and the service says \`strategy: ${spec.strategy}\``]
  if (refusals.length > 0) throw refused(refusals.join('; '))
  return { rollout: weights.length > 0 ? spec : { ...spec, steps: followed.steps }, notices: followed.notices }
}

function follow(object: KubeObject, kind: 'Canary' | 'Rollout', target: Manifest, options: Parameters<typeof stepsOfRollout>[1]): Followed {
  return kind === 'Rollout' ? stepsOfRollout(object, options) : stepsOfCanary(object, target, options)
}
