import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './dry-run.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

ruleSuite(rule, {
  fires: { 'a refusal': [manifests('', { dryRun: { rejected: [{ object, reason: 'admission webhook "x" denied the request' }], unchecked: [] } }), 'Deployment/web: admission webhook'] },
  passes: { 'all accepted, one could not be asked about': manifests('', { dryRun: { rejected: [], unchecked: [{ object, reason: 'no namespace' }] } }) },
  missing: manifests(''),
})
