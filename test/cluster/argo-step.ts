/**
 * `node test/cluster/argo-step.ts '{"kubeconfig":...,"namespace":...,"image":...,"weight":25}'`: brings a rollout to a weight in a process of its own, says so, and lives on until it is
 * killed.
 */
import { connectSync } from '../../src/cluster/kube/index.ts'
import { ArgoRollouts } from '../../src/delivery/rollout/index.ts'
import { releaseOf, rolloutChart } from './argo-world.ts'

const { kubeconfig, namespace, image, weight } = JSON.parse(process.argv[2]!) as { kubeconfig: string; namespace: string; image: string; weight?: number }
const cluster = connectSync({ kubeconfig, env: {} })
const mover = new ArgoRollouts({ staged: { cluster, namespace, name: 'web', operation: 'canary', target: releaseOf(rolloutChart({ image })) }, revision: 2, every: 100 })
await mover.begin({})
if (weight !== undefined) await mover.shift(weight, {})
process.stdout.write('there\n')
setInterval(() => {}, 1000)
