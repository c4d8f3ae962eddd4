import type { Schema } from '../schema/schema.ts'
import type { Node } from './nodes.ts'

/** Which end of a merged list new elements are put at: a patch puts them at the beginning, values at the end. */
export type ListDirection = 'prepend' | 'append'

/** What became of a node: undefined when it goes; `keep` when a null stays. */
export interface Merged { readonly node: Node; readonly keep?: boolean }

/** Merges two nodes of one place. */
export interface TreeMerger {
  readonly direction: ListDirection
  walk(dest: Node, source: Node, known: Schema | undefined): Merged
}
