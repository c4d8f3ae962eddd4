import { expect, it } from 'vitest'
import { normal, twoProportions, wilsonLower } from './statistics.ts'

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
