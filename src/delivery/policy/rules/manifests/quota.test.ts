import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './quota.ts'

ruleSuite(rule, {
  fires: { 'too much memory': [manifests('', { quota: [{ quota: 'team', resource: 'requests.memory', hard: '4Gi', used: '3Gi', wanted: '5Gi' }] }), 'ResourceQuota/team: requests.memory: 3Gi of 4Gi used, the release needs 5Gi'] },
  passes: { 'it fits': manifests('', { quota: [] }) },
  missing: manifests(''),
})
