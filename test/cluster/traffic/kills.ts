import type { Journal } from '../../../src/delivery/rollout/index.ts'
import { isEnded } from '../../../src/delivery/rollout/index.ts'
import { expect } from 'vitest'
import type { CliResult, RunningCli } from '../../cli/run-cli.ts'
import { imageFor } from './scenario-chart.ts'
import type { Stage } from './scenario.ts'

const keyOf = ({ phase, step, transitions }: Journal): string => `${phase} ${step} ${transitions.at(-1)?.detail}`

/**
 * One rollout whose runner is killed (SIGKILL) as soon as each transition is in the cluster, and gone on with by another process.
 * @returns how the last process ended, and how many were killed
 */
export async function resumedAtEveryTransition(stage: Stage): Promise<CliResult & { killed: number }> {
  const seen = new Set<string>()
  let run: RunningCli = await stage.release(2)
  for (let killed = 0; ; killed++) {
    const ended = run.ended.then(result => ({ result }))
    const next = await Promise.race([ended, stage.reached('another transition', journal => isEnded(journal) || (journal.spec !== undefined && !seen.has(keyOf(journal)))).then(journal => ({ journal }))])
    if ('result' in next || isEnded(next.journal)) return { ...await run.ended, killed }
    seen.add(keyOf(next.journal))
    run.kill('SIGKILL')
    await run.ended
    run = stage.start('rollout', 'resume', 'shop', '-n', stage.namespace)
  }
}

/**
 * Rollouts one after another, each killed once its journal has so many transitions, and ended by `rollout abort` in another process that knows nothing but the cluster. Each time
 * the old version serves again; the first rollout that is over before it could be killed ends the series.
 * @param from the first number; `by` is added each time: several stages share the work
 */
export async function abortedAtEveryTransition(stage: Stage, from: number, by: number): Promise<CliResult & { kills: readonly string[] }> {
  const kills: string[] = []
  for (let at = from; ; at += by) {
    const before = (await stage.journal())?.id
    const run = await stage.release(2)
    const journal = await stage.reached(`${at} transitions`, j => j.id !== before && (isEnded(j) || j.transitions.length >= at))
    if (!isEnded(journal)) run.kill('SIGKILL')
    const ended = await run.ended
    if (ended.signal !== 'SIGKILL') return { ...ended, kills }
    const where = `${at}: ${keyOf(journal)}`
    kills.push(where)
    const { code, err } = await stage.elsewhere('rollout', 'abort', 'shop', '-n', stage.namespace, '--reason', 'the runner was killed')
    const after = await stage.journal()
    expect({ where, phase: after?.phase, said: [0, 6].includes(code) ? '' : `${code} ${err}` }).toEqual({ where, phase: 'aborted', said: '' })
    const deployment = await stage.object('apps/v1', 'Deployment', 'shop')
    expect({ where, image: deployment?.spec?.template.spec.containers[0].image, config: (await stage.object('v1', 'ConfigMap', 'shop-config'))?.data, canary: await stage.object('apps/v1', 'Deployment', 'shop-canary') }).toEqual({ where, image: imageFor(1), config: { version: '1' }, canary: undefined })
    expect({ where, failed: stage.load.tally().byTool }).toEqual({ where, failed: {} })
    expect((await stage.history()).at(-1)?.status).toBe('deployed')
  }
}
