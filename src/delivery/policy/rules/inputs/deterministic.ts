import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/deterministic',
  title: 'The chart renders the same every time.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A template that asks chance, the clock, DNS or the cluster writes something else each time: what was reviewed is not what the next render gives, pods restart for no reason, and passwords change by themselves. (A plan file freezes what was rendered, so that what is applied is what was reviewed.)',
  fix: 'Give the value the template would make up (most charts have `existingSecret` or a password value), or apply a plan.',
  check: ({ inputs }) => inputs?.nondeterministic?.map(({ template, line, why }) => ({ message: why, place: { file: template, ...(line > 0 && { line }) } })) ?? 'a second render',
} satisfies Rule
