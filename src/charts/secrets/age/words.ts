import { PintleError } from '../../../errors/index.ts'

/**
 * The words of a command as a shell has them: apart at blanks, with quotes and backslashes, `#` begins a comment; nothing is expanded and no shell runs.
 * Upstream: github.com/google/shlex.
 * @throws PintleError secrets.key for a quote that does not end
 */
export function words(command: string): string[] {
  const found: string[] = []
  let word: string | undefined
  for (let at = 0; at < command.length; at++) {
    const c = command[at]!
    if (c === "'" || c === '"') {
      let end = at + 1
      word ??= ''
      for (; command[end] !== c; end++) {
        if (end >= command.length) throw new PintleError('secrets.key', 'the command has a quote that does not end')
        // In double quotes a backslash takes the next character as it is.
        if (c === '"' && command[end] === '\\') end++
        word += command[end] ?? ''
      }
      at = end
    } else if (c === '\\') word = (word ?? '') + (command[++at] ?? '')
    else if (c === '#' && word === undefined) {
      const end = command.indexOf('\n', at)
      at = end < 0 ? command.length : end
    } else if (/[ \t\r\n]/.test(c)) {
      if (word !== undefined) found.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (word !== undefined) found.push(word)
  return found
}
