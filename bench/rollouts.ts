/**
 * `node bench/rollouts.ts [--timeout 3m]`: failing rollouts with the thresholds as they are by default, Pintle and the real Helm side by side on one
 * real control plane: how long until the reason is on the screen, until the command fails, and what Helm says when its time is over.
 */
import { parseArgs } from 'node:util'
import { rolloutPlane, secondNode } from '../test/cluster/rollout-plane.ts'
import { inTurns, rolloutTable, runRollout } from '../test/cluster/rollout-run.ts'
import type { RolloutResult } from '../test/cluster/rollout-run.ts'
import { rolloutScenarios } from '../test/cluster/rollout-scenarios.ts'

const { values: { timeout } } = parseArgs({ options: { timeout: { type: 'string', default: '3m' } } })
const stage = await rolloutPlane({ timeouts: { helm: timeout, patient: timeout, other: timeout }, short: false })
if (stage === undefined) {
  console.error('the bench needs a real control plane and the real Helm, which need Go to build')
  process.exit(1)
}
const results: [string, RolloutResult][] = []
try {
  const scenarios = rolloutScenarios(secondNode)
  // Nearly all of it is waiting: all at once.
  await inTurns(scenarios, scenarios.length, async (rollout) => {
    results.push([rollout.name, await runRollout(stage.ground(), rollout)])
  })
} finally {
  await stage.stop()
}
const order = rolloutScenarios(secondNode).map((r) => r.name)
console.log(rolloutTable(results.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]))))
