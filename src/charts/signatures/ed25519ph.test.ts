import { expect, test } from 'vitest'
import { verifiesEd25519ph } from './ed25519ph.ts'

// RFC 8032, 7.3.
const key = Buffer.from('ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf', 'hex')
const signature = Buffer.from('98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406', 'hex')

test('the vector of the RFC, and what is not it', () => {
  expect(verifiesEd25519ph(key, Buffer.from('abc'), signature)).toBe(true)
  expect(verifiesEd25519ph(key, Buffer.from('abd'), signature)).toBe(false)
  for (const at of [0, 31, 32, 63]) expect(verifiesEd25519ph(key, Buffer.from('abc'), signature.map((b, i) => (i === at ? b ^ 1 : b)))).toBe(false)
  expect(verifiesEd25519ph(key.map((b, i) => (i === 3 ? b ^ 1 : b)), Buffer.from('abc'), signature)).toBe(false)
  expect(verifiesEd25519ph(key, Buffer.from('abc'), signature.subarray(1))).toBe(false)
  expect(verifiesEd25519ph(Buffer.alloc(32, 255), Buffer.from('abc'), signature)).toBe(false)
})

test('a signature whose number is too large is no second form of the same', () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
  const large = Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()])
  expect(verifiesEd25519ph(key, Buffer.from('abc'), large)).toBe(false)
})
