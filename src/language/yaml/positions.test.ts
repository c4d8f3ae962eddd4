import { expect, it } from 'vitest'
import { positions } from './positions.ts'

it('gives every member and item with its key, its value and what the value means', () => {
  const text = '# top\na:\n  b: "x"\n  c: [1, yes]\nd:\n  - e: null\n__proto__: *q\n'.replace('*q', 'z')
  const found = [...positions(text)].map((p) => `${p.path.join('.')} ${p.line}:${p.column} ${p.valueLine}:${p.valueColumn} ${p.kind} ${JSON.stringify(p.value)}`)
  expect(found).toEqual([
    ' 2:1 2:1 mapping undefined', 'a 2:1 3:3 mapping undefined', 'a.b 3:3 3:6 scalar "x"', 'a.c 4:3 4:6 sequence undefined', 'a.c.0 4:7 4:7 scalar 1', 'a.c.1 4:10 4:10 scalar true',
    'd 5:1 6:3 sequence undefined', 'd.0 6:5 6:5 mapping undefined', 'd.0.e 6:5 6:8 scalar null', '__proto__ 7:1 7:12 scalar "z"',
  ])
})
