import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectSync } from '../../src/cluster/kube/index.ts'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { clusterSuite } from './cluster-suite.ts'

clusterSuite('the sandbox in this process', async () => {
  const sandbox = startSandbox()
  const warnings: string[] = []
  return { cluster: sandbox.cluster({ onWarning: text => warnings.push(text) }), warnings, stop: () => sandbox.close() }
})

clusterSuite('the sandbox over HTTPS', async () => {
  const sandbox = startSandbox()
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'pintle-sandbox-')), 'kubeconfig')
  writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig)
  const warnings: string[] = []
  const cluster = connectSync({ kubeconfig, env: {}, onWarning: text => warnings.push(text) })
  return {
    cluster,
    warnings,
    async stop() {
      cluster.close()
      await sandbox.close()
    },
  }
})
