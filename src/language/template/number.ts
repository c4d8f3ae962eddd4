import { int, parseFloat, parseInt, parseUint, quote, unquote } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { Complex } from './complex.ts'
import type { NumberValue } from './node.ts'

export type NumberToken = 'charConstant' | 'complex' | 'number'

/**
 * Reads a numeric constant as newNumber of text/template/parse/node.go: every type that can represent it exactly gets the
 * value. Throws a plain Error with Go's message.
 */
export function numberValue(text: string, type: NumberToken): NumberValue {
  if (type === 'charConstant') return charValue(text)
  if (type === 'complex') return complexValue(complexConstant(text))
  if (/^[1-9][0-9]{0,8}$/.test(text) || text === '0') {
    const n = Number(text)
    const value = int(n)
    return { int: value.value, uint: value.value, float: n, ideal: value }
  }
  if (text.endsWith('i')) {
    const imaginary = attempt(() => parseFloat(text.slice(0, -1)))
    if (imaginary !== undefined) return complexValue(new Complex(0, imaginary))
  }
  let uint = attempt(() => parseUint(text, 0, 64))
  const signed = attempt(() => parseInt(text, 0, 64))
  if (signed === 0n) uint ??= 0n
  if (signed !== undefined) return number({ int: signed, uint, float: Number(signed) }, text)
  if (uint !== undefined) return number({ uint, float: Number(uint) }, text)
  const float = attempt(() => parseFloat(text))
  if (float === undefined) throw new Error(`illegal number syntax: ${quote(text)}`)
  if (!/[.eEpP]/.test(text)) throw new Error(`integer overflow: ${quote(text)}`)
  return number({ ...integers(float), float }, text)
}

function charValue(text: string): NumberValue {
  // strconv.UnquoteChar reads one character and leaves the rest; only the closing quote may remain.
  const first = /^'(\\(?:x[^]{2}|u[^]{4}|U[^]{8}|[0-7]{3}|[^])|[^])/u.exec(text)
  if (!first || text === "''") throw new Error('invalid syntax')
  const r = unquote(`'${first[1]}'`)
  if (text.slice(first[0].length) !== "'") throw new Error(`malformed character constant: ${text}`)
  const code = r.codePointAt(0)!
  const value = int(code >= 0xdc80 && code <= 0xdcff && first[1]![0] === '\\' ? code - 0xdc00 : code)
  return { int: value.value, uint: value.value, float: Number(value.value), ideal: value }
}

/** The integers a float is exactly, if any. */
function integers(f: number): { int?: bigint, uint?: bigint } {
  if (!Number.isInteger(f)) return {}
  const n = BigInt(f)
  return {
    ...(n >= -(1n << 63n) && n < 1n << 63n ? { int: n } : {}),
    ...(n >= 0n && n < 1n << 64n ? { uint: n } : {}),
  }
}

function complexValue(complex: Complex): NumberValue {
  const real = complex.imaginary === 0 ? { ...integers(complex.real), float: complex.real } : {}
  return { ...real, complex, ideal: complex }
}

function complexConstant(text: string): Complex {
  const split = /^([-+]?[^]*?[^eEpP])([-+][^]*)i$/.exec(text)
  if (!split) throw new Error('syntax error scanning complex number')
  return new Complex(parseFloat(split[1]!.replaceAll('_', '')), parseFloat(split[2]!.replaceAll('_', '')))
}

function number(n: { int?: bigint, uint?: bigint | undefined, float: number }, text: string): NumberValue {
  const isHex = /^0[xX]./.test(text) && !/[pP]/.test(text)
  const isFloat = !isHex && /[.eEpP]/.test(text)
  const ideal: Value | undefined = isFloat ? n.float : n.int === undefined ? undefined : int(n.int)
  return {
    ...(n.int === undefined ? {} : { int: n.int }),
    ...(n.uint === undefined ? {} : { uint: n.uint }),
    float: n.float,
    ideal,
  }
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
