import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './resource-limits.ts'

const app = (resources: string, list = 'containers') => manifests(workload(`{ ${list}: [{ name: app, resources: ${resources} }] }`))

ruleSuite(rule, {
  fires: {
    'nothing': [manifests(workload('{ containers: [{ name: app }] }')), 'Deployment/web: container app has no CPU request, no memory request, no memory limit'],
    'requests only': [app('{ requests: { cpu: 1, memory: 1Gi } }'), 'container app has no memory limit'],
    'an init container': [app('{ limits: { memory: 1Gi } }', 'initContainers'), 'container app has no CPU request'],
    'the pods of a CronJob': [manifests('apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: nightly }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a }, { name: b, resources: { limits: { cpu: 1, memory: 1Mi } } }] } } } } }\n'), 'CronJob/nightly: container a'],
    'resources of the pod that say half': [manifests(workload('{ resources: { requests: { cpu: 1, memory: 1Gi } }, containers: [{ name: app }] }')), 'container app has no memory limit'],
  },
  passes: {
    'requests and a limit': app('{ requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }'),
    'limits stand for requests': app('{ limits: { cpu: 1, memory: 64Mi } }'),
    'resources of the pod': manifests(workload('{ resources: { limits: { cpu: 1, memory: 1Gi } }, containers: [{ name: app }] }')),
    'a custom resource of the same kind': manifests('apiVersion: acme.example/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { template: { spec: { containers: [{ name: a }] } } }\n'),
  },
})
