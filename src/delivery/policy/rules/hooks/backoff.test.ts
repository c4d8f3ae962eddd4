import { hookJob, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './backoff.ts'

ruleSuite(rule, {
  fires: {
    'nothing said': [manifests(hookJob('{ containers: [] }')), 'it has no backoffLimit, which means 6'],
    'ten': [manifests(hookJob('{ containers: [] }', { spec: 'backoffLimit: 10' })), 'its backoffLimit is 10'],
    'a pod that restarts': [manifests('apiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { helm.sh/hook: post-install } }\nspec: { containers: [] }\n'), 'restartPolicy is Always'],
  },
  passes: {
    'none': manifests(hookJob('{ containers: [] }', { spec: 'backoffLimit: 0' })),
    'a pod that does not': manifests('apiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { helm.sh/hook: post-install } }\nspec: { restartPolicy: Never, containers: [] }\n'),
    'a test': manifests(hookJob('{ containers: [] }', { events: 'test' })),
  },
})
