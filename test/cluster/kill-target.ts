/** One upgrade in a process of its own, for release-kill.test.ts: `node kill-target.ts KUBECONFIG NAMESPACE N`. */
import { connectSync } from '../../src/cluster/kube/index.ts'
import { upgrade } from '../../src/cluster/release/index.ts'
import { killContent } from './kill-content.ts'
import { rendered } from './release-fixtures.ts'

const [kubeconfig, namespace, n] = process.argv.slice(2) as [string, string, string]
const cluster = connectSync({ kubeconfig, env: {} })
process.stdout.write('ready\n')
const { objects, hooks } = killContent(Number(n))
try {
  await upgrade({ cluster, namespace, name: 'web', timeout: 20_000, wait: 'watcher', maxHistory: 5, source: rendered(objects, hooks) })
  process.stdout.write('done\n')
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`)
}
cluster.close()
