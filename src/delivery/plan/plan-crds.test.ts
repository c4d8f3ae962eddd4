import { planCrdsSuite } from '../../../test/cluster/plan-crds-suite.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'

planCrdsSuite('plans with definitions in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
