import { describe, expect, it } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import type { Path } from '../settings/index.ts'
import { readStrategy, stepName, weightsOf, type StrategySections } from './spec.ts'

const fault = (path: Path, message: string, hint?: string): PintleError => new PintleError('config.invalid', `${path.join('.')}: ${message}`, { ...(hint !== undefined && { hint }) })
const read = (sections: StrategySections) => readStrategy(sections, fault)
const slo = { error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5 }
const names = (sections: StrategySections): string[] | undefined => read(sections)?.steps.map(stepName)

describe('a strategy', () => {
  it('is a rolling update where nothing else is said', () => {
    expect(read({})).toBeUndefined()
    expect(read({ strategy: 'rolling', slo })).toBeUndefined()
  })

  it('judges after each percentage, where anything is to be judged', () => {
    expect(names({ strategy: 'canary', slo })).toEqual(['5%', 'gates', '25%', 'gates', '50%', 'gates', '100%', 'gates'])
    expect(names({ strategy: 'canary', canary: { steps: [10, 100] } })).toEqual(['10%', '100%'])
    expect(names({ strategy: 'canary', canary: { steps: [10, 100] }, slo: { objective: 0.999 } })).toEqual(['10%', '100%'])
    expect(names({ strategy: 'canary', canary: { steps: [100] }, gates: [{ name: 'a' }] })).toEqual(['100%', 'gates'])
  })

  it('takes steps one by one, and begins without traffic where the first is no weight', () => {
    const steps = [{ smoke: [{ run: 'true' }] }, { weight: 5 }, { wait: '10m' }, { gate: ['error-rate'] }, { pause: 'look' }, { approval: ['@sre'] }, { approval: { approvers: ['@sre'], count: 2 } }, 100]
    const spec = read({ strategy: 'canary', canary: { steps }, slo })!
    expect(spec.steps.map(stepName)).toEqual(['preview', 'smoke', '5%', 'wait', 'gates error-rate', 'pause', 'approval', 'approval', '100%', 'gates'])
    expect(spec.steps[3]).toEqual({ kind: 'wait', for: 600_000 })
    expect(weightsOf(spec)).toEqual([0, 5, 100])
    expect(spec).toMatchObject({ router: 'replicas', tolerance: 5, deadline: 1_800_000, undecided: 'abort', lost: 'hold', lostAfter: 120_000, watch: 0 })
  })

  it('makes a blue-green release of the same steps: nothing judges before the flip', () => {
    expect(names({ strategy: 'blue-green', slo })).toEqual(['preview', '100%', 'soak', 'gates', 'scale-down delay'])
    const spec = read({ strategy: 'blue-green', blueGreen: { warmUp: '30s', smoke: [{ http: 'http://x' }], pause: true, approval: ['@sre'], soak: '0s', scaleDownDelay: '0s', twoReleases: { service: 'web' } }, watch: '15m' })!
    expect(spec.steps.map(stepName)).toEqual(['preview', 'warm-up', 'smoke', 'pause', 'approval', '100%'])
    expect(spec).toMatchObject({ router: 'service', tolerance: 0, watch: 900_000, twoReleases: { service: 'web', label: 'color' } })
  })

  it.each<[string, StrategySections, string]>([
    ['a strategy that there is none of', { strategy: 'canery' }, 'strategy: strategy is "canery"'],
    ['a section of another strategy', { canary: {} }, 'canary: canary is set, and the strategy is rolling'],
    ['an unknown key', { strategy: 'canary', canary: { step: [] } }, 'canary.step: unknown key canary.step'],
    ['steps that fall', { strategy: 'canary', canary: { steps: [50, 25, 100] } }, 'canary.steps.1: canary.steps must rise: 25 after 50'],
    ['steps that do not end at 100', { strategy: 'canary', canary: { steps: [5, 25] } }, 'canary.steps: canary.steps ends at 25 percent'],
    ['a weight beyond 100', { strategy: 'canary', canary: { steps: [101] } }, 'canary.steps.0: canary.steps.0 must be a number from 0 to 100'],
    ['no steps', { strategy: 'canary', canary: { steps: [] } }, 'canary.steps: canary.steps must be a list of 1 to 100 steps'],
    ['thousands of steps', { strategy: 'canary', canary: { steps: Array.from({ length: 1000 }, () => 1) } }, 'canary.steps: canary.steps must be a list of 1 to 100 steps'],
    ['two things in a step', { strategy: 'canary', canary: { steps: [{ weight: 5, wait: '1m' }, 100] } }, 'canary.steps.0: a step is a percentage, or a map with one key'],
    ['a wait that is no duration', { strategy: 'canary', canary: { steps: [{ wait: 5 }, 100] } }, 'canary.steps.0.wait: canary.steps.0.wait must be a duration'],
    ['a wait of a year', { strategy: 'canary', canary: { steps: [{ wait: '9000h' }, 100] } }, 'canary.steps.0.wait: canary.steps.0.wait must be a duration up to a week'],
    ['an approval by nobody', { strategy: 'canary', canary: { steps: [{ approval: [] }, 100] } }, 'canary.steps.0.approval: approval needs approvers'],
    ['a router that there is none of', { strategy: 'canary', canary: { router: 'alb' } }, 'canary.router: canary.router is "alb"'],
    ['a canary by a selector', { strategy: 'canary', canary: { router: 'service' } }, 'canary.router: a Service selects all or nothing'],
    ['a workload that is a path', { strategy: 'canary', canary: { workload: '../x' } }, 'canary.workload: canary.workload must name an object'],
    ['a header without a value', { strategy: 'canary', canary: { header: { name: 'x' } } }, 'canary.header: canary.header has a name and a value'],
    ['a deadline that is a word', { strategy: 'blue-green', blueGreen: { deadline: 'soon' } }, 'blueGreen.deadline: blueGreen.deadline must be a duration'],
    ['a policy that there is none of', { strategy: 'blue-green', blueGreen: { lost: 'retry' } }, 'blueGreen.lost: blueGreen.lost is abort or hold'],
  ])('refuses %s', (_what, sections, message) => {
    expect(() => read(sections)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }))
  })
})
