import { describe, expect, test } from 'vitest'
import { IgnoreRules } from './ignore-rules.ts'
import { matchPath } from './match-path.ts'
import { outcome, vectors } from './vectors/vector-values.ts'

describe('.helmignore', () => {
  test.each(vectors<[text: string, names: string[], expected: unknown]>('ignore-rules'))('%j', (text, names, expected) => {
    expect(outcome(() => {
      const rules = IgnoreRules.parse(text).addDefaults()
      return names.map((name) => Number(rules.ignores(name.replace(/\/$/, ''), name.endsWith('/'))))
    })).toEqual(expected)
  })

  test('a negated rule drops everything else', () => {
    const rules = IgnoreRules.parse('!*.yaml')
    expect(rules.ignores('a.yaml', false)).toBe(false)
    expect(rules.ignores('README.md', false)).toBe(true)
  })
})

describe('path patterns', () => {
  test.each(vectors<[pattern: string, names: string[], expected: unknown[]]>('match-path'))('%j', (pattern, names, expected) => {
    const got = names.map((name) => outcome(() => Number(matchPath(pattern, name))))
    expect(got).toEqual(expected.map((e) => (typeof e === 'string' ? { error: e } : e)))
  })
})
