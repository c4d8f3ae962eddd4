/** Colours as 0xRRGGBB. */
export const colours = {
  added: 0x58bf38, changed: 0xc7c43f, removed: 0xb9311b, lightGreen: 0x90ee90, lightRed: 0xffa07a, root: 0xb0c4de,
} as const

/** What one character looks like. */
interface Look {
  readonly bold: boolean
  readonly italic: boolean
  /** -1: the terminal's own. */
  readonly colour: number
}

const plain: Look = { bold: false, italic: false, colour: -1 }

/**
 * Puts styles on text that may be styled already, character by character, as dyff does by bunt.Style (bunt's parse.go and render.go): what a later style does
 * not say stays as it was. Without colours, sequences in the text are taken out all the same.
 */
export class Styler {
  readonly #colours: boolean

  constructor(colours: boolean) {
    this.#colours = colours
  }

  /** `acrossLines`: line breaks are coloured too. */
  colour(colour: number, text: string, acrossLines = false): string {
    return this.#apply(text, acrossLines, (look) => ({ ...look, colour }))
  }

  bold(text: string, acrossLines = false): string {
    return this.#apply(text, acrossLines, (look) => ({ ...look, bold: true }))
  }

  italic(text: string): string {
    return this.#apply(text, false, (look) => ({ ...look, italic: true }))
  }

  /** Text as it is, sequences and all, between the beginning and the end of a style. */
  around(text: string, look: Partial<Look>): string {
    return this.#colours ? `${sequence(plain, { ...plain, ...look })}${text}\u001b[0m` : text
  }

  #apply(text: string, acrossLines: boolean, change: (look: Look) => Look): string {
    if (!this.#colours) return text.replace(sequences, '')
    let out = ''
    let shown = plain
    const write = (piece: string, look: Look): void => {
      if (piece === '') return
      if (!same(shown, look)) out += sequence(shown, look)
      shown = look
      out += piece
    }
    for (const [piece, look] of pieces(text)) {
      const styled = change(look)
      if (acrossLines) write(piece, styled)
      else for (const part of piece.split(/(\n)/)) write(part, part === '\n' ? look : styled)
    }
    return same(shown, plain) ? out : `${out}\u001b[0m`
  }
}

// eslint-disable-next-line no-control-regex
const sequences = /\u001b\[(\d*(?:;\d+)*)m/g

/** The text as it counts on a screen. */
export const withoutSequences = (text: string): string => (text.includes('\u001b') ? text.replace(sequences, '') : text)

/** How many characters it shows. */
export function shownLength(text: string): number {
  let length = 0
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  for (const _ of withoutSequences(text)) length++
  return length
}

const same = (a: Look, b: Look): boolean => a.bold === b.bold && a.italic === b.italic && a.colour === b.colour

function* pieces(text: string): Generator<[string, Look]> {
  let from = 0
  let look = plain
  for (const found of text.matchAll(sequences)) {
    yield [text.slice(from, found.index), look]
    look = lookOf(found[1]!)
    from = found.index + found[0].length
  }
  yield [text.slice(from), look]
}

/** Each sequence says all of a look. Of colours, those by red, green and blue are known: no others are written here. */
function lookOf(parameters: string): Look {
  const values = parameters.split(';').map(Number)
  let look = plain
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 1) look = { ...look, bold: true }
    if (values[i] === 3) look = { ...look, italic: true }
    if (values[i] === 38 && values[i + 1] === 2) {
      look = { ...look, colour: ((values[i + 2]! & 255) << 16) | ((values[i + 3]! & 255) << 8) | (values[i + 4]! & 255) }
      i += 4
    }
  }
  return look
}

function sequence(from: Look, to: Look): string {
  if (same(to, plain)) return '\u001b[0m'
  const values: number[] = []
  if ((from.bold && !to.bold) || (from.italic && !to.italic)) values.push(0)
  if (to.bold) values.push(1)
  if (to.italic) values.push(3)
  if (to.colour >= 0) values.push(38, 2, to.colour >> 16, (to.colour >> 8) & 255, to.colour & 255)
  return `\u001b[${values.join(';')}m`
}
