import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { interruptSuite } from '../cluster/interrupt-suite.ts'

interruptSuite('interrupted, on the sandbox', async () => {
  const sandbox = startSandbox()
  const dir = mkdtempSync(join(tmpdir(), 'pintle-sandbox-'))
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig)
  return {
    cluster: sandbox.cluster(), kubeconfig,
    async stop() {
      await sandbox.close()
      rmSync(dir, { recursive: true })
    },
  }
}, { besideHelm: false })
