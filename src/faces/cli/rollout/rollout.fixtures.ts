import type { Evaluation } from '../../../delivery/gates/index.ts'
import type { Journal, Step } from '../../../delivery/rollout/index.ts'

const minute = 60_000

/** Steps 5/25/50/100 with a soak and gates after each. */
export const canarySteps: readonly Step[] = [5, 25, 50, 100].flatMap((weight): Step[] => [{ kind: 'weight', weight }, { kind: 'wait', for: 5 * minute, why: 'soak' }, { kind: 'gate' }])

export const evaluation = (more: Partial<Evaluation> = {}): Evaluation => ({
  gate: 'error-rate', verdict: 'pass', at: '2026-03-01T09:08:00.000Z', provider: 'prometheus', endpoint: 'http://prometheus:9090', simulated: false, value: 0.00213, threshold: 0.005, comparison: '<=', samples: 1200, needed: 600,
  window: 5 * minute, arithmetic: '2.556 errors / 1200 requests = 0.00213 <= 0.005', answers: [{ query: 'sum(rate(x))', endpoint: 'http://prometheus:9090', at: '2026-03-01T09:08:00.000Z', body: '{"raw":"answer"}' }], ...more,
})

/** A canary of checkout-api at 25%, while its gates judge. */
export function canaryJournal(more: Partial<Journal> = {}): Journal {
  return {
    schema: 'pintle.dev/rollout/v1', id: '0d5c1b7e', service: 'checkout-api', release: 'checkout-api', namespace: 'prod', environment: 'prod', planDigest: `sha256:${'4f'.repeat(32)}`, author: 'alice@acme',
    spec: { strategy: 'canary', router: 'replicas', steps: canarySteps, tolerance: 5, deadline: 30 * minute, undecided: 'abort', lost: 'hold', lostAfter: 10 * minute, watch: 15 * minute },
    from: { revision: 7, chart: 'checkout-api-2.4.0', images: [`ghcr.io/acme/checkout-api@sha256:${'a1'.repeat(32)}`] }, to: { revision: 8, chart: 'checkout-api-2.5.0', images: [`ghcr.io/acme/checkout-api@sha256:${'b2'.repeat(32)}`] },
    started: '2026-03-01T09:00:00.000Z', phase: 'progressing', step: 5, weight: 25, achieved: 25, since: '2026-03-01T09:07:00.000Z',
    steps: [
      { step: 0, name: '5%', started: '2026-03-01T09:00:00.000Z', ended: '2026-03-01T09:00:30.000Z', weight: 5, achieved: 5, pods: pods(19, 1), evaluations: [], outcome: 'promoted' },
      { step: 1, name: 'soak 5m', started: '2026-03-01T09:00:30.000Z', ended: '2026-03-01T09:05:30.000Z', weight: 5, achieved: 5, evaluations: [], outcome: 'promoted' },
      { step: 2, name: 'gates', started: '2026-03-01T09:05:30.000Z', ended: '2026-03-01T09:06:00.000Z', weight: 5, achieved: 5, evaluations: [evaluation()], outcome: 'promoted' },
      { step: 3, name: '25%', started: '2026-03-01T09:06:00.000Z', ended: '2026-03-01T09:07:00.000Z', weight: 25, achieved: 25, pods: pods(15, 5), evaluations: [], outcome: 'promoted' },
      { step: 4, name: 'soak 5m', started: '2026-03-01T09:07:00.000Z', ended: '2026-03-01T09:12:00.000Z', weight: 25, achieved: 25, evaluations: [], outcome: 'promoted' },
      { step: 5, name: 'gates', started: '2026-03-01T09:12:00.000Z', weight: 25, achieved: 25, evaluations: [evaluation({ at: '2026-03-01T09:12:00.000Z' }), slow] },
    ],
    transitions: [
      { at: '2026-03-01T09:00:00.000Z', by: 'alice@laptop', phase: 'beginning', step: 0, detail: 'revision 8 is pending' },
      { at: '2026-03-01T09:06:00.000Z', by: 'alice@laptop', phase: 'progressing', step: 3, detail: 'gates of 5% passed' },
      { at: '2026-03-01T09:07:00.000Z', by: 'alice@laptop', phase: 'progressing', step: 4, detail: '25% reached: 5 of 20 pods' },
      { at: '2026-03-01T09:12:00.000Z', by: 'alice@laptop', phase: 'progressing', step: 5, detail: 'soaked for 5m' },
    ],
    requests: [], ...more,
  }
}

export const slow = evaluation({ gate: 'p95-latency', verdict: 'inconclusive', at: '2026-03-01T09:12:00.000Z', value: 0.31, threshold: 0.3, unit: 's', samples: 120, needed: 200, reason: '120 of 200 samples that are needed' })

export const pods = (stable: number, canary: number) => ({ stable: { ready: stable, wanted: stable }, canary: { ready: canary, wanted: canary } })
