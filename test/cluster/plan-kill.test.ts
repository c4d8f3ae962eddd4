/** `pintle apply` killed at random moments on a real control plane, and run again. PINTLE_KILLS says how often, PINTLE_KILL_SEED repeats a run. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { killedApplies } from './plan-kills.ts'

const rounds = Number(process.env.PINTLE_KILLS ?? 12)
const seed = Number(process.env.PINTLE_KILL_SEED ?? Date.now() % 1_000_000)
let plane: ControlPlane | undefined
beforeAll(async () => { plane = await startControlPlane() }, 600_000)
afterAll(async () => { await plane?.stop() })

test(`${rounds} applies, killed`, { retry: 0, timeout: 60_000 + rounds * 20_000 }, async (context) => {
  if (plane === undefined) return context.skip('no control plane here')
  const { killed, stood } = await killedApplies({ env: { KUBECONFIG: plane.kubeconfig }, rounds, seed, namespace: 'killed' })
  console.log(`seed ${seed}: ${killed} of ${rounds} killed; back and front then stood ${JSON.stringify(stood)}`)
  expect(killed).toBeGreaterThan(rounds / 2)
})
