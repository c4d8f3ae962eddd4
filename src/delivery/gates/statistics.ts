/** Two-sided 95%. */
const z95 = 1.959963984540054

/** Wilson's interval of a share. @returns its lower end at 95% */
export function wilsonLower(share: number, n: number, z = z95): number {
  const p = Math.min(1, Math.max(0, share))
  const square = z * z
  return Math.max(0, (p + square / (2 * n) - z * Math.sqrt((p * (1 - p)) / n + square / (4 * n * n))) / (1 + square / n))
}

/** The normal distribution up to z. Abramowitz and Stegun 26.2.17: off by less than 7.5e-8. */
export function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z >= 0 ? 1 - tail : tail
}

/**
 * How surely a share is above another one: the two-proportion z test with a pooled share.
 * @returns z, and the probability that chance alone makes such a difference or a greater one
 */
export function twoProportions(a: { readonly share: number; readonly samples: number }, b: { readonly share: number; readonly samples: number }): { z: number; p: number } {
  const [x, y] = [Math.min(1, Math.max(0, a.share)), Math.min(1, Math.max(0, b.share))]
  const pooled = (x * a.samples + y * b.samples) / (a.samples + b.samples)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / a.samples + 1 / b.samples))
  if (deviation === 0) return { z: 0, p: 0.5 }
  const z = (x - y) / deviation
  return { z, p: 1 - normal(z) }
}

/** Two-sided 98%, Kayenta's. */
const z98 = 2.3263478740408408

/**
 * How far one sample lies above another (Mann and Whitney, Hodges and Lehmann): the median of all differences, and the 98% interval of it by the normal approximation.
 * @returns in the samples' own unit; undefined for an empty sample
 */
export function shiftOf(a: readonly number[], b: readonly number[]): { estimate: number; lower: number; upper: number } | undefined {
  const differences = a.flatMap((x) => b.map((y) => x - y)).sort((x, y) => x - y)
  const n = differences.length
  if (n === 0) return undefined
  const estimate = n % 2 === 1 ? differences[(n - 1) / 2]! : (differences[n / 2 - 1]! + differences[n / 2]!) / 2
  const k = Math.max(0, Math.floor(n / 2 - z98 * Math.sqrt((n * (a.length + b.length + 1)) / 12)))
  return { estimate, lower: differences[k]!, upper: differences[n - 1 - k]! }
}
