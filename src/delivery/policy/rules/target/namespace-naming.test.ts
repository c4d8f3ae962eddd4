import { target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './namespace-naming.ts'

const named = (namespace: string) => target({ namespace, otherEnvironments: ['staging', 'dev'] })

ruleSuite(rule, {
  fires: { 'default': [named('default'), 'namespace default is not for applications'], 'the system': [named('kube-system'), 'kube-system'], 'another environment': [named('shop-staging'), 'named after staging, and this is prod'] },
  passes: { 'the application': named('shop'), 'the environment': named('prod-us-east-1'), 'a word that holds the other': named('devices') },
})
