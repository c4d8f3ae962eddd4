/**
 * Kubernetes quantities (k8s.io/apimachinery pkg/api/resource): parsed to nano units, printed in their canonical form.
 */
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimalSuffixes: Record<number, string> = { [-9]: 'n', [-6]: 'u', [-3]: 'm', 0: '', 3: 'k', 6: 'M', 9: 'G', 12: 'T', 15: 'P', 18: 'E' }

export interface Quantity {
  /** The value times 10^9, rounded up. */
  readonly nano: bigint
  readonly format: 'binary' | 'decimal' | 'exponent'
}

/** undefined when the text is no quantity. Its own text is run where nothing can be imported, so that it needs nothing from outside. */
export function parseQuantity(input: string | number): Quantity | undefined {
  const binary: Record<string, number> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
  const decimal: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
  const match = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/.exec(String(input))
  if (match === null) return undefined
  const [, sign, digits, suffix = ''] = match as unknown as [string, string, string, string?]
  const [whole = '', fraction = ''] = digits.split('.')
  let number = BigInt(`${whole}${fraction}` || '0')
  let exponent = 9 - fraction.length
  let format: Quantity['format'] = 'decimal'
  if (suffix in binary) {
    format = 'binary'
    number *= 1024n ** BigInt(binary[suffix]!)
  } else if (suffix in decimal) {
    exponent += decimal[suffix]!
  } else if (suffix !== '') {
    format = 'exponent'
    exponent += Number(suffix.slice(1))
    if (Math.abs(exponent) > 1000) return undefined
  }
  let nano: bigint
  if (exponent >= 0) nano = number * 10n ** BigInt(exponent)
  else {
    const divisor = 10n ** BigInt(-exponent)
    nano = number / divisor + (number % divisor === 0n ? 0n : 1n)
  }
  return { nano: sign === '-' ? -nano : nano, format }
}

const unit = 1_000_000_000n

/** The canonical text: no fractions, the largest suffix that keeps the value an integer. */
export function formatQuantity(q: Quantity): string {
  if (q.nano === 0n) return '0'
  const negative = q.nano < 0n
  const nano = negative ? -q.nano : q.nano
  const sign = negative ? '-' : ''
  if (q.format === 'binary' && nano % unit === 0n && nano / unit >= 1024n) {
    let value = nano / unit
    let power = 0
    while (power < 6 && value % 1024n === 0n) {
      value /= 1024n
      power++
    }
    return `${sign}${value}${binarySuffixes[power]}`
  }
  let value = nano
  let exponent = -9
  while (exponent < 18 && value % 1000n === 0n) {
    value /= 1000n
    exponent += 3
  }
  if (q.format === 'exponent') return exponent === 0 ? `${sign}${value}` : `${sign}${value}e${exponent}`
  return `${sign}${value}${decimalSuffixes[exponent]}`
}

/** As formatQuantity(parseQuantity(text)); the text itself when it is no quantity. */
export function canonicalQuantity(input: string | number): string {
  const q = parseQuantity(input)
  return q === undefined ? String(input) : formatQuantity(q)
}
