import type { Rule } from '../../rule.ts'

export default {
  id: 'target/serverless',
  title: 'The service runs on Kubernetes.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A service on Lambda, Fargate, Cloud Run or Container Apps has no Deployment to roll out and no Service to shift traffic with: a Helm release would start a second, unused copy of it.',
  fix: "Release it with its platform's own tools. If the service moved to Kubernetes, remove the old platform's files, or name its chart in pintle.yaml.",
  check({ target }) {
    if (target?.serverless === undefined) return 'nobody looked for serverless platforms'
    return target.serverless.map((sign) => ({ message: sign }))
  },
} satisfies Rule as Rule
