import { hookJob, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './timeout.ts'

ruleSuite(rule, {
  fires: { 'a Job': [manifests(hookJob('{ containers: [] }')), 'Job/migrate: it has no activeDeadlineSeconds'], 'a Pod': [manifests('apiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { helm.sh/hook: post-install } }\nspec: { containers: [] }\n'), 'Pod/p'] },
  passes: {
    'a deadline of the Job': manifests(hookJob('{ containers: [] }', { spec: 'activeDeadlineSeconds: 60' })),
    'a deadline of its pod': manifests(hookJob('{ containers: [], activeDeadlineSeconds: 60 }')),
    'a test': manifests(hookJob('{ containers: [] }', { events: 'test' })),
    'a Job that is no hook': manifests('apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { containers: [] } } }\n'),
  },
})
