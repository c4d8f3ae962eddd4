import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { refusalFixes, refusedPlan } from './index.ts'

it('every precondition has its row in docs/plans.md', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/plans.md'), 'utf8')
  expect(Object.keys(refusalFixes).filter((id) => !page.includes(`\`${id}\``))).toEqual([])
  const named = new Set([...page.matchAll(/`((?:plan|target|stale)\/[\w-]+)`/g)].map((m) => m[1]!))
  expect([...named].filter((id) => !Object.hasOwn(refusalFixes, id))).toEqual([])
})

it('all that speaks against a plan is one error: each with its name, and what to do once', () => {
  const error = refusedPlan([{ id: 'plan/expired', message: 'it expired' }, { id: 'stale/object-gone', release: 'web', message: 'ConfigMap/a is gone' }, { id: 'stale/object-gone', release: 'web', message: 'ConfigMap/b is gone' }])
  expect(error).toMatchObject({ code: 'rule.refused', details: { refusals: [{ id: 'plan/expired' }, { release: 'web' }, {}] } })
  expect(error.message).toBe('the plan is not applied, and nothing was changed:\n  plan/expired: it expired\n  stale/object-gone: web: ConfigMap/a is gone\n  stale/object-gone: web: ConfigMap/b is gone')
  expect(error.hint!.split('\n')).toHaveLength(2)
})
