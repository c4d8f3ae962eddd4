import { facts, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './secret-stores.ts'

const object = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'db' }

ruleSuite(rule, {
  fires: { 'a missing store': [manifests('', { secretStores: [{ object, store: 'SecretStore/vault', fault: 'is neither in the release nor in namespace shop' }] }), 'ExternalSecret/db: it reads SecretStore/vault, which is neither in the release nor in namespace shop'] },
  passes: { 'all there': manifests('', { secretStores: [] }) },
  missing: [facts(), manifests('')],
})
