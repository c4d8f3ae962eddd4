import { planStalenessSuite } from '../../../test/cluster/plan-staleness-suite.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'

planStalenessSuite('plans in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
