import { expect, it } from 'vitest'
import { outcomeSuite } from '../../../test/cluster/outcome-suite.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'
import { routeFault, serviceRoute } from './routing.ts'

outcomeSuite('after a release, in the sandbox', async () => {
  const sandbox = startSandbox({ speed: 20 })
  return { cluster: sandbox.cluster(), stop: () => sandbox.close() }
})

const slice = (...ready: (boolean | undefined | null)[]) => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: {}, endpoints: ready.map((r) => ({ conditions: { ready: r } })) })

it('counts endpoints that take traffic', () => {
  expect(serviceRoute([slice(true, false), slice(undefined, null)])).toEqual({ ready: 3, detail: '3 of 4 endpoints take traffic' })
  expect(serviceRoute([])).toEqual({ ready: 0, detail: 'its selector finds no pod' })
  expect(serviceRoute([{ ...slice(), endpoints: null }])).toEqual({ ready: 0, detail: 'its selector finds no pod' })
})

const route = (parents: unknown, generation = 2) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { generation }, status: { parents } })
const condition = (type: string, status = 'True', observedGeneration = 2) => ({ type, status, observedGeneration, reason: 'Why' })

it.each([
  ['no parent', undefined, 'no gateway has taken it'],
  ['one that took it', [{ conditions: [condition('Accepted'), condition('ResolvedRefs')] }], undefined],
  ['one that refused', [{ parentRef: { name: 'edge' }, conditions: [condition('Accepted', 'False'), condition('ResolvedRefs')] }], 'edge: Accepted is False (Why)'],
  ['a backend that is not there', [{ parentRef: { name: 'edge' }, conditions: [condition('Accepted'), condition('ResolvedRefs', 'False')] }], 'edge: ResolvedRefs is False (Why)'],
  ['an old answer', [{ parentRef: { name: 'edge' }, conditions: [condition('Accepted', 'True', 1), condition('ResolvedRefs')] }], 'edge: Accepted is told of an older generation'],
  ['the second of two', [{ conditions: [condition('Accepted'), condition('ResolvedRefs')] }, { parentRef: { name: 'inner' } }], 'inner: Accepted is not told'],
])('a route with %s', (_, parents, fault) => {
  expect(routeFault(route(parents))).toBe(fault)
})
