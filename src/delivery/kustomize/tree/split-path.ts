/** `a.b\.c` -> ['a', 'b.c']. Upstream: PathSplitter. */
export function splitPath(path: string, delimiter: string): string[] {
  let parts = path.split(delimiter)
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1)
  const out = [parts[0]!]
  for (const part of parts.slice(1)) {
    const last = out[out.length - 1]!
    if (last.endsWith('\\')) out[out.length - 1] = last.slice(0, -1) + delimiter + part
    else out.push(part)
  }
  return out
}

/** The same, with delimiters between brackets kept: `a.[b=c.d].e`, `a.[b.c]`. Upstream: SmarterPathSplitter. */
export function splitSmart(path: string, delimiter: string): string[] {
  const parts = splitPath(path, delimiter)
  const out: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (!part.startsWith('[') || part.endsWith(']')) {
      out.push(part)
      continue
    }
    const bracketed = [part]
    while (i < parts.length - 1) {
      bracketed.push(parts[++i]!)
      if (parts[i]!.endsWith(']')) break
    }
    const text = bracketed.join(delimiter)
    out.push(text.includes('=') ? text : text.replace(/^[[\]]+|[[\]]+$/g, ''))
  }
  return out
}
