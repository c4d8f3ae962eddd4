import type { FlagSpec } from '../flags.ts'
import type { HelmfileVerbEntry } from './verb.ts'

export interface FoundVerb {
  readonly entry: HelmfileVerbEntry
  /** The command line without the verb's name. */
  readonly words: readonly string[]
}

/**
 * Finds the verb as cobra does (stripFlags in command.go): of the flags before it only the global ones are known, and a long one that is not known takes the next
 * word with it.
 * @returns the verb, or the first word that is none, or undefined when there is no word at all
 */
export function resolveVerb(verbs: readonly HelmfileVerbEntry[], globals: readonly FlagSpec[], argv: readonly string[]): FoundVerb | string | undefined {
  const at = wordsAt(globals, argv, 2)
  const [first, second] = at
  if (first === undefined) return undefined
  const word = argv[first]!
  const one = verbs.find((verb) => verb.name === word)
  if (one !== undefined) return { entry: one, words: argv.filter((_, i) => i !== first) }
  const two = second === undefined ? undefined : verbs.find((verb) => verb.name === `${word} ${argv[second]!}`)
  if (two !== undefined) return { entry: two, words: argv.filter((_, i) => i !== first && i !== second) }
  return word
}

/** Where the first words stand that are neither flags nor their values. */
function wordsAt(globals: readonly FlagSpec[], argv: readonly string[], count: number): number[] {
  const found: number[] = []
  for (let i = 0; i < argv.length && found.length < count; i++) {
    const word = argv[i]!
    if (word === '--') break
    if (word.startsWith('--')) {
      const spec = globals.find((flag) => flag.name === word.slice(2))
      if (!word.includes('=') && spec?.type !== 'bool') i++
    } else if (word.startsWith('-') && word !== '-') {
      const spec = word.length === 2 ? globals.find((flag) => flag.short === word[1]) : undefined
      if (word.length === 2 && spec?.type !== 'bool') i++
    } else if (word !== '') found.push(i)
  }
  return found
}
