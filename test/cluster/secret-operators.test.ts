import { startRealCluster } from './real-cluster.ts'
import { bringOperatorKinds, startFakeOperators } from './secret-operator-world.ts'
import { secretOperatorsSuite } from './secret-operators-suite.ts'

secretOperatorsSuite('Secrets that operators make, on a real control plane', 2000, async () => {
  const under = await startRealCluster()
  if (under === undefined) return undefined
  await bringOperatorKinds(under.cluster)
  const operators = startFakeOperators(under.cluster)
  return {
    ...under,
    async stop() {
      await operators.stop()
      await under.stop()
    },
  }
})
