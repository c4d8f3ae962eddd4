import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './business-hours.ts'

const at = (time: string, zone = 'Europe/Berlin', lastFailed = true) => facts({
  now: new Date(time), run: { operator: 'ada', ciRequired: false, businessHours: { days: [1, 2, 3, 4, 5], from: 9, to: 17.5, zone } },
  target: { ...target({}).target!, release: { name: 'shop', status: 'failed', revision: 4, lastFailed } },
})

ruleSuite(rule, {
  fires: {
    'a Thursday at noon': [at('2026-11-26T12:00:00Z'), 'revision 4 of shop failed, and it is Thu 13:00 in Europe/Berlin'],
    'the first minute': [at('2026-11-26T08:00:00Z'), 'Thu 09:00'],
    'a morning elsewhere': [at('2026-11-26T00:30:00Z', 'Asia/Tokyo'), 'Thu 09:30 in Asia/Tokyo'],
  },
  passes: {
    'half past five': at('2026-11-26T16:30:00Z'), 'a Sunday': at('2026-11-29T12:00:00Z'), 'before nine': at('2026-11-26T07:59:00Z'), 'a release that did not fail': at('2026-11-26T12:00:00Z', 'Europe/Berlin', false),
  },
  missing: [facts(), target({}), target({ release: { name: 'shop', status: 'failed', revision: 4, lastFailed: true } }), at('2026-11-26T12:00:00Z', 'Mars/Olympus')],
})
