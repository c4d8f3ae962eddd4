import { expect, it } from 'vitest'
import { withoutEcho } from './echoed-credentials.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

it.each([
  ['Bearer', 'Bearer abc.def-1', 'no: Bearer abc.def-1 is bad', 'no: Bearer *** is bad'],
  ['the header of Basic', basic('ann:pässwörd'), `no: ${basic('ann:pässwörd')}`, 'no: Basic ***'],
  ['the password', basic('ann:pässwörd'), 'ann with "pässwörd"?', 'ann with "***"?'],
  ['the password, encoded', basic('ann:a b&c"d'), `x=${encodeURIComponent('a b&c"d')} ${JSON.stringify('a b&c"d')}`, 'x=*** "***"'],
  ['nothing of it', 'Bearer abc.def-1', 'authentication required', 'authentication required'],
  ['short ones are words', basic('ann:no'), 'no', 'no'],
])('%s', (_, authorization, body, shown) => {
  expect(withoutEcho(Buffer.from(body), authorization).toString()).toBe(shown)
})

it('without credentials the body is what it was', () => {
  const body = Buffer.from([0xff, 0x00, 0x80])
  expect(withoutEcho(body, undefined)).toBe(body)
  expect(withoutEcho(body, 'Bearer something')).toBe(body)
})
