/** A dotted key with quotes where they are needed (meta.go Key.String). */
export function keyString(key: readonly string[]): string {
  return key.map(quotedPiece).join('.')
}

export function quotedPiece(piece: string): string {
  return /^[A-Za-z0-9_-]+$/.test(piece) ? piece : quoteString(piece)
}

/** A basic string (encode.go dblQuotedReplacer). */
export function quoteString(s: string): string {
  return `"${s.replace(/["\\\0-\x1f\x7f]/g, (c) => short[c] ?? `\\u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`
}

const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' }
