import { bringOperatorKinds } from '../../../test/cluster/secret-operator-world.ts'
import { secretOperatorsSuite } from '../../../test/cluster/secret-operators-suite.ts'
import { startSandbox } from '../sandbox/index.ts'

secretOperatorsSuite('Secrets that operators make, in the sandbox', 600, async () => {
  const sandbox = startSandbox()
  const cluster = sandbox.cluster()
  await bringOperatorKinds(cluster)
  return { cluster, stop: () => sandbox.close() }
})
