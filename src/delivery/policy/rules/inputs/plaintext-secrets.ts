import type { Rule } from '../../rule.ts'
import { secretViolations } from '../../secret-violations.ts'

export default {
  id: 'inputs/plaintext-secrets',
  title: 'No values file holds a secret in plain text.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Values are committed, printed, and stored in every release record. A secret in them is known to everybody who can read any of these, for ever.',
  fix: 'Keep it in an existing Secret, an ExternalSecret, or a file encrypted with SOPS; values hold only its name. A secret that was committed must be changed.',
  check({ inputs }) {
    const found = inputs?.secrets?.filter((s) => s.where === 'values')
    return found === undefined ? 'the scan for secrets' : secretViolations(found)
  },
} satisfies Rule
