/** What may be done with a scalar, as bits. */
export const multiline = 1
export const plainAllowed = 2
export const singleAllowed = 4
export const blockAllowed = 8

/** What may be done with a scalar, as bits. With `v3` a tab needs double quotes or a literal block. Upstream: yaml_emitter_analyze_scalar in emitterc.go. */
export function analyzeScalar(value: string, v3: boolean): number {
  const n = value.length
  if (n === 0) return plainAllowed | singleAllowed
  const first = value.charCodeAt(0)
  // A word of letters, digits and a few harmless characters; most scalars are.
  if ((first | 0x20) >= 0x61 && (first | 0x20) <= 0x7a) {
    let i = 1
    for (; i < n; i++) {
      if (harmless[value.charCodeAt(i)] !== 1) break
    }
    if (i === n) return plainAllowed | singleAllowed | blockAllowed
  }
  let indicators = n >= 3 && ((first === 0x2d && value.charCodeAt(1) === 0x2d && value.charCodeAt(2) === 0x2d) ||
    (first === 0x2e && value.charCodeAt(1) === 0x2e && value.charCodeAt(2) === 0x2e))
  let breaks = false
  let special = false
  let tab = false
  let leading = false
  let trailingSpace = false
  let trailingBreak = false
  let breakSpace = false
  let spaceBreak = false
  let precededBySpace = true
  let previousSpace = false
  let previousBreak = false
  for (let i = 0; i < n; i++) {
    const c = value.charCodeAt(i)
    if (i === 0) {
      switch (c) {
        case 0x23: case 0x2c: case 0x5b: case 0x5d: case 0x7b: case 0x7d: case 0x26: case 0x2a: case 0x21: case 0x7c: case 0x3e:
        case 0x27: case 0x22: case 0x25: case 0x40: case 0x60: // # , [ ] { } & * ! | > ' " % @ `
          indicators = true
          break
        case 0x3f: case 0x3a: case 0x2d: // ? : -
          if (n === 1 || isBlank(value.charCodeAt(1))) indicators = true
      }
    } else if (c === 0x3a) {
      if (i + 1 === n || isBlank(value.charCodeAt(i + 1))) indicators = true
    } else if (c === 0x23) {
      if (precededBySpace) indicators = true
    }
    if (c === 0x09 && v3) tab = true
    else if (!isPrintable(c)) special = true
    if (c === 0x20) {
      if (i === 0) leading = true
      if (i === n - 1) trailingSpace = true
      if (previousBreak) breakSpace = true
      previousSpace = true
      previousBreak = false
      precededBySpace = true
    } else if (isBreak(c)) {
      breaks = true
      if (i === 0) leading = true
      if (i === n - 1) trailingBreak = true
      if (previousSpace) spaceBreak = true
      previousSpace = false
      previousBreak = true
      precededBySpace = true
    } else {
      previousSpace = false
      previousBreak = false
      precededBySpace = c === 0x09 || c === 0
    }
  }
  let bits = breaks ? multiline : 0
  if (!(leading || trailingSpace || trailingBreak || breakSpace || spaceBreak || special || tab || breaks || indicators)) bits |= plainAllowed
  if (!(breakSpace || spaceBreak || special || tab)) bits |= singleAllowed
  if (!(trailingSpace || spaceBreak || special)) bits |= blockAllowed
  return bits
}

/** Characters that never matter inside a plain scalar that begins with a letter. */
const harmless = new Uint8Array(128)
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./') harmless[c.charCodeAt(0)] = 1

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09
}

export function isBreak(c: number): boolean {
  return c === 0x0a || c === 0x0d || c === 0x85 || c === 0x2028 || c === 0x2029
}

/** What emitterc.go calls printable: neither tabs nor characters outside the BMP are. Surrogates stand for the latter. */
export function isPrintable(c: number): boolean {
  return c === 0x0a || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd && c !== 0xfeff)
}

export function escaped(rune: number): string {
  switch (rune) {
    case 0x00: return '\\0'
    case 0x07: return '\\a'
    case 0x08: return '\\b'
    case 0x09: return '\\t'
    case 0x0a: return '\\n'
    case 0x0b: return '\\v'
    case 0x0c: return '\\f'
    case 0x0d: return '\\r'
    case 0x1b: return '\\e'
    case 0x22: return '\\"'
    case 0x5c: return '\\\\'
    case 0x85: return '\\N'
    case 0xa0: return '\\_'
    case 0x2028: return '\\L'
    case 0x2029: return '\\P'
  }
  const hex = rune.toString(16).toUpperCase()
  if (rune <= 0xff) return '\\x' + hex.padStart(2, '0')
  if (rune <= 0xffff) return '\\u' + hex.padStart(4, '0')
  return '\\U' + hex.padStart(8, '0')
}
