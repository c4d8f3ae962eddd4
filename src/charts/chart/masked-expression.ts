/**
 * What a flag of the --set family was given and cannot be read, so that it can be shown: a password with a comma in it is taken for a key, and JSON that breaks off may
 * break off within one. Letters and digits become dots, but for the key in front of `=`.
 */
export function maskedExpression(text: string): string {
  const key = /^[\w.[\]-]+=/.exec(text)?.[0] ?? ''
  return key + dots(text.slice(key.length))
}

/** An error of the parser, whose quotes hold parts of the expression: the quotes masked. */
export const maskedQuotes = (message: string): string => message.replaceAll(/"(?:[^"\\]|\\.)*"?/g, dots)

/** Where in the expression the part begins that an error quotes, counted from 1; undefined where it cannot be found. */
export function placeOfQuote(message: string, expression: string): number | undefined {
  const quoted = /"((?:[^"\\]|\\.)*)"/.exec(message)?.[1]
  const at = quoted === undefined || quoted === '' ? -1 : expression.lastIndexOf(quoted)
  return at < 0 ? undefined : at + 1
}

const dots = (text: string): string => text.replaceAll(/[\p{L}\p{N}\p{M}]/gu, '•')
