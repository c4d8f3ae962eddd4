import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  byteLength, byteSlice, compareBytes, compareStrings, decodeUtf8, encodeUtf8, isValidUtf8, rejoinBytes, runeCount, runes,
  runesWithIndex,
} from './index.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  // Pieces of valid sequences are what random bytes seldom hit.
  fc.array(fc.constantFrom('61', 'c3a9', 'e282ac', 'f09f9880', 'e282', 'f09f', 'eda080', '80', 'ff', 'c0', 'f4908080', 'efbbbf'))
    .map(parts => Uint8Array.from(parts.join('').match(/../g) ?? [], h => Number.parseInt(h, 16))),
)

test('every byte string survives', () => {
  fc.assert(fc.property(bytes, b => {
    const s = decodeUtf8(b)
    expect([...encodeUtf8(s)]).toEqual([...b])
    expect(byteLength(s)).toBe(b.length)
    expect(runeCount(s)).toBe(runes(s).length)
  }), { numRuns: 1000 })
})

test('slices by bytes and their concatenation', () => {
  fc.assert(fc.property(bytes, fc.nat(), fc.nat(), (b, x, y) => {
    const s = decodeUtf8(b)
    const i = x % (b.length + 1)
    const j = i + (y % (b.length - i + 1))
    expect([...encodeUtf8(byteSlice(s, i, j))]).toEqual(Array.from(b.subarray(i, j)))
    expect(rejoinBytes(byteSlice(s, 0, i) + byteSlice(s, i))).toBe(s)
  }), { numRuns: 1000 })
})

test('order is the order of bytes', () => {
  fc.assert(fc.property(bytes, bytes, (a, b) => {
    expect(Math.sign(compareStrings(decodeUtf8(a), decodeUtf8(b)))).toBe(Math.sign(compareBytes(a, b)))
  }), { numRuns: 1000 })
  // UTF-16 would put them the other way round.
  expect(compareStrings('\uffff', '\u{10000}')).toBeLessThan(0)
})

test('invalid bytes stand as escapes and read as U+FFFD', () => {
  const s = decodeUtf8(Uint8Array.of(0x61, 0xe2, 0x82, 0x62))
  expect(s).toBe('a\udce2\udc82b')
  expect(isValidUtf8(s)).toBe(false)
  expect(runesWithIndex(s)).toEqual([[0, 0x61], [1, 0xfffd], [2, 0xfffd], [3, 0x62]])
  expect(runesWithIndex('é😀x')).toEqual([[0, 0xe9], [2, 0x1f600], [6, 0x78]])
})

test('a lone surrogate of careless JavaScript becomes U+FFFD', () => {
  expect([...encodeUtf8('\ud800')]).toEqual([0xef, 0xbf, 0xbd])
  expect([...encodeUtf8('\udc00')]).toEqual([0xef, 0xbf, 0xbd])
  expect(byteLength('\ud800')).toBe(3)
})
