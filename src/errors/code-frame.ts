/**
 * Draws the lines around a position with a caret under it.
 * @param source the whole text; @param line 1-based; @param column 1-based, or undefined for the whole line
 * @returns the frame without a trailing newline, or '' when the line is not in the text
 */
export function codeFrame(source: string, line: number, column?: number, context = 2): string {
  const lines = source.split('\n')
  if (line < 1 || line > lines.length) return ''
  const first = Math.max(1, line - context)
  const last = Math.min(lines.length, line + context)
  const width = String(last).length
  const out: string[] = []
  for (let n = first; n <= last; n++) {
    const text = clip(lines[n - 1] ?? '')
    out.push(`${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${text}`)
    if (n === line && column !== undefined && column <= maxWidth) {
      const lead = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
      out.push(`  ${' '.repeat(width)} | ${lead}^`)
    }
  }
  return out.join('\n')
}

const maxWidth = 160
const clip = (s: string): string => (s.length > maxWidth ? `${s.slice(0, maxWidth)}…` : s)
