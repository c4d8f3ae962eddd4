import { image } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './image-digests.ts'

ruleSuite(rule, {
  fires: { 'a tag': [image('web:1'), 'web:1: it is not pinned by digest'], 'a digest that is only known, not used': [image('web:1', { digest: `sha256:${'a'.repeat(64)}` }), 'not pinned'], 'half a digest': [image('web@sha256:abc'), 'not pinned'] },
  passes: { 'a digest': image(`web:1@sha256:${'a'.repeat(64)}`) },
})
