import { expect, it } from 'vitest'
import { normal, shiftOf, twoProportions, wilsonLower } from './statistics.ts'

// Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, method 3.
it.each([[81, 263, 0.2553], [15, 148, 0.0624], [0, 20, 0], [1, 29, 0.0061]])("Wilson's interval of %i in %i begins at %d", (count, n, lower) => {
  expect(wilsonLower(count / n, n)).toBeCloseTo(lower, 4)
})

// Tables of the normal distribution.
it.each([[0, 0.5], [1, 0.8413447], [1.644854, 0.95], [1.959964, 0.975], [2.326348, 0.99], [-1, 0.1586553], [6, 1]])('the normal distribution up to %d is %d', (z, p) => {
  expect(normal(z)).toBeCloseTo(p, 6)
})

it('tells shares apart as far as chance allows', () => {
  // 12 of 600 against 3 of 600: pooled 0.0125, z = 0.015 / sqrt(0.0125 * 0.9875 / 300).
  expect(twoProportions({ share: 0.02, samples: 600 }, { share: 0.005, samples: 600 })).toEqual({ z: expect.closeTo(2.3385, 3) as number, p: expect.closeTo(0.00968, 4) as number })
  expect(twoProportions({ share: 0, samples: 600 }, { share: 0, samples: 600 })).toEqual({ z: 0, p: 0.5 })
  expect(twoProportions({ share: 1, samples: 10 }, { share: 1, samples: 600 })).toEqual({ z: 0, p: 0.5 })
  expect(twoProportions({ share: 0.001, samples: 600 }, { share: 0.02, samples: 600 }).p).toBeGreaterThan(0.99)
})

it('finds the shift between two samples', () => {
  // All differences of {1, 2, 3} and {1, 1, 5}: -4 -3 -2 0 0 1 1 2 2.
  expect(shiftOf([1, 2, 3], [1, 1, 5])).toEqual({ estimate: 0, lower: -4, upper: 2 })
  expect(shiftOf([7, 7, 7, 7, 7], [7, 7, 7, 7, 7])).toEqual({ estimate: 0, lower: 0, upper: 0 })
  expect(shiftOf([], [1])).toBeUndefined()
})

it('is right about the shift in 98 of a hundred cases', () => {
  let state = 7
  const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  const sample = (mean: number): number[] => Array.from({ length: 20 }, () => mean + Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()))
  let within = 0
  for (let i = 0; i < 2000; i++) {
    const { lower, upper } = shiftOf(sample(3), sample(1))!
    if (lower <= 2 && 2 <= upper) within++
  }
  expect(within / 2000).toBeGreaterThan(0.97)
  expect(within / 2000).toBeLessThan(0.99)
})
