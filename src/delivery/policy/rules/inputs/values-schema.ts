import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/values-schema',
  title: "The values satisfy the chart's schema.",
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Helm refuses them, and what was not meant by the author of the chart does what nobody expects.',
  fix: 'Correct the value at the path named. A chart without values.schema.json is not judged.',
  check: ({ inputs }) => inputs?.schema?.faults.map((message) => ({ message })) ?? "the chart's schema",
} satisfies Rule
