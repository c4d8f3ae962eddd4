import type { TypedText } from './encrypted-value.ts'

/** A value or comment of a file, in the order in which SOPS goes over them. */
export interface Leaf extends TypedText {
  /** Keys from the root; items of lists have the path of the list. */
  readonly path: readonly string[]
  readonly comment: boolean
  /** Comments that apply to it, outermost first; the last of the last list may be this one. */
  readonly comments: readonly (readonly string[])[]
  /** Where it stands in the text; comments of YAML are found by what they say. */
  readonly start: number
  readonly end: number
}

/** A file taken apart. */
export interface ParsedFile {
  readonly leaves: readonly Leaf[]
  /** What stands under `sops`. */
  readonly metadata: unknown
  /** The file with the values given, by the leaf they take the place of, and without what SOPS added. */
  write(values: ReadonlyMap<Leaf, TypedText>): string
}

/** More than any file for people has: what aliases multiply ends here. */
export const maxLeaves = 1_000_000
