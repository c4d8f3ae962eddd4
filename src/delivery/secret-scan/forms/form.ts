import type { Confidence } from '../finding.ts'

/**
 * A credential that is recognisable by its form, wherever it stands.
 *
 * Patterns are global and every repetition in them is bounded, so that a search takes time in proportion to the text, whatever the text is
 * (forms.test.ts measures it).
 */
export interface Form {
  /** Part of the rule's name: `github-token`. */
  readonly id: string
  /** `a GitHub token` */
  readonly name: string
  /** In lower case. One of them is in the text, or the pattern is not tried. */
  readonly anchors: readonly string[]
  /** The group `secret` is the credential, else all that matches. */
  readonly pattern: RegExp
  /** What check digits and structure say; undefined: it is none. Left out: certain. */
  readonly judge?: (secret: string, match: RegExpExecArray) => Confidence | undefined
}

export const likely = (): Confidence => 'likely'

/** Certain with right check digits, likely without: formats were extended before. */
export const checked = (fits: (secret: string) => boolean) => (secret: string): Confidence => (fits(secret) ? 'certain' : 'likely')
