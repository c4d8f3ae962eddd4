import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../cluster/kube/index.ts'
import { Manifest } from '../manifest.ts'
import { rolloutState } from './argo-rollouts/rollout-state.ts'
import { stepsOfRollout } from './argo-rollouts/rollout-steps.ts'
import { canaryState, weightsOfCanary } from './flagger/canary-state.ts'
import { stepsOfCanary } from './flagger/canary-steps.ts'
import { gateHooks } from './flagger/gate-hooks.ts'
import { until } from './until.ts'

const rollout = (steps: readonly object[], status: object = {}, more: object = {}): KubeObject => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web', generation: 3 }, spec: { strategy: { canary: { steps } }, ...more }, status })
const w = (weight: number): object => ({ setWeight: weight })
const pause = (duration?: string | number): object => ({ pause: duration === undefined ? {} : { duration } })
const usual = [w(5), pause(), w(25), pause(), w(50), pause()]

describe('the steps of a Rollout', () => {
  const steps = (list: readonly object[], asked?: readonly number[], gated = true) => {
    const { steps: followed, refusals, notices } = stepsOfRollout(rollout(list), { gated, ...(asked && { asked }) })
    return { says: followed.map((s) => (s.kind === 'weight' ? s.weight : s.kind === 'wait' ? `wait ${s.for / 1000}` : s.kind)), refusals, notices }
  }

  test('a gate at each pause without end', () => {
    expect(steps(usual)).toEqual({ says: [5, 'gate', 25, 'gate', 50, 'gate', 100], refusals: [], notices: [] })
    expect(steps(usual, undefined, false).says).toEqual([5, 25, 50, 100])
    expect(steps([...usual, w(100), pause()]).says).toEqual([5, 'gate', 25, 'gate', 50, 'gate', 100, 'gate'])
  })

  test.each([['30', 30], [30, 30], ['5m', 300], ['1h30m', 5400]])('a pause of %s ends by itself: a wait', (duration, seconds) => {
    const { says, notices } = steps([w(5), pause(duration), w(20), pause()])
    expect(says).toEqual([5, `wait ${seconds}`, 20, 'gate', 100])
    expect(notices).toEqual([`Rollout/web goes on from 5% after ${seconds} s by itself: gates only watch there, and abort`])
  })

  test('pauses at one weight are one step', () => {
    expect(steps([w(5), pause('10s'), pause(), pause('20s'), w(50), pause()]).says).toEqual([5, 'gate', 'wait 30', 50, 'gate', 100])
  })

  test('written steps must be the same', () => {
    expect(steps(usual, [5, 25, 50, 100]).refusals).toEqual([])
    expect(steps(usual, [0, 5, 25, 50, 100]).refusals).toEqual([])
    expect(steps(usual, [5, 50, 100]).refusals).toEqual(['canary.steps asks for 5, 50, 100 percent, and Rollout/web stops at 5, 25, 50, 100: leave canary.steps out to follow it, or change its own steps'])
  })

  test('one that waits for nothing is refused where gates are to be judged', () => {
    expect(steps([w(20), pause('1m')]).refusals).toEqual(['Rollout/web has no pause without end: nothing makes it wait for a gate; add `- pause: {}` after its setWeight steps'])
    expect(steps([], undefined, false)).toMatchObject({ says: [100], refusals: [], notices: [expect.stringContaining('no pause without end')] })
  })

  test('blue-green: only when it waits before it promotes', () => {
    const of = (blueGreen: object) => stepsOfRollout({ ...rollout([]), spec: { strategy: { blueGreen } } }, { gated: true })
    expect(of({ activeService: 'a', autoPromotionEnabled: false })).toMatchObject({ refusals: [], steps: [{ weight: 0 }, { weight: 100 }] })
    expect(of({ activeService: 'a' }).refusals).toEqual([expect.stringContaining('set strategy.blueGreen.autoPromotionEnabled: false')])
    expect(of({ activeService: 'a', autoPromotionEnabled: false, autoPromotionSeconds: 60 }).notices).toEqual([expect.stringContaining('goes on from 0% after 60 s by itself')])
  })

  test('its own analyses are told', () => {
    expect(steps([...usual, { analysis: { templates: [] } }]).notices).toEqual([expect.stringContaining('runs an analysis of its own')])
  })
})

describe('what the status of a Rollout says', () => {
  const fine = { observedGeneration: '3', phase: 'Paused', currentStepIndex: 1, pauseConditions: [{ reason: 'CanaryPauseStep' }], controllerPause: true, stableRS: 'a', currentPodHash: 'b' }
  const state = (change: object, workload?: KubeObject) => rolloutState(rollout(usual, { ...fine, ...change }), workload)

  test('at a pause', () => expect(state({})).toMatchObject({ observed: true, weight: 5, index: 1, promoted: false, aborted: false, pauses: ['CanaryPauseStep'] }))
  // Every field below is as old as the generation that was seen.
  test('an old generation, and none', () => expect([state({ observedGeneration: '2' }).observed, state({ observedGeneration: undefined }).observed]).toEqual([false, false]))
  test('pauses cleared, and the controller has not seen it', () => expect(state({ pauseConditions: undefined }).observed).toBe(false))
  test('the Deployment it refers to has changed', () => {
    const workload = (generation: number): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', generation } })
    expect([7, 8].map((g) => state({ workloadObservedGeneration: '7' }, workload(g)).observed)).toEqual([true, false])
  })
  test('promoted: hashes agree', () => expect(state({ stableRS: 'b', currentStepIndex: 6 })).toMatchObject({ promoted: true, weight: 100 }))
  test('no hashes are no promotion', () => expect(state({ stableRS: '', currentPodHash: '' }).promoted).toBe(false))
  test('a new template before the first step', () => expect(state({ currentStepIndex: undefined })).toMatchObject({ index: 0, weight: 0 }))
  test('what the router says', () => expect(state({ canary: { weights: { canary: { weight: 5 } } } }).routed).toBe(5))
})

const canary = (analysis: object, status: object = {}, more: object = {}): KubeObject => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: 'web' }, spec: { targetRef: { kind: 'Deployment', name: 'web' }, provider: 'gatewayapi:v1', analysis, ...more }, status })
const hook = (type: string, url: string): object => ({ name: type, type, url })
const gates = [hook('confirm-traffic-increase', 'http://tester.ops/gate/check'), hook('confirm-promotion', 'http://tester.ops/gate/check'), hook('rollback', 'http://tester.ops/rollback/check')]

describe('a Canary', () => {
  test.each([
    [{ stepWeight: 10, maxWeight: 30 }, [10, 20, 30]], [{ stepWeight: 30, maxWeight: 50 }, [30, 60]], [{ stepWeight: 40 }, [40, 80, 100]],
    [{ stepWeights: [5, 25, 50] }, [5, 25, 50]], [{ stepWeight: 20, stepWeights: [5, 40] }, [20, 40]], [{ iterations: 5 }, []], [{}, []],
  ])('%j goes through %j', (analysis, weights) => expect(weightsOfCanary(canary(analysis))).toEqual(weights))

  test('the status of a promotion that waits has no weight, the routes have', () => {
    expect(canaryState(canary({ stepWeights: [5, 50] }, { phase: 'WaitingPromotion', canaryWeight: 0 })).weight).toBe(50)
    expect(canaryState(canary({ stepWeights: [5, 50] }, { phase: 'Progressing', canaryWeight: 5 })).weight).toBe(5)
  })

  test('steps, and what nobody holds', () => {
    const of = (analysis: object, more: object = {}, chart = '', asked?: readonly number[]) => stepsOfCanary(canary(analysis, {}, more), Manifest.read(chart, 'default'), { gated: true, ...(asked && { asked }) })
    expect(of({ stepWeights: [5, 50], webhooks: gates })).toMatchObject({ steps: [{ weight: 5 }, { kind: 'gate' }, { weight: 50 }, { kind: 'gate' }, { weight: 100 }], refusals: [], notices: [] })
    expect(of({ iterations: 3, webhooks: gates }, { provider: 'kubernetes' })).toMatchObject({ steps: [{ weight: 0 }, { weight: 100 }], refusals: [], notices: [] })
    expect(of({ stepWeights: [5, 50] }).notices.map((n) => n.split(':')[0])).toEqual(['Canary/web has no confirm-traffic-increase gate', 'Canary/web has no confirm-promotion gate', 'Canary/web has no rollback gate'])
    expect(of({ stepWeights: [5, 50], webhooks: [...gates, hook('confirm-rollout', 'https://approve.example.com/check')] }).notices).toEqual(['webhook confirm-rollout (confirm-rollout) of Canary/web is not a gate that Pintle can open: somebody else has to answer it'])
    expect(of({ stepWeights: [5, 50], webhooks: gates }, {}, '', [5, 25, 100]).refusals).toEqual([expect.stringContaining('stops at 5, 50, 100')])
    expect(of({ webhooks: gates }).refusals).toEqual([expect.stringContaining('never gives it traffic')])
    expect(of({ stepWeights: [5], webhooks: gates }, { skipAnalysis: true }).refusals).toEqual([expect.stringContaining('promotes at once')])
    expect(of({ stepWeights: [5], webhooks: gates }, { suspend: true }).refusals).toEqual(['Canary/web is suspended'])
    expect(of({ stepWeights: [5], webhooks: gates }, {}, '---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n').refusals).toEqual(['the chart has Service/web, which Flagger makes for Canary/web: take it out of the chart'])
  })

  test.each([
    ['http://tester.ops/gate/check', '/api/v1/namespaces/ops/services/http:tester:80/proxy/gate'],
    ['https://tester.ops.svc.cluster.local:8443/x/gate/check', '/api/v1/namespaces/ops/services/https:tester:8443/proxy/x/gate'],
    // Nothing but a Service of the cluster, asked as the load tester is asked.
    ['http://tester/gate/check', undefined], ['http://10.0.0.1/gate/check', undefined], ['http://gates.example.com/gate/check', undefined], ['http://tester.ops/gate/approve', undefined],
    ['http://u:p@tester.ops/gate/check', undefined], ['http://tester.ops/rollback/check', undefined], ['ftp://tester.ops/gate/check', undefined], ['http://a..b/gate/check', undefined], ['not a url', undefined],
  ])('the gate behind %s', (url, path) => expect(gateHooks(canary({ webhooks: [hook('confirm-promotion', url)] }))).toMatchObject([{ path }]))
})

test('waiting gives up when nothing changes, and bears what takes its own time', async () => {
  const waiting = (looks: readonly string[], bounded?: false) => {
    let n = 0
    return until({ what: 'it', every: 5, timeout: 40 }, async () => (n < looks.length ? { waiting: looks[n++]!, ...(bounded === false && { bounded }) } : { done: n }))
  }
  await expect(waiting(Array.from({ length: 1000 }, () => 'still'))).rejects.toMatchObject({ code: 'rollout.controller', message: expect.stringContaining('in vain for it: still') })
  expect(await waiting(Array.from({ length: 30 }, (_, i) => String(i)))).toBe(30)
  expect(await waiting(Array.from({ length: 30 }, () => 'still'), false)).toBe(30)
  await expect(until({ what: 'it', every: 5, timeout: 1000, signal: AbortSignal.abort(new Error('stop')) }, async () => ({ done: 1 }))).rejects.toThrow('stop')
})
