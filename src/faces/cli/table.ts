/**
 * A table as Helm prints them: columns padded to their widest cell, a tab between, the last one padded too. A cell of several lines that is longer than its
 * widest line, or than `maxColumn`, is cut. Upstream: gosuri/uitable.
 * @param maxColumn widest column in characters; 0: any
 */
export function table(rows: readonly (readonly string[])[], style: (text: string, row: number, column: number) => string = (t) => t, maxColumn = 0): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, Math.min(maxColumn || Infinity, Math.max(...cell.split('\n').map(width))))
  return rows
    .map((row, r) => {
      const cells = row.map((cell, c) => cut(cell, widths[c]!).split('\n'))
      const lines = Math.max(...cells.map((c) => c.length))
      return Array.from({ length: lines }, (_, l) => cells.map((parts, c) => {
        const text = parts[l] ?? ''
        return (text === '' ? '' : style(text, r, c)) + ' '.repeat(Math.max(0, widths[c]! - width(text)))
      }).join('\t')).join('\n') + '\n'
    })
    .join('')
}

function cut(text: string, limit: number): string {
  if (limit === 0 || width(text) <= limit) return text
  let out = ''
  let at = 0
  for (const char of text) {
    out += char
    const w = width(char)
    if (at + w >= limit - 3) break
    at += w
  }
  return `${out}...`
}

const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u

/** Columns of a terminal: none for control characters and combining marks, two for wide ones. */
function width(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let total = 0
  for (const char of text) total += char < '\u007f' && char >= ' ' ? 1 : /[\p{Cc}\p{Mn}\p{Me}\u200b]/u.test(char) ? 0 : wide.test(char) ? 2 : 1
  return total
}
