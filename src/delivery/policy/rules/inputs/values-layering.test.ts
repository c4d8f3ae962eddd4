import { inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './values-layering.ts'

const base = { path: 'values/base.yaml', digest: '', environmentSpecific: false }
const prod = { path: 'values/prod.yaml', digest: '', environmentSpecific: true }

ruleSuite(rule, {
  fires: {
    'no file of the environment': [inputs({ values: [base] }), 'no values file is of environment prod'],
    'no base': [inputs({ values: [prod] }), 'no base that all environments share'],
    'the base last': [inputs({ values: [prod, base] }), 'a shared values file comes after'],
    'flags': [inputs({ values: [base, prod], setKeys: ['image.tag', 'replicas'] }), 'image.tag is set by a flag', 'replicas'],
  },
  passes: { 'base, then environment': inputs({ values: [base, prod] }), 'no values': inputs(), 'no environment': { ...inputs({ values: [base] }), environment: '' } },
})
