/** As argo-step.ts, for Flagger: begins, brings a rollout to a weight, says so, and lives on until it is killed. */
import { connectSync } from '../../src/cluster/kube/index.ts'
import { Flagger } from '../../src/delivery/rollout/index.ts'
import { releaseOf } from './argo-world.ts'
import { canaryChart } from './flagger-world.ts'

const { kubeconfig, namespace, image, weight } = JSON.parse(process.argv[2]!) as { kubeconfig: string; namespace: string; image: string; weight: number }
const cluster = connectSync({ kubeconfig, env: {} })
const mover = new Flagger({ staged: { cluster, namespace, name: 'web', operation: 'canary', target: releaseOf(canaryChart({ image, ns: namespace })) }, revision: 2, every: 250 })
await mover.begin({})
await mover.shift(weight, {})
process.stdout.write('there\n')
setInterval(() => {}, 1000)
