import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './standard-labels.ts'

const both = '{ app.kubernetes.io/name: web, app.kubernetes.io/instance: shop }'
const labelled = (own: string, ofPods: string) => manifests(workload('{ containers: [] }', { labels: ofPods }).replace('name: web }', `name: web, labels: ${own} }`))

ruleSuite(rule, {
  fires: {
    'none': [labelled('{ app: web }', '{ app: web }'), 'it has no app.kubernetes.io/name, app.kubernetes.io/instance; its pods have no app.kubernetes.io/name'],
    'the pods lack one': [labelled(both, '{ app.kubernetes.io/name: web }'), 'Deployment/web: its pods have no app.kubernetes.io/instance'],
  },
  passes: { 'both on both': labelled(both, both), 'no workload': manifests('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n') },
})
