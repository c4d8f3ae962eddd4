import { expect, test } from 'vitest'
import { SecureRandom } from './secure-random.ts'

test('never the same bytes twice, across the pool and beyond it', () => {
  const random = new SecureRandom()
  const seen = new Set<string>()
  for (let i = 0; i < 300; i++) seen.add(Buffer.from(random.bytes(16)).toString('hex'))
  expect(seen.size).toBe(300)
  const large = random.bytes(5000)
  expect(large.length).toBe(5000)
  // All 256 values turn up, about as often as they should.
  const counts = new Array<number>(256).fill(0)
  for (const b of large) counts[b]!++
  expect(Math.min(...counts)).toBeGreaterThan(1)
  expect(random.bytes(0).length).toBe(0)
})

test('what was handed out is a copy of its own', () => {
  const random = new SecureRandom()
  const a = random.bytes(8)
  const copy = [...a]
  random.bytes(8).fill(0)
  expect([...a]).toEqual(copy)
  expect(copy.some((b) => b !== 0)).toBe(true)
})
