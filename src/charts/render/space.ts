/** Go's unicode.IsSpace, which differs from JavaScript's trim in U+0085 (space in Go) and U+FEFF (not a space in Go). */
function isSpace(c: number): boolean {
  if (c <= 32) return c === 32 || (c >= 9 && c <= 13)
  return c === 0x85 || c === 0xa0 || c === 0x1680 || (c >= 0x2000 && c <= 0x200a) || c === 0x2028 || c === 0x2029 || c === 0x202f || c === 0x205f || c === 0x3000
}

/** strings.TrimLeftFunc(s, unicode.IsSpace) */
export function trimLeft(s: string): string {
  let i = 0
  while (i < s.length && isSpace(s.charCodeAt(i))) i++
  return i === 0 ? s : s.slice(i)
}

/** strings.TrimSpace */
export function trimSpace(s: string): string {
  let end = s.length
  while (end > 0 && isSpace(s.charCodeAt(end - 1))) end--
  return trimLeft(end === s.length ? s : s.slice(0, end))
}
