import type { TypedText } from './encrypted-value.ts'
import type { Branch, Scalar } from './tree.ts'

/** A file taken apart. */
export interface SourceFile {
  /** Its documents, with what SOPS keeps in them, if anything. */
  readonly branches: Branch[]
  /** The text as it is, with the values given and without what SOPS keeps; formats that have it write more than the tree says. */
  restore?(values: ReadonlyMap<Scalar, TypedText>): string
}
