import { ErrorRun } from './error-run.ts'
import { elapsed, type Judge } from './judge.ts'
import { outcomeOf } from './outcome.ts'
import type { GateSpec } from './settings.ts'
import type { Evaluation, GateOutcome, GateRunOptions } from './types.ts'

/** How often a window is made longer while it holds too little. */
const extensions = 3

/** Judges a step by all gates at once; the first failure decides, and nobody waits for the others. @throws the signal's reason */
export async function judgeInline(judge: Judge, gates: readonly GateSpec[], options: GateRunOptions): Promise<GateOutcome> {
  const latest = new Map<GateSpec, Evaluation>()
  const decided = new AbortController()
  const signal = options.signal === undefined ? decided.signal : AbortSignal.any([options.signal, decided.signal])
  const one = async (spec: GateSpec): Promise<void> => {
    try {
      for await (const evaluation of evaluations(judge, spec, { ...options, signal })) {
        latest.set(spec, evaluation)
        options.onEvaluation?.(evaluation)
        if (evaluation.verdict === 'fail' && spec.dryRun !== true) decided.abort()
      }
    } catch (error) {
      if (decided.signal.aborted && options.signal?.aborted !== true) return
      decided.abort()
      throw error
    }
  }
  await Promise.all(gates.map(one))
  return outcomeOf(gates.flatMap((spec) => latest.get(spec) ?? []))
}

/**
 * The evaluations of one gate up to the one that stays: after the window, after longer ones while there is too little in them, and again where asking failed.
 * However a metric comes and goes, they end: every window is looked at once but for errors, and errors are counted.
 */
async function* evaluations(judge: Judge, spec: GateSpec, options: GateRunOptions): AsyncGenerator<Evaluation, void> {
  const errors = new ErrorRun()
  for (let extended = 0; ;) {
    const window = spec.window * (1 + extended)
    await elapsed(judge, judge.settle + window, options)
    const { evaluation, exhausted } = errors.add(await judge.evaluate(spec, window, options))
    const { verdict } = evaluation
    const longest = verdict !== 'error' && extended === extensions && !exhausted
    yield longest && (verdict === 'inconclusive' || verdict === 'no-data') ? { ...evaluation, reason: `${evaluation.reason}, in a window that was extended ${extensions} times` } : evaluation
    // A gate that only tells holds nobody up.
    if (spec.dryRun === true || verdict === 'pass' || verdict === 'fail' || exhausted || longest) return
    if (verdict === 'error') await judge.clock.sleep(judge.interval, options.signal)
    else extended++
  }
}
