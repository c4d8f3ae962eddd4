import { facts, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './external-secrets.ts'

const object = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'db' }

ruleSuite(rule, {
  fires: { 'not ready': [manifests('', { externalSecrets: [{ object, ready: false, reason: 'SecretSyncedError' }, { object, ready: true }] }), 'ExternalSecret/db: it is not Ready: SecretSyncedError'] },
  passes: { 'ready': manifests('', { externalSecrets: [{ object, ready: true }] }) },
  missing: [facts(), manifests('')],
})
