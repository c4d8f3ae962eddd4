/** Kinds of tokens the scanner produces, and kinds of events the parser produces: plain numbers, compared everywhere. */
export const streamEndToken = 1
export const versionDirectiveToken = 2
export const tagDirectiveToken = 3
export const documentStartToken = 4
export const documentEndToken = 5
export const blockSequenceStartToken = 6
export const blockMappingStartToken = 7
export const blockEndToken = 8
export const flowSequenceStartToken = 9
export const flowSequenceEndToken = 10
export const flowMappingStartToken = 11
export const flowMappingEndToken = 12
export const blockEntryToken = 13
export const flowEntryToken = 14
export const keyToken = 15
export const valueToken = 16
export const aliasToken = 17
export const anchorToken = 18
export const tagToken = 19
export const scalarToken = 20

export const plainStyle = 1
export const singleQuotedStyle = 2
export const doubleQuotedStyle = 3
export const literalStyle = 4
export const foldedStyle = 5

/** One token. The scanner reuses its tokens: whoever needs a field after the token was skipped copies it first. */
export class Token {
  type = 0
  /** Line counted from 0, index of the first character in the padded text, and column counted from 0. */
  line = 0
  pos = 0
  column = 0
  /** Index after the last character. */
  end = 0
  /** Scalars, anchors, aliases: the value. Tags and %TAG: the handle. */
  value = ''
  /** Tags: what follows the handle. %TAG: the prefix. */
  suffix = ''
  /** Scalars: their style. %YAML: 100 * major + minor. */
  style = 0
  /** Flow level of the simple key that may start at this token, or -1. */
  keyLevel = -1
}
