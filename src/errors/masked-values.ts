/**
 * A text of values, in YAML, JSON or as flags have it, that can be shown where it cannot be read: keys and punctuation stay, letters and digits of what may be a
 * value become dots, so that columns are where they were. It works without parsing, as texts that need it cannot be parsed.
 */
export const maskedValues = (text: string): string => text.split('\n').map((line) => (line.length > longest ? dots(line) : maskedLine(line))).join('\n')

/** Nobody reads a longer line, and in none is a search to take long. */
const longest = 2000

/** A quoted text, to the end of the line when nothing closes it; a plain one behind its key; a long word anywhere else, as in lines of a block. */
const value = /(?<![\p{L}\p{N}])(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|'[^']*(?:'|$))|(?<=:[ \t])[^\s"'{[#].*$|[^\s"'{}[\],:=]{8,}/gu

function maskedLine(line: string): string {
  return line.replace(value, (found: string, at: number) => ((/^["']/.test(found) ? quotedKey : plainKey).test(line.slice(at + found.length)) ? found : dots(found)))
}

/** What follows a key; the padding of base64 is none. */
const quotedKey = /^[ \t]*:/
const plainKey = /^[ \t]*(?::(?:[\s"'{[]|$)|=(?![=\s]|$))/

const dots = (text: string): string => text.replace(/[\p{L}\p{N}]/gu, '•')
