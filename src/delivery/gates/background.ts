import { ErrorRun } from './error-run.ts'
import { FailureRun } from './failure-run.ts'
import { elapsed, type Judge } from './judge.ts'
import type { GateSpec } from './settings.ts'
import type { Evaluation, GateOutcome, GateRunOptions } from './types.ts'

/** Watches all gates at once. @returns when one of them says that the version must go; undefined when the signal fires first */
export async function judgeInBackground(judge: Judge, gates: readonly GateSpec[], options: GateRunOptions): Promise<GateOutcome | undefined> {
  const latest = new Map<GateSpec, Evaluation>()
  const decided = new AbortController()
  const signal = options.signal === undefined ? decided.signal : AbortSignal.any([options.signal, decided.signal])
  const onEvaluation = (spec: GateSpec, evaluation: Evaluation): void => {
    if (signal.aborted) return
    latest.set(spec, evaluation)
    options.onEvaluation?.(evaluation)
  }
  try {
    const { evaluation, why } = await Promise.race([fired(signal), ...gates.map((spec) => watch(judge, spec, { ...options, signal, onEvaluation: (e) => { onEvaluation(spec, e) } }))])
    return { verdict: 'fail', reason: `${evaluation.gate}: ${evaluation.reason ?? evaluation.arithmetic} (${why})`, decisive: evaluation, evaluations: gates.flatMap((spec) => latest.get(spec) ?? []) }
  } catch (error) {
    if (options.signal?.aborted === true) return undefined
    throw error
  } finally {
    decided.abort()
  }
}

/** @returns only when the version must go */
async function watch(judge: Judge, spec: GateSpec, options: GateRunOptions): Promise<{ evaluation: Evaluation; why: string }> {
  const errors = new ErrorRun()
  const failures = new FailureRun()
  await elapsed(judge, judge.settle + spec.window, options)
  for (;;) {
    const { evaluation } = errors.add(await judge.evaluate(spec, spec.window, options))
    options.onEvaluation?.(evaluation)
    const why = failures.add(evaluation, spec)
    if (why !== undefined && spec.dryRun !== true) return { evaluation, why }
    await judge.clock.sleep(judge.interval, options.signal)
  }
}

/** Never resolves; rejects when the signal fires. */
function fired(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    else signal.addEventListener('abort', () => { reject(signal.reason as Error) }, { once: true })
  })
}
