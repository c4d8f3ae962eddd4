import { facts, image, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './provenance.ts'

ruleSuite(rule, {
  fires: {
    'an image without': [image('web:1', { provenance: { verified: false } }), 'web:1: it has no provenance'],
    'a chart without': [inputs({ chart: { provenance: { verified: false, reason: 'no .prov file' } }, images: [{ image: 'a:1', usedBy: [] }] }), 'repo/shop: no .prov file'],
  },
  passes: { 'images that have it': image('web:1', { provenance: { verified: true } }), 'chart and no images': inputs({ chart: { provenance: { verified: true } } }) },
  missing: [facts(), image('web:1')],
})
