/** What may stand in the place of the last word: candidates, a description after a tab, and a directive. */
export interface Completions { readonly words: readonly string[]; readonly directive: number; readonly error?: string }
