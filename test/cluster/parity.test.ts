/**
 * The side-by-side suite: scenarios run with the real Helm and with Pintle on one real control plane, and with Pintle on the sandbox. What they say, the records
 * they keep and every object they leave, with the managers of its fields, must be the same. See parity/scenario.ts.
 *
 * A half runs by default; `npm run test:parity` runs all. `PARITY_HALF=2` is the other half, `PARITY_ONLY` chooses scenarios by their names.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import { startSandbox } from '../../src/cluster/sandbox/index.ts'
import type { Sandbox } from '../../src/cluster/sandbox/index.ts'
import { CliPair } from './cli-pair.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { runScenario } from './parity/run-scenario.ts'
import { scenariosToRun } from './parity/scenarios/index.ts'
import type { Ground } from './parity/world.ts'

const helm = await ensureTool('helm')
const helm3 = await ensureTool('helm3')
let plane: ControlPlane | undefined
let sandbox: Sandbox
let pair: CliPair
let grounds: { real: Ground; sandbox: Ground }
const folder = mkdtempSync(join(tmpdir(), 'pintle-parity-'))

beforeAll(async () => {
  if (helm === undefined || helm3 === undefined) return
  plane = await startControlPlane()
  sandbox = startSandbox()
  const kubeconfig = join(folder, 'sandbox')
  writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig, { mode: 0o600 })
  pair = new CliPair(helm, helm3)
  grounds = { real: { cluster: connectSync({ kubeconfig: plane!.kubeconfig, env: {}, qps: 0 }), kubeconfig: plane!.kubeconfig }, sandbox: { cluster: connectSync({ kubeconfig, env: {}, qps: 0 }), kubeconfig } }
})
afterAll(async () => {
  grounds?.real.cluster.close()
  grounds?.sandbox.cluster.close()
  pair?.remove()
  rmSync(folder, { recursive: true, force: true })
  await sandbox?.close()
  await plane?.stop()
})

describe.skipIf(helm === undefined || helm3 === undefined)('the same as helm', () => {
  test.concurrent.each(scenariosToRun())('$name', async (scenario) => {
    expect(plane, 'the control plane could not be built though helm could').toBeDefined()
    const found = await runScenario(pair, grounds.real, grounds.sandbox, scenario)
    if (found.length === 0) return
    // Helm, controllers and clocks race each other: only what differs a second time, in new namespaces, is a difference of the tools.
    process.stderr.write(`parity: "${scenario.name}" differed once, run again:\n${found.join('\n')}\n`)
    expect((await runScenario(pair, grounds.real, grounds.sandbox, scenario)).join('\n')).toBe('')
  }, 600_000)
})
