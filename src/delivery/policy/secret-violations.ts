import type { SecretFact } from './facts.ts'
import type { Violation } from './rule.ts'

/** Where plaintext secrets stand; never what they are. */
export const secretViolations = (found: readonly SecretFact[]): Violation[] => found.map(({ file, line, column, path, reason }) => ({ message: `${path}: ${reason}`, place: { file, ...(line > 0 && { line, ...(column !== undefined && { column }) }) } }))
