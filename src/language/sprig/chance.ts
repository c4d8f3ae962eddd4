import { int, Int, runes, runeToString } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { maxLength } from './strings.ts'

function shuffle(s: string, randomInt: (below: number) => number): string {
  const chars = runes(s)
  for (let i = chars.length - 1; i > 0; i--) {
    const j = randomInt(i + 1)
    ;[chars[i], chars[j]] = [chars[j]!, chars[i]!]
  }
  return chars.map(runeToString).join('')
}

/** A uniform integer below `below` (at most 2^31) from the host's randomness. */
function randomInt(below: number, randomBytes: (count: number) => Uint8Array): number {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % below)
  for (;;) {
    const b = randomBytes(4)
    const n = b[0]! * 0x1000000 + (b[1]! << 16) + (b[2]! << 8) + b[3]!
    if (n < limit) return n % below
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')

function random(alphabet: string): Family[string] {
  return fn('int', ([n], { host }) => {
    const count = Number((n as Int).value)
    if (count > maxLength) throw new Error('runtime error: makeslice: len out of range')
    const limit = 256 - (256 % alphabet.length)
    let out = ''
    while (out.length < count) {
      for (const b of host.randomBytes(Math.min(4096, (count - out.length) * 2))) {
        if (b < limit && out.length < count) out += alphabet[b % alphabet.length]!
      }
    }
    return out
  })
}

function randomBelow(width: bigint, randomBytes: (count: number) => Uint8Array): bigint {
  if (width <= 0x7fff_ffffn) return BigInt(randomInt(Number(width), randomBytes))
  const limit = 2n ** 64n - (2n ** 64n % width)
  for (;;) {
    let n = 0n
    for (const b of randomBytes(8)) n = (n << 8n) | BigInt(b)
    if (n < limit) return n % width
  }
}

/** Chance by the host's randomness alone, so that a render can be recorded and replayed. */
export const chance: Family = {
  randAlphaNum: random(letters + digits),
  randAlpha: random(letters),
  randAscii: random(ascii),
  randNumeric: random(digits),
  shuffle: fn('string', ([s], { host }) => shuffle(s as string, (below) => randomInt(below, (n) => host.randomBytes(n)))),
  randInt: fn('int,int', ([min, max], { host }) => {
    const from = (min as Int).value
    const width = BigInt.asIntN(64, (max as Int).value - from)
    if (width <= 0n) throw new Error('invalid argument to Intn')
    return int(from + randomBelow(width, (n) => host.randomBytes(n)))
  }),
}
