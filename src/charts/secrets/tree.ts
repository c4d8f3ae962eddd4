import { PintleError } from '../../errors/index.ts'
import type { TypedText } from './encrypted-value.ts'

/** A value or a comment (`type` is `comment` then), which is changed where it stands. Comments in lists become strings when they are encrypted, as SOPS has it. */
export class Scalar implements TypedText {
  type: string
  /** What is encrypted and counted: `True`, `1.5`, RFC 3339. A byte that is no UTF-8 stands as a lone surrogate. */
  text: string
  /** Comments: behind a value, on its line. */
  inline: boolean
  /** Where it stands in the text it was read from; comments of YAML are found by what they say. */
  readonly start: number
  readonly end: number

  constructor(type: string, text: string, start = -1, end = -1, inline = false) {
    this.type = type
    this.text = text
    this.start = start
    this.end = end
    this.inline = inline
  }

  get isComment(): boolean {
    return this.type === 'comment'
  }
}

export interface Entry {
  /** undefined for a comment, which is the value then. */
  readonly key: string | undefined
  value: Tree
}

/** A map with its order, its comments, and keys that may stand twice. */
export class Branch {
  readonly entries: Entry[] = []

  add(key: string, value: Tree): void {
    this.entries.push({ key, value })
  }

  comment(comment: Scalar): void {
    this.entries.push({ key: undefined, value: comment })
  }

  find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key)
  }
}

/** A document as SOPS has it. Upstream: TreeBranch in sops.go. */
export type Tree = Branch | Tree[] | Scalar | null

/** A value or comment of a file, with what decides whether it is encrypted. */
export interface Leaf {
  readonly scalar: Scalar
  /** Keys from the root; items of lists have the path of the list. */
  readonly path: readonly string[]
  /** It is a comment in its own right: one that was encrypted in a list is a string until it is decrypted. */
  readonly comment: boolean
  readonly inList: boolean
  /** Comments that apply to it, outermost first; the last of the last list may be this one. Empty unless they were asked for. */
  readonly comments: readonly (readonly string[])[]
}

/** More than any file for people has: what aliases multiply ends here. */
export const maxLeaves = 1_000_000

/**
 * The values and comments of documents in SOPS' order. Upstream: walkBranch and walkSlice in sops.go.
 * @param withComments what comments apply to each is told
 * @throws PintleError secrets.format when there are too many
 */
export function leavesOf(branches: readonly Branch[], withComments = false): Leaf[] {
  const leaves: Leaf[] = []
  for (const branch of branches) walk(branch, [], none, leaves, withComments)
  return leaves
}

const none: readonly (readonly string[])[] = []

function walk(node: Branch | Tree[], path: readonly string[], outer: Leaf['comments'], leaves: Leaf[], withComments: boolean): void {
  let active: readonly string[] = []
  const inList = Array.isArray(node)
  const entries = inList ? node.map((value) => ({ key: undefined, value })) : node.entries
  for (const { key, value } of entries) {
    const comment = value instanceof Scalar && value.isComment
    if (comment && withComments) active = [...active, value.text]
    const comments = withComments ? [...outer, active] : none
    const below = key === undefined ? path : [...path, key]
    if (value instanceof Scalar) {
      if (leaves.length >= maxLeaves) throw new PintleError('secrets.format', `more than ${maxLeaves} values`)
      leaves.push({ scalar: value, path: below, comment, inList, comments })
    } else if (value !== null) walk(value, below, comments, leaves, withComments)
    if (!comment) active = []
  }
}
