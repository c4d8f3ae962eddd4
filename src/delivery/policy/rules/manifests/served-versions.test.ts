import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './served-versions.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

ruleSuite(rule, {
  fires: { 'a version that is gone': [manifests('', { unserved: [{ object, of: 'manifest', reason: 'extensions/v1beta1 is not served' }] }), 'extensions/v1beta1'] },
  passes: { 'only the rollback target uses one': manifests('', { unserved: [{ object, of: 'rollback-target', reason: 'x' }] }), 'all served': manifests('', { unserved: [] }) },
  missing: manifests(''),
})
