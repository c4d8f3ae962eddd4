import { hookJob, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './delete-policy.ts'

const job = (policy: string, name = 'migrate') => manifests(hookJob('{ containers: [] }', { policy, name }))

ruleSuite(rule, {
  fires: {
    'hook-succeeded alone': [job('hook-succeeded'), 'Job/migrate: its delete policy is hook-succeeded: one that failed makes the next release fail'],
    'hook-failed alone': [job('hook-failed'), 'one that succeeded'],
    'a ServiceAccount': [manifests('apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: sa, annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded } }\n'), 'ServiceAccount/sa'],
  },
  passes: {
    'nothing said': job(''), 'before-hook-creation': job('hook-succeeded,before-hook-creation'), 'both ends': job('hook-succeeded, hook-failed'), 'a name per revision': job('hook-succeeded', 'migrate-7'),
    'a test': manifests(hookJob('{ containers: [] }', { events: 'test', policy: 'hook-succeeded' })),
  },
})
