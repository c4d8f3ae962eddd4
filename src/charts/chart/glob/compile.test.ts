import { describe, expect, test } from 'vitest'
import { outcome, vectors } from '../vectors/vector-values.ts'
import { compileGlob } from './compile.ts'

describe('.Files.Glob patterns', () => {
  test.each(vectors<[pattern: string, names: string[], expected: unknown]>('glob'))('%s', (pattern, names, expected) => {
    const want = expected === 'all' ? names.map(() => 1) : expected
    expect(outcome(() => names.map((name) => Number(compileGlob(pattern)(name))))).toEqual(want)
  })

  test('stars of charts: one level, all levels, alternatives', () => {
    const names = ['config/a.yaml', 'config/sub/b.yaml', 'config/c.json', 'x']
    const matches = (pattern: string): string[] => names.filter(compileGlob(pattern))
    expect(matches('config/*')).toEqual(['config/a.yaml', 'config/c.json'])
    expect(matches('config/**')).toEqual(['config/a.yaml', 'config/sub/b.yaml', 'config/c.json'])
    expect(matches('**.yaml')).toEqual(['config/a.yaml', 'config/sub/b.yaml'])
    expect(matches('config/{a,c}.*')).toEqual(['config/a.yaml', 'config/c.json'])
  })

  test('an oddity of the original: alternatives after a text may miss what they say', () => {
    expect(compileGlob(',{a*,b}')(',ab')).toBe(false)
  })
})
