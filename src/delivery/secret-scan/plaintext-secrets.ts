import { atLeast, type SecretFinding } from './finding.ts'
import { scanScalar } from './scan-scalar.ts'
import { pathText } from './yaml-scalars.ts'

/** One scalar of a values file with where it stands. */
export interface ScannedValue {
  /** Keys from the root; list indexes as numbers. */
  readonly path: readonly (string | number)[]
  readonly value: unknown
  /** From 1. */
  readonly line: number
  readonly column: number
}

/** Secrets standing in plain text among values that are read already: certain and likely ones. */
export function findPlaintextSecrets(file: string, values: Iterable<ScannedValue>): SecretFinding[] {
  const out: SecretFinding[] = []
  for (const { path, value, line, column } of values) {
    if (path[0] === 'sops') continue
    const [hit] = hitsOf(path, value)
    if (hit !== undefined) out.push({ rule: hit.rule, kind: 'plaintext-secret', where: 'values', file, line, column, path: pathText(path), reason: hit.reason, confidence: hit.confidence })
  }
  return out
}

/** The secrets themselves in a value: the whole of it under a secret's name, parts of it in a text. For those who must hide them, never to be shown. */
export function secretsIn(path: readonly (string | number)[], value: unknown): string[] {
  return hitsOf(path, value).map((hit) => hit.secret)
}

function hitsOf(path: readonly (string | number)[], value: unknown) {
  if (typeof value !== 'string') return []
  return scanScalar({ name: String(path.findLast((step) => typeof step === 'string') ?? ''), value, numeric: false }, {}).filter((h) => atLeast(h.confidence, 'likely'))
}
