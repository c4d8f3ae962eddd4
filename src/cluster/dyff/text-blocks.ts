import { shownLength } from './styled-text.ts'

const separator = '   '

/** The text with `prefix` before its first line and as much room before the others; it ends with a line break. */
export function prefixed(prefix: string, text: string): string {
  const room = ' '.repeat(shownLength(prefix))
  return text.split('\n').map((line, i) => `${i === 0 ? prefix : room}${line}\n`).join('')
}

/** The text with `prefix` before every line; it ends with one line break. */
export const prefixedEach = (prefix: string, text: string): string => `${text.replace(/\n$/, '').split('\n').map((line) => `${prefix}${line}\n`).join('')}`

/** Blocks side by side where the screen is wide enough, else below each other. Upstream: writeTextBlocks in dyff's output_human.go. */
export function textBlocks(blocks: readonly string[], width: number, indent = 0): string {
  const widest = (block: string): number => block.split('\n').reduce((most, line) => Math.max(most, shownLength(line)), 0)
  const wanted = blocks.reduce((sum, block) => sum + widest(block), indent + (blocks.length - 1) * separator.length)
  if (wanted <= width) return columns(blocks, separator, indent)
  return blocks.map((block) => block.split('\n').map((line) => `${' '.repeat(indent)}${line}\n`).join('')).join('')
}

export function columns(blocks: readonly string[], between: string, indent: number): string {
  const table = blocks.map((block) => block.split('\n').map((line) => [line, shownLength(line)] as const))
  const widths = table.map((lines) => lines.reduce((most, [, length]) => Math.max(most, length), 0))
  const rows = table.reduce((most, lines) => Math.max(most, lines.length), 0)
  const margin = ' '.repeat(indent)
  return Array.from({ length: rows }, (_, row) => {
    const cells = table.map((lines, column) => {
      const [line, length] = lines[row] ?? ['', 0]
      return margin + line + ' '.repeat(widths[column]! - length)
    })
    return cells.join(between).replace(/(?<! ) +$/, '')
  }).join('\n')
}
