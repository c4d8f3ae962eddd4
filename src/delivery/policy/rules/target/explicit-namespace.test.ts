import { target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './explicit-namespace.ts'

ruleSuite(rule, {
  fires: { 'the default of the context': [target({ namespace: 'default', namespaceExplicit: false }), 'namespace default comes from the context'] },
  passes: { 'a namespace that was named': target({ namespace: 'shop', namespaceExplicit: true }) },
})
