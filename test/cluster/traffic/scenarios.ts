import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from '../../../src/delivery/rollout/index.ts'
import type { CliResult } from '../../cli/run-cli.ts'
import { deleteCanary, edited, editRoute, restart, scale, setImage, twoAtOnce } from './edits.ts'
import { abortedAtEveryTransition, resumedAtEveryTransition } from './kills.ts'
import { imageFor } from './scenario-chart.ts'
import type { Stage, StageOptions } from './scenario.ts'

/** How a rollout must have ended. */
export interface End {
  readonly phase: Journal['phase']
  /** Of the command line that ended it. */
  readonly code: number
  /** The version that serves. */
  readonly version: number
  /** Statuses of the revisions, in order. */
  readonly history: readonly string[]
  /** Other rollouts went before: `history` is how it ends. */
  readonly series?: boolean
  /** The gate that led back, and its verdict. */
  readonly trigger?: { readonly gate: string; readonly verdict: string }
  /** What the journal's message says. */
  readonly message?: RegExp
  /** Percentages that were reached, in order. */
  readonly reached: readonly number[]
  /** Replicas of the Deployment, where somebody changed them. */
  readonly replicas?: number
}

export interface Scenario {
  readonly name: string
  /** Part of the half that runs by default. */
  readonly half: boolean
  readonly stage: Omit<StageOptions, 'namespace'>
  /** Plays the rollout of version 2. @returns how the command line ended that brought it to its end */
  readonly play: (stage: Stage) => Promise<CliResult>
  readonly end: End
}

/** Limits and windows that fit tests: a second between scrapes, so many requests that six seconds of a twentieth of them are enough. */
export const slo = { error_rate_max: 0.05, p95_latency_ms: 300, window: '6s', scrape_interval: '1s', min_samples: 40 }
const rate = 200

const canary = (more: Record<string, unknown> = {}, limits: Record<string, unknown> = slo): Record<string, unknown> => ({ strategy: 'canary', canary: { steps: [5, 25, 50, 100], tolerance: 5, deadline: '15s', ...more }, slo: limits })
const blueGreen = { strategy: 'blue-green', blueGreen: { warmUp: '1s', soak: '12s', scaleDownDelay: '1s' }, slo }
/** As many pods as a twentieth needs. */
const byReplicas = { replicas: 20, rate, service: canary() }
/** A rollout of two steps, where what is looked at is something else. */
const short = { replicas: 4, rate: 100, service: canary({ steps: [25, 100] }, { ...slo, window: '4s', min_samples: 20 }) }
const promoted: End = { phase: 'promoted', code: 0, version: 2, history: ['superseded', 'deployed'], reached: [5, 25, 50, 100] }
const shortly: End = { ...promoted, reached: [25, 100] }
const aborted: End = { phase: 'aborted', code: 6, version: 1, history: ['superseded', 'failed', 'deployed'], reached: [] }

export const release = async (stage: Stage): Promise<CliResult> => await (await stage.release(2)).ended

/** Does something once a weight has been reached. */
const atWeight = (weight: number, act: (stage: Stage) => void | Promise<void>) => async (stage: Stage): Promise<CliResult> => {
  const run = await stage.release(2)
  await Promise.all([run.ended, stage.reached(`${weight}%`, journal => journal.achieved >= weight).then(() => act(stage))])
  return await run.ended
}
const command = (change: Parameters<Stage['world']['pods']['command']>[2]) => (stage: Stage): void => { stage.world.pods.command(stage.namespace, imageFor(2), change) }
const from = (change: Parameters<typeof command>[0]) => async (stage: Stage): Promise<CliResult> => {
  command(change)(stage)
  return await release(stage)
}

const slow = [{ share: 0.8, milliseconds: 10 }, { share: 0.2, milliseconds: 600 }]

export const scenarios: readonly Scenario[] = [
  { name: 'canary of replicas, promoted', half: true, stage: byReplicas, play: release, end: promoted },
  { name: 'canary by Ingress, promoted', half: false, stage: { route: 'Ingress', rate, service: canary({ router: 'nginx' }) }, play: release, end: promoted },
  { name: 'canary by HTTPRoute, promoted', half: true, stage: { route: 'HTTPRoute', rate, service: canary({ router: 'gateway-api' }) }, play: release, end: promoted },
  { name: 'canary by VirtualService, promoted', half: false, stage: { route: 'VirtualService', rate, service: canary({ router: 'istio' }) }, play: release, end: promoted },
  {
    name: 'errors at 25%', half: true, stage: byReplicas, play: atWeight(25, command({ errors: 0.2 })),
    end: { ...aborted, trigger: { gate: 'error-rate', verdict: 'fail' }, reached: [5, 25] },
  },
  {
    name: 'latency at 50%', half: true, stage: byReplicas, play: atWeight(50, command({ latency: slow })),
    end: { ...aborted, trigger: { gate: 'p95-latency', verdict: 'fail' }, reached: [5, 25, 50] },
  },
  {
    name: 'no metrics', half: true, stage: { ...byReplicas, replicas: 4, service: canary({ steps: [25, 100] }) }, play: from({ metrics: false }),
    end: { ...aborted, trigger: { gate: 'error-rate', verdict: 'no-data' }, reached: [25] },
  },
  {
    name: 'too few samples', half: true, stage: { ...byReplicas, replicas: 4, rate: 60, service: canary({ steps: [25, 100] }, { ...slo, min_samples: 5000 }) }, play: release,
    end: { ...aborted, trigger: { gate: 'error-rate', verdict: 'inconclusive' }, reached: [25] },
  },
  {
    // Bad in the first and the third of the looks that the gates take every 30 s while the step waits, and good in between.
    name: 'flapping errors', half: true, stage: { ...byReplicas, replicas: 4, service: canary({ steps: [{ weight: 25 }, { wait: '2m' }, 100] }) },
    play: async stage => {
      const run = await stage.release(2)
      const { since } = await stage.reached('25%', journal => journal.achieved >= 25 && journal.since !== undefined)
      const began = Date.parse(since!) / 1000
      command({ errors: seconds => (Math.floor((seconds - began + 5) / 30) % 2 === 0 ? 0.12 : 0) })(stage)
      return await run.ended
    },
    end: { ...aborted, trigger: { gate: 'error-rate', verdict: 'fail' }, message: /second failure/, reached: [25] },
  },
  {
    name: 'blue-green, promoted', half: false, stage: { migration: true, rate, service: blueGreen }, play: release, end: { ...promoted, reached: [0, 100] },
  },
  {
    name: 'blue-green with a migration, bad soak', half: true, stage: { migration: true, rate, service: blueGreen }, play: atWeight(100, command({ errors: 0.3 })),
    end: { ...aborted, trigger: { gate: 'error-rate', verdict: 'fail' }, reached: [0, 100] },
  },
  { name: 'two at once', half: true, stage: short, play: twoAtOnce, end: shortly },
  { name: 'stable scaled by hand', half: true, stage: short, play: edited(scale(7), 'resumed'), end: shortly },
  { name: 'stable scaled by hand, and nobody says a word', half: false, stage: short, play: edited(scale(7), 'unanswered'), end: { ...aborted, message: /no decision within 15 s|Deployment\/shop: spec.replicas changed/, reached: [25] } },
  { name: 'image of stable set by hand', half: false, stage: short, play: edited(setImage, 'resumed'), end: shortly },
  { name: 'stable restarted by hand', half: true, stage: short, play: edited(restart, 'unseen'), end: shortly },
  { name: 'canary deleted by hand', half: true, stage: short, play: edited(deleteCanary, 'unseen'), end: { ...aborted, message: /shop-canary: it was deleted/, reached: [25] } },
  { name: 'route edited by hand', half: false, stage: { ...short, route: 'HTTPRoute', service: canary({ steps: [25, 100], router: 'gateway-api' }) }, play: edited(editRoute, 'resumed'), end: shortly },
  { name: 'runner killed at every transition, resumed', half: true, stage: short, play: resumedAtEveryTransition, end: shortly },
  ...[1, 2, 3].map((from): Scenario => ({
    name: `runner killed at every transition, aborted (${from} of 3)`, half: from === 1, stage: short, play: stage => abortedAtEveryTransition(stage, from, 3), end: { ...shortly, series: true },
  })),
  {
    name: 'counters reset, promoted', half: false, stage: { ...byReplicas, replicas: 4, service: canary({ steps: [25, 100] }) },
    play: async stage => {
      const run = await stage.release(2)
      await stage.reached('25%', journal => journal.achieved >= 25)
      await sleep(3000)
      stage.world.pods.restart(stage.namespace, imageFor(2))
      return await run.ended
    },
    end: { ...promoted, reached: [25, 100] },
  },
]
