import { stagedSuite } from '../../../test/cluster/staged-suite.ts'
import { startSandbox } from '../sandbox/index.ts'

stagedSuite('upgrades in stages in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
