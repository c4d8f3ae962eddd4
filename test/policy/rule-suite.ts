/** What every rule must show: firing, not firing, overridden on record, and not evaluated where facts are missing. */
import { describe, expect, it } from 'vitest'
import { evaluatePolicy, makePolicy, type Facts, type Override, type Rule, type RuleResult } from '../../src/delivery/policy/index.ts'
import { facts } from './facts.ts'

export interface RuleCases {
  /** By name: facts that violate the rule, and what is said, one text a violation: each must stand in the violation's object or message. */
  readonly fires: Readonly<Record<string, readonly [Facts, ...string[]]>>
  readonly passes: Readonly<Record<string, Facts>>
  /** Facts that are not enough; default none at all. `never`: the rule needs none but those that are always there. */
  readonly missing?: Facts | readonly Facts[] | 'never'
}

export function ruleSuite(rule: Rule, { fires, passes, missing = facts() }: RuleCases): void {
  const judge = (known: Facts, overrides: readonly Override[] = []): { result: RuleResult; blocked: boolean; idle: string[] } => {
    const report = evaluatePolicy(known, makePolicy({ pack: 'production', rules: [rule], severities: { [rule.id]: 'block' }, overrides }), rule.phase)
    return { result: report.results[0]!, blocked: report.blocked, idle: report.idle.map((i) => i.why) }
  }
  const override: Override = { rule: rule.id, match: '', reason: 'OPS-12, agreed', by: 'grace@example.com', expires: '2026-12-31T23:59:59Z' }

  describe(rule.id, () => {
    for (const [name, [known, ...says]] of Object.entries(fires)) {
      it(`fires: ${name}`, () => {
        const { result, blocked } = judge(known)
        expect(result.status).toBe('violated')
        const told = result.violations.map((v) => `${v.object === undefined ? '' : `${v.object.kind}/${v.object.name}: `}${v.message}`)
        expect(told).toHaveLength(says.length)
        says.forEach((text, i) => expect(told[i]).toContain(text))
        expect(blocked).toBe(true)
      })
      it(`overridden: ${name}`, () => {
        const { result, blocked, idle } = judge(known, [override])
        expect(result).toMatchObject({ status: 'overridden', violations: [], overrides: [override] })
        expect(result.waived).toHaveLength(says.length)
        expect({ blocked, idle }).toEqual({ blocked: false, idle: [] })
        expect(judge(known, [{ ...override, expires: known.now.toISOString() }])).toMatchObject({ result: { status: 'violated', overrides: [] }, blocked: true, idle: ['expired'] })
        expect(judge(known, [{ ...override, match: 'nothing says this' }])).toMatchObject({ result: { status: 'violated' }, blocked: true, idle: ['matches nothing'] })
      })
    }
    for (const [name, known] of Object.entries(passes)) {
      it(`passes: ${name}`, () => {
        const { result, blocked } = judge(known)
        expect(result.violations).toEqual([])
        expect({ status: result.status, missing: result.missing, blocked }).toEqual({ status: 'passed', missing: undefined, blocked: false })
      })
    }
    if (missing !== 'never') {
      for (const known of Array.isArray(missing) ? missing as readonly Facts[] : [missing as Facts]) {
        it('is not evaluated without its facts', () => {
          const { result, blocked } = judge(known)
          expect(result).toMatchObject({ status: 'not-evaluated', violations: [] })
          expect(result.missing).toMatch(/\S/)
          expect(blocked).toBe(false)
        })
      }
    }
  })
}
