/**
 * One upgrade in stages in a process of its own, for staged-kill.test.ts, which kills itself (SIGKILL) right before its write number AT:
 * `node staged-kill-target.ts KUBECONFIG NAMESPACE FROM TO AT finish|abort`.
 */
import { connectSync } from '../../src/cluster/kube/index.ts'
import { beginStaged } from '../../src/cluster/release/index.ts'
import { recordedWrites } from './recorded-writes.ts'
import { stagesOf, wholeRelease } from './staged-world.ts'

const [kubeconfig, namespace, from, to, at, end] = process.argv.slice(2) as [string, string, string, string, string, string]
const connection = connectSync({ kubeconfig, env: {} })
const { cluster, writes } = recordedWrites(connection)
const push = writes.push.bind(writes)
writes.push = (...more) => {
  if (writes.length + more.length === Number(at)) {
    const { verb, what } = more.at(-1)!
    process.stdout.write(`${verb} ${what}`)
    process.kill(process.pid, 'SIGKILL')
  }
  return push(...more)
}
const upgrade = await beginStaged({ cluster, namespace, name: 'web', timeout: 30_000, operation: 'canary', target: wholeRelease(Number(to)), maxHistory: 6 })
const stages = stagesOf(Number(from), Number(to))
for (const { manifest, description } of end === 'abort' ? stages.slice(1, 3) : [stages[1]!, stages[3]!, stages[4]!]) await upgrade.stage(manifest, { description })
if (end === 'abort') await upgrade.abort('errors 0.02 > 0.01')
else await upgrade.finish()
process.stdout.write(`done after ${writes.length} writes`)
connection.close()
