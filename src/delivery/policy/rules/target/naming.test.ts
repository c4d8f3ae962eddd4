import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './naming.ts'

const named = (name: string, otherEnvironments = ['staging', 'dev']) => target({ otherEnvironments, release: { name, status: 'deployed', revision: 1, lastFailed: false } })

ruleSuite(rule, {
  fires: {
    'a version': [named('shop-v2'), 'release shop-v2 is named after version v2'], 'another environment': [named('shop-staging'), 'release shop-staging is named after staging, and this is prod'],
    'both': [named('dev-shop-3'), 'version 3', 'named after dev'],
  },
  passes: { 'the service': named('shop'), 'the environment': named('shop-prod'), 'a number in a word': named('web3-shop'), 'a word of the name that holds the other': named('developer-portal'), 'no other environments': named('shop-staging', []) },
  missing: [facts(), target({})],
})
