import { facts, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './secret-references.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

ruleSuite(rule, {
  fires: { 'a missing Secret': [manifests('', { missingReferences: [{ object, kind: 'Secret', name: 'db' }] }), 'Deployment/web: Secret/db is neither'] },
  passes: { 'none missing': manifests('', { missingReferences: [] }) },
  missing: [facts(), manifests('')],
})
