import type { Command, CommandEntry } from '../command.ts'
import { completionsOf, directiveNames } from '../complete.ts'

/**
 * The hidden command that completion scripts ask, by cobra's protocol: the words of the line after the program's name, the last of them
 * unfinished; answered by candidates, a line each, and `:DIRECTIVE`. Scripts of Helm work with it too.
 */
export function complete(commands: readonly CommandEntry[], descriptions: boolean): Command {
  return {
    use: '__complete [WORD...]',
    long: 'Says what may come next on a command line. Internal.',
    flags: [],
    raw: true,
    async run({ args, out, signal }) {
      const { words, directive, error } = await completionsOf(commands, args.length === 0 ? [''] : args, { out, signal })
      if (error !== undefined) out.note(`[Error] ${error}`)
      const { HELM_ACTIVE_HELP: own, COBRA_ACTIVE_HELP: all } = process.env
      for (const word of words) {
        if (word.startsWith('_activeHelp_ ') && (own === '0' || all === '0')) continue
        const line = word.split('\n')[0]!
        out.line((descriptions ? line : line.split('\t')[0]!).trim())
      }
      out.line(`:${directive}`)
      out.note(`Completion ended with directive: ${directiveNames(directive)}`)
    },
  }
}
