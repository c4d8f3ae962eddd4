import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/served-versions',
  title: 'Every API version of the manifest is served.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'An API version that was removed is refused, and Helm then cannot even read the release any more that used it.',
  fix: 'Move the template to the version that replaces it; the message or `pintle lint --kube-version` names it.',
  check: ({ manifests }) => manifests?.unserved?.filter((u) => u.of === 'manifest').map(({ object, reason, place }) => ({ object, message: reason, ...(place && { place }) })) ?? 'the API versions that are served',
} satisfies Rule
