import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './server-version.ts'

ruleSuite(rule, {
  fires: { 'an old one': [target({ serverVersion: 'v1.27.16' }), 'the server runs v1.27.16'], 'an old one of a vendor': [target({ serverVersion: 'v1.9.3-gke.100' }), 'v1.9.3-gke.100'] },
  passes: { 'the oldest that will do': target({ serverVersion: 'v1.28.0' }), 'a newer one of a vendor': target({ serverVersion: 'v1.31.2-eks-7f9249a' }), 'a next major': target({ serverVersion: 'v2.0.0' }) },
  missing: [facts(), target({ serverVersion: '' }), target({ serverVersion: 'dev' })],
})
