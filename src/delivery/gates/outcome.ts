import type { Evaluation, GateOutcome, Verdict } from './types.ts'

/** What keeps a version from being promoted, the worst first. */
const order: readonly Verdict[] = ['fail', 'error', 'no-data', 'inconclusive']

/** What the last evaluations of all gates come to together. Those that only tell do not count. */
export function outcomeOf(evaluations: readonly Evaluation[]): GateOutcome {
  const deciding = evaluations.filter((evaluation) => evaluation.dryRun !== true)
  if (deciding.length === 0) {
    return evaluations.length === 0 ? { verdict: 'inconclusive', reason: 'there is no gate to judge by', evaluations } : { verdict: 'pass', reason: 'every gate is a dry run', evaluations }
  }
  for (const verdict of order) {
    const decisive = deciding.find((evaluation) => evaluation.verdict === verdict)
    if (decisive !== undefined) return { verdict, reason: `${decisive.gate}: ${decisive.reason ?? decisive.arithmetic}`, decisive, evaluations }
  }
  return { verdict: 'pass', reason: deciding.map(({ gate, arithmetic }) => `${gate}: ${arithmetic}`).join('; '), evaluations }
}
