import { expect, it } from 'vitest'
import { urlTokens } from './url-tokens.ts'

it.each([
  ['https://shop.example.com/health', []],
  ['https://x/smoke?token=Abc-12345&v=1', ['Abc-12345', 'Abc-12345']],
  ['https://ann:pa55word@x/y', ['pa55word', 'pa55word']],
  ['https://x/y?key=a%20b%2Bc', ['a b+c', 'a%20b%2Bc']],
  ['no url', []],
])('%s', (url, tokens) => {
  expect(urlTokens(url)).toEqual(tokens)
})
