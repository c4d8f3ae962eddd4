import { preflightSuite } from '../../../test/cluster/preflight-suite.ts'
import { startSandbox } from '../sandbox/index.ts'

preflightSuite('before anything changes, in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
}, { cel: false })
