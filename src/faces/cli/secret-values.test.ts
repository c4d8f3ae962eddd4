import { expect, test } from 'vitest'
import { secretsOfValues } from './secret-values.ts'

test('secrets among values: by their keys, in lists too, and by their form', () => {
  const values = new Map<string, unknown>([
    ['db', new Map<string, unknown>([['password', 'Hunter2-x9'], ['host', 'db.example.com'], ['port', 5432]])],
    ['list', [new Map([['token', 'Tok3n-of-a-list']]), 'plain', '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']],
  ])
  expect(secretsOfValues(values as never).sort()).toEqual(['Hunter2-x9', 'Tok3n-of-a-list', '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'].sort())
})
