import { storageDriverSuite } from '../../../test/cluster/storage-driver-suite.ts'
import { startSandbox } from '../sandbox/index.ts'
import { KubeDriver } from './kube-driver.ts'
import { MemoryDriver } from './memory-driver.ts'

storageDriverSuite('records in memory', async () => {
  const shared = new MemoryDriver('default')
  return { driver: (namespace) => new MemoryDriver(namespace, shared), stop: async () => {} }
})

for (const kind of ['Secret', 'ConfigMap'] as const) {
  storageDriverSuite(`records in ${kind}s of the sandbox`, async () => {
    const sandbox = startSandbox()
    const cluster = sandbox.cluster()
    return {
      async driver(namespace) {
        await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch(() => {})
        return new KubeDriver(cluster, namespace, kind)
      },
      stop: () => sandbox.close(),
    }
  })
}
