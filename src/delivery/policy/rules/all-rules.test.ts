import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { allRules } from './all-rules.ts'

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((f) => f.includes('/') && f.endsWith('.ts') && !f.endsWith('.test.ts'))

it('names every file of this folder, each once, by its id', () => {
  expect(allRules.map((r) => `${r.id}.ts`).sort()).toEqual(files.sort())
})

it.each(allRules.map((r) => [r.id, r] as const))('%s has a test beside it and says what holds, why and what to do', (id, rule) => {
  expect(existsSync(join(import.meta.dirname, `${id}.test.ts`))).toBe(true)
  expect(rule.title).toMatch(/^[A-Z`].*\.$/)
  expect(rule.reason.length).toBeGreaterThan(30)
  expect(rule.fix.length).toBeGreaterThan(20)
  // Production is never milder.
  const weight = { off: 0, warn: 1, block: 2 }
  expect(weight[rule.severity.production]).toBeGreaterThanOrEqual(weight[rule.severity.baseline])
})
