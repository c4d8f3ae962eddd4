import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rollback-served.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

ruleSuite(rule, {
  fires: { 'a version that is gone': [manifests('', { unserved: [{ object, of: 'rollback-target', reason: 'policy/v1beta1 is not served' }] }), 'policy/v1beta1'] },
  passes: { 'only the manifest uses one': manifests('', { unserved: [{ object, of: 'manifest', reason: 'x' }] }) },
  missing: manifests(''),
})
