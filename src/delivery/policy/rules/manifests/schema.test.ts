import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './schema.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

ruleSuite(rule, {
  fires: { 'an unknown field': [manifests('', { schema: [{ object, message: 'spec.replica: unknown field' }] }), 'Deployment/web: spec.replica'] },
  passes: { 'all valid': manifests('', { schema: [] }) },
  missing: manifests(''),
})
