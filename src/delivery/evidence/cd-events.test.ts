import { expect, it } from 'vitest'
import { kept } from '../../../test/cluster/evidence-store-suite.ts'
import { cloudEvent } from './cd-events.ts'
import type { RecordFacts } from './index.ts'
import { makeAddendum } from './index.ts'

const eventOf = (more: Partial<RecordFacts>) => cloudEvent({ sequence: 7, previous: '', hash: 'sha256:h', entry: kept(more).record })
const kindOf = (more: Partial<RecordFacts>) => eventOf(more)?.type

it('says what happened to the service, and nothing where nothing did', () => {
  const used = { at: '2026-01-01T00:00:50Z', reason: 'x', toRevision: 1 }
  const is = (kind: string) => `dev.cdevents.service.${kind}.0.1.1`
  expect(kindOf({ operation: 'install' })).toBe(is('deployed'))
  expect(kindOf({ operation: 'upgrade' })).toBe(is('upgraded'))
  expect(kindOf({ operation: 'upgrade', outcome: 'unverified' })).toBe(is('upgraded'))
  expect(kindOf({ operation: 'rollback' })).toBe(is('rolledback'))
  expect(kindOf({ operation: 'uninstall' })).toBe(is('removed'))
  expect(kindOf({ outcome: 'rolled-back', rollback: { target: 1, steps: [], used } })).toBe(is('rolledback'))
  expect(kindOf({ outcome: 'rolled-back', rollback: { target: 0, steps: [], used: { ...used, toRevision: 0 } } })).toBe(is('removed'))
  for (const outcome of ['failed', 'refused', 'unchanged'] as const) expect(eventOf({ outcome })).toBeUndefined()
  expect(cloudEvent({ sequence: 1, previous: '', hash: '', entry: makeAddendum({ about: 'x', at: '2026-01-01T00:00:00Z', by: 'x' }) })).toBeUndefined()
})

it('is a CDEvent in a CloudEvent, bound as the specification says', () => {
  const event = eventOf({ operation: 'upgrade', reason: 'a text that somebody wrote' })!
  const { data } = event
  expect(event).toMatchObject({ specversion: '1.0', id: data.context.id, source: '/pintle/u/n', type: data.context.type, subject: 'web', time: '2026-01-01T00:01:00.000Z', datacontenttype: 'application/json' })
  expect(data).toMatchObject({
    context: { version: '0.3.0', source: '/pintle/u/n', timestamp: '2026-01-01T00:01:00.000Z' },
    subject: { id: 'web', source: '/pintle/u/n', type: 'service', content: { environment: { id: 'prod', source: '/pintle/u/n' }, artifactId: 'pkg:helm/web@1.0.0' } },
    customData: { pintle: { record: event.id, sequence: 7, head: 'sha256:h', revision: { before: 1, after: 2 } } }, customDataContentType: 'application/json',
  })
  expect(JSON.stringify(event)).not.toContain('somebody wrote')
})

it('names the chart that runs again after going back, when it is known', () => {
  const back = { outcome: 'rolled-back' as const, rollback: { target: 1, steps: [], used: { at: '', reason: '', toRevision: 1 } } }
  const artifact = (more: Partial<RecordFacts>) => (eventOf({ ...back, ...more })!.data.subject.content as { artifactId: string }).artifactId
  expect(artifact({ chartBefore: { name: 'web', version: '0.9.0+x', appVersion: '' } })).toBe('pkg:helm/web@0.9.0%2Bx')
  expect(artifact({})).toBe('pkg:helm/web')
  expect((eventOf({ environment: '' })!.data.subject.content.environment).id).toBe('n')
})
