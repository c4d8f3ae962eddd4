import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { twoReleasesSuite } from '../cluster/two-releases-suite.ts'

twoReleasesSuite('two releases in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
