import { expect } from 'vitest'
import type { ControlPlane } from './control-plane.ts'
import { rolloutPlane, secondNode } from './rollout-plane.ts'
import { rolloutScenarios } from './rollout-scenarios.ts'
import { rolloutSuite } from './rollout-suite.ts'

let plane: ControlPlane | undefined

rolloutSuite('failing rollouts on a real control plane', rolloutScenarios(secondNode), 6, async () => {
  const stage = await rolloutPlane({ timeouts: { helm: '8s', patient: '6s', other: '60s' }, short: true })
  plane = stage?.plane
  return stage
}, (results) => {
  // Waiting watches: nothing of the namespace is asked for again and again, though some wait six seconds. A rollback asks once more, and reads the history.
  const asked = new Map<string, number>()
  for (const { verb, uri, userAgent } of plane!.requests()) {
    if (userAgent !== 'pintle' || (verb !== 'get' && verb !== 'list')) continue
    const name = [...results].find(([, r]) => uri.includes(`/namespaces/${r.namespace}/`))?.[0]
    if (name !== undefined) asked.set(`${name}: ${verb} ${uri}`, (asked.get(`${name}: ${verb} ${uri}`) ?? 0) + 1)
  }
  expect(asked.size).toBeGreaterThan(results.size)
  expect([...asked].filter(([what, times]) => times > (what.includes('/secrets') ? 3 : 2))).toEqual([])
})
