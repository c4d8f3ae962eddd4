import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginning, origin, promoting, retreating, shifting } from './path.ts'
import type { State, Way } from './path.ts'
import { replicasRouter } from './routers/replicas.ts'
import { serviceRouter } from './routers/service.ts'
import { splitPods } from './routers/router.ts'

const split: Way['router'] = { by: 'route', plan: (weight, full, spec) => ({ achieved: weight, ...splitPods(weight, full, spec) }) }
const routers = { replicas: replicasRouter, service: serviceRouter, split }

const ways = fc.record({ name: fc.constantFrom('replicas', 'service', 'split'), full: fc.integer({ min: 1, max: 25 }), after: fc.integer({ min: 0, max: 10 }), replicas: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }) }).map(({ name, full, after, replicas }): Way & { name: string } => ({
  name, full, after: full + after, router: routers[name as keyof typeof routers], spec: { ...(replicas !== undefined && { replicas }) },
}))
const rising = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }).map((w) => [...new Set(w)].sort((a, b) => a - b))

/** Pods that are sure to serve between two writes, whichever parts of the second have come about. */
function serving(way: Way, a: State, b: State): number {
  const steady = a.promoted === b.promoted ? Math.min(a.stable, b.stable) : 0
  const canary = Math.min(a.canary, b.canary)
  if (way.router.by === 'pods') return steady + canary
  return Math.min(...[a.weight, b.weight].map((w) => (w === 0 ? steady : w >= 100 ? canary : steady + canary)))
}

/** What the new version has of the traffic: everything, once the release's own Deployment is new. */
const reached = (s: State): number => (s.promoted ? 100 : s.weight)

function follow(way: Way, from: State, states: readonly State[], order: 'up' | 'down'): State {
  let state = from
  for (const next of states) {
    const what = JSON.stringify([state, next])
    expect(serving(way, state, next), what).toBeGreaterThanOrEqual(way.full)
    if (way.router.by === 'route' && !next.promoted) expect(next.canary * 100, `enough for its share: ${what}`).toBeGreaterThanOrEqual(Math.min(100, next.weight) * way.full - 1e-6)
    if (order === 'up') expect(reached(next), what).toBeGreaterThanOrEqual(reached(state) - 1e-9)
    else expect(reached(next), what).toBeLessThanOrEqual(reached(state) + 1e-9)
    state = next
  }
  return state
}

test('capacity comes before traffic and goes after it, on every way up, and back from every state', () => {
  fc.assert(fc.property(ways, rising, fc.boolean(), (way, weights, early) => {
    const all: State[] = [origin(way)]
    let state = origin(way)
    const go = (states: readonly State[]): void => {
      state = follow(way, state, states, 'up')
      all.push(...states)
    }
    go(beginning(way))
    for (const weight of early ? weights.slice(0, 2) : weights) go(shifting(way, state, weight))
    go(promoting(way, state))
    // The last write takes the copy away.
    expect(state).toMatchObject({ promoted: true, stable: way.after })
    expect(way.router.by === 'pods' || state.weight === 0).toBe(true)
    for (const from of all) {
      const end = follow(way, from, retreating(way, from), 'down')
      expect(end).toMatchObject({ promoted: false, stable: way.full, weight: 0 })
      // Interrupted on its way, it goes on from where it is.
      for (const between of retreating(way, from)) expect(follow(way, between, retreating(way, between), 'down')).toEqual(end)
      if (!from.promoted || way.router.by === 'route') for (const between of promoting(way, from)) expect(promoting(way, between).at(-1) ?? between).toEqual(promoting(way, from).at(-1) ?? from)
    }
  }), { seed: 7, numRuns: 500 })
})

test('down to a lower weight: traffic goes first', () => {
  fc.assert(fc.property(ways, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), (way, high, low) => {
    const start = beginning(way).at(-1)!
    const up = shifting(way, start, high).at(-1) ?? start
    const asked = Math.min(high, low)
    const end = follow(way, up, shifting(way, up, asked), 'down')
    expect(end.weight).toBeCloseTo(way.router.plan(asked, way.full, way.spec).achieved)
  }), { seed: 7, numRuns: 500 })
})

test('k of N or k of N + 1, the nearest', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 }), (weight, full) => {
    const { achieved, stable, canary } = replicasRouter.plan(weight, full, {})
    expect([full, full + 1]).toContain(stable + canary)
    for (const all of [full, full + 1]) for (let k = 0; k <= all; k++) expect(Math.abs(achieved - weight)).toBeLessThanOrEqual(Math.abs((100 * k) / all - weight) + 1e-9)
  }), { seed: 7 })
  expect([5, 25, 50, 100].map((w) => replicasRouter.plan(w, 3, {}))).toEqual([
    { achieved: 0, stable: 3, canary: 0 }, { achieved: 25, stable: 3, canary: 1 }, { achieved: 50, stable: 2, canary: 2 }, { achieved: 100, stable: 0, canary: 3 },
  ])
})
