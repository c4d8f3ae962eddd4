import type { CallOptions, Cluster } from '../../cluster/kube/index.ts'
import { PintleError } from '../../errors/index.ts'
import { Manifest, findWorkload, planWeights, routerFor, sizeOf, unreachable, weightsOf, type RolloutSpec } from '../rollout/index.ts'
import type { PlannedStrategy } from './plan-file.ts'
import type { ReleasePlan } from './prepare.ts'

/**
 * How a prepared release goes to its new version, with what each weight comes to with the pods there are.
 * @param rollout what the service asks for; undefined: all at once
 * @throws PintleError rule.refused for weights that cannot be had, and where nobody can tell what is to be shifted
 */
export async function planStrategy({ revision, history, rendered, namespace }: ReleasePlan, rollout: RolloutSpec | undefined, cluster: Cluster, call: CallOptions): Promise<PlannedStrategy> {
  const rolling = (why?: string): PlannedStrategy => ({ kind: 'rolling', steps: [100], ...(why !== undefined && { why }) })
  if (rollout === undefined) return rolling()
  const before = history.deployed?.readable
  if (revision.before === 0 || before === undefined) return rolling(`a first installation: there is no version that a ${rollout.strategy} could be compared with`)
  const planned = { kind: rollout.strategy, steps: weightsOf(rollout), rollout }
  if (rollout.router === 'argo-rollouts' || rollout.router === 'flagger' || rollout.twoReleases !== undefined) return planned
  const stable = Manifest.read(before.manifest, namespace)
  const answer = findWorkload(stable, Manifest.read(rendered.manifest, namespace), rollout)
  if (answer.kind !== 'workload') return rolling(`${answer.why}: there is nothing to shift`)
  const weights = planWeights(rollout, routerFor(rollout.router), await sizeOf(cluster, stable, answer.workload, call))
  const missed = unreachable(weights)
  if (missed.length === 0) return { ...planned, weights: weights.map(({ wanted, achieved }) => ({ wanted, achieved })) }
  const { stable: old, canary } = weights[0]!.pods
  throw new PintleError('rule.refused', `the weights of the ${rollout.strategy} of Deployment ${answer.workload.name.name} cannot be had with ${old + canary} pods: ${missed.map((w) => `${w.wanted}% would be ${w.achieved}%`).join(', ')}`, {
    hint: `They may be missed by ${rollout.tolerance} percentage points. Take more replicas, other steps, a higher canary.tolerance, or a router that splits traffic (gateway-api, istio, nginx).`, details: { unchanged: true },
  })
}
