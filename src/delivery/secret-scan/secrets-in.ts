import { atLeast } from './finding.ts'
import { scanScalar } from './scan-scalar.ts'

/**
 * The secrets themselves in a value: the whole of it under a secret's name, parts of it in a text; certain and likely ones. For those who must hide them, never to be shown.
 * @param path keys from the root; list indexes as numbers
 */
export function secretsIn(path: readonly (string | number)[], value: unknown): string[] {
  if (typeof value !== 'string') return []
  const name = String(path.findLast((step) => typeof step === 'string') ?? '')
  return scanScalar({ name, value, numeric: false }, {}).filter((h) => atLeast(h.confidence, 'likely')).map((hit) => hit.secret)
}
