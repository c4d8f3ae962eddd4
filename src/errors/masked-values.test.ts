import { expect, it } from 'vitest'
import { maskedValues } from './masked-values.ts'

it.each([
  ['auth:\n  password: "hunter22 and more\n  other: [', 'auth:\n  password: "•••••••• ••• ••••\n  other: ['],
  ['a: b1: c\nlist: [x1, longer-than-8]', 'a: ••: •\nlist: [x1, ••••••-••••-•]'],
  ['key: |\n  MIIEvQIBADANBg+/x==\n  MIIEvQIBADANBg=\n  short', 'key: |\n  ••••••••••••••+/•==\n  ••••••••••••••=\n  short'],
  ['{"password": "a\\"b1", "n": 1} x', '{"password": "•\\"••", "n": •} •'],
  ['auth={"password":"hunter22" oops', 'auth={"password":"••••••••" oops'],
  ['longer-than-8=tru', 'longer-than-8=tru'],
  ["it's: 'não1", "it's: '••••"],
])('%j', (text, shown) => {
  expect(maskedValues(text)).toBe(shown)
})

it('takes time in proportion to a hostile line', () => {
  const began = performance.now()
  for (const part of ['a', '"', "'", ': ', '\\', '"a', ':', ' ']) maskedValues(part.repeat(200_000))
  expect(performance.now() - began).toBeLessThan(3000)
})
