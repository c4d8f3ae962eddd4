import type { Journal } from '../../../src/delivery/rollout/index.ts'
import { isEnded } from '../../../src/delivery/rollout/index.ts'
import type { CliResult, RunningCli } from '../../cli/run-cli.ts'
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

export interface AbortedKill { readonly at: number; readonly transition: string; readonly abort: CliResult; readonly journal: Journal }

/**
 * Rollouts one after another, each killed once its journal has so many transitions, and ended by `rollout abort` in another process.
 * @param from the first number, and how much is added each time: several stages share the work
 * @param judge is asked after every abort
 * @returns what was killed; it ends with the first rollout that was over before it could be
 */
export async function abortedAtEveryTransition(stage: Stage, from: number, by: number, judge: (aborted: AbortedKill) => Promise<void>): Promise<{ readonly kills: string[]; readonly last: CliResult }> {
  const kills: string[] = []
  for (let at = from; ; at += by) {
    const before = (await stage.journal())?.id
    const run = await stage.release(2)
    const journal = await stage.reached(`${at} transitions`, j => j.id !== before && (isEnded(j) || j.transitions.length >= at))
    if (isEnded(journal)) return { kills, last: await run.ended }
    run.kill('SIGKILL')
    const { signal } = await run.ended
    if (signal !== 'SIGKILL') return { kills, last: await run.ended }
    const abort = await stage.pintle('rollout', 'abort', 'shop', '-n', stage.namespace, '--reason', 'the runner was killed')
    const aborted = { at, transition: keyOf(journal), abort, journal: (await stage.journal())! }
    kills.push(aborted.transition)
    await judge(aborted)
  }
}
