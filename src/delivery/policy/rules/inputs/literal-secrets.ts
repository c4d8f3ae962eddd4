import type { Rule } from '../../rule.ts'
import { secretViolations } from '../../secret-violations.ts'

export default {
  id: 'inputs/literal-secrets',
  title: 'No rendered object holds a secret in plain text: no literal Secret data, env, args, ConfigMap or annotation.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Whoever can read the release record, the ConfigMap or the pod reads it there, and it reaches the logs of the next `describe`.',
  fix: 'Refer to a Secret that is made elsewhere: `secretKeyRef`, `existingSecret` values, an ExternalSecret, a SealedSecret.',
  check({ inputs }) {
    const found = inputs?.secrets?.filter((s) => s.where !== 'values')
    return found === undefined ? 'the scan for secrets' : secretViolations(found)
  },
} satisfies Rule
