import { expect, it } from 'vitest'
import { facts } from '../../../test/policy/facts.ts'
import { evaluatePolicy } from './evaluate.ts'
import { makePolicy, requireRule } from './policy.ts'
import type { Override, Rule, RuleSeverity } from './rule.ts'

const object = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name })
const rule = (id: string, check: Rule['check'], production: RuleSeverity = 'block', phase: Rule['phase'] = 'plan'): Rule => ({ id, title: '', phase, severity: { baseline: 'warn', production }, reason: '', fix: '', check })
const override = (more: Partial<Override>): Override => ({ rule: 'a/two', match: '', reason: 'r', by: 'ada', expires: '2027-01-01T00:00:00Z', ...more })
const two = rule('a/two', () => [{ message: 'first', object: object('web') }, { message: 'second', object: object('db') }])

it('blocks where a blocking rule is violated, in the order of the rules', () => {
  const report = evaluatePolicy(facts(), makePolicy({ pack: 'production', rules: [two, rule('a/fine', () => []), rule('a/warned', () => [{ message: 'x' }], 'warn'), rule('a/off', () => [{ message: 'x' }], 'off')] }))
  expect(report.results.map((r) => [r.rule, r.severity, r.status])).toEqual([['a/two', 'block', 'violated'], ['a/fine', 'block', 'passed'], ['a/warned', 'warn', 'violated']])
  expect([report.blocked, report.blockedBy]).toEqual([true, ['a/two']])
})

it('takes severities over the pack', () => {
  const rules = [two]
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'baseline', rules })).blocked).toBe(false)
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'baseline', rules, severities: { 'a/two': 'block' } })).blocked).toBe(true)
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'production', rules, severities: { 'a/two': 'off' } })).results).toEqual([])
})

it('judges the rules of one phase', () => {
  const rules = [two, rule('a/after', () => [], 'block', 'after')]
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'production', rules }), 'after').results.map((r) => r.rule)).toEqual(['a/after'])
})

it('lets pass what an override matches and keeps the rest standing', () => {
  for (const match of ['Deployment/web', 'shop/Deployment/web', 'first']) {
    const [result] = evaluatePolicy(facts(), makePolicy({ pack: 'production', rules: [two], overrides: [override({ match })] })).results
    expect(result).toMatchObject({ status: 'violated', violations: [{ message: 'second' }], waived: [{ violation: { message: 'first' }, override: { match } }], overrides: [{ match }] })
  }
})

it('tells overrides that do nothing: expired, unreadable time, matching nothing, rule off; not those of rules nobody could judge', () => {
  const rules = [two, rule('a/unknown', () => 'some facts'), rule('a/off', () => [], 'off')]
  const overrides = [override({ expires: '2026-11-26T12:00:00Z' }), override({ expires: 'soon' }), override({ match: 'third' }), override({ rule: 'a/off' }), override({ rule: 'a/unknown' })]
  const report = evaluatePolicy(facts(), makePolicy({ pack: 'production', rules, overrides }))
  expect(report.idle.map((i) => i.why)).toEqual(['expired', 'expired', 'matches nothing', 'rule is off'])
  expect(report.results[0]!.status).toBe('violated')
})

it('a rule without its facts is neither passed nor violated; the environment may insist', () => {
  const rules = [rule('a/unknown', () => 'the server'), rule('a/hint', () => 'the server', 'warn')]
  const lenient = evaluatePolicy(facts(), makePolicy({ pack: 'production', rules }))
  expect(lenient).toMatchObject({ blocked: false, results: [{ status: 'not-evaluated', missing: 'the server' }, { status: 'not-evaluated' }] })
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'production', rules, unevaluated: 'block' })).blockedBy).toEqual(['a/unknown'])
})

it('a rule that breaks on hostile facts counts as violated', () => {
  const broken = rule('a/broken', () => { throw new TypeError('x is not iterable') })
  expect(evaluatePolicy(facts(), makePolicy({ pack: 'production', rules: [broken] }))).toMatchObject({ blocked: true, results: [{ violations: [{ message: 'the rule could not judge this: x is not iterable' }] }] })
})

it('what hostile facts say neither plays with a terminal nor fills it', () => {
  const loud = rule('a/loud', () => [{ message: `\u001b[2J\u202e${'x'.repeat(10_000)}`, object: { ...object('web\u0007'), namespace: '\u009b' }, place: { file: 'a\u0000b' }, hint: 'fine\n\ttext' }, ...Array.from({ length: 2000 }, () => ({ message: 'm' }))])
  const { violations } = evaluatePolicy(facts(), makePolicy({ pack: 'production', rules: [loud] })).results[0]!
  expect(violations).toHaveLength(1001)
  expect(violations[0]).toMatchObject({ message: expect.stringMatching(/^\uFFFD\[2J\uFFFDx+…$/), object: { name: 'web\uFFFD', namespace: '\uFFFD' }, place: { file: 'a\uFFFDb' }, hint: 'fine\n\ttext' })
  expect(violations[0]!.message.length).toBeLessThan(5000)
  expect(violations.at(-1)!.message).toBe('and 1001 more violations')
})

it('refuses unknown rules, with the one that was meant', () => {
  const rules = [rule('manifests/probes', () => [])]
  expect(() => makePolicy({ pack: 'baseline', rules, severities: { 'manifests/probs': 'off' } })).toThrow(expect.objectContaining({ code: 'config.invalid', hint: 'Did you mean manifests/probes?' }))
  expect(() => makePolicy({ pack: 'baseline', rules, overrides: [override({ rule: 'probes' })] })).toThrow(expect.objectContaining({ hint: 'Did you mean manifests/probes?' }))
  expect(() => requireRule('x/y', rules)).toThrow(expect.objectContaining({ hint: expect.stringContaining('pintle policy rules') }))
})

it('has one digest a policy: every part of it counts, departures that change nothing do not', () => {
  const rules = [two]
  const digest = (parts: Partial<Parameters<typeof makePolicy>[0]> = {}): string => makePolicy({ pack: 'production', rules, ...parts }).digest
  const digests = [digest(), digest({ pack: 'baseline' }), digest({ severities: { 'a/two': 'warn' } }), digest({ overrides: [override({})] }), digest({ overrides: [override({ reason: 'other' })] }), digest({ unevaluated: 'block' }), digest({ external: { 'a/two': 'sha256:1' } })]
  expect(new Set(digests).size).toBe(digests.length)
  expect(digest({ severities: { 'a/two': 'block' } })).toBe(digest())
})
