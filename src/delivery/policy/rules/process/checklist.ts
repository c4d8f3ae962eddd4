import type { Rule } from '../../rule.ts'

export default {
  id: 'process/checklist',
  title: 'Every item of the deployment checklist is done.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A checklist holds what no tool can see: a feature flag, a partner who was told, a dashboard that somebody watches. It only helps when nobody goes on without it.',
  fix: 'Do what is open and tick it off in the checklist that `requires.checklist` names.',
  check({ process }) {
    if (process?.checklist === undefined) return 'there is no checklist (requires.checklist)'
    return process.checklist.filter((c) => !c.done).map((c) => ({ message: `open: ${c.item}` }))
  },
} satisfies Rule as Rule
