import { PintleError } from '../../errors/index.ts'
import { Regexp } from '../../language/go/index.ts'
import type { Selection } from './metadata.ts'
import type { Leaf } from './tree.ts'

/**
 * Which leaves are encrypted. Upstream: shouldBeEncrypted in sops.go.
 * @throws PintleError secrets.format for an expression that is none
 */
export function selection(select: Selection): (leaf: Leaf) => boolean {
  const inPath = (test: (key: string) => boolean) => ({ path }: Leaf) => path.some(test)
  if (select.encryptedSuffix !== '') return inPath((key) => key.endsWith(select.encryptedSuffix))
  if (select.unencryptedRegex !== '') return not(inPath(matcher(select.unencryptedRegex)))
  if (select.encryptedRegex !== '') return inPath(matcher(select.encryptedRegex))
  if (select.unencryptedCommentRegex !== '') {
    const matches = matcher(select.unencryptedCommentRegex)
    return ({ comments }) => !comments.some((list) => list.some(matches))
  }
  if (select.encryptedCommentRegex !== '') {
    const matches = matcher(select.encryptedCommentRegex)
    // The comment that matches stays as it is.
    return ({ comments, comment }) => comments.some((list, i) => list.some((text, j) => !(comment && i === comments.length - 1 && j === list.length - 1) && matches(text)))
  }
  return select.unencryptedSuffix === '' ? () => true : not(inPath((key) => key.endsWith(select.unencryptedSuffix)))
}

/** Whether a rule looks at comments. */
export const readsComments = (select: Selection): boolean => select.unencryptedCommentRegex !== '' || select.encryptedCommentRegex !== ''

const not = (test: (leaf: Leaf) => boolean) => (leaf: Leaf): boolean => !test(leaf)

/** @throws PintleError secrets.format for an expression that is none */
export function matcher(source: string): (text: string) => boolean {
  try {
    const expression = new Regexp(source)
    return (text) => expression.matchString(text)
  } catch (error) {
    throw new PintleError('secrets.format', `the metadata has an expression that is none: ${(error as Error).message}`)
  }
}
