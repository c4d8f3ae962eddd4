import type { Rule } from '../../rule.ts'

export default {
  id: 'target/gitops-owner',
  title: 'No GitOps controller reconciles the objects of the release.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Argo CD and Flux bring the cluster back to what Git says: a release from outside is undone within minutes, or fights with them, and neither Git nor the release record tells the truth.',
  fix: 'Change Git instead: `pintle gitops commit` makes the commit that moves the digest. To take a service out of GitOps, remove its Application, HelmRelease or Kustomization first, and let it leave the objects.',
  check({ target }) {
    if (target === undefined) return 'the target was not looked at'
    const owners = target.gitops ?? []
    if (owners.length > 0) return owners.map((o) => ({ message: `${o.by} (${o.tool === 'argocd' ? 'Argo CD' : 'Flux'}) owns it: ${o.evidence}`, ...(o.object !== undefined && { object: o.object }) }))
    if (target.unread?.gitops !== undefined) return target.unread.gitops
    return target.gitops === undefined ? 'nobody looked for Argo CD and Flux' : []
  },
} satisfies Rule as Rule
