import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import { ChartFolder } from '../cluster/helm-runner.ts'
import { rolloutScenarios } from '../cluster/rollout-scenarios.ts'
import { rolloutSuite } from '../cluster/rollout-suite.ts'

rolloutSuite('failing rollouts on the sandbox', rolloutScenarios('node-1'), 6, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pintle-rollouts-'))
  const charts = new ChartFolder()
  let count = 0
  const listening = await Promise.all(rolloutScenarios('node-1').map(async () => {
    const sandbox = startSandbox()
    const kubeconfig = join(dir, String(++count))
    writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig)
    return { sandbox, kubeconfig }
  }))
  return {
    ground() {
      const { sandbox, kubeconfig } = listening.pop()!
      return { cluster: sandbox.cluster(), kubeconfig, charts, timeouts: { helm: '', patient: '4s', other: '60s' }, short: true, stop: () => sandbox.close() }
    },
    async stop() {
      charts.remove()
      rmSync(dir, { recursive: true })
    },
  }
})
