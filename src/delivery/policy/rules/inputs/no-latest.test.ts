import { image } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './no-latest.ts'

ruleSuite(rule, {
  fires: { 'latest': [image('registry.example.com:5000/web:latest'), 'its tag is latest'], 'no tag': [image('registry.example.com:5000/web'), 'it has no tag'] },
  passes: { 'a version': image('web:1.2'), 'a digest beside latest': image(`web:latest@sha256:${'a'.repeat(64)}`) },
})
