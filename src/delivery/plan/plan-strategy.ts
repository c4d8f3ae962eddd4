import type { CallOptions, Cluster } from '../../cluster/kube/index.ts'
import { PintleError } from '../../errors/index.ts'
import { Manifest, findColours, findWorkload, isDriven, isFirstColour, planDriven, planWeights, routerFor, sizeOf, unreachable, weightsOf, type RolloutSpec } from '../rollout/index.ts'
import type { PlannedStrategy } from './plan-file.ts'
import type { ReleasePlan } from './prepare.ts'

/**
 * How a prepared release goes to its new version, with what each weight comes to with the pods there are.
 * @param rollout what the service asks for; undefined: all at once
 * @throws PintleError rule.refused for weights that cannot be had, and where nobody can tell what is to be shifted
 */
export async function planStrategy({ name, revision, history, rendered, namespace }: ReleasePlan, rollout: RolloutSpec | undefined, cluster: Cluster, call: CallOptions): Promise<PlannedStrategy> {
  const rolling = (why?: string): PlannedStrategy => ({ kind: 'rolling', steps: [100], ...(why !== undefined && { why }) })
  if (rollout === undefined) return rolling()
  if (rollout.twoReleases !== undefined) {
    if (await isFirstColour(cluster, name, { namespace, ...rollout.twoReleases, ...call })) return rolling(`a first installation: Service ${rollout.twoReleases.service} has no pods yet`)
    return await betweenReleases(name, namespace, rollout, cluster, call)
  }
  const before = history.deployed?.readable
  if (revision.before === 0 || before === undefined) return rolling(`a first installation: there is no version that a ${rollout.strategy} could be compared with`)
  const planned = { kind: rollout.strategy, steps: weightsOf(rollout), rollout }
  const [stable, target] = [Manifest.read(before.manifest, namespace), Manifest.read(rendered.manifest, namespace)]
  if (isDriven(rollout)) {
    const { rollout: followed, notices } = planDriven(rollout, stable, target)
    return { kind: followed.strategy, steps: weightsOf(followed), rollout: followed, ...(notices.length > 0 && { notices }) }
  }
  const answer = findWorkload(stable, target, rollout)
  if (answer.kind !== 'workload') return rolling(`${answer.why}: there is nothing to shift`)
  const weights = planWeights(rollout, routerFor(rollout.router), await sizeOf(cluster, stable, answer.workload, call))
  const missed = unreachable(weights)
  if (missed.length === 0) return { ...planned, weights: weights.map(({ wanted, achieved }) => ({ wanted, achieved })) }
  const { stable: old, canary } = weights[0]!.pods
  throw new PintleError('rule.refused', `the weights of the ${rollout.strategy} of Deployment ${answer.workload.name.name} cannot be had with ${old + canary} pods: ${missed.map((w) => `${w.wanted}% would be ${w.achieved}%`).join(', ')}`, {
    hint: `They may be missed by ${rollout.tolerance} percentage points. Take more replicas, other steps, a higher canary.tolerance, or a router that splits traffic (gateway-api, istio, nginx).`, details: { unchanged: true },
  })
}

/** The release to come is the one that the Service does not select; its first installation is such a rollout, too. */
async function betweenReleases(name: string, namespace: string, rollout: RolloutSpec, cluster: Cluster, call: CallOptions): Promise<PlannedStrategy> {
  const { service, label } = rollout.twoReleases!
  const { live, idle } = await findColours(cluster, { namespace, service, label, ...call })
  if (idle.release !== name) {
    throw new PintleError('rule.refused', `Service ${service} has ${label}: ${live.colour}, so that release ${idle.release} comes next, and this is ${name}`, { hint: name === live.release ? 'The live release is never upgraded in place.' : `Release ${idle.release}.`, details: { unchanged: true } })
  }
  return { kind: rollout.strategy, steps: weightsOf(rollout), rollout, notices: [`${live.release} has the traffic and stays until ${name} has had it for the whole soak`] }
}
