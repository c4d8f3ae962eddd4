/**
 * How sure it is. `certain`: structure or check digits say so. `likely`: a name, a URL or a header says so and the value is a literal.
 * `possible`: a default that nobody should keep (`changeme`), or a name that often stands for something else.
 */
export type Confidence = 'certain' | 'likely' | 'possible'

/** Rising. */
export const confidences: readonly Confidence[] = ['possible', 'likely', 'certain']

/** What holds a secret. */
export type SecretPlace = 'values' | 'configmap' | 'env' | 'args' | 'secret' | 'annotation' | 'other'

/** A secret that stands in plain text. Holds no part of the value, nor its length or a hash of it. */
export interface SecretFinding {
  /** `form/github-token`, `name/password`, `file/decrypted`: what SARIF, and people who look for it, know it by. */
  readonly rule: string
  /** A secret where none belongs; a Secret that the chart makes from a literal; a file that should not be in Git. */
  readonly kind: 'plaintext-secret' | 'literal-secret' | 'tracked-file'
  readonly where: SecretPlace
  /** A file as it was named, or for what is rendered the template. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column?: number
  /** `auth.password`; for what is rendered `ConfigMap/shop data["app.properties"]`. */
  readonly path: string
  /** Why it is taken for a secret. */
  readonly reason: string
  readonly confidence: Confidence
  /** For what is rendered: the values that the line reads, `auth.password`. */
  readonly values?: readonly string[]
  /** Somebody wrote beside it that it may stand here, and why. */
  readonly allowed?: string
}

/** What a rule may know of a secret: the fact of `Facts.inputs.secrets`. */
export type SecretFact = Pick<SecretFinding, 'where' | 'file' | 'line' | 'column' | 'path' | 'reason'> & { readonly confidence: 'certain' | 'likely' }

/** A place in a text that was looked at. Never leaves the room: its offsets lead to the secret. */
export interface Hit {
  readonly rule: string
  readonly reason: string
  readonly confidence: Confidence
  readonly start: number
  readonly end: number
  /** The credential itself, to compare with what was allowed or what values hold. */
  readonly secret: string
}

/** Whether `a` is at least as sure as `b`. */
export const atLeast = (a: Confidence, b: Confidence): boolean => confidences.indexOf(a) >= confidences.indexOf(b)
