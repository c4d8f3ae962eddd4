import { expect, test } from 'vitest'
import { deprecationOf, deprecationText, isDeprecatedIn } from './index.ts'

test('what the API server would warn of', () => {
  const pdb = deprecationOf('policy/v1beta1', 'PodDisruptionBudget')!
  expect(pdb).toEqual({ apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', since: [1, 21], removed: [1, 25], replacement: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' } })
  expect(deprecationText(pdb)).toBe('policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget')
  expect([[1, 20], [1, 21], [2, 0], [0, 0]].map((v) => isDeprecatedIn(pdb, v as [number, number]))).toEqual([false, true, true, true])
  expect(deprecationText(deprecationOf('v1', 'ComponentStatus')!)).toBe('v1 ComponentStatus is deprecated in v1.19+')
})

test.each([['apps/v1', 'Deployment'], ['', ''], ['policy/v1beta1', 'PodDisruption'], ['policy/v1beta1 PodDisruptionBudget', '1.21'], ['.*', '.*'], ['a\nb', 'c']])('nothing about %j %j', (apiVersion, kind) => {
  expect(deprecationOf(apiVersion, kind)).toBeUndefined()
})
