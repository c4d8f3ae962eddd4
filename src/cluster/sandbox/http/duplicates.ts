/** The fields a JSON text names twice in one object, as sigs.k8s.io/json reports them: `duplicate field "data.a"`. The text must be valid JSON. */
export function duplicateFields(text: string): string[] {
  const out: string[] = []
  let at = 0
  const blank = (): void => { while (at < text.length && text.charCodeAt(at) <= 32) at++ }
  const string = (): string => {
    const start = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    at++
    const raw = text.slice(start + 1, at - 1)
    return raw.includes('\\') ? JSON.parse(text.slice(start, at)) as string : raw
  }
  const value = (path: string): void => {
    blank()
    const c = text[at]
    if (c === '{') {
      at++
      const seen = new Set<string>()
      for (;;) {
        blank()
        if (text[at] === '}') { at++; return }
        if (text[at] === ',') { at++; continue }
        const key = string()
        const here = path === '' ? key : `${path}.${key}`
        if (seen.has(key)) out.push(`duplicate field "${here}"`)
        seen.add(key)
        blank()
        at++ // the colon
        value(here)
      }
    }
    if (c === '[') {
      at++
      for (let i = 0; ;) {
        blank()
        if (text[at] === ']') { at++; return }
        if (text[at] === ',') { at++; continue }
        value(`${path}[${i++}]`)
      }
    }
    if (c === '"') { string(); return }
    while (at < text.length && !',]}'.includes(text[at]!) && text.charCodeAt(at) > 32) at++
  }
  value('')
  return [...new Set(out)]
}
