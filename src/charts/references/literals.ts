/**
 * What --set, --set-string and --set-json say, with each value replaced by `open`. They are taken apart at commas; a list is one run of values.
 * Upstream: helm_wrapper in scripts/commands/helm.sh.
 */
export async function openLiterals(text: string, open: (literal: string) => Promise<string>): Promise<string> {
  const out: string[] = []
  let before = ''
  let inList = false
  for (const part of text.split(',')) {
    if (part.endsWith('\\')) {
      before = before === '' ? part : `${before},${part}`
      continue
    }
    let literal = before === '' ? part : `${before},${part}`
    before = ''
    let key = ''
    if (!inList) {
      const at = literal.indexOf('=')
      key = at < 0 ? literal : literal.slice(0, at)
      if (key !== '') key += '='
      if (at >= 0) literal = literal.slice(at + 1)
    }
    if (!/^\\\{/.test(literal) && !/\\\}$/.test(literal)) {
      if (literal.startsWith('{')) inList = true
      else if (literal.endsWith('}')) inList = false
    }
    const opened = await open(literal)
    out.push(key + (opened === literal ? opened : opened.replaceAll('\\', '\\\\').replaceAll(',', '\\,')))
  }
  // A comma that nothing follows.
  if (before !== '') out.push(before)
  return out.join(',')
}
