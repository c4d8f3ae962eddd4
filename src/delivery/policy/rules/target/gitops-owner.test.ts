import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './gitops-owner.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

ruleSuite(rule, {
  fires: {
    'Argo CD': [target({ gitops: [{ tool: 'argocd', by: 'Application argocd/shop', evidence: 'annotation argocd.argoproj.io/tracking-id', object }] }), 'Deployment/web: Application argocd/shop (Argo CD) owns it: annotation'],
    'Flux, though not all could be looked at': [target({ gitops: [{ tool: 'flux', by: 'HelmRelease shop/web', evidence: 'label' }], unread: { gitops: 'applications may not be listed' } }), '(Flux) owns it'],
  },
  passes: { 'nobody': target({ gitops: [] }) },
  missing: [facts(), target({}), target({ gitops: [], unread: { gitops: 'applications.argoproj.io may not be listed' } })],
})
