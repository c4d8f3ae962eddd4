import { expect, it } from 'vitest'
import { facts } from '../../../test/policy/facts.ts'
import { evaluatePolicy } from './evaluate.ts'
import { mergeResults } from './merge-results.ts'
import { makePolicy } from './policy.ts'
import type { Override, Rule } from './rule.ts'

const override: Override = { rule: 'a/x', match: '', reason: 'r', by: 'ada', expires: '2027-01-01T00:00:00Z' }
const report = (check: Rule['check'], severity: 'block' | 'warn' = 'block', overrides: readonly Override[] = []) =>
  evaluatePolicy(facts(), makePolicy({ pack: 'production', overrides, rules: [{ id: 'a/x', title: '', phase: 'plan', severity: { baseline: severity, production: severity }, reason: '', fix: '', check }] }))

it('of one release they are its own', () => {
  const one = report(() => [{ message: 'm' }])
  expect(mergeResults([{ name: 'web', report: one }])).toEqual(one.results)
})

it('of several a rule is as bad as it is anywhere, and says where', () => {
  const violated = report(() => [{ message: 'm' }], 'warn')
  // What an override let pass in one does not make another's warning block.
  const waived = report(() => [{ message: 'n' }], 'block', [override])
  const merged = mergeResults([{ name: 'web', report: violated }, { name: 'api', report: waived }, { name: 'db', report: report(() => 'facts') }, { name: 'job', report: report(() => []) }])
  expect(merged).toEqual([{ rule: 'a/x', severity: 'warn', status: 'violated', violations: [{ message: 'web: m' }], waived: [{ violation: { message: 'api: n' }, override }], overrides: [override] }])
})

it('passed only where it passed everywhere', () => {
  expect(mergeResults([{ name: 'a', report: report(() => []) }, { name: 'b', report: report(() => 'some facts') }])).toMatchObject([{ status: 'not-evaluated', missing: 'some facts' }])
  expect(mergeResults([{ name: 'a', report: report(() => []) }, { name: 'b', report: report(() => []) }])).toMatchObject([{ status: 'passed' }])
})
