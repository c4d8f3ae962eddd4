import { expect, it } from 'vitest'
import { PintleError } from '../../../errors/index.ts'
import { parseBusinessHours } from './business-hours.ts'
import { markdownItems, onCallTold, parseChecklist } from './checklist.ts'

const fault = (path: readonly (string | number)[], message: string, hint?: string) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, { ...(hint !== undefined && { hint }) })

it.each([
  [{ hours: '09:00-17:30', zone: 'Europe/Berlin' }, { days: [1, 2, 3, 4, 5], from: 9, to: 17.5, zone: 'Europe/Berlin' }],
  [{ days: 'Mon, wednesday,Sat', hours: '8-24' }, { days: [1, 3, 6], from: 8, to: 24, zone: 'UTC' }],
  [{ days: 'Fri-Mon', hours: '0-6' }, { days: [0, 1, 5, 6], from: 0, to: 6, zone: 'UTC' }],
])('reads business hours %j', (raw, hours) => {
  expect(parseBusinessHours(raw, fault)).toEqual(hours)
})

it.each([
  ['9-17', ': businessHours must be a map'],
  [{ days: 'Mon-Fri' }, ': businessHours.hours must be'],
  [{ hours: '17-9' }, 'hours: businessHours.hours must be'],
  [{ hours: '9-25' }, 'hours: businessHours.hours'],
  [{ hours: '9:75-17' }, 'hours: businessHours.hours'],
  [{ hours: '9-17', days: 'Mon-Fry' }, 'days: businessHours.days: "Mon-Fry" are no days'],
  [{ hours: '9-17', days: 'Mon-Tue-Wed' }, 'days: '],
  [{ hours: '9-17', zone: 'Mars/Olympus' }, 'zone: businessHours.zone: "Mars/Olympus" is no time zone'],
  [{ hours: '9-17', zones: 'UTC' }, 'zones: unknown key businessHours.zones'],
])('refuses business hours %j', (raw, message) => {
  expect(() => parseBusinessHours(raw, fault)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }))
})

const document = `# Deployment
## Pre-Deployment
- [x] Tests pass
- [ ] On-call engineer notified
  * [X] nested
1. [ ] numbered
- [ ]
- [link](x)
\`\`\`
- [ ] in a fence
\`\`\`
### Details
- [ ] in a subsection
## During Deployment
- [ ] Watch the pods
### Also during
- [ ] More
## Post-Deployment
- [ ] Close the ticket
## Sign-off before
- [x] Owner agrees
`

it('reads the task boxes of Markdown, but for what comes during and after', () => {
  expect(markdownItems(document)).toEqual([
    { item: 'Tests pass', done: true }, { item: 'On-call engineer notified', done: false }, { item: 'nested', done: true }, { item: 'numbered', done: false }, { item: 'in a subsection', done: false }, { item: 'Owner agrees', done: true },
  ])
})

it('reads lists of items, and ticks what was done', () => {
  const read = () => document
  expect(parseChecklist(undefined, read, fault)).toBeUndefined()
  expect(parseChecklist(['Docs', '[x] Tests', { item: 'Owner', done: true }, { item: 'Flag' }], read, fault, ['docs '])).toEqual([{ item: 'Docs', done: true }, { item: 'Tests', done: true }, { item: 'Owner', done: true }, { item: 'Flag', done: false }])
  expect(parseChecklist('list.md', read, fault, ['On-call engineer notified'])?.filter((i) => i.done)).toHaveLength(4)
})

it('knows from the checklist whether on-call was told', () => {
  expect(onCallTold(undefined)).toBeUndefined()
  expect(onCallTold([{ item: 'Tests', done: true }])).toBeUndefined()
  expect(onCallTold([{ item: 'On-call engineer notified', done: false }])).toBe(false)
  expect(onCallTold([{ item: 'the oncall knows', done: true }])).toBe(true)
})

it.each([
  [3, ': checklist must be'], [[3], '0: an item'], [[{ item: 'a', dnoe: true }], '0: an item'], [['a', ''], '1: an item'], [[{ item: 'a', done: 'yes' }], '0: an item'],
])('refuses the checklist %j', (raw, message) => {
  expect(() => parseChecklist(raw, () => '', fault)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }))
})

it('says so when a checklist cannot be read, has no boxes, or lacks what was ticked', () => {
  const broken = () => { throw Object.assign(new Error('no'), { code: 'ENOENT' }) }
  expect(() => parseChecklist('x.md', broken, fault)).toThrow(/cannot read the checklist x\.md: ENOENT/)
  expect(() => parseChecklist('x.md', () => '# none', fault)).toThrow(/has no task boxes/)
  expect(() => parseChecklist(['a'], () => '', fault, ['b'])).toThrow(/the checklist has no item "b"/)
})
