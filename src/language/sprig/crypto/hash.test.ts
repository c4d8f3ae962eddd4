import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { adler32, digest, hex } from './hash.ts'

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 167 + length) & 255)

test.each(['sha1', 'sha256', 'sha512'] as const)('%s without a host agrees with OpenSSL', (algorithm) => {
  for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 110, 111, 112, 127, 128, 129, 1000]) {
    expect(hex(digest(algorithm, bytes(length), undefined)), String(length)).toBe(hash(algorithm, bytes(length)))
  }
})

test('adler32 takes remainders before it overflows', () => {
  expect(adler32(new Uint8Array())).toBe(1)
  expect(adler32(new TextEncoder().encode('Wikipedia'))).toBe(0x11e60398)
  expect(adler32(new Uint8Array(1 << 20).fill(255))).toBe(slowAdler32(1 << 20))
})

function slowAdler32(length: number): number {
  let a = 1n
  let b = 0n
  for (let i = 0; i < length; i++) {
    a = (a + 255n) % 65521n
    b = (b + a) % 65521n
  }
  return Number(b * 65536n + a)
}
