import { expect, test } from 'vitest'
import { maskedExpression, maskedQuotes, placeOfQuote } from './masked-expression.ts'

test.each([
  ['a=tru', 'a=•••'], ['a.b[0]={"k": "hunter2', 'a.b[0]={"•": "•••••••'], ['hunter2', '•••••••'], ['{"password": hunter2}', '{"••••••••": •••••••}'], ['pässwörd', '••••••••'], ['', ''],
])('%s', (text, shown) => {
  expect(maskedExpression(text)).toBe(shown)
})

test('what an error quotes', () => {
  expect(maskedQuotes('key "hunter2" has no value')).toBe('key "•••••••" has no value')
  expect(maskedQuotes('key "a\\"hunter2" has no value')).toBe('key "•\\"•••••••" has no value')
  expect(maskedQuotes('parsing "hunter2')).toBe('parsing "•••••••')
  expect(placeOfQuote('key "def" has no value', 'password=abc,def')).toBe(14)
  expect(placeOfQuote('list must terminate', 'a={b')).toBeUndefined()
})
