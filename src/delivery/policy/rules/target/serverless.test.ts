import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './serverless.ts'

ruleSuite(rule, {
  fires: { 'a file of a platform': [target({ serverless: ['serverless.yml (Serverless Framework)'] }), 'serverless.yml (Serverless Framework)'] },
  passes: { 'none': target({ serverless: [] }) },
  missing: [facts(), target({})],
})
