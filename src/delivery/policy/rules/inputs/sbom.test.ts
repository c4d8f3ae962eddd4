import { facts, image } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './sbom.ts'

ruleSuite(rule, {
  fires: { 'none': [image('web:1', { sbom: false }), 'web:1: it has no bill of materials'] },
  passes: { 'there is one': image('web:1', { sbom: true }) },
  missing: [facts(), image('web:1')],
})
