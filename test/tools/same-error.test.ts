import { expect, test } from 'vitest'
import { sameError } from '../conformance/same-error.ts'

const schema = (failures: string) => `values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n${failures}`

test('failures of a schema in any order, other texts to the letter', () => {
  expect(sameError(schema("- at '': additional properties 'a', 'b' not allowed\n- at '/x': got string, want integer"), schema("- at '/x': got string, want integer\n- at '': additional properties 'b', 'a' not allowed"))).toBe(true)
  expect(sameError(schema("- at '/x': got string, want integer"), schema("- at '/y': got string, want integer"))).toBe(false)
  expect(sameError('a b', 'b a')).toBe(false)
})
