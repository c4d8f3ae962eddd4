/** What dyff itself says is recorded in test/cli/diff-vectors.json; here are its bounds. */
import { expect, it } from 'vitest'
import { dyffReport } from './index.ts'

const object = (spec: string) => `---\napiVersion: v1\nkind: Odd\nmetadata: {name: a}\n${spec}`

it('has nothing to say of equal texts, of none, and of what is no YAML', () => {
  for (const [before, after] of [[object(''), object('')], ['', ''], ['---\n', ''], ['a: [', object('')]] as const) expect(dyffReport(before, after)).toBe('\n')
})

it('compares documents without names in order, when there are as many', () => {
  expect(dyffReport('---\na: 1\n---\nb: 1\n', '---\na: 1\n---\nb: 2\n')).toBe('\nb  (document #2)\n± value change\n- 1\n+ 2\n\n')
  expect(dyffReport('---\na: 1\n---\nb: 1\n', '---\na: 1\n')).toBe('\n')
})

it('takes sequences of terminals out of what it shows', () => {
  const out = dyffReport(object('x: "a\\e[31mred"\n'), object('x: "some\\e[0mthing else"\n'))
  expect(out).toContain('- ared')
  expect(out).not.toContain('\u001b')
})

it('takes long lines and long lists', () => {
  const started = Date.now()
  const long = (n: number, seed: number) => Array.from({ length: n }, (_, i) => ((i * seed) % 7).toString(36)).join('')
  expect(dyffReport(object(`x: k${long(60_000, 3)}\n`), object(`x: k${long(60_000, 5)}\n`))).toMatch(/value change/)
  const list = (n: number, by: number) => object(`x: [${Array.from({ length: n }, (_, i) => `v${(i * by) % n}`).join(', ')}]\n`)
  expect(dyffReport(list(20_000, 1), list(20_000, 7))).toMatch(/order changed/)
  expect(Date.now() - started).toBeLessThan(20_000)
})

it('compares deep documents, and refuses deeper ones', () => {
  const deep = (n: number) => object(`x: ${'['.repeat(n)}1${']'.repeat(n)}\n`)
  expect(dyffReport(deep(500), deep(500).replace('1', '2'))).toMatch(/change/)
  expect(() => dyffReport(deep(9_000), deep(9_000).replace('1', '2'))).toThrow('nested too deeply')
  expect(dyffReport(deep(20_000), deep(3))).toBe('\n')
})

it('refuses documents that aliases blow up', () => {
  const bomb = `x:\n  a0: &a0 [1, 2]\n${Array.from({ length: 30 }, (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`
  expect(() => dyffReport(object(bomb), object(bomb.replace('1, 2', '1, 3')))).toThrow('excessive aliasing')
})
