import { watchSuite } from '../../../test/cluster/watch-suite.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'

watchSuite('the watch after a release, in the sandbox', async () => {
  const sandbox = startSandbox({ speed: 20 })
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})
