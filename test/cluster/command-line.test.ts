/** What the command line does beside the verbs' work, on a real control plane and beside the real Helm. */
import { afterAll, beforeAll, describe } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { accessSuite } from './access-suite.ts'
import { completionSuite } from './completion-suite.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { interruptSuite } from './interrupt-suite.ts'

const helm = await ensureTool('helm')

describe.skipIf(helm === undefined)('on a real control plane', () => {
  let plane: ControlPlane
  beforeAll(async () => {
    const started = await startControlPlane()
    if (started === undefined) throw new Error('the control plane could not be built though helm could')
    plane = started
  })
  afterAll(() => plane?.stop())
  const ground = () => ({ cluster: plane.cluster, kubeconfig: plane.kubeconfig, helm: helm! })
  describe('completion', () => completionSuite(ground))
  describe('access', () => accessSuite(ground))
  interruptSuite('interrupted', async () => ({ ...ground(), stop: async () => {} }), { besideHelm: true })
})
