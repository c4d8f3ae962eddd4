import { expect, test } from 'vitest'
import { planWeights, unreachable } from './plan-weights.ts'
import { routerFor } from './routers/router-for.ts'
import type { Step } from './types.ts'

const steps: Step[] = [5, 25, 50, 100].flatMap((weight): Step[] => [{ kind: 'weight', weight }, { kind: 'gate' }])

test('three replicas cannot do 5%', () => {
  const planned = planWeights({ steps, tolerance: 10 }, routerFor('replicas'), 3)
  expect(planned).toEqual([
    { step: 0, wanted: 5, achieved: 0, pods: { stable: 3, canary: 0 }, beyond: true },
    { step: 2, wanted: 25, achieved: 25, pods: { stable: 3, canary: 1 }, beyond: false },
    { step: 4, wanted: 50, achieved: 50, pods: { stable: 2, canary: 2 }, beyond: false },
    { step: 6, wanted: 100, achieved: 100, pods: { stable: 0, canary: 3 }, beyond: false },
  ])
  expect(unreachable(planned)).toEqual([planned[0]])
})

test('what is missed counts against the tolerance, equality does not', () => {
  const planned = (tolerance: number) => planWeights({ steps: [{ kind: 'weight', weight: 30 }], tolerance }, routerFor('replicas'), 3)
  expect(planned(4)).toEqual([{ step: 0, wanted: 30, achieved: 33.3, pods: { stable: 2, canary: 1 }, beyond: false }])
  expect(planned(3)[0]!.beyond).toBe(true)
  expect(planWeights({ steps: [{ kind: 'weight', weight: 35 }], tolerance: 10 }, routerFor('replicas'), 4)[0]).toMatchObject({ achieved: 40, beyond: false })
})

test('a Service gives all or nothing', () => {
  expect(planWeights({ steps: [{ kind: 'weight', weight: 0 }, { kind: 'weight', weight: 25 }, { kind: 'weight', weight: 100 }], tolerance: 5 }, routerFor('service'), 3)).toEqual([
    { step: 0, wanted: 0, achieved: 0, pods: { stable: 3, canary: 3 }, beyond: false },
    { step: 1, wanted: 25, achieved: 0, pods: { stable: 3, canary: 3 }, beyond: true },
    { step: 2, wanted: 100, achieved: 100, pods: { stable: 3, canary: 3 }, beyond: false },
  ])
})
