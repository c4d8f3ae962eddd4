import type { Rule } from '../../rule.ts'

export default {
  id: 'process/snapshot',
  title: 'Values and manifest of the running revision are kept before the upgrade.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'History is capped, and a release record can be lost with its namespace. What ran before is needed to go back, and to explain what changed.',
  fix: 'Keep the evidence of releases on (`evidence` in pintle.yaml): it holds the manifest before and after.',
  check({ process }) {
    if (process?.settings === undefined) return 'the settings of the run are not known'
    return process.settings.snapshot ? [] : [{ message: 'nothing keeps what runs now' }]
  },
} satisfies Rule as Rule
