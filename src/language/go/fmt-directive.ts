import { GoObject, Int } from './values.ts'
import type { Value } from './values.ts'

/** The widest a directive may ask for; more counts as malformed. */
const tooLarge = 1_000_000

/** Digits at `i`; undefined when there are none or far too many. */
export function parseNumber(format: string, i: number, end: number): [n: number | undefined, next: number] {
  let n = 0
  let any = false
  for (; i < end; i++) {
    const c = format.charCodeAt(i)
    if (c < 0x30 || c > 0x39) break
    if (n > tooLarge) return [undefined, end]
    n = n * 10 + c - 0x30
    any = true
  }
  return [any ? n : undefined, i]
}

/** The zero-based index in the brackets at `i`, how much to skip, and whether it is a number. */
export function argumentIndex(format: string, i: number): [index: number, width: number, ok: boolean] {
  const close = format.indexOf(']', i + 1)
  if (format.length - i < 3 || close < 0) return [0, 1, false]
  const [n, next] = parseNumber(format, i + 1, close)
  const width = close - i + 1
  return n === undefined || next !== close ? [0, width, false] : [n - 1, width, true]
}

/** An operand used for `*`. */
export function integerArgument(v: Value): number | undefined {
  const n = v instanceof GoObject ? v.underlying() : v
  if (!(n instanceof Int) || n.value > BigInt(tooLarge) || n.value < BigInt(-tooLarge)) return undefined
  return Number(n.value)
}
