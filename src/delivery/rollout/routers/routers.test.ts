import { routerSuite } from '../../../../test/cluster/router-suite.ts'
import { startSandbox } from '../../../cluster/sandbox/index.ts'

routerSuite('routers in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
