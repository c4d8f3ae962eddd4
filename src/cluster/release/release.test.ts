import { releaseSuite } from '../../../test/cluster/release-suite.ts'
import { startSandbox } from '../sandbox/index.ts'

releaseSuite('releases in the sandbox', async () => {
  const sandbox = startSandbox()
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
}, { limitsSecrets: false })
