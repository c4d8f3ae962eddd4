import type { Rule } from '../../rule.ts'

export default {
  id: 'process/gates-real-data',
  title: 'Every gate judged real measurements, and what it was answered is kept.',
  phase: 'after',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A gate on made-up or missing numbers passes everything. Whoever asks later why a version was promoted needs the raw answer, not a verdict.',
  fix: 'Point the gates at the metrics of the environment, and keep the evidence with its attachments.',
  check({ process, outcome }) {
    if (outcome?.gates === undefined) return 'no gates were judged'
    if (outcome.gates.length === 0 && process?.strategy !== undefined && process.strategy.kind !== 'rolling') return [{ message: `a ${process.strategy.kind} release without any gate` }]
    const simulated = outcome.gates.filter((g) => g.simulated)
    const told = simulated.length > 1 && simulated.length === outcome.gates.length ? [{ message: 'every gate judged simulated data' }] : simulated.map((g) => ({ message: `gate ${g.name} judged simulated data` }))
    return [...told, ...outcome.gates.filter((g) => !g.hasRawResponse).map((g) => ({ message: `the raw answer of gate ${g.name} was not kept` }))]
  },
} satisfies Rule as Rule
