/**
 * Go's filepath.Match (path/filepath/match.go) on slash-separated names: `*` and `?` stop at slashes, `[a-z]` and `[^a]`
 * are classes, a backslash escapes. `**` is just two stars.
 *
 * @throws Error('syntax error in pattern') when the pattern is malformed, but like Go only when matching reaches the flaw
 */
export function matchPath(pattern: string, name: string): boolean {
  let at = 0
  let pos = 0
  next: while (at < pattern.length) {
    const star = pattern[at] === '*'
    while (pattern[at] === '*') at++
    const end = chunkEnd(pattern, at)
    const chunk = pattern.slice(at, end)
    at = end
    if (star && chunk === '') return !name.includes('/', pos)
    const last = at >= pattern.length
    const stop = matchChunk(chunk, name, pos)
    if (stop >= 0 && (stop === name.length || !last)) {
      pos = stop
      continue
    }
    if (star) {
      for (let i = pos; i < name.length && name[i] !== '/'; ) {
        i += (name.codePointAt(i) ?? 0) > 0xffff ? 2 : 1
        const stop = matchChunk(chunk, name, i)
        if (stop < 0 || (last && stop < name.length)) continue
        pos = stop
        continue next
      }
    }
    return false
  }
  return pos === name.length
}

const badPattern = (): Error => new Error('syntax error in pattern')

/** Where the chunk that starts at `at` ends: before the next star outside a class. */
function chunkEnd(pattern: string, at: number): number {
  let inRange = false
  for (let i = at; i < pattern.length; i++) {
    switch (pattern[i]) {
      case '\\':
        if (i + 1 < pattern.length) i++
        break
      case '[': inRange = true; break
      case ']': inRange = false; break
      case '*': if (!inRange) return i
    }
  }
  return pattern.length
}

/** Matches a chunk without stars at `pos`; where it stopped in `name`, or -1. Checks the chunk to its end even after a mismatch. */
function matchChunk(chunk: string, name: string, pos: number): number {
  let failed = false
  let i = 0
  while (i < chunk.length) {
    failed ||= pos >= name.length
    switch (chunk[i]) {
      case '[': {
        let r = 0
        if (!failed) {
          r = name.codePointAt(pos)!
          pos += r > 0xffff ? 2 : 1
          if (r >= 0xd800 && r <= 0xdfff) r = 0xfffd
        }
        i++
        const negated = chunk[i] === '^'
        if (negated) i++
        let match = false
        for (let ranges = 0; ; ranges++) {
          if (chunk[i] === ']' && ranges > 0) {
            i++
            break
          }
          i = classChar(chunk, i)
          const lo = chunk.codePointAt(i)!
          i += lo > 0xffff ? 2 : 1
          let hi = lo
          if (i >= chunk.length) throw badPattern()
          if (chunk[i] === '-') {
            i = classChar(chunk, i + 1)
            hi = chunk.codePointAt(i)!
            i += hi > 0xffff ? 2 : 1
            if (i >= chunk.length) throw badPattern()
          }
          match ||= lo <= r && r <= hi
        }
        failed ||= match === negated
        break
      }
      case '?':
        if (!failed) {
          failed = name[pos] === '/'
          pos += name.codePointAt(pos)! > 0xffff ? 2 : 1
        }
        i++
        break
      default:
        if (chunk[i] === '\\' && ++i >= chunk.length) throw badPattern()
        if (!failed) {
          failed = chunk[i] !== name[pos]
          pos++
        }
        i++
    }
  }
  return failed ? -1 : pos
}

/** Index of the character a class item stands for, past its backslash. */
function classChar(chunk: string, i: number): number {
  if (i >= chunk.length || chunk[i] === '-' || chunk[i] === ']') throw badPattern()
  if (chunk[i] === '\\') i++
  if (i >= chunk.length) throw badPattern()
  const unit = chunk.charCodeAt(i)
  if (unit >= 0xdc80 && unit <= 0xdcff) throw badPattern()
  return i
}
