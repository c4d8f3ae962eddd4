import { facts, image, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './image-signature.ts'

ruleSuite(rule, {
  fires: {
    'none that holds': [image('web:1', { signature: { verified: false, reason: 'no matching signatures' } }), 'web:1: no matching signatures (Deployment/web)'],
    'one bad, one unknown': [inputs({ images: [{ image: 'a:1', usedBy: [] }, { image: 'b:1', usedBy: ['Job/a', 'Job/b', 'Job/c', 'Job/d'], signature: { verified: false } }] }), 'b:1: it has no signature that holds (Job/a, Job/b, Job/c and 1 more)'],
  },
  passes: { 'verified': image('web:1', { signature: { verified: true } }), 'no images': inputs() },
  missing: [facts(), image('web:1'), inputs({ images: [{ image: 'a:1', usedBy: [] }, { image: 'b:1', usedBy: [], signature: { verified: true } }] })],
})
